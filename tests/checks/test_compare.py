from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.checks.compare import CERTAIN, USELESS, compare
from gradcheck.oracle.allowance import allowance
from gradcheck.records.comparison import joined
from gradcheck.records.estimate import Estimate
from gradcheck.records.finding import Verdict
from gradcheck.records.sentences import sentence_of

EPS = float(np.finfo(np.float64).eps)


def numeric(value, floor=1e-9, gap=0.0, scale=1.0, reach=1.0, open=0.0):
    parts = (np.array(part, dtype=float) for part in (value, floor, gap, scale, reach, open))
    return Estimate(*(part.copy() for part in np.broadcast_arrays(*parts)))


def judged(analytic, value=1.0, *, eps=EPS, **facts):
    wobble, largest = facts.pop("wobble", 0.0), facts.pop("largest", np.inf)
    return compare(np.array([analytic]), numeric([value], **facts), eps=eps, wobble=wobble, largest=largest).summary


@pytest.mark.parametrize(
    ("analytic", "facts", "verdict"),
    [
        (1.0, {}, Verdict.PASS),
        (1.0 + 9e-10, {}, Verdict.PASS),
        (1.0 + 3e-9, {}, Verdict.INCONCLUSIVE),
        (1.0 + 9e-9, {}, Verdict.FAIL),
        (2.0, {}, Verdict.FAIL),
        (math.nan, {}, Verdict.FAIL),
        (math.inf, {}, Verdict.FAIL),
        (-math.inf, {"floor": 1e300}, Verdict.FAIL),
        (-math.inf, {"floor": 1e300, "largest": 1.7e308}, Verdict.FAIL),
        (-math.inf, {"floor": 1e307, "largest": 1.7e308}, Verdict.INCONCLUSIVE),
        (1.0, {"floor": 0.1}, Verdict.INCONCLUSIVE),
        (1.0, {"floor": 0.1, "reach": 1000.0}, Verdict.PASS),
        (1.0, {"floor": math.inf}, Verdict.INCONCLUSIVE),
        (7.0, {"floor": math.inf}, Verdict.INCONCLUSIVE),
        (7.0, {"value": math.inf, "floor": math.inf}, Verdict.UNDEFINED),
        (math.inf, {"value": math.inf, "floor": math.inf}, Verdict.UNDEFINED),
        (math.nan, {"value": math.inf, "floor": math.inf}, Verdict.FAIL),
        (math.nan, {"value": math.nan, "floor": math.inf}, Verdict.FAIL),
        (1e30, {"value": 1e38, "floor": 1e20, "largest": 3e38}, Verdict.UNDEFINED),
        (1e30, {"value": 1e38, "floor": 1e20}, Verdict.FAIL),
        (1.0, {"value": 0.5, "floor": 0.5, "gap": 0.5}, Verdict.PASS),
        (0.0, {"value": 0.5, "floor": 0.5, "gap": 0.5}, Verdict.PASS),
        (1.1, {"value": 0.5, "floor": 0.5, "gap": 0.5}, Verdict.FAIL),
        (1.0, {"value": 0.5, "floor": 0.5, "gap": 0.01}, Verdict.INCONCLUSIVE),
        (0.0, {"value": 0.0, "floor": 0.0, "scale": 0.0, "reach": 0.0}, Verdict.PASS),
    ],
)
def test_the_verdict(analytic, facts, verdict):
    assert judged(analytic, **facts).verdict is verdict


def test_rounding_of_the_scale_is_allowed():
    assert judged(1.0 + 1e-15, floor=0.0).verdict is Verdict.PASS
    assert judged(1.0 + 1e-13, floor=0.0).verdict is Verdict.FAIL
    assert judged(1.0 + 1e-13, floor=0.0, scale=1e3, reach=1e3).verdict is Verdict.PASS
    assert judged(1.0 + 1e-7, floor=0.0, eps=6e-8).verdict is Verdict.PASS


def test_twice_the_wobble_is_allowed():
    assert judged(1.0 + 3e-9, floor=0.0, wobble=2e-9).verdict is Verdict.PASS
    assert judged(1.0 + 3e-9, floor=0.0, wobble=1e-9).verdict is Verdict.INCONCLUSIVE


SHARES = st.floats(0, 1)


def test_a_floor_holds_where_the_truth_lies_on_the_other_side_of_the_numeric_value():
    beside, at = judged(1.0 + 9e-10), judged(1.0)
    assert at.floor == pytest.approx(1e-9, rel=0.01)
    assert beside.floor == pytest.approx(1.9e-9, rel=0.01)


@given(floor=st.floats(1e-15, 1e-4), share=SHARES, times=st.floats(-100, 100), value=SHARES)
def test_an_error_is_judged_by_the_floor_and_the_gap(floor, share, times, value):
    gap = share * floor
    limit = floor + allowance(np.array(1.0), EPS)
    certain = gap + CERTAIN * (limit - gap)
    error = abs(times) * limit
    if min(abs(error - limit), abs(error - certain)) <= 4 * EPS + 1e-6 * error:
        return
    expected = Verdict.PASS if error < limit else Verdict.FAIL if error > certain else Verdict.INCONCLUSIVE
    assert judged(value + times * limit, value=value, floor=floor, gap=gap).verdict is expected


@given(floor=st.floats(1e-12, 1), reach=st.floats(1e-6, 1e6))
def test_agreement_that_proves_nothing_is_inconclusive(floor, reach):
    ratio = (floor + allowance(np.array(1.0), EPS)) / reach
    if not math.isclose(ratio, USELESS, rel_tol=1e-6):
        assert (judged(1.0, floor=floor, reach=reach).verdict is Verdict.PASS) == (ratio < USELESS)


def test_the_worst_entry_decides():
    found = compare(
        np.array([[1.0, 2.0, 3.0], [4.0, 5.5, 6.0]]), numeric([[1.0, 2.0, 3.0], [4.0, 5.0, 6.1]]), eps=EPS
    ).summary
    assert found.verdict is Verdict.FAIL
    assert found.worst == (1, 1)
    assert (found.analytic, found.numeric) == (5.5, 5.0)
    assert found.max_abs == pytest.approx(0.5)
    assert "(the worst of 2 of 6 entries)" in sentence_of(found.fault)


def test_the_worst_entry_is_the_furthest_outside_of_its_bound():
    found = compare(np.array([2.0, 1.0001]), numeric([1.0, 1.0], floor=[0.1, 1e-9]), eps=EPS).summary
    assert found.worst == (1,)
    assert found.max_abs == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("analytic", "facts", "verdict"),
    [
        ([1.0, 1.0 + 3e-9, 1.0], {}, Verdict.INCONCLUSIVE),
        ([1.0, 1.0 + 3e-9, 7.0], {}, Verdict.FAIL),
        ([1.0, 1.0, 1.0], {"value": [math.inf, 1.0, 1.0], "floor": [math.inf, 1e-9, 1e-9]}, Verdict.UNDEFINED),
        ([1.0, 7.0, 1.0], {"value": [math.inf, 1.0, 1.0], "floor": [math.inf, 1e-9, 1e-9]}, Verdict.FAIL),
        ([1.0, 1.0, 1.0], {"value": [math.inf, 1.0, 1.0], "floor": [math.inf, 0.5, 1e-9]}, Verdict.INCONCLUSIVE),
    ],
)
def test_a_fail_comes_before_all_else_and_what_is_undefined_last(analytic, facts, verdict):
    estimate = numeric(**{"value": [1.0] * 3, **facts})
    assert compare(np.array(analytic), estimate, eps=EPS).verdict is verdict


def test_entries_without_a_number_are_left_out_of_the_largest_error():
    found = compare(np.array([math.nan, 1.5]), numeric([1.0, 1.0]), eps=EPS).summary
    assert found.worst == (0,)
    assert found.max_abs == 0.5
    assert math.isnan(found.analytic)


def test_the_floor_is_relative_and_that_of_the_dullest_entry():
    two = np.array([[1.0], [100.0]])
    found = compare(two, numeric(two, floor=[[1e-9], [1e-8]], reach=two), eps=EPS)
    assert found.summary.floor == pytest.approx(1e-9, rel=1e-4)
    assert compare(np.array([1.0]), numeric([1.0], floor=math.inf), eps=EPS).summary.floor is None


def test_kinks_are_counted():
    found = compare(np.array([1.0, 1.0]), numeric([0.5, 1.0], floor=[0.5, 1e-9], gap=[0.5, 0.0]), eps=EPS)
    assert found.verdict is Verdict.PASS
    assert found.kink.tolist() == [True, False]
    assert found.summary.kinks == 1
    assert judged(1.0).kinks == 0


def test_nothing_is_judged_of_nothing():
    found = compare(np.zeros((3, 0)), numeric(np.zeros((3, 0))), eps=EPS)
    assert found.verdict is found.summary.verdict is Verdict.PASS
    assert found.summary.worst is None


def test_the_entries_say_which_decided():
    value, floor = [1.0, 1.0, 1.0, math.inf, 1.0], [1e-9, 1e-9, 1e-9, math.inf, math.inf]
    found = compare(np.array([1.0, 1.0 + 3e-9, 2.0, 1.0, 1.0]), numeric(value, floor=floor), eps=EPS)
    assert found.right.tolist() == [True, False, False, False, False]
    assert found.unknown.tolist() == [False, True, False, False, True]
    assert found.wrong.tolist() == [False, False, True, False, False]
    assert found.undefined.tolist() == [False, False, False, True, False]
    assert found.known.tolist() == [True, True, True, False, False]
    assert (found.limit[:3] < found.certain[:3]).all()


def test_the_ratio_tells_a_wrong_number_from_one_that_nothing_is_known_of():
    value, floor = [1.0, 1.0, 1.0, 1.0, math.inf, 1.0], [0.5] * 5 + [math.inf]
    found = compare(np.array([1.0, 2.0, np.nan, np.inf, 1.0, np.nan]), numeric(value, floor=floor), eps=EPS)
    assert found.ratio == pytest.approx([0, 2, np.inf, np.inf, np.nan, np.nan], nan_ok=True)


def test_columns_put_together_are_judged_as_the_whole():
    analytic, sides = np.array([[1.0, 2.0, 3.5]]), numeric([[1.0, 2.0, 3.0]])
    parts = [slice(0, 1), slice(1, 3)]
    apart = [compare(analytic[:, part], sides.part(np.s_[:, part]), eps=EPS) for part in parts]
    assert joined(apart).summary == compare(analytic, sides, eps=EPS).summary
    assert joined(apart[:1]) is apart[0]


def test_the_sentence_has_both_sides_in_their_order():
    assert sentence_of(judged(2.0).fault) == "analytic 2, numeric 1 ± 1.0e-09, error 1.0e+00"
    assert judged(1.0).fault is None


def test_what_cannot_be_told_says_so():
    assert sentence_of(judged(1.0, floor=0.1).fault).startswith("the differences cannot tell: analytic 1, numeric 1 ± ")
    undefined = judged(1.0, value=math.inf, floor=math.inf)
    assert sentence_of(undefined.fault).startswith("no finite derivative to compare with in 1 of 1 entries")


@pytest.mark.parametrize(("error", "verdict"), [(5e-20, Verdict.INCONCLUSIVE), (5e-18, Verdict.FAIL)])
def test_a_small_derivative_may_be_the_difference_of_numbers_of_size_1(error, verdict):
    facts = {"floor": 1e-30, "scale": 1e-13, "reach": 1e-13}
    analytic, sides = np.array([1e-13 + error]), numeric([1e-13], **facts)
    assert compare(analytic, sides, eps=1e-19, passing=1e-18).verdict is verdict
    assert compare(analytic, sides, eps=1e-19).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("value", "error", "verdict"),
    [(0.0, 1e-20, "INCONCLUSIVE"), (1e-310, 1e-20, "INCONCLUSIVE"), (0.0, 1e-12, "FAIL"), (1e-300, 1e-20, "FAIL")],
)
def test_no_claim_below_the_rounding_of_1_is_wrong_where_no_number_holds_the_derivative(value, error, verdict):
    truth = numeric([value], floor=1e-320, scale=0.0, reach=1.0)
    found = compare(np.array([value + error]), truth, eps=EPS, passing=1e-15, largest=1.7e308)
    assert found.summary.verdict is Verdict(verdict)


def test_but_not_the_whole_of_it():
    assert (
        compare(np.array([2e-20]), numeric([1e-20], floor=1e-30, scale=1e-20), eps=1e-19, passing=1e-18).verdict
        is Verdict.FAIL
    )


@given(
    truth=st.floats(1e-3, 1e3),
    factor=st.sampled_from([2.0, -1.0, 0.0]),
    width=st.floats(0.01, 10),
    off=st.floats(-1, 1),
)
def test_a_factor_that_passes_has_no_floor_below_one(truth, factor, width, off):
    """Wherever in its bound the numeric side lies: the claim may lie on the other side of it."""
    bound = width * truth
    estimate = numeric([[truth + off * bound]], floor=bound, reach=1e9)
    found = compare(np.array([[factor * truth]]), estimate, eps=EPS).summary
    assert found.verdict is not Verdict.PASS or found.floor >= 1


def test_a_small_error_that_passes_may_have_one():
    found = compare(np.array([[1.01]]), numeric([[1.0]], floor=0.05, reach=1e9), eps=EPS).summary
    assert found.verdict is Verdict.PASS
    assert found.floor < 0.1


@pytest.mark.parametrize(
    ("beside", "error", "verdict"),
    [(0.5, 3e-18, Verdict.INCONCLUSIVE), (0.5, 3e-16, Verdict.FAIL), (1e-17, 3e-18, Verdict.FAIL)],
    ids=["rounding of it", "more than that", "nothing large beside it"],
)
def test_the_rounding_of_a_large_slope_is_no_error_of_a_tiny_one(beside, error, verdict):
    """A sigmoid at -40 that is made as (1 + tanh(x / 2)) / 2."""
    estimate = numeric([[beside, 0.0], [0.0, 4e-18]], floor=1e-30, scale=[[beside], [4e-18]], reach=1e-10)
    analytic = np.array([[beside, 0.0], [0.0, 4e-18 + error]])
    assert compare(analytic, estimate, eps=EPS, passing=16 * EPS / 256).summary.verdict is verdict
