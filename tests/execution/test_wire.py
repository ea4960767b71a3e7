from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.adapters.contract import Subject
from gradcheck.checks.judge import Judgement
from gradcheck.execution.task import (
    Address,
    Diagnose,
    Diagnoses,
    JudgeCase,
    LayerFacts,
    Loaded,
    LoadTarget,
    NoResult,
    Reply,
    Shrink,
    SmallerPoints,
)
from gradcheck.execution.wire import packed, unpacked
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, FaultKind, stated
from gradcheck.records.finding import Counterexample, Finding, Verdict
from gradcheck.records.plain import plain
from gradcheck.records.plain.garbled import GarbledError, line_of, parse_line
from tests.records import drawn

CASE = Case("softmax", "ties", 1e3, (("n", 5),))
TRIAL = JudgeCase("1.1", Address("softmax"), CASE)
LOOK = LoadTarget(Address("softmax"))
LOST = Fault.of(FaultKind.RAISED, "bprop", exception="ValueError", text="no")
FAULT = Fault.of(FaultKind.BATCH, "bprop", sizes="batch=2, n=3", item=True, error=math.inf, cause=LOST)
FINDING = Finding("bprop", Verdict.FAIL, CASE, "x", FAULT, 1.5, math.inf, 1e-9, "x[2]", -0.0, 2.0, 0.1, ("a",))
ASKED = Diagnose("1.d", Address("softmax"), (TRIAL, TRIAL), ((FINDING, FINDING), ()))
SMALLER = Shrink("1.s", Address("softmax"), (FINDING, FINDING), 2.0)
POINT = Counterexample(Case("softmax", "given", values="x=[0,1]"), "x = np.array([0, 1.])", "x[0]", FAULT)


def there_and_back(task, result):
    return unpacked(task, parse_line(line_of(packed(Reply(result, 0.25)))))


@pytest.mark.parametrize(
    ("task", "result"),
    [
        (TRIAL, Judgement()),
        (TRIAL, Judgement((FINDING, FINDING), frozenset("xy"), "differences")),
        (TRIAL, NoResult("process", "timed out after 2 s")),
        (ASKED, Diagnoses(("the sign is flipped", ""))),
        (ASKED, NoResult("process", "the process died: SIGSEGV")),
        (SMALLER, SmallerPoints((None, POINT))),
        (SMALLER, NoResult("process", "timed out after 2 s")),
        (LOOK, Loaded(())),
        (LOOK, NoResult("load", "no such file")),
    ],
)
def test_a_reply_survives(task, result):
    assert there_and_back(task, result) == Reply(result, 0.25)


def test_layers_survive():
    (found,) = there_and_back(LOOK, Loaded((LayerFacts(Subject(None, "one", ())),))).result.layers
    assert found.subject.name == "one"


FINE = parse_line(line_of(packed(Reply(Judgement((FINDING,)), 0.25))))


def changed(**change):
    (finding,) = FINE["judgement"]["findings"]
    return {**FINE, "judgement": {**FINE["judgement"], "findings": [{**finding, **change}]}}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (changed(verdict="FINE"), "judgement.findings[0].verdict: one of PASS"),
        (changed(fault="raised"), "judgement.findings[0].fault: an object is needed, not 'raised'"),
        (changed(fault={"kind": "whim"}), "judgement.findings[0].fault"),
        (changed(input=None), "judgement.findings[0].input: a text is needed, not None"),
        (changed(max_abs="much"), "judgement.findings[0].max_abs: a number is needed, not 'much'"),
        (changed(case=plain(CASE)), "judgement.findings[0]: unknown field 'case'"),
        (changed(diagnosis="the sign is flipped"), "judgement.findings[0]: unknown field 'diagnosis'"),
        ({**FINE, "judgement": {**FINE["judgement"], "zero": "x"}}, "judgement.zero: a list is needed, not 'x'"),
        ({**FINE, "seconds": "soon"}, "seconds: a number is needed, not 'soon'"),
        ({"failure": {"kind": "whim", "sentence": ""}, "seconds": 0}, "failure.kind: one of usage, load, empty"),
        ({"seconds": 0}, "the result of another task came"),
        (packed(Reply(Loaded(()))), "the result of another task came"),
        ({}, "seconds: is missing"),
        ([], "an object is needed, not []"),
        (None, "an object is needed, not None"),
    ],
)
def test_another_reply_is_garbled(entry, said):
    with pytest.raises(GarbledError) as caught:
        unpacked(TRIAL, entry)
    assert str(caught.value).startswith(said)


def test_unchanged_it_is_not():
    assert unpacked(TRIAL, changed()).result.findings == (FINDING,)


def test_the_findings_are_of_the_case_that_was_asked_for():
    other = replace(TRIAL, case=replace(CASE, seed=1))
    assert unpacked(other, changed()).result.findings == (replace(FINDING, case=other.case),)


def test_a_diagnosis_too_few_is_garbled():
    with pytest.raises(GarbledError, match="one diagnosis is needed for each finding"):
        there_and_back(ASKED, Diagnoses(("the sign is flipped",)))


@given(drawn.ANYTHING, st.sampled_from([TRIAL, ASKED, LOOK]))
def test_whatever_comes_is_read_or_garbled(entry, task):
    with suppress(GarbledError):
        unpacked(task, entry)


def test_the_words_of_a_layer_can_do_no_harm():
    (finding,) = unpacked(TRIAL, changed(fault=plain(stated("\x1b[31m")), notes=["\x07"])).result.findings
    assert (finding.sentence, finding.notes) == ("\\x1b[31m", ("\\x07",))
