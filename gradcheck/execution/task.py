"""What there is to do, and what comes of it, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from gradcheck.adapters.contract import Subject
from gradcheck.checks.judge import Judgement
from gradcheck.frozen import dataclass
from gradcheck.records.case import Case
from gradcheck.records.finding import Counterexample, Finding
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
    subject
        The layer itself, where it is in this process; None where it is to be loaded from its address.
    """

    id: str
    address: Address
    case: Case
    thorough: bool = True
    checks: tuple[str, ...] = ()
    subject: Subject | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Diagnose:
    """Say what is wrong with a layer that fails.

    Attributes
    ----------
    id, address
    cases
        Of the layer, in order.
    known
        The findings of each.
    """

    id: str
    address: Address
    cases: tuple[JudgeCase, ...]
    known: tuple[tuple[Finding, ...], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those of all cases."""
        return tuple(finding for findings in self.known for finding in findings)


@dataclass(frozen=True)
class Shrink:
    """Look for smaller points at which a layer fails.

    Attributes
    ----------
    id, address, subject
        As for `JudgeCase`.
    findings
        All about the layer.
    seconds
        For all of them together.
    """

    id: str
    address: Address
    findings: tuple[Finding, ...]
    seconds: float
    subject: Subject | None = field(default=None, compare=False, repr=False)


Task: TypeAlias = LoadTarget | JudgeCase | Diagnose | Shrink


@dataclass(frozen=True)
class LayerFacts:
    """A layer that was loaded: its facts, without the layer itself where that lives in another process.

    Attributes
    ----------
    subject
    places
        Where its methods are written; of a layer in this process that is found out when it fails.
    modules
        The digests of the user's files that were loaded where it lives, by their paths; none in this process.
    """

    subject: Subject
    places: tuple[SourceLine, ...] = ()
    modules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Missed:
    """A layer that a target names and that cannot be checked: its own target, and why not."""

    target: str
    sentence: str


@dataclass(frozen=True)
class Loaded:
    """The layers that a target names, those of them that cannot be checked, and what else looks like one there."""

    layers: tuple[LayerFacts, ...]
    missed: tuple[Missed, ...] = ()
    passed_over: tuple[Missed, ...] = ()


@dataclass(frozen=True)
class Diagnoses:
    """A diagnosis for each finding that was known, in order; empty where the evidence is weak."""

    sentences: tuple[str, ...]


@dataclass(frozen=True)
class SmallerPoints:
    """A counterexample for each finding that was known, in order; None where none was looked for or found."""

    points: tuple[Counterexample | None, ...]


@dataclass(frozen=True)
class NoResult:
    """Why there is no result.

    Attributes
    ----------
    kind
        ``"usage"`` and ``"load"`` as the errors of these names, ``"empty"`` where a file holds no layer; ``"process"``
        where the process did not live.
    sentence
    """

    kind: str
    sentence: str


Result: TypeAlias = Loaded | Judgement | Diagnoses | SmallerPoints | NoResult


@dataclass(frozen=True)
class Reply:
    """The result of a task and how long it took."""

    result: Result
    seconds: float = 0.0
