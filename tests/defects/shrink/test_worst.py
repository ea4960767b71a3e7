from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradcheck import Input
from gradcheck.defects.shrink.worst import with_counterexamples
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine

PLAN = Plan(inputs=("normal", "uniform", "zeros"))


def two_inputs(wrong):
    inputs = Input("x", ("n",)), Input("y", ("n",))
    return wrong(*inputs, forward=lambda x, y: x * y * y, bprop=lambda v, x, y: (v * y, v * x * y))


def test_the_first_failure_of_each_cause_has_one(wrong):
    layer = two_inputs(wrong)
    report = with_counterexamples(layer, examine(layer, PLAN), seconds=2.0)
    smaller = [finding for finding in report.findings if finding.counterexample]
    assert sorted((f.check, f.input) for f in smaller) == [("bprop", "x"), ("bprop", "y")]
    for finding in smaller:
        assert finding.case == next(f.case for f in report.failures if f.input == finding.input)


def test_nothing_else_changes(wrong):
    layer = two_inputs(wrong)
    before = examine(layer, PLAN)
    after = with_counterexamples(layer, before, seconds=2.0)
    assert replace(after, findings=()) == replace(before, findings=())
    assert [replace(f, counterexample=None) for f in after.findings] == list(before.findings)


def test_a_report_without_failures_stays(wrong):
    layer = wrong(bprop=lambda v, x: v * np.cos(x))
    report = examine(layer, PLAN)
    assert with_counterexamples(layer, report, seconds=2.0) == report


def test_without_time_there_are_none(wrong):
    layer = two_inputs(wrong)
    report = examine(layer, PLAN)
    assert with_counterexamples(layer, report, seconds=0.0) == report


def test_what_the_layer_prints_is_not_repeated(wrong, capsys):
    layer = wrong(forward=lambda x: (print("noise"), np.sin(x))[1])
    report = examine(layer, PLAN)
    capsys.readouterr()
    assert any(f.counterexample for f in with_counterexamples(layer, report, seconds=2.0).failures)
    assert capsys.readouterr().out == ""


def test_where_the_first_does_not_come_back_another_is_taken(wrong):
    layer = two_inputs(wrong)
    report = examine(layer, PLAN)
    lost = replace(report.failures[0], case=replace(report.failures[0].case, strategy="zeros"), max_rel=9.0)
    found = with_counterexamples(layer, replace(report, findings=(lost, *report.findings)), seconds=2.0)
    assert found.findings[0].counterexample is None
    assert any(f.counterexample for f in found.findings if f.input == lost.input)
