"""Real values into domains: inside, ties tied, order kept, and still inside when rounded."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.errors import UsageError
from gradcheck.inputs.domains import NEAR_ZERO, admits_zero, fit, folds, into, settle
from gradcheck.inputs.interface import Facts
from gradcheck.records.input import Input

INFINITY = float("inf")
UNBROKEN = ("unit", "simplex", (-1.0, 2.0), (100.0, 101.0))
QUICK = settings(derandomize=True, deadline=None, max_examples=20, database=None)
REALS = st.lists(st.floats(-1e300, 1e300) | st.sampled_from([0.0, -0.0, 5e-324, -1e-200, 20.0, -40.0]), min_size=1)


def facts(domain, shape, dtype="float64", classes=5):
    return Facts(
        Input("x", shape, domain, classes=classes if domain == "labels" else None), shape, classes, 0, (), dtype
    )


def settled(values, domain, dtype="float64"):
    rows = np.array([values], dtype=float)
    with np.errstate(all="ignore"):
        one = facts(domain, (len(values),), dtype)
        return settle(fit(rows, one), one)


@QUICK
@given(values=REALS, dtype=st.sampled_from(["float64", "float32", "float16"]))
def test_any_reals_come_to_lie_inside(domain, inside, values, dtype):
    found = settled(values, domain, dtype)
    assert found.dtype == (np.int64 if domain == "labels" else dtype)
    assert inside(found, domain)


@pytest.mark.parametrize(
    ("values", "domain"),
    [
        ([np.inf], "real"),
        ([0.0, 1.0], "positive"),
        ([-1e-9, 1.0], "nonnegative"),
        ([1.0], "unit"),
        ([0.5, 0.4], "simplex"),
        ([1.0, 0.0], "simplex"),
        ([0.0], "nonzero"),
        ([2.0], (-1.0, 2.0)),
        ([5], "labels"),
        ([1.0], "labels"),
    ],
)
def test_values_outside_are_seen_to_be_outside(inside, values, domain):
    assert not inside(np.array(values), domain)


@QUICK
@given(values=REALS)
def test_ties_stay_exactly_tied(domain, values):
    found = settled(values * 2, domain)
    assert (found[: len(values)] == found[len(values) :]).all()


@pytest.mark.parametrize("domain", UNBROKEN, ids=str)
@QUICK
@given(values=REALS)
def test_order_is_kept_between_two_ends(domain, values):
    assert (np.diff(settled(sorted(values), domain)) >= 0).all()


def test_order_is_lost_beside_one_end():
    assert settled([-2.0, 1.0], "positive").tolist() == [2.0, 1.0]


@pytest.mark.parametrize("domain", UNBROKEN, ids=str)
def test_different_ordinary_values_stay_different(domain):
    assert (np.diff(settled([-3.0, -0.5, 0.0, 1e-6, 2.0], domain)) > 0).all()


def test_denormals_stay_apart_in_the_middle_of_an_interval():
    assert settled([4e-310, -4e-310, 0.0], (-1.0, 1.0)).tolist() == [2e-310, -2e-310, 0.0]


@pytest.mark.parametrize(
    ("domain", "expected"), [("positive", NEAR_ZERO), ("nonzero", NEAR_ZERO), ((5.0, INFINITY), 5 + NEAR_ZERO)]
)
def test_an_excluded_zero_becomes_a_small_number(domain, expected):
    assert settled([0.0], domain).tolist() == [expected]


def test_probabilities_keep_away_from_zero():
    found = settled([-1e6, 0.0, 1e6], "simplex")
    assert 1e-13 < found.min() < 1e-11
    assert settled([0.0, 1.0], "simplex") == pytest.approx([1 / (1 + np.e), np.e / (1 + np.e)], rel=1e-15)


def test_rounding_up_to_an_end_is_nudged_back():
    assert settled([1e6], "unit", "float32")[0] == np.nextafter(np.float32(1), np.float32(0))
    assert settled([1e6], "unit", "float64")[0] < np.nextafter(1.0, 0.0)


def test_underflow_to_an_excluded_zero_is_nudged_back_with_its_sign():
    one = facts("nonzero", (2,), "float16")
    assert settle(np.array([[1e-30, -1e-30]]), one).tolist() == [2.0**-24, -(2.0**-24)]


def test_a_domain_without_a_number_of_the_dtype_is_refused():
    with pytest.raises(
        UsageError, match=r"`dtype` must have numbers inside \(100000.0, 200000.0\) for input 'x'; float16"
    ):
        settled([0.0], (1e5, 2e5), "float16")
    assert settled([0.0], (1e5, 2e5), "float32").tolist() == [150000.0]


def test_labels_are_nearest_whole_numbers_that_wrap_around():
    assert settled([0.0, 4.0, 5.0, -1.0, 6.6], "labels").tolist() == [0, 4, 0, 4, 2]


def test_scalars_and_empty_arrays_keep_their_shape(domain):
    for shape in ((), (0,), (3, 0), (0, 3)):
        one = facts(domain, shape)
        assert settle(fit(np.zeros(one.rows), one), one).shape == shape


def test_who_admits_zero_and_who_folds():
    domains = ["real", "nonnegative", "labels", "positive", "unit", "simplex", "nonzero", (-1.0, 2.0), (0.0, 2.0)]
    assert [admits_zero(one) for one in domains] == [True, True, True, False, False, False, False, True, False]
    ends = [*itertools.product([-INFINITY, 0.0], [1.0, INFINITY])]
    assert [folds(one) for one in ends] == [True, False, False, True]
    assert [one for one in domains if folds(one)] == ["nonnegative", "positive"]


@pytest.mark.parametrize("ends", [(-4.0, 4.0), (-1e5, 600.0), (-30.0, 1e4)], ids=str)
def test_with_room_around_0_ordinary_values_stay_as_they_are_and_others_keep_their_order(ends):
    low, high = ends
    values = np.array([-1e9, -1e6, -3.0, -0.5, 0.0, 1e-9, 2.0, 3.5, 1e6, 1e9])
    found = into(ends, values)
    assert found[2:8].tolist() == values[2:8].tolist()
    assert (np.diff(found) >= 0).all()
    assert low <= found[0] <= found[1] < 0.9 * low
    assert 0.9 * high < found[-2] <= found[-1] <= high


def test_without_room_they_do_not():
    assert into((-1.0, 4.0), np.array([0.5]))[0] != 0.5
