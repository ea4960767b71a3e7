from __future__ import annotations

import math

import pytest

from gradcheck.records.case import Case
from gradcheck.records.failures import LONGEST_POINT, blocks, source_line
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Counterexample
from gradcheck.records.report import SourceLine

PLACES = tuple(
    SourceLine(method, "a.py", line) for line, method in enumerate(("forward", "bprop", "jacobian"), start=1)
)


def test_failures_of_one_cause_are_one_block_shown_at_its_worst(report, finding):
    sizes = (1e-3, 1.0, 1e-6)
    (block,) = blocks([report(*(finding("FAIL", scale=s, max_rel=s) for s in sizes))])
    assert (block.finding.max_rel, [f.max_rel for f in block.rest]) == (1.0, [1e-3, 1e-6])


def test_a_block_is_shown_at_its_smallest_point(report, finding):
    small = Counterexample(Case("softmax", "given", values="x=[0]"), "x = np.array([0.])")
    (block,) = blocks([report(finding("FAIL", max_rel=2.0), finding("FAIL", max_rel=1.0, counterexample=small))])
    assert (block.finding.max_rel, block.point) == (1.0, small.text)
    assert block.command == "gradcheck softmax --replay 'softmax[x=[0],f64]'"


@pytest.mark.parametrize(("length", "pasted"), [(LONGEST_POINT, True), (LONGEST_POINT + 1, False)])
def test_a_point_that_nobody_would_paste_gives_way_to_the_one_that_was_drawn(report, finding, length, pasted):
    small = Counterexample(Case("softmax", "given", values="x=[0]"), "x" * length)
    (block,) = blocks([report(finding("FAIL", counterexample=small))])
    assert bool(block.point) == pasted
    assert ("--replay" in block.command) == pasted


@pytest.mark.parametrize("other", [{"check": "jacobian"}, {"input": "W"}, {"diagnosis": "the sign is flipped"}])
def test_other_checks_inputs_and_diagnoses_are_blocks_of_their_own(report, finding, other):
    assert len(blocks([report(finding("FAIL"), finding("FAIL", **other))])) == 2


@pytest.mark.parametrize(("diagnosis", "points", "count"), [("0/0", 1, 1), ("", 1, 2), ("0/0", 2, 1)])
def test_checks_that_say_one_thing_share_a_block_wherever_they_say_it(report, finding, diagnosis, points, count):
    more = [finding("FAIL", strategy="ties", diagnosis=diagnosis)] * (points - 1)
    first = [finding("FAIL", check=check, diagnosis=diagnosis) for check in ("contract", "bprop")]
    found = blocks([report(*first, *more)])
    assert len(found) == count
    assert (found[0].name == "contract, bprop · x") == (count == 1)


@pytest.mark.parametrize(("analytic", "count"), [((1.0, 2.0), 1), ((1.0, math.nan), 2)])
def test_without_a_diagnosis_the_way_to_fail_tells_blocks_apart(report, finding, analytic, count):
    faults = (Fault.of(FaultKind.DIFFERS, "bprop", analytic=value, numeric=0.0) for value in analytic)
    assert len(blocks([report(*(finding("FAIL", fault=fault) for fault in faults))])) == count


def test_a_block_counts_its_points_among_those_of_its_check(report, finding):
    passed = finding(strategy="ties", input="")
    wrong = [finding("FAIL", strategy=s, input=i) for s in ("normal", "spike") for i in ("x", "W")]
    other = finding(check="purity", strategy="zeros")
    for block in blocks([report(passed, *wrong, other)]):
        assert ([case.strategy for case in block.cases], block.points) == (["normal", "spike"], 3)


def test_errors_are_apart_when_they_say_other_things(report, finding):
    said = ("boom", "bang", "boom")
    assert [len(t.rest) for t in blocks([report(*(finding("ERROR", sentence=s) for s in said))])] == [1, 0]


def test_the_worst_come_first_wherever_they_stand(report, finding):
    first = report(finding("ERROR"), finding("FAIL", max_rel=1e-3), finding())
    second = report(*(finding("FAIL", max_rel=size, input=str(size)) for size in (0.5, math.nan, None, math.inf)))
    found = [(t.finding.verdict.value, str(t.finding.max_rel)) for t in blocks([first, second])]
    assert found[0][1] in ("nan", "inf")
    assert found[2:] == [("FAIL", "0.5"), ("FAIL", "0.001"), ("FAIL", "None"), ("ERROR", "None")]


@pytest.mark.parametrize("verdict", ["PASS", "UNDEFINED", "INCONCLUSIVE"])
def test_other_verdicts_are_no_block(report, finding, verdict):
    assert blocks([report(finding(verdict))]) == []


def test_known_failures_are_no_block_unless_they_are_wanted(report, finding):
    known = report(finding("FAIL", notes=("known failure: upstream",)), finding("FAIL"))
    assert len(blocks([known])) == 1
    assert len(blocks([known], known=True)) == 2
    assert blocks([report(finding("FAIL", notes=("sampled",)))]) != []


@pytest.mark.parametrize(
    ("check", "fault", "method"),
    [
        ("bprop", None, "bprop"),
        ("jacobian", None, "jacobian"),
        ("agreement", None, "bprop"),
        ("contract", Fault.of(FaultKind.RAISED, "forward", exception="E", text="no"), "forward"),
        ("contract", Fault.of(FaultKind.RAISED, "jacobian", exception="E", text="no"), "jacobian"),
        ("contract", Fault.of(FaultKind.NO_ARRAY, "forward"), "forward"),
        ("contract", Fault.of(FaultKind.OVERFLOW), "forward"),
        ("purity", Fault.of(FaultKind.OTHER_ANSWER, "forward"), "forward"),
        ("laws", Fault.of(FaultKind.LAW_FAILS, "shifts"), "bprop"),
    ],
)
def test_the_source_line_is_that_of_the_method_to_blame(report, finding, check, fault, method):
    assert source_line(report(places=PLACES), finding("FAIL", check=check, fault=fault)).method == method


def test_the_source_line_is_one_that_there_is(report, finding):
    assert source_line(report(places=PLACES[:1] + PLACES[2:]), finding(check="bprop")).method == "jacobian"
    assert source_line(report(places=PLACES[:1]), finding(check="bprop")) is None
