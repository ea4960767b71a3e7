"""Records to plain data and back: whatever stands in a record survives, whatever does not is refused by its place."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.records.case import Case
from gradcheck.records.figures import Figures
from gradcheck.records.finding import Counterexample, Finding, Verdict
from gradcheck.records.input import Input
from gradcheck.records.plain import plain, record_of
from gradcheck.records.plain.garbled import GarbledError, line_of, parse_line
from gradcheck.records.report import LayerReport
from gradcheck.text import printable
from tests.records import drawn

CASE = Case("softmax", "ties", 1e3, (("n", 5),))
WRONG = Finding("bprop", Verdict.FAIL, CASE, "x", max_abs=1.5, notes=("sampled",))
REPORT = LayerReport("softmax", "softmax", (WRONG, WRONG), 0.5)


def again(record):
    return record_of(type(record), parse_line(line_of(plain(record))))


@given(drawn.REPORTS | drawn.FINDINGS | drawn.CASES | drawn.FIGURES | drawn.INPUTS | drawn.LABELS | drawn.SOURCE_LINES)
def test_every_record_survives(record):
    assert repr(again(record)) == repr(record)  # NaN differs from itself, its text does not


@given(drawn.ANYTHING, st.sampled_from([LayerReport, Finding, Case, Counterexample, Figures, Input]))
def test_whatever_comes_is_a_record_or_garbled(data, kind):
    with suppress(GarbledError):
        assert isinstance(record_of(kind, data), kind)


def test_how_a_finding_stands():
    assert plain(WRONG) == {
        "check": "bprop",
        "verdict": "FAIL",
        "case": {
            "layer": "softmax",
            "strategy": "ties",
            "scale": 1000.0,
            "sizes": {"n": 5},
            "dtype": "float64",
            "seed": 0,
            "values": "",
            "budget": "usual",
        },
        "input": "x",
        "max_abs": 1.5,
        "max_rel": None,
        "floor": None,
        "worst": "",
        "analytic": None,
        "numeric": None,
        "bound": None,
        "notes": ["sampled"],
        "diagnosis": "",
    }


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_lacks_is_a_text(number):
    data = plain(replace(WRONG, max_abs=number))
    assert data["max_abs"] == str(number)
    assert str(record_of(Finding, data).max_abs) == str(number)


def test_numbers_of_numpy_are_numbers():
    found = again(replace(WRONG, max_abs=np.float32(0.5), max_rel=2))
    assert (found.max_abs, found.max_rel) == (0.5, 2.0)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("findings",), 3, "findings: a list is needed, not 3"),
        (("findings", 1), 3, "findings[1]: an object is needed, not 3"),
        (("findings", 0, "max_abs"), "much", "findings[0].max_abs: a number is needed, not 'much'"),
        (("findings", 0, "max_abs"), True, "findings[0].max_abs: a number is needed, not True"),
        (("findings", 0, "max_abs"), 10**400, "findings[0].max_abs: a number of float64 is needed, not 1000"),
        (("findings", 0, "verdict"), "FINE", "findings[0].verdict: one of PASS, UNDEFINED, INCONCLUSIVE, ERROR, FAIL"),
        (("findings", 0, "verdict"), [], "findings[0].verdict: one of PASS, UNDEFINED, INCONCLUSIVE, ERROR, FAIL"),
        (("findings", 0, "notes"), "a", "findings[0].notes: a list is needed, not 'a'"),
        (("findings", 0, "notes", 0), None, "findings[0].notes[0]: a text is needed, not None"),
        (("findings", 0, "case", "sizes", "n"), 2.5, "findings[0].case.sizes.n: a whole number is needed, not 2.5"),
        (("findings", 0, "case", "sizes"), [], "findings[0].case.sizes: an object is needed, not []"),
        (("findings", 0, "case", "sede"), 3, "findings[0].case: unknown field 'sede'; did you mean 'seed'?"),
        (("findings", 0, "counterexample"), {"text": ""}, "findings[0].counterexample.case: is missing"),
        (("seconds",), None, "seconds: a number is needed, not None"),
    ],
)
def test_what_is_no_record_is_refused_by_its_place(path, value, said):
    data = plain(REPORT)
    part = data
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    with pytest.raises(GarbledError) as caught:
        record_of(LayerReport, data)
    assert str(caught.value).startswith(said)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("name", list(plain(WRONG)))
def test_no_field_may_be_missing(name):
    data = plain(WRONG)
    del data[name]
    with pytest.raises(GarbledError, match=f"^{name}: is missing$"):
        record_of(Finding, data)


def test_what_a_class_refuses_is_refused():
    data = {**plain(Input("x", ("n",))), "domain": "everywhere"}
    with pytest.raises(GarbledError, match="`domain` of input 'x' must be one of"):
        record_of(Input, data)


def test_texts_may_be_made_harmless():
    data = plain(replace(WRONG, notes=("\x1b[31m",)))
    assert record_of(Finding, data, printable).notes == ("\\x1b[31m",)
    assert record_of(Finding, data).notes == ("\x1b[31m",)


class Colour(enum.Enum):
    RED = "red"


@dataclass(frozen=True)
class Tree:
    colour: Colour
    size: float | int
    facts: tuple[tuple[str, str | float | int | bool | None], ...]
    table: Mapping[str, frozenset[str]]
    child: Tree | None = None


def test_a_new_record_needs_nothing_but_its_types():
    facts = (("a", "nan"), ("b", math.nan), ("c", 1), ("d", True), ("e", None), ("f", 1.0))
    tree = Tree(Colour.RED, 3, facts, {"t": frozenset("xy")}, Tree(Colour.RED, 0.5, (), {}))
    assert plain(tree)["facts"]["b"] == {"nonfinite": "nan"}  # a text may stand there, too
    assert plain(tree)["table"] == {"t": ["x", "y"]}
    assert "child" not in plain(tree)["child"]
    assert repr(again(tree)) == repr(tree)


@dataclass(frozen=True)
class Odd:
    anything: object


def test_a_type_that_says_nothing_is_refused():
    with pytest.raises(TypeError, match="no plain data stand for"):
        plain(Odd(3))
