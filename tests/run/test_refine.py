"""What a report is made of beside the usual cases."""

from __future__ import annotations

import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.inputs.cases import cases_of
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.examine import examine
from gradcheck.run.refine import Searching, Shrinking, illustrate
from gradcheck.run.search.hunt import FOUND

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


def searched(layer, seconds=0.3, kept=(), enough=lambda findings, _: False):
    """The report of a layer at normal inputs and beside them."""
    subject = subject_of(layer)
    return Searching(NORMAL, seconds, enough, {subject: kept})(subject, examine(subject, NORMAL))


@pytest.mark.parametrize(("layer", "methods"), [(Wrong(), ["forward", "bprop"]), (Right(), [])])
def test_where_a_layer_is_written_is_told_of_what_fails(layer, methods):
    pytest.importorskip("hypothesis")
    assert [place.method for place in searched(layer).places] == methods


def test_what_fails_where_it_was_known_to_is_not_looked_for():
    pytest.importorskip("hypothesis")
    usual = cases_of(subject_of(Wrong()), NORMAL)
    noted = [any(FOUND in finding.notes for finding in searched(Wrong(), 30.0, kept).findings) for kept in ((), usual)]
    assert noted == [True, False]


def test_once_there_is_enough_nothing_is_looked_for():
    report = searched(Wrong(), enough=lambda findings, _: True)
    assert {finding.case.strategy for finding in report.findings} == {"normal"}
    assert "searched" not in report.method
