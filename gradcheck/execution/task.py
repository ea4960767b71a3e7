"""What there is to do, as plain data, and the functions that do it.

A case gets a layer that is loaded anew and random numbers seeded by its identity, so that nothing that ran before it
in the same process can change what is found.
"""

from __future__ import annotations

import random
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from gradcheck.adapters.contract import Subject
from gradcheck.adapters.origin import places
from gradcheck.checks import select_checks
from gradcheck.checks.judge import Judgement, judge, probe_of
from gradcheck.checks.quiet import quiet
from gradcheck.defects.diagnose import ProbeStore, diagnose
from gradcheck.layers.loading import load
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding
from gradcheck.records.report import SourceLine


@dataclass(frozen=True)
class Address:
    """Where layers are: a target's text, and the folder that it is seen from; empty for the working folder."""

    target: str
    folder: str = ""


@dataclass(frozen=True)
class LoadTarget:
    """Find out which layers a target names."""

    address: Address

    @property
    def id(self) -> str:
        """Its address."""
        return f"{self.address.target} in {self.address.folder}"


@dataclass(frozen=True)
class JudgeCase:
    """Check one layer at one case.

    Attributes
    ----------
    id
        Its place in the run and the identity of its case.
    address
        Of this one layer.
    case
    thorough
        As for `Probe`.
    checks
        Names of checks; empty stands for all of them.
    """

    id: str
    address: Address
    case: Case
    thorough: bool = True
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Diagnose:
    """Say what is wrong with a layer that fails.

    Attributes
    ----------
    id, address
    trials
        All of the layer, in order: also those that this run leaves to another one.
    known
        The findings of each trial; None for one that is left to another run.
    """

    id: str
    address: Address
    trials: tuple[JudgeCase, ...]
    known: tuple[tuple[Finding, ...] | None, ...]


Task: TypeAlias = LoadTarget | JudgeCase | Diagnose


@dataclass(frozen=True)
class LayerFacts:
    """A layer that lives in another process: its facts, without the layer itself."""

    subject: Subject
    places: tuple[SourceLine, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """The layers that a target names."""

    layers: tuple[LayerFacts, ...]


@dataclass(frozen=True)
class Diagnoses:
    """A diagnosis for each finding that was known, in order; empty where the evidence is weak."""

    sentences: tuple[str, ...]


@dataclass(frozen=True)
class NoResult:
    """Why there is no result.

    Attributes
    ----------
    kind
        ``"usage"`` and ``"load"`` as the errors of these names; ``"process"`` where the process did not live.
    sentence
    """

    kind: str
    sentence: str


Result: TypeAlias = Loaded | Judgement | Diagnoses | NoResult


@dataclass(frozen=True)
class Reply:
    """The result of a task and how long it took."""

    result: Result
    seconds: float = 0.0


def perform(task: Task) -> Result:
    """Do a task in this process.

    Raises
    ------
    LoadError, UsageError
        As `gradcheck.layers.loading.load`, and where a written-out point cannot be read.
    """
    match task:
        case LoadTarget():
            return _look(task.address)
        case JudgeCase():
            return _judge(task)
        case Diagnose():
            return _diagnose(task)


def _look(address: Address) -> Loaded:
    with _loaded(address) as subjects:
        return Loaded(tuple(LayerFacts(subject, places(subject)) for subject in subjects))


def _judge(trial: JudgeCase) -> Judgement:
    with quiet(), _loaded(trial.address) as (subject,):
        _seed(trial.case.id)
        probe = probe_of(subject, trial.case, thorough=trial.thorough)
        return Judgement() if probe is None else judge(probe, select_checks(trial.checks))


def _diagnose(task: Diagnose) -> Diagnoses:
    findings: list[Finding] = []
    own: list[int] = []
    kept = ProbeStore()
    with quiet():
        for trial, known in zip(task.trials, task.known, strict=True):
            found = _judge(trial).findings if known is None else known
            if known is not None:
                own += range(len(findings), len(findings) + len(found))
            findings += found
            with _loaded(trial.address) as (subject,):
                _seed(trial.case.id)
                probe = probe_of(subject, trial.case, thorough=trial.thorough)
                if probe is not None:
                    kept.keep(probe)
        told = diagnose(findings, kept.probes)
    return Diagnoses(tuple(told[k].diagnosis for k in own))


@contextmanager
def _loaded(address: Address) -> Iterator[tuple[Subject, ...]]:
    """The layers at an address, made anew and forgotten afterwards."""
    before = set(sys.modules)
    _seed(address.target)
    try:
        yield load(address.target, folder=Path(address.folder) if address.folder else None)
    finally:
        # There would be one for each case.
        for name in set(sys.modules) - before:
            if name.startswith("_gradcheck_"):
                del sys.modules[name]


def _seed(text: str) -> None:
    """Make what a layer draws at random depend on a text alone."""
    seed = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - the generator that layers draw from
