"""One case of a layer judged on its own, and what was judged put together to a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.contract import Subject, blame
from gradcheck.checks.interface import Check
from gradcheck.checks.probe import Probe
from gradcheck.inputs import STRATEGIES
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport, SourceLine

LARGEST_KEPT = 2**14  # entries of a Jacobian up to which its point is kept for the diagnosis


@dataclass(frozen=True)
class Judged:
    """What came of one case.

    Attributes
    ----------
    findings
        Empty where the strategy has nothing to say about the layer.
    zero
        The inputs whose gradient is exactly zero at the point; None where there is no gradient to be read.
    method
        How the numeric side was computed; empty where it was not.
    """

    findings: tuple[Finding, ...] = ()
    zero: frozenset[str] | None = None
    method: str = ""

    @property
    def fails(self) -> bool:
        """Whether a derivative is wrong."""
        return any(finding.verdict is Verdict.FAIL for finding in self.findings)


def looked_at(cases: Sequence[Case]) -> tuple[tuple[Case, bool], ...]:
    """The cases of a layer, each with whether what has nothing to do with the point's values is looked at there too."""
    ordinary = [c for c in cases if c.values or not STRATEGIES[c.strategy].adversarial] or cases[:1]
    return tuple((case, case in ordinary) for case in cases)


def judged(probe: Probe, checks: Iterable[Check]) -> Judged:
    """What the checks say at a point."""
    findings = tuple(_run(probe, checks))
    if not probe.usable:
        return Judged(findings)
    matrix = probe.claims["bprop" if "bprop" in probe.claims else "jacobian"]
    zero = frozenset(name for name, _, part in probe.pieces if not np.any(matrix[:, part]))
    return Judged(findings, zero, f"central differences in {_precision(probe)}")


def _run(probe: Probe, checks: Iterable[Check]) -> Iterator[Finding]:
    for one in checks:
        try:
            yield from tuple(one.run(probe))
        except Exception as cause:  # noqa: BLE001 - a fault of one check must not cost the others their findings
            fault = Fault.of(FaultKind.INTERNAL, text=blame(cause))
            yield Finding(one.name, Verdict.ERROR, probe.point.case, fault=fault)


def _precision(probe: Probe) -> str:
    return "extended precision" if np.finfo(probe.exact_dtype).eps < 1e-18 else "float64"


def diagnosed(findings: Sequence[Finding], probes: Sequence[Probe]) -> tuple[Finding, ...]:
    """The findings, those that fail with what is wrong; a fault of the diagnosis costs no finding."""
    if not any(finding.verdict is Verdict.FAIL for finding in findings):
        return tuple(findings)
    try:
        from gradcheck.defects import diagnosis  # only for failures: start-up

        return diagnosis.diagnosed(findings, probes)
    except Exception:  # noqa: BLE001 - what failed stands without it
        return tuple(findings)


@dataclass
class Kept:
    """The points that the diagnosis may look at again: the small ones, as long as there is room."""

    probes: list[Probe] = field(default_factory=list)
    room: int = 2**20  # entries of all Jacobians

    def keep(self, probe: Probe) -> None:
        """Keep a point if there is room for it."""
        size = 1
        if not isinstance(probe.output, Breach):
            size = probe.y.size * sum(probe.point.arrays[k].size for k in probe.subject.differentiable)
        if size <= min(LARGEST_KEPT, self.room):
            self.room -= size
            self.probes.append(probe)


def summed_up(
    subject: Subject,
    findings: tuple[Finding, ...],
    results: Sequence[Judged],
    seconds: float,
    places: tuple[SourceLine, ...] = (),
) -> LayerReport:
    """The report on a layer.

    Parameters
    ----------
    subject : Subject
    findings : tuple of Finding
        Those of the results, diagnosed.
    results : sequence of Judged
    seconds : float
    places : tuple of SourceLine
        Where the layer's derivatives are written.
    """
    zeros = [result.zero for result in results if result.zero is not None]
    silent = tuple(sorted(frozenset.intersection(*zeros))) if zeros else ()
    method = next((result.method for result in results if result.method), "")
    return LayerReport(subject.name, subject.target, findings, seconds, silent, method, places)
