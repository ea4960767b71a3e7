"""The table of a proof, and its lines for programs."""

from __future__ import annotations

import io
import json
import math

import pytest

from gradcheck.records.case import Case
from gradcheck.records.fault import stated
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.proof import CorruptionResult, Deviation, Proof, Sensitivity
from gradcheck.records.report import LayerReport
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.proof import render, write


def result(name, factor, *deviations):
    seen = tuple(Deviation(Case("tanh", f"s{k}"), size, checks) for k, (size, checks) in enumerate(deviations))
    return CorruptionResult(name, factor, seen)


TRIALS = (
    result("sign flipped", None, (2.0, ("jacobian", "bprop")), (0.25, ("bprop",)), (1e-9, ())),
    result("factor 1 + e", 1e-3, (1e-3, ("bprop",))),
    result("factor 1 + e", 1e-4, (1e-4, ("bprop",))),
    result("transposed", None),
    result("None", None, (math.inf, ("contract",))),
)
ESCAPES = (result("doubled at ties", None, (1.0, ())), result("factor 1 + e", 1e-8, (1e-8, ())))
SENSITIVITIES = (
    Sensitivity("jacobian", 1e-9, 1e-9),
    Sensitivity("bprop", 1e-13, 1e-11),
    Sensitivity("agreement", 1e-3, None),
)
PROOF = Proof("tanh", "tanh", ("contract", "jacobian", "bprop"), 3, TRIALS, SENSITIVITIES, unmade=("diagonal dropped",))
LOST = Proof("tanh", "tanh", ("purity",), 3, (*TRIALS, *ESCAPES))
FAILURE = Finding("bprop", Verdict.FAIL, Case("tanh", "normal"), fault=stated("analytic 1, numeric 2"))
REFUSED = Proof("tanh", "tanh", failing=LayerReport("tanh", "tanh", (FAILURE,)))
REASONS = [
    "FAIL tanh · bprop: analytic 1, numeric 2",
    "    at normal scale=1",
    "    gradcheck tanh --inputs normal --scale 1 --seed 0",
]


def told(*proofs, tell=render, **options):
    stream = io.StringIO()
    for proof in proofs:
        tell(proof, stream, RenderOptions(**options))
    return stream.getvalue()


def row(text, name):
    return next(line for line in text.splitlines() if line.startswith(name)).removeprefix(name).split()


def test_a_row_says_by_whom_where_and_how_small():
    text = told(PROOF)
    assert row(text, "sign flipped") == ["jacobian,", "bprop", "2", "of", "3", "2.5e-01"]
    assert row(text, "factor 1 + e") == ["bprop", "1", "of", "1", "1.0e-04"]
    assert row(text, "None") == ["contract", "1", "of", "1", "-"]


def test_what_is_invisible_or_was_not_tried_is_told_apart():
    lines = told(PROOF).splitlines()
    assert "invisible here: transposed" in lines
    assert "not tried, since the Jacobian is too large: diagonal dropped" in lines
    assert not [line for line in lines if line.startswith("transposed")]


def test_where_each_check_stops_seeing():
    assert [line for line in told(PROOF).splitlines() if " sees " in line] == [
        "jacobian sees errors down to 1.0e-09 at every point",
        "bprop sees errors down to 1.0e-13, at every point down to 1.0e-11",
        "agreement sees errors down to 1.0e-03, though not at every point",
    ]


def test_the_score():
    assert "tanh: caught 4 of 4 visible corruptions (1 invisible here)" in told(PROOF)
    assert "tanh: caught 4 of 6 visible corruptions (1 invisible here)" in told(LOST)


def test_what_is_missed_is_told_where_it_is_largest():
    text = told(LOST)
    assert row(text, "doubled at ties") == ["MISSED", "0", "of", "1", "-"]
    assert "MISSED doubled at ties: relative size 1.0e+00 at tanh[s0,scale=1,f64]\n" in text
    small = "MISSED factor 1 + e, e <= 1e-8: relative size 1.0e-08 at tanh[s0,scale=1,f64], too small to count"
    assert small in text
    assert "MISSED" not in told(PROOF)


def test_quiet_is_the_score_and_what_is_missed():
    assert told(PROOF, verbosity=-1).splitlines() == ["tanh: caught 4 of 4 visible corruptions (1 invisible here)"]
    assert len(told(LOST, verbosity=-1).splitlines()) == 3


def test_a_refusal_says_why():
    assert told(REFUSED).splitlines()[1:] == REASONS
    assert "its own derivatives fail" in told(REFUSED)
    assert "caught" not in told(REFUSED)


def test_colours_carry_nothing_alone():
    assert "\x1b[" in told(LOST, color=True)
    assert "\x1b[" not in told(LOST)


def test_no_name_drives_the_terminal():
    wild = Proof("[red]\x1b]0;x\x07", "t", ("bprop",), 1, (result("a [bold]\x1b[2J", None, (1.0, ())),))
    text = told(wild)
    assert "\x1b" not in text
    assert "[red]" in text
    assert "[bold]" in text


def test_lines_for_programs():
    lines = [json.loads(line) for line in told(LOST, tell=write).splitlines()]
    assert [line["type"] for line in lines] == ["trial"] * 7 + ["proof"]
    assert lines[0]["sightings"][0] == {"id": "tanh[s0,scale=1,f64]", "size": 2.0, "checks": ["jacobian", "bprop"]}
    assert lines[4]["sightings"][0]["size"] is None
    assert (lines[-1]["caught"], lines[-1]["visible"], lines[-1]["passed"]) == (4, 6, False)


@pytest.mark.parametrize(("proof", "passed", "reasons"), [(PROOF, True, []), (REFUSED, False, REASONS)])
def test_the_last_line_holds_the_outcome(proof, passed, reasons):
    last = json.loads(told(proof, tell=write).splitlines()[-1])
    assert last["passed"] is passed
    assert last["complaints"] == reasons
    assert len(last["sights"]) == len(proof.sensitivities)
