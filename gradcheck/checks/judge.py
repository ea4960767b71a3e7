"""One layer judged at one case: the only place where checks are called and their errors are caught."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from gradcheck.adapters.contract import Subject
from gradcheck.checks.interface import Check
from gradcheck.checks.probe import Probe
from gradcheck.frozen import dataclass
from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict

TOLD = ("forward", "bprop", "jacobian", "jvp", "hessian", "hvp")  # the methods whose calls are told, in this order
MISFITTING = ("contract", "bprop")  # the checks that fail where `bprop` has other arguments than it is called with


@dataclass(frozen=True)
class Judgement:
    """What came of one case.

    Attributes
    ----------
    findings
        Empty where the strategy has nothing to say about the layer.
    zero
        The inputs whose gradient is exactly zero at the point; None where there is no gradient to be read.
    method
        How the numeric side was computed; empty where it was not.
    calls
        How often each method of the layer was called, those that were.
    """

    findings: tuple[Finding, ...] = ()
    zero: frozenset[str] | None = None
    method: str = ""
    calls: tuple[tuple[str, int], ...] = ()

    @property
    def fails(self) -> bool:
        """Whether a derivative is wrong."""
        return any(finding.verdict is Verdict.FAIL for finding in self.findings)


def probe_of(subject: Subject, case: Case, *, thorough: bool = True, whole: bool = False) -> Probe | None:
    """The layer at the point of a case; None where the strategy has nothing to say about the layer."""
    point = make_point(subject.inputs, subject.critical, case)
    return None if point is None else Probe(subject.uncalled, point, thorough, whole=whole)


def judgement(probe: Probe, findings: tuple[Finding, ...]) -> Judgement:
    """What came of a point at which checks have found this."""
    calls = tuple((name, probe.subject.calls[name]) for name in TOLD if probe.subject.calls[name])
    if not probe.usable:
        return Judgement(findings, calls=calls)
    matrix = probe.claims["bprop" if "bprop" in probe.claims else "jacobian"]
    zero = frozenset(name for name, _, part in probe.pieces if not np.any(matrix[:, part]))
    return Judgement(findings, zero, f"central differences in {_precision(probe)}", calls)


def run_checks(probe: Probe, checks: Iterable[Check]) -> tuple[Finding, ...]:
    """What checks find at a point; one that raises has an ERROR in their place, and costs no other its findings."""
    findings: list[Finding] = []
    for check in checks:
        try:
            findings += tuple(check.run(probe))
        except Exception as cause:  # noqa: BLE001 - a fault of one check must not cost the others their findings
            from gradcheck.adapters.blame import blame  # only for failures: start-up

            fault = Fault.of(FaultKind.INTERNAL, text=blame(cause))
            findings.append(Finding(check.name, Verdict.ERROR, probe.point.case, fault=fault))
    return tuple(_with_misfit(findings, probe.subject.layer))


def _with_misfit(findings: Iterable[Finding], layer: object) -> Iterator[Finding]:
    """The findings, those that may come of the arguments of `bprop` with what is wrong about them."""
    told: str | None = None
    for finding in findings:
        fault = finding.fault
        if finding.verdict.severity < Verdict.ERROR.severity or fault is None or finding.check not in MISFITTING:
            yield finding
            continue
        from gradcheck.adapters.signature import misfit  # only for failures: start-up

        told = misfit(layer) if told is None else told
        yield replace(finding, fault=fault.having(misfit=told)) if told else finding


def _precision(probe: Probe) -> str:
    return "extended precision" if np.finfo(probe.digits.numeric_dtype).eps < 1e-18 else "float64"
