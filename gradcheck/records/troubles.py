"""What failed, in the order in which a person wants to hear of it, and what to say of each."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck.records.fault import FaultKind
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport, Place
from gradcheck.records.summary import plural
from gradcheck.text import printable


@dataclass(frozen=True)
class Trouble:
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

    @property
    def headline(self) -> str:
        """Verdict, breadcrumb, and at how many more points."""
        more = f" (and at {plural(len(self.rest), 'more point')})" if self.rest else ""
        return printable(f"{self.finding.verdict.value} {self.finding.breadcrumb}{more}")


def troubles(reports: Iterable[LayerReport]) -> list[Trouble]:
    """What failed and was not known to, the worst first; errors of one kind are one trouble wherever they arose."""
    found = [trouble for report in reports for trouble in _of_layer(report)]
    return sorted(found, key=lambda trouble: _badness(trouble.finding), reverse=True)


def details(report: LayerReport, finding: Finding) -> tuple[str, ...]:
    """What is said of a failure below its breadcrumb, line by line; the command that makes it again comes last."""
    point = finding.counterexample.text if finding.counterexample else ""
    told = (("diagnosis", finding.diagnosis), ("smallest", point), ("reproduce", report.reproduce(finding)))
    return tuple(printable(f"{title}: {text}") for title, text in told if text)


def place_of(report: LayerReport, finding: Finding) -> Place | None:
    """Where to look for the cause of a finding.

    That is the method that raised, else `jacobian` for the check of that name, else `bprop` if there is one.
    """
    methods = {place.method: place for place in report.places}
    raised = finding.fault if finding.fault and finding.fault.kind is FaultKind.RAISED else None
    wanted = (raised.method if raised else "", finding.check, "bprop", "jacobian")
    return next((methods[method] for method in wanted if method in methods), None)


def in_repository(place: Place | None) -> str:
    """The file of a place as seen from the root of the repository; empty where it lies outside.

    The root is what a workflow of GitHub calls its workspace, elsewhere the working folder.
    """
    if place is None:
        return ""
    here = Path.cwd()
    root = Path(os.environ.get("GITHUB_WORKSPACE") or here).resolve()
    file = Path(os.path.normpath(here / place.file))
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else ""


def _of_layer(report: LayerReport) -> Iterable[Trouble]:
    alike: dict[tuple[object, ...], list[Finding]] = {}
    for finding in report.failures:
        if not finding.known:
            fault = finding.fault if finding.verdict is Verdict.ERROR else None
            alike.setdefault((finding.verdict, finding.check, finding.input, fault), []).append(finding)
    return (_trouble(report, members) for members in alike.values())


def _trouble(report: LayerReport, members: Sequence[Finding]) -> Trouble:
    worst = max(members, key=_badness)
    return Trouble(report, worst, tuple(finding for finding in members if finding is not worst))


def _badness(finding: Finding) -> tuple[int, float]:
    size = -1.0 if finding.max_rel is None else finding.max_rel
    return finding.verdict.severity, math.inf if math.isnan(size) else size
