"""A report in which each cause of failures has a counterexample."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice

from gradcheck.adapters.contract import Subject
from gradcheck.defects.shrink.counterexample import shrink
from gradcheck.errors import GradcheckError
from gradcheck.layers.loading import load
from gradcheck.records.failures import blocks
from gradcheck.records.finding import Counterexample, Finding, Verdict
from gradcheck.records.report import LayerReport

EACH = 2.0  # seconds for one of them, so that several get their turn
# Failures of one kind, of which the first that comes back by itself is shrunk; where four do not, state is what fails.
TRIED = 4


def with_counterexamples(
    subject: Subject, report: LayerReport, seconds: float, fresh: Callable[[], Subject] | None = None
) -> LayerReport:
    """The report with a counterexample for each cause: from the first point that fails, which is the most ordinary.

    Parameters
    ----------
    subject : Subject
    report : LayerReport
        Of that layer.
    seconds : float
        For all of them; what is left over at the end stays as it is.
    fresh : callable, optional
        As for `shrink`.
    """
    pairs = zip(report.findings, smaller_points(subject, report.findings, seconds, fresh), strict=True)
    return replace(report, findings=tuple(replace(f, counterexample=p) if p else f for f, p in pairs))


def smaller_points(
    subject: Subject, findings: Sequence[Finding], seconds: float, fresh: Callable[[], Subject] | None = None
) -> tuple[Counterexample | None, ...]:
    """A counterexample for one finding of each cause; None for the others. The parameters are those above."""
    until = time.perf_counter() + seconds
    report = LayerReport(subject.name, subject.target, tuple(findings))
    smaller: dict[int, Counterexample] = {}
    with contextlib.redirect_stdout(io.StringIO()):  # what the layer prints, it has printed before
        for block in blocks([report], known=True):
            wrong = (finding for finding in block.found if finding.verdict is Verdict.FAIL)
            for finding in islice(wrong, TRIED):
                left = until - time.perf_counter()
                found = shrink(subject, finding, min(EACH, left), fresh) if left > 0 else None
                if found is not None:
                    smaller[id(finding)] = found
                    break
    return tuple(smaller.get(id(finding)) for finding in findings)


def reload(subject: Subject) -> Subject:
    """The layer made anew, as its file is now; the layer itself where that does not work."""
    with contextlib.suppress(GradcheckError):
        return next((found for found in load(subject.target) if found.name == subject.name), subject)
    return subject
