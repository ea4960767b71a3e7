"""What becomes of a layer's report beside the usual cases: more points, smaller failures, figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from gradcheck.adapters.contract import Subject
from gradcheck.adapters.origin import places
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.text import plural

SHRINKING = 5.0  # seconds of a run, for all counterexamples together: one that fails must end soon, too

Enough = Callable[[Sequence[Finding]], bool]
Step = Callable[[Subject, LayerReport], LayerReport]


def refine(subject: Subject, report: LayerReport, steps: Iterable[Step]) -> Iterator[LayerReport]:
    """The one report that comes of several steps; Ctrl-C costs those that are left, and goes on after the report."""
    try:
        for step in steps:
            report = step(subject, report)
    except KeyboardInterrupt:
        yield report
        raise
    yield report


def extend(
    subject: Subject,
    plan: Plan,
    usual: Callable[[], LayerReport],
    *,
    cases: Sequence[Case] = (),
    seconds: float | None = None,
    enough: Enough,
) -> LayerReport:
    """One report on a layer: cases kept from other runs, then the usual ones, then those of a search.

    Parameters
    ----------
    subject : Subject
    plan : Plan
    usual : callable
        Runs the usual cases.
    cases : sequence of Case
        What is run first.
    seconds : float or None
        For how long the layer is looked at in all; None not to search.
    enough : callable
        Told findings beside those of the usual cases; whether to stop.
    """
    start = time.perf_counter()
    first = _again(subject, plan, cases, enough) if cases else None
    if first and enough(()):
        return first
    report = _joined(first, usual())
    if seconds is not None and not enough(()):
        report = _searched(subject, plan, report, start + seconds, first.failures if first else (), enough)
    return _located(replace(report, seconds=time.perf_counter() - start), subject)


def _again(subject: Subject, plan: Plan, cases: Sequence[Case], enough: Enough) -> LayerReport:
    """What cases come to now."""
    from gradcheck.run.examine import examine

    return examine(subject, replace(plan, replay=tuple(cases)), enough=enough)


def _joined(first: LayerReport | None, then: LayerReport) -> LayerReport:
    if first is None:
        return then
    silent = tuple(name for name in then.silent if name in first.silent)
    both = dict.fromkeys((*first.findings, *then.findings))  # a case that is kept may be a usual one too
    return replace(then, findings=tuple(both), silent=silent, method=then.method or first.method)


def _searched(
    subject: Subject, plan: Plan, report: LayerReport, until: float, known: Sequence[Finding], enough: Enough
) -> LayerReport:
    from gradcheck.run.search.search import search  # not everybody has Hypothesis, and it takes its time to import

    searched = search(subject, plan, seconds=until - time.perf_counter(), known=known)
    enough(searched.findings)
    method = ", ".join(part for part in (report.method, f"{plural(searched.points, 'point')} searched") if part)
    return replace(report, findings=(*report.findings, *searched.findings), method=method)


def _located(report: LayerReport, subject: Subject) -> LayerReport:
    """A report that fails says where the layer is written, whichever part of it found that."""
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
