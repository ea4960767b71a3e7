"""What a diagnosis is, how sure it says it is, and what the hypotheses are given to explain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from gradcheck.checks.probe import Probe
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding

Array = NDArray[Any]
NEARLY = 0.9  # share of the points at which a hypothesis must explain everything


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong.

    Attributes
    ----------
    kind : str
        The family of mistakes: ``"sign"``, ``"zero"``; empty where only the region is known.
    sentence : str
    region : str
        The kind of the entries, or of the points, that are wrong, where they are not all: ``"column"``.
    """

    kind: str
    sentence: str
    region: str = ""

    @property
    def name(self) -> str:
        """Kind and region: ``"zero column"``."""
        return f"{self.kind} {self.region}".strip()


@dataclass(frozen=True, eq=False)
class MatrixDiagnosis(Diagnosis):
    """What is wrong with a matrix.

    Attributes
    ----------
    points : ndarray of bool
        At which of the points of the evidence it holds.
    """

    points: Array = field(kw_only=True)


@dataclass(frozen=True, eq=False)
class Failures:
    """The failures of a layer at points of one size and dtype.

    Attributes
    ----------
    findings : mapping of int to Finding
        By their position among all findings.
    passed : frozenset of (str, Case, str)
        Check, case and input of what passed there.
    probes : tuple of Probe
    """

    findings: Mapping[int, Finding]
    passed: frozenset[tuple[str, Case, str]]
    probes: tuple[Probe, ...]

    def of(self, *checks: str) -> dict[int, Finding]:
        """The failures of some checks."""
        return {k: f for k, f in self.findings.items() if f.check in checks}

    @cached_property
    def probe(self) -> dict[Case, Probe]:
        """The probes by their case."""
        return {p.point.case: p for p in self.probes}


def listing(items: Iterable[object]) -> str:
    """A few things in words: ``0, 1 and 4``."""
    *first, last = map(str, items)
    return f"{', '.join(first)} and {last}" if first else last


def fault_of(finding: Finding) -> Fault:
    """What is wrong according to a finding that fails."""
    return finding.fault or Fault(FaultKind.STATED)
