"""What failed, grouped, in the order in which a person wants to hear of it, and where to look for the cause."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradcheck.records.fault import FaultKind
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport, SourceLine


@dataclass(frozen=True)
class FailureGroup:
    """Failures of one check of a layer for one input.

    Attributes
    ----------
    report
        The layer's.
    finding
        The worst of them.
    rest
        The others, in the order in which they were found.
    """

    report: LayerReport
    finding: Finding
    rest: tuple[Finding, ...] = ()


def failure_groups(reports: Iterable[LayerReport]) -> list[FailureGroup]:
    """What failed and was not known to, the worst first; errors of one kind are one group wherever they arose."""
    found = [group for report in reports for group in _of_layer(report)]
    return sorted(found, key=lambda group: _badness(group.finding), reverse=True)


def source_line(report: LayerReport, finding: Finding) -> SourceLine | None:
    """Where to look for the cause of a finding.

    That is the method that raised, else `jacobian` for the check of that name, else `bprop` if there is one.
    """
    methods = {place.method: place for place in report.places}
    raised = finding.fault if finding.fault and finding.fault.kind is FaultKind.RAISED else None
    wanted = (raised.method if raised else "", finding.check, "bprop", "jacobian")
    return next((methods[method] for method in wanted if method in methods), None)


def _of_layer(report: LayerReport) -> Iterable[FailureGroup]:
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in report.failures:
        if not finding.known:
            fault = finding.fault if finding.verdict is Verdict.ERROR else None
            alike.setdefault((finding.verdict, finding.check, finding.input, fault), []).append(finding)
    return (_group(report, members) for members in alike.values())


def _group(report: LayerReport, members: Sequence[Finding]) -> FailureGroup:
    worst = max(members, key=_badness)
    return FailureGroup(report, worst, tuple(finding for finding in members if finding is not worst))


def _badness(finding: Finding) -> tuple[int, float]:
    size = -1.0 if finding.max_rel is None else finding.max_rel
    return finding.verdict.severity, math.inf if math.isnan(size) else size
