"""What a report is made of beside the usual cases, and what Ctrl-C costs."""

from __future__ import annotations

import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.examine import examine
from gradcheck.run.refine import Shrinking, extend, illustrate, refine

NORMAL = Plan(inputs=("normal",))
FAILING = LayerReport("own", "", (Finding("bprop", Verdict.FAIL, Case("own", "normal"), "x"),))


class Wrong:
    def forward(self, x):
        return x * x

    def bprop(self, v, x):
        return v * x


class Right(Wrong):
    def bprop(self, v, x):
        return 2 * v * x


def interrupted(subject, report):
    raise KeyboardInterrupt


def renamed(name):
    return lambda subject, report: LayerReport(name, report.layer, report.findings)


def test_steps_follow_one_another():
    (report,) = refine(None, FAILING, [renamed("first"), renamed("second")])
    assert (report.layer, report.target) == ("second", "first")
    assert list(refine(None, FAILING, [])) == [FAILING]


def test_ctrl_c_costs_the_steps_that_are_left_alone():
    refined = refine(None, FAILING, [renamed("first"), interrupted, renamed("second")])
    assert next(refined).layer == "first"
    with pytest.raises(KeyboardInterrupt):
        next(refined)


def test_failures_are_made_smaller():
    wrong = subject_of(Wrong())
    shrinking = Shrinking()
    report = shrinking(wrong, examine(wrong, NORMAL))
    assert any(finding.counterexample for finding in report.failures)
    assert shrinking.left < Shrinking().left


def test_where_no_time_is_left_the_report_stays():
    assert Shrinking(0.0)(None, FAILING) == FAILING


def test_a_report_that_passes_stays_as_it_is():
    report = LayerReport("own", "", ())
    assert Shrinking()(None, report) == illustrate(None, report) == report


def test_failures_get_figures():
    wrong = subject_of(Wrong())
    report = illustrate(wrong, examine(wrong, NORMAL))
    assert any(finding.figures for finding in report.failures)


def extended(layer, cases=(), seconds=None, enough=lambda findings: False):
    """The report of a layer at normal inputs and beside them, and how often the usual cases were run."""
    subject = subject_of(layer)
    asked = []

    def usual():
        asked.append(subject)
        return examine(subject, NORMAL)

    return extend(subject, NORMAL, usual, cases=cases, seconds=seconds, enough=enough), len(asked)


def test_kept_cases_come_first_and_the_usual_ones_after_them():
    report, times = extended(Right(), [Case("Right", "given", values="x=[3]")])
    assert [finding.case.strategy for finding in report.findings][:1] == ["given"]
    assert {finding.case.strategy for finding in report.findings} == {"given", "normal"}
    assert times == 1


def test_once_there_is_enough_the_usual_ones_are_left_out():
    report, times = extended(Wrong(), [Case("Wrong", "given", values="x=[3]")], enough=lambda findings: True)
    assert {finding.case.strategy for finding in report.findings} == {"given"}
    assert times == 0


@pytest.mark.parametrize(("layer", "methods"), [(Wrong(), ["forward", "bprop"]), (Right(), [])])
def test_where_a_layer_is_written_is_told_of_what_fails(layer, methods):
    pytest.importorskip("hypothesis")
    report, _ = extended(layer, seconds=0.3)
    assert [place.method for place in report.places] == methods
