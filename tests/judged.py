"""What is found in planted layers: each is judged once a session, whichever test of whichever process asks first."""

from __future__ import annotations

import fcntl
import hashlib
import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import gradcheck
from gradcheck import LayerReport, Verdict
from gradcheck.defects import recognise


@dataclass(frozen=True)
class Judgement:
    """The report on a layer, checked with all defaults, and how often each kind of diagnosis is told in it."""

    report: LayerReport
    kinds: Counter[str]

    @property
    def failing(self) -> set[str]:
        """The checks that fail."""
        return {f.check for f in self.report.findings if f.verdict is Verdict.FAIL}


@dataclass(frozen=True)
class Judge:
    """Keeps judgements in a folder that all processes of a session share.

    Attributes
    ----------
    folder
        One file for each judgement, which whoever makes it locks: another one who asks meanwhile waits for it, and
        the system frees it when its process dies.
    """

    folder: Path

    def __call__(self, name: str, make: Callable[[], Any], seed: int = 0) -> Judgement:
        """The judgement of the layer that `make` gives, under a name that no other layer has."""
        path = self.folder / hashlib.sha256(f"{name}, seed {seed}".encode()).hexdigest()
        with path.open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if kept := file.read():
                return pickle.loads(kept)  # noqa: S301 - our own
            judgement = judged(make(), seed)
            file.write(pickle.dumps(judgement))
        return judgement


def judged(layer: Any, seed: int = 0) -> Judgement:
    """The judgement of a layer, made here and now."""
    kinds: Counter[str] = Counter()
    diagnoses = recognise.diagnoses

    def noting(findings: Any, probes: Any) -> Any:
        told = diagnoses(findings, probes)
        kinds.update(one.name for one in told.values())
        return told

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recognise, "diagnoses", noting)
        return Judgement(gradcheck.check(layer, seed=seed), kinds)
