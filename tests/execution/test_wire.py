from __future__ import annotations

import json
import math
from contextlib import suppress
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.adapters.contract import Subject
from gradcheck.checks.judge import Judgement
from gradcheck.execution import wire
from gradcheck.execution.plain import GarbledError, line_of, parsed
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
)
from gradcheck.execution.wire import packed, unpacked
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, FaultKind, stated
from gradcheck.records.fault_plain import plain_fault
from gradcheck.records.finding import Finding, Verdict

CASE = Case("softmax", "ties", 1e3, (("n", 5),))
TRIAL = JudgeCase("1.1", Address("softmax"), CASE)
LOOK = LoadTarget(Address("softmax"))
LOST = Fault.of(FaultKind.RAISED, "bprop", exception="ValueError", text="no")
FAULT = Fault.of(FaultKind.BATCH, "bprop", sizes="batch=2, n=3", item=True, error=math.inf, cause=LOST)
FINDING = Finding("bprop", Verdict.FAIL, CASE, "x", FAULT, 1.5, math.inf, 1e-9, "x[2]", -0.0, 2.0, 0.1, ("a",))
ASKED = Diagnose("1.d", Address("softmax"), (TRIAL, TRIAL), ((FINDING, FINDING), None))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=9)


def there_and_back(task, result):
    return unpacked(task, parsed(line_of(packed(Reply(result, 0.25)))))


@pytest.mark.parametrize(
    ("task", "result"),
    [
        (TRIAL, Judgement()),
        (TRIAL, Judgement((FINDING, FINDING), frozenset("xy"), "differences")),
        (TRIAL, NoResult("process", "timed out after 2 s")),
        (ASKED, Diagnoses(("the sign is flipped", ""))),
        (ASKED, NoResult("process", "the process died: SIGSEGV")),
        (LOOK, Loaded(())),
        (LOOK, NoResult("load", "no such file")),
    ],
)
def test_a_reply_survives(task, result):
    assert there_and_back(task, result) == Reply(result, 0.25)


def test_layers_survive():
    (found,) = there_and_back(LOOK, Loaded((LayerFacts(Subject(None, "one", ())),))).result.layers
    assert found.subject.name == "one"


def test_no_field_of_a_finding_is_left_behind():
    later = {"diagnosis", "counterexample", "figures"}
    travelling = {"verdict", "case", "notes", "fault", *wire._WORDS, *wire._NUMBERS}
    assert {field.name for field in fields(Finding)} == travelling | later


FINE = json.loads(line_of(packed(Reply(Judgement((FINDING,)), 0.25))))


def changed(**change):
    return {**FINE, "findings": [{**FINE["findings"][0], **change}]}


@pytest.mark.parametrize(
    "entry",
    [
        changed(verdict="FINE"),
        changed(fault="raised"),
        changed(fault={**FINE["findings"][0]["fault"], "kind": "whim"}),
        changed(fault={**FINE["findings"][0]["fault"], "detail": 3}),
        changed(fault={**FINE["findings"][0]["fault"], "cause": {}}),
        changed(max_abs="much"),
        changed(notes="a"),
        {**FINE, "findings": 3},
        {**FINE, "zero": "x"},
        {**FINE, "seconds": "soon"},
        {"failure": "whim", "sentence": "", "seconds": 0},
        {},
        [],
        None,
    ],
)
def test_another_reply_is_garbled(entry):
    with pytest.raises(GarbledError):
        unpacked(TRIAL, entry)


def test_unchanged_it_is_not():
    assert unpacked(TRIAL, changed()).result.findings == (FINDING,)


def test_a_diagnosis_too_few_is_garbled():
    with pytest.raises(GarbledError, match="one diagnosis is needed for each finding"):
        there_and_back(ASKED, Diagnoses(("the sign is flipped",)))


@given(ANYTHING, st.sampled_from([TRIAL, ASKED, LOOK]))
def test_whatever_comes_is_read_or_garbled(entry, task):
    with suppress(GarbledError):
        unpacked(task, entry)


def test_the_words_of_a_layer_can_do_no_harm():
    (finding,) = unpacked(TRIAL, changed(fault=plain_fault(stated("\x1b[31m")), notes=["\x07"])).result.findings
    assert (finding.sentence, finding.notes) == ("\\x1b[31m", ("\\x07",))
