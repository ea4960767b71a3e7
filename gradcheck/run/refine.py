"""What becomes of a layer's report beside the usual cases: more points, smaller failures, figures."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gradcheck.adapters.contract import Subject
from gradcheck.adapters.origin import places
from gradcheck.records.case import Case
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.examine import Enough
from gradcheck.text import plural

SHRINKING = 5.0  # seconds of a run, for all counterexamples together: one that fails must end soon, too


@dataclass(frozen=True)
class Searching:
    """Looks for inputs that bring out an error, for what the cases of a layer leave of its time.

    Attributes
    ----------
    plan : Plan
    seconds : float
        For how long a layer is looked at in all.
    enough : callable
        Told what is found; whether to stop.
    kept : mapping
        For each layer the cases that were kept from other runs: what fails there is not looked for.
    """

    plan: Plan
    seconds: float
    enough: Enough
    kept: Mapping[Subject, Sequence[Case]]

    def __call__(self, subject: Subject, report: LayerReport) -> LayerReport:
        """The report with what is found."""
        if self.enough((), ""):
            return report
        from gradcheck.run.search.search import search  # not everybody has Hypothesis, and it takes its time to import

        start = time.perf_counter()
        cases = self.kept.get(subject, ())
        known = [finding for finding in report.failures if finding.case in cases]
        searched = search(subject, self.plan, seconds=self.seconds - report.seconds, known=known)
        self.enough(searched.findings, subject.target)
        method = ", ".join(part for part in (report.method, f"{plural(searched.points, 'point')} searched") if part)
        seconds = report.seconds + time.perf_counter() - start
        report = replace(report, findings=(*report.findings, *searched.findings), method=method, seconds=seconds)
        return report if report.passed or report.places else replace(report, places=places(subject))


@dataclass
class Shrinking:
    """Makes the failures of a run smaller as long as its time lasts.

    Attributes
    ----------
    left : float
        Seconds, for all layers together.
    """

    left: float = SHRINKING

    def __call__(self, subject: Subject, report: LayerReport) -> LayerReport:
        """The report with counterexamples."""
        if report.passed or self.left <= 0:
            return report
        from gradcheck.run.shrink import worst  # only for failures: start-up

        start = time.perf_counter()
        shrunk = worst.with_counterexamples(subject, report, self.left, partial(worst.reload, subject))
        self.left -= time.perf_counter() - start
        return shrunk


def illustrate(subject: Subject, report: LayerReport) -> LayerReport:
    """The report with the numbers behind its failures, where the layer is in this process."""
    if report.passed or subject.layer is None:
        return report
    from gradcheck.run.explain import keeping  # only for failures: start-up

    return keeping.illustrated(subject, report)
