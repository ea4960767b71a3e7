from __future__ import annotations

import math

import pytest

from gradcheck.records.failures import failure_groups, source_line
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.report import SourceLine

PLACES = tuple(
    SourceLine(method, "a.py", line) for line, method in enumerate(("forward", "bprop", "jacobian"), start=1)
)


def test_failures_of_one_check_and_input_are_one_group_shown_at_its_worst(report, finding):
    sizes = (1e-3, 1.0, 1e-6)
    (group,) = failure_groups([report(*(finding("FAIL", scale=s, max_rel=s) for s in sizes))])
    assert (group.finding.max_rel, [f.max_rel for f in group.rest]) == (1.0, [1e-3, 1e-6])


@pytest.mark.parametrize("other", [{"check": "jacobian"}, {"input": "W"}])
def test_other_checks_and_inputs_are_groups_of_their_own(report, finding, other):
    assert len(failure_groups([report(finding("FAIL"), finding("FAIL", **other))])) == 2


def test_errors_are_apart_when_they_say_other_things(report, finding):
    said = ("boom", "bang", "boom")
    assert [len(t.rest) for t in failure_groups([report(*(finding("ERROR", sentence=s) for s in said))])] == [1, 0]


def test_the_worst_come_first_wherever_they_stand(report, finding):
    first = report(finding("ERROR"), finding("FAIL", max_rel=1e-3), finding())
    second = report(*(finding("FAIL", max_rel=size, input=str(size)) for size in (0.5, math.nan, None, math.inf)))
    found = [(t.finding.verdict.value, str(t.finding.max_rel)) for t in failure_groups([first, second])]
    assert found[0][1] in ("nan", "inf")
    assert found[2:] == [("FAIL", "0.5"), ("FAIL", "0.001"), ("FAIL", "None"), ("ERROR", "None")]


@pytest.mark.parametrize("verdict", ["PASS", "UNDEFINED", "INCONCLUSIVE"])
def test_other_verdicts_are_no_group(report, finding, verdict):
    assert failure_groups([report(finding(verdict))]) == []


def test_known_failures_are_no_group(report, finding):
    assert failure_groups([report(finding("FAIL", notes=("known failure: upstream",)))]) == []
    assert failure_groups([report(finding("FAIL", notes=("sampled",)))]) != []


@pytest.mark.parametrize(
    ("check", "fault", "method"),
    [
        ("bprop", None, "bprop"),
        ("jacobian", None, "jacobian"),
        ("agreement", None, "bprop"),
        ("contract", Fault.of(FaultKind.RAISED, "forward", exception="E", text="no"), "forward"),
        ("contract", Fault.of(FaultKind.RAISED, "jacobian", exception="E", text="no"), "jacobian"),
        ("contract", Fault.of(FaultKind.NO_ARRAY, "forward"), "bprop"),
    ],
)
def test_the_source_line_is_that_of_the_method_to_blame(report, finding, check, fault, method):
    assert source_line(report(places=PLACES), finding("FAIL", check=check, fault=fault)).method == method


def test_the_source_line_is_one_that_there_is(report, finding):
    assert source_line(report(places=PLACES[:1] + PLACES[2:]), finding(check="bprop")).method == "jacobian"
    assert source_line(report(places=PLACES[:1]), finding(check="bprop")) is None
