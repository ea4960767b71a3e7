"""Faults: what tells one way to fail from another, and the words that are printed from them."""

from __future__ import annotations

import math

import pytest

from gradcheck.records import sentences
from gradcheck.records.fault import Fault, FaultKind, stated
from gradcheck.records.plain import plain, record_of
from gradcheck.records.plain.garbled import GarbledError, line_of, parse_line
from gradcheck.records.sentences import sentence_of

RAISED = Fault.of(FaultKind.RAISED, "bprop", exception="ValueError", text="no at layers.py:3")
NUMBERS = {"analytic": 0.125, "numeric": 0.1301, "bound": 2e-9, "error": 5.1e-3, "count": 2, "total": 9}
UNCLEAR = "the differences cannot tell: analytic 0.125, numeric 0.1301 ± 2.0e-09, error 5.1e-03"
EXAMPLES = (
    (RAISED, "`bprop` raised ValueError: no at layers.py:3"),
    (
        Fault.of(FaultKind.NO_ARRAY, "forward", found="int"),
        "`forward` returned an int; an array of floating numbers is required",
    ),
    (
        Fault.of(FaultKind.NO_ARRAY, "bprop", input="W", found=None),
        "`bprop` returned for W None; an array of floating numbers is required",
    ),
    (
        Fault.of(FaultKind.NO_TUPLE, "bprop", found="list", required=2),
        "`bprop` returned a list; a tuple of 2 gradients is required",
    ),
    (
        Fault.of(FaultKind.COUNT, "bprop", found=1, required=2),
        "`bprop` returned 1 gradients; 2 are required, one for each differentiable input",
    ),
    (
        Fault.of(FaultKind.DTYPE, "bprop", input="x", dtype="int64"),
        "`bprop` returned for x an array of dtype int64; a real floating dtype is required",
    ),
    (
        Fault.of(FaultKind.SHAPE, "jacobian", input="x", found=(3,), required=(3, 3)),
        "`jacobian` returned for x an array of shape (3,); (3, 3) is required",
    ),
    (Fault.of(FaultKind.EXCLUDED, "defined"), "`defined` excludes the point, which is skipped"),
    (
        Fault.of(FaultKind.NO_TRUTH, "defined", found="ndarray"),
        "`defined` returned a ndarray; True or False is required",
    ),
    (
        Fault.of(FaultKind.NAN_OUTPUT, "forward", entry="y[1]"),
        "`forward` returned NaN in y[1] on a finite input of its domain",
    ),
    (
        Fault.of(FaultKind.OVERFLOW, "forward", entry="y[1]", value=math.inf, exact=1e30),
        "`forward` overflows: inf in y[1], in more digits 1e+30",
    ),
    (Fault.of(FaultKind.INFINITE, "forward", count=1, total=4), "`forward` is infinite in 1 of 4 entries"),
    (
        Fault.of(FaultKind.BEYOND_CAST, "forward", dtype="float16", value=7e4),
        "`forward` computes in float16, which holds no number as large as 70000",
    ),
    (
        Fault.of(FaultKind.NAN_DERIVATIVE, "bprop", input="x", entry="x[2]"),
        "`bprop` gives NaN for x[2], where `forward` is finite",
    ),
    (
        Fault.of(FaultKind.DIFFERS, "bprop", **NUMBERS),
        "analytic 0.125, numeric 0.1301 ± 2.0e-09, error 5.1e-03 (the worst of 2 of 9 entries)",
    ),
    (
        Fault.of(FaultKind.UNCLEAR, "bprop", **{**NUMBERS, "count": 1}),
        UNCLEAR,
    ),
    (
        Fault.of(FaultKind.UNCLEAR, "bprop", **{**NUMBERS, "count": 1}, output=2.4e17, hidden=1.3),
        f"{UNCLEAR}; rounding of an output of 2.4e+17 hides terms below 1.3e+00",
    ),
    (
        Fault.of(FaultKind.NO_DERIVATIVE, "bprop", count=2, total=9, analytic=0.5),
        "no finite derivative to compare with in 2 of 9 entries; analytic 0.5 at the worst",
    ),
    (
        Fault.of(FaultKind.NO_SUBGRADIENT, "bprop", **{**NUMBERS, "outputs": ("y[0]", "y[1]")}),
        (
            "no generalised gradient: along a direction of 2 entries y[0] + y[1] has slopes within 0.1301 ± 2.0e-09 at "
            "the points nearby; analytic 0.125"
        ),
    ),
    (
        Fault.of(FaultKind.AT_RUN_TIME, "bprop", dtype="float32", analytic=math.nan, exact=1.5),
        "the formula is right, its value in float32 is not: analytic nan, in more digits 1.5",
    ),
    (
        Fault.of(FaultKind.NOT_LINEAR, "bprop", v="huge", entry="x[0]", whole=2.0, parts=1.0),
        "`bprop` is not linear in v: for v = huge it gives x[0] = 2, its parts give 1 together, error 1.0e+00",
    ),
    (
        Fault.of(FaultKind.FAILS_FOR_V, "bprop", cause=RAISED, v="huge"),
        "for v = huge: `bprop` raised ValueError: no at layers.py:3",
    ),
    (Fault.of(FaultKind.IN_PLACE, "bprop", argument=""), "`bprop` changes the cotangent v in place"),
    (Fault.of(FaultKind.IN_PLACE, "bprop", argument="x"), "`bprop` changes its input x in place"),
    (Fault.of(FaultKind.SHARED_ARRAY, "forward"), "`forward` returned an array that a later call changes"),
    (
        Fault.of(FaultKind.OTHER_ANSWER, "bprop", after="when called twice", seen="", error=0.5),
        "`bprop` gives another answer to the same inputs when called twice: it differs by 5.0e-01",
    ),
    (
        Fault.of(FaultKind.FIRST_CALL, "bprop", error=0.5),
        "`bprop` gave another answer when it was first called: it differs by 5.0e-01",
    ),
    (
        Fault.of(FaultKind.OVERWRITTEN, "bprop", error=0.5),
        "`bprop` gives another answer once the array it returned was overwritten: it differs by 5.0e-01",
    ),
    (
        Fault.of(FaultKind.FAILS_AGAIN, "bprop", cause=RAISED),
        "`bprop` fails when it is called again: `bprop` raised ValueError: no at layers.py:3",
    ),
    (
        Fault.of(FaultKind.LAYOUT, "bprop", cause=RAISED, given="cotangent", layout="read-only"),
        "`bprop` fails (`bprop` raised ValueError: no at layers.py:3) for a cotangent that is read-only",
    ),
    (
        Fault.of(FaultKind.LAYOUT, "forward", error=0.5, given="inputs", layout="in Fortran order"),
        "`forward` gives another answer, off by 5.0e-01, for inputs that are in Fortran order",
    ),
    (
        Fault.of(FaultKind.BATCH, "bprop", cause=RAISED, item=True, sizes="batch=2, n=3"),
        "with batch=2, n=3 of one item: `bprop` raised ValueError: no at layers.py:3",
    ),
    (
        Fault.of(
            FaultKind.BATCH,
            "bprop",
            cause=Fault.of(FaultKind.ITEMS, "bprop", input="W", batched=False, error=0.5),
            sizes="batch=2",
        ),
        "with batch=2 the gradient of W is not the sum of those of its items: it differs by 5.0e-01",
    ),
    (
        Fault.of(
            FaultKind.BATCH,
            "bprop",
            cause=Fault.of(FaultKind.DIFFERS, "bprop", **{**NUMBERS, "count": 1}),
            entry="x[0]",
            sizes="batch=4",
        ),
        "with batch=4 x[0]: analytic 0.125, numeric 0.1301 ± 2.0e-09, error 5.1e-03",
    ),
    (
        Fault.of(FaultKind.COMMON_FACTOR, "bprop", factor=1.049, allowed=0.02, dtype="bfloat16"),
        "all entries together are 1.049 times those of the reference; rounding in bfloat16 allows 1 ± 0.02",
    ),
    (
        Fault.of(FaultKind.VALUE, "forward", **{**NUMBERS, "count": 1}),
        "`forward` beside its reference: analytic 0.125, numeric 0.1301 ± 2.0e-09, error 5.1e-03",
    ),
    (
        Fault.of(FaultKind.VALUE_SHAPE, "forward", found=(3,), required=(3, 1)),
        "`forward` has shape (3,), its reference (3, 1)",
    ),
    (Fault.of(FaultKind.LAW, "odd", cause=RAISED), "law odd: `bprop` raised ValueError: no at layers.py:3"),
    (
        Fault.of(FaultKind.MAPPED, "vmap", entry="y[1,0]", error=0.5, count=3),
        "`vmap` of 3 points gives another y[1,0] than `forward` of each: it differs by 5.0e-01",
    ),
    (Fault.of(FaultKind.LAW_SIDES, "odd"), "law odd must return two arrays"),
    (
        Fault.of(FaultKind.LAW_SHAPES, "odd", left=(), right=(2,)),
        "law odd: the left side has shape (), the right side (2,)",
    ),
    (
        Fault.of(FaultKind.LAW_FAILS, "odd", error=0.5, bound=1e-9),
        "law odd: the sides differ by 5.0e-01, rounding allows 1.0e-09",
    ),
    (Fault.of(FaultKind.INTERNAL, text="KeyError: 1"), "internal error of gradcheck: KeyError: 1"),
    (stated("timed out after 2 s"), "timed out after 2 s"),
)


@pytest.mark.parametrize(("fault", "sentence"), EXAMPLES)
def test_a_sentence_is_printed_from_a_fault(fault, sentence):
    assert sentence_of(fault) == sentence


def test_every_kind_has_its_sentence():
    shown = {one.kind for fault, _ in EXAMPLES for one in fault.chain}
    assert shown == set(FaultKind) == set(sentences._SENTENCES)


@pytest.mark.parametrize(("fault", "sentence"), EXAMPLES)
def test_a_fault_survives_as_plain_data(fault, sentence):
    back = record_of(Fault, parse_line(line_of(plain(fault))))
    assert sentence_of(back) == sentence
    assert back.way == fault.way
    assert hash(back) == hash(back)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "whim"},
        {"detail": None},
        {"cause": 3},
        {"other": 3},
    ],
)
def test_another_fault_does_not(change):
    with pytest.raises(GarbledError):
        record_of(Fault, {**plain(RAISED), **change})


@pytest.mark.parametrize("kind", sorted(set(FaultKind), key=lambda kind: kind.value))
def test_a_fault_that_lacks_what_its_sentence_needs_is_told_all_the_same(kind):
    assert sentence_of(Fault(kind, "bprop"))
    assert sentence_of(Fault.of(kind, "bprop", analytic="x", error="y", found=3, outputs=3))
    assert sentence_of(Fault.of(kind, "bprop", analytic=10**400, numeric=1.0, bound=1.0, error=10**400, exact=10**400))


def test_without_a_fault_there_is_no_sentence():
    assert stated("") is None


def wrong(analytic):
    return Fault.of(FaultKind.DIFFERS, "bprop", analytic=analytic, numeric=1.0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (wrong(-0.5), wrong(0.125)),
        (wrong(math.inf), wrong(-math.inf)),
        (RAISED, Fault.of(FaultKind.RAISED, "bprop", exception="ValueError", text="other words")),
        (
            Fault.of(FaultKind.LAW_FAILS, "odd", error=1.0, bound=0.0),
            Fault.of(FaultKind.LAW_FAILS, "odd", error=2.0, bound=0.0),
        ),
    ],
)
def test_one_mistake_fails_in_one_way_at_all_points(one, other):
    assert one.way == other.way


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (wrong(1.0), wrong(math.nan)),
        (wrong(1.0), Fault.of(FaultKind.NO_SUBGRADIENT, "bprop")),
        (RAISED, Fault.of(FaultKind.RAISED, "forward", exception="ValueError", text="no at layers.py:3")),
        (RAISED, Fault.of(FaultKind.RAISED, "bprop", exception="KeyError", text="no at layers.py:3")),
        (Fault.of(FaultKind.LAW_FAILS, "odd"), Fault.of(FaultKind.LAW_FAILS, "odd_again")),
    ],
)
def test_another_mistake_fails_in_another(one, other):
    assert one.way != other.way
