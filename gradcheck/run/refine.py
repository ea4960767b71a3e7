"""What becomes of a layer's report beside the usual cases: more points, smaller failures, figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace

from gradcheck.adapters.contract import Subject
from gradcheck.execution.executor import Executor
from gradcheck.execution.in_process import InProcess
from gradcheck.execution.replies import Replies
from gradcheck.execution.task import Address, Shrink, SmallerPoints
from gradcheck.frozen import dataclass
from gradcheck.records.case import Case
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.examine import PROCESS, Enough
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
        if report.passed or report.places:
            return report
        from gradcheck.adapters.origin import places  # only for failures: start-up

        return replace(report, places=places(subject))


@dataclass(frozen=False)
class Shrinking:
    """Makes the failures of a run smaller as long as its time lasts.

    Attributes
    ----------
    left : float
        Seconds, for all layers together.
    executor : callable
        Gives what runs a layer again: where the layers of the run live, so that one that hangs or dies does it there.
    addresses : mapping
        Where each layer is loaded from; without, the layer is in this process.
    """

    left: float = SHRINKING
    executor: Callable[[], Executor] = InProcess
    addresses: Mapping[Subject, Address] = field(default_factory=dict)

    def __call__(self, subject: Subject, report: LayerReport) -> LayerReport:
        """The report with counterexamples."""
        if report.passed or self.left <= 0 or any(finding.check == PROCESS for finding in report.findings):
            return report  # what costs a process its life is not asked again
        start = time.perf_counter()
        address = self.addresses.get(subject, Address(subject.target))
        task = Shrink(f"smaller points of {subject.target}", address, report.findings, self.left, subject)
        replies = Replies(self.executor())
        replies.executor.submit([task])
        reply = replies.to(task)
        self.left -= time.perf_counter() - start
        match reply.result:
            case SmallerPoints(points):
                pairs = zip(report.findings, points, strict=True)
                return replace(report, findings=tuple(replace(f, counterexample=p) if p else f for f, p in pairs))
            case _:
                return report  # the layer did not live: it stands as it is


def illustrate(subject: Subject, report: LayerReport) -> LayerReport:
    """The report with the numbers behind its failures, where the layer is in this process."""
    if report.passed or subject.layer is None:
        return report
    from gradcheck.run.explain import keeping  # only for failures: start-up

    return keeping.illustrated(subject, report)
