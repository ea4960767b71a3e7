"""What passes: thresholds, what is known, and when a run is stopped."""

from __future__ import annotations

import datetime as dt

import pytest

from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import LayerReport
from gradcheck.run.baseline import Baseline, Known
from gradcheck.run.gate import Decision, Gate, decision

TODAY = dt.date(2030, 6, 15)
PASS, UNDEFINED, INCONCLUSIVE, ERROR, FAIL = Verdict
PASSED, WRONG, BROKEN, NOTHING = Decision


def finding(verdict, **facts):
    return Finding("bprop", verdict, Case("softmax", "normal"), **facts)


def report(*verdicts, **facts):
    return LayerReport("softmax", "softmax", tuple(finding(verdict, **facts) for verdict in verdicts))


def gate_of(*known, threshold=ERROR, most=None):
    return Gate(Baseline(known, TODAY, threshold), most)


@pytest.mark.parametrize(
    ("reports", "whole", "expected"),
    [
        ([report(PASS)], True, PASSED),
        ([report(PASS)], False, BROKEN),
        ([report(PASS, FAIL)], False, WRONG),
        ([report(ERROR)], True, BROKEN),
        ([report(ERROR), report(FAIL)], True, WRONG),
        ([report()], True, NOTHING),
        ([report()], False, BROKEN),
        ([], True, NOTHING),
    ],
)
def test_the_worst_decides(reports, whole, expected):
    assert decision(reports, whole=whole) is expected


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        (ERROR, [PASSED, PASSED, BROKEN, WRONG]),
        (INCONCLUSIVE, [PASSED, WRONG, BROKEN, WRONG]),
        (UNDEFINED, [WRONG, WRONG, BROKEN, WRONG]),
    ],
)
def test_a_threshold_and_all_that_is_worse(threshold, expected):
    worse = (UNDEFINED, INCONCLUSIVE, ERROR, FAIL)
    assert [decision([report(PASS, verdict)], whole=True, threshold=threshold) for verdict in worse] == expected


def test_what_could_not_be_checked_outweighs_what_is_unsure():
    assert decision([report(INCONCLUSIVE, ERROR)], whole=True, threshold=INCONCLUSIVE) is BROKEN


@pytest.mark.parametrize("verdict", [FAIL, ERROR])
def test_known_failures_pass(verdict):
    assert decision([report(verdict, notes=("known failure: upstream",))], whole=True) is PASSED
    assert decision([report(verdict, notes=("sampled",))], whole=True) is not PASSED


@pytest.mark.parametrize(("most", "runs"), [(None, 5), (1, 1), (2, 1), (3, 2), (99, 5)])
def test_a_run_is_stopped_after_so_many_failures(most, runs):
    gate = gate_of(most=most)
    case = [finding(FAIL), finding(ERROR), finding(PASS)]
    ran = next((number for number in range(1, 5) if gate.enough(case)), 5)
    assert (ran, gate.full) == (runs, runs < 5)


def test_milder_verdicts_count_where_they_gate():
    assert not gate_of(most=1).enough([finding(INCONCLUSIVE)])
    assert gate_of(threshold=INCONCLUSIVE, most=1).enough([finding(INCONCLUSIVE)])


def test_what_is_known_does_not_count():
    gate = gate_of(Known("softmax"), most=1)
    assert not gate.enough([finding(FAIL)])
    assert gate.enough([Finding("bprop", FAIL, Case("tanh", "normal"))])


def test_a_renewed_gate_accepts_the_failures_of_the_run():
    reports = [report(FAIL, max_rel=0.5)]
    before = gate_of()
    after, accepted = before.renewed(reports)
    assert (before.decision(reports), after.decision(accepted)) == (WRONG, PASSED)
    assert [entry.size for entry in after.baseline.entries] == [0.5]
