"""What is found in planted layers: each is judged once a session, whichever test of whichever process asks first.

A sixteenth of those that are wrong are judged at all strategies. The others are at one after the other until it shows
what is wrong with a layer, from another one on for each, and at all where no single one shows it. Those that are right
are judged at a sixth, in turn. With `--thorough` all are judged at all.
"""

from __future__ import annotations

import fcntl
import hashlib
import pickle
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gradcheck import LayerReport, Verdict
from gradcheck.adapters.contract import subject_of
from gradcheck.defects import recognise
from gradcheck.inputs import STRATEGIES
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine
from tests.mutants.kit import Mutant

WHOLE = 16  # layers of which one is judged at all strategies; which one depends on its name alone
PARTS = 6  # of the strategies, which take turns by the name of a layer
SEEDS = (0, 1, 2)
Strategies = tuple[str, ...]
ALL: Strategies = tuple(STRATEGIES)


@dataclass(frozen=True)
class Judgement:
    """The report on a layer, and how often each kind of diagnosis is told in it."""

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
    thorough
        Whether every layer is judged at all strategies.
    """

    folder: Path
    thorough: bool = False

    def __call__(
        self,
        name: str,
        make: Callable[[], Any],
        seed: int = 0,
        inputs: Strategies = ALL,
        *,
        checks: tuple[str, ...] = (),
        diagnosed: bool = True,
    ) -> Judgement:
        """The judgement of the layer that `make` gives, under a name that no other layer has."""
        facts = f"{name}, seed {seed}, {inputs}, {checks}, {diagnosed}"
        path = self.folder / hashlib.sha256(facts.encode()).hexdigest()
        with path.open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if kept := file.read():
                return pickle.loads(kept)  # noqa: S301 - our own
            judgement = judged(make(), seed, inputs, checks=checks, diagnosed=diagnosed)
            file.write(pickle.dumps(judgement))
        return judgement

    def part(self, name: str) -> Strategies:
        """The strategies at which a planted layer of that name is judged first."""
        return ALL if zlib.crc32(name.encode()) % WHOLE == 0 else self.few(name)

    def few(self, name: str) -> Strategies:
        """The strategies at which a layer of that name is judged where no share is counted of what is told."""
        turn = zlib.crc32(name.encode()) // WHOLE
        return ALL if self.thorough else ALL[turn % PARTS :: PARTS]

    def caught(self, one: Mutant) -> Judgement:
        """The first judgement of a planted layer in which the check that must catch it fails; else the last one."""
        part = self.part(one.name)
        if part != ALL:  # that check alone, at one strategy after the other
            for strategy in dict.fromkeys((*part, *ALL)):
                found = self(one.name, one.make, 0, (strategy,), checks=(one.check,), diagnosed=False)
                if one.check in found.failing:
                    return found
        for seed in SEEDS:
            found = self(one.name, one.make, seed, diagnosed=part == ALL)
            if one.check in found.failing:
                break
        return found


def judged(
    layer: Any, seed: int = 0, inputs: Strategies = ALL, *, checks: tuple[str, ...] = (), diagnosed: bool = True
) -> Judgement:
    """The judgement of a layer, made here and now; where nobody asks for diagnoses, without any."""
    kinds: Counter[str] = Counter()
    diagnoses = recognise.diagnoses

    def noting(findings: Any, probes: Any) -> Any:
        told = diagnoses(findings, probes) if diagnosed else {}
        kinds.update(one.name for one in told.values())
        return told

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recognise, "diagnoses", noting)
        return Judgement(examine(subject_of(layer), Plan(inputs=inputs, seeds=(seed,), checks=checks)), kinds)
