from __future__ import annotations

import pytest

from gradcheck.records.finding import Verdict
from gradcheck.records.outcome import Outcome
from gradcheck.reports.expectation import as_report


def gates(report):
    """Whether a report fails, known failures aside."""
    return any(not finding.known for finding in report.failures)


@pytest.mark.parametrize(
    ("verdicts", "facts", "fails"),
    [
        (["PASS"], {}, False),
        (["PASS", "FAIL"], {"why": "pass was expected"}, True),
        (["PASS", "FAIL", "ERROR"], {"expect": "fail"}, False),
        (["PASS"], {"expect": "fail", "why": "fail was expected"}, True),
        ([], {"why": "nothing was checked"}, True),
        ([], {"error": "no such file"}, True),
        (["UNDEFINED"], {"expect": "undefined"}, False),
    ],
)
def test_a_report_fails_exactly_if_the_outcome_is_not_as_expected(report, finding, verdicts, facts, fails):
    told = as_report(Outcome(1, "block", "softmax", report(*map(finding, verdicts)), **facts))
    assert gates(told) is fails
    assert [f.verdict.value for f in told.findings][: len(verdicts)] == verdicts


def test_an_expectation_that_was_not_met_is_a_finding(report, finding):
    (_, unmet) = as_report(Outcome(1, "block", "softmax", report(finding()), "fail", why="it passed")).findings
    assert (unmet.check, unmet.verdict, unmet.sentence) == ("expectation", Verdict.FAIL, "it passed (in block)")


def test_what_could_not_be_loaded_is_an_error(report):
    (lost,) = as_report(Outcome(1, "block", "a.py", report(layer="a.py"), error="no such file")).findings
    assert (lost.verdict, lost.sentence, lost.case.layer) == (Verdict.ERROR, "no such file", "a.py")


def test_failures_that_were_expected_say_so(report, finding):
    told = as_report(Outcome(1, "block", "softmax", report(finding(), finding("FAIL")), "fail"))
    assert [f.notes for f in told.findings] == [(), ("expected failure: block",)]
