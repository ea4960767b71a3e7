"""What a report is made of beside the usual cases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from gradcheck.adapters.contract import Subject, subject_of
from gradcheck.execution.task import Address, NoResult, Reply, SmallerPoints
from gradcheck.inputs.cases import cases_of
from gradcheck.records.case import Case
from gradcheck.records.finding import Counterexample, Finding, Verdict
from gradcheck.records.plan import Plan
from gradcheck.records.report import LayerReport
from gradcheck.run.examine import PROCESS, examine
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


@dataclass
class Elsewhere:
    """An executor of one task that replies what it was told to."""

    result: object
    asked: list = field(default_factory=list)

    def submit(self, tasks):
        self.asked += tasks

    def next(self):
        return self.asked[-1], Reply(self.result)


def test_a_layer_is_made_smaller_where_it_lives():
    point = Counterexample(Case("own", "given", values="x=[1]"), "x = np.array([1.])")
    elsewhere, subject = Elsewhere(SmallerPoints((point,))), Subject(None, "own", ())
    report = Shrinking(2.0, lambda: elsewhere, {subject: Address("own.py:Own", "/there")})(subject, FAILING)
    assert report.failures[0].counterexample == point
    assert [(task.address.folder, task.findings) for task in elsewhere.asked] == [("/there", FAILING.findings)]


def test_a_layer_that_does_not_live_keeps_its_report():
    elsewhere, subject = Elsewhere(NoResult("process", "the process died: SIGSEGV")), Subject(None, "own", ())
    assert Shrinking(2.0, lambda: elsewhere)(subject, FAILING) == FAILING
    assert len(elsewhere.asked) == 1


def test_a_layer_that_cost_a_process_its_life_is_not_asked_again():
    elsewhere = Elsewhere(NoResult("process", ""))
    died = Finding(PROCESS, Verdict.ERROR, Case("own", "ties"))
    report = replace(FAILING, findings=(*FAILING.findings, died))
    assert Shrinking(2.0, lambda: elsewhere)(Subject(None, "own", ()), report) == report
    assert elsewhere.asked == []


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
