"""The outcome of a block of a sweep as the report of a layer, for formats that know no blocks."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import EXPECTED, Finding, Verdict
from gradcheck.records.outcome import Outcome
from gradcheck.records.report import LayerReport


def as_report(outcome: Outcome) -> LayerReport:
    """The findings of an outcome, such that they fail exactly if the outcome is not as expected.

    Failures that were expected carry a note that says so; an expectation that was not met by findings which all
    pass is a finding of its own.
    """
    report = outcome.report
    if outcome.met:
        note = f"{EXPECTED}: {outcome.title}"
        return replace(report, findings=tuple(_with_note(finding, note) for finding in report.findings))
    if not report.passed:
        return report
    verdict = Verdict.ERROR if outcome.error else Verdict.FAIL
    case = report.findings[0].case if report.findings else Case(outcome.layer, "normal")
    fault = stated(outcome.error or f"{outcome.why} (in {outcome.title})")
    unmet = Finding("expectation", verdict, case, fault=fault)
    return replace(report, findings=(*report.findings, unmet))


def _with_note(finding: Finding, note: str) -> Finding:
    failed = finding.verdict.severity >= Verdict.ERROR.severity
    return replace(finding, notes=(*finding.notes, note)) if failed else finding
