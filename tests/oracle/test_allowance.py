from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradcheck.oracle.allowance import ROUNDINGS, TINY, allowance, natural_scale

ONE = (slice(0, 2),)


def scale(derivative, output=(0, 0), x=(0, 0), pieces=ONE):
    return natural_scale(*(np.array(part, dtype=float) for part in (derivative, output, x)), pieces).tolist()


def test_an_entry_has_the_scale_of_its_row():
    assert scale([[1, 10], [100, 2]]) == [[10, 10], [100, 100]]


def test_rows_reach_over_one_input_only():
    apart = (slice(0, 1), slice(1, 2))
    assert scale([[1, 10], [1, 2]], pieces=apart) == [[1, 10], [1, 2]]
    assert scale([[1, 10], [1, 2]]) == [[10, 10], [2, 2]]


@pytest.mark.parametrize(("x", "expected"), [(0, 8), (1, 8), (4, 2), (-4, 2)])
def test_the_output_counts_by_the_size_of_the_input(x, expected):
    assert scale([[1, 1], [1, 1]], output=(8, 0), x=(x, x))[0] == [expected, expected]


def test_where_a_layer_saturates_the_whole_output_counts():
    assert scale([[1e-9, 1e-9], [0, 0]], output=(1, 0), x=(100, 100))[0] == [0.01, 0.01]
    assert scale([[1e-12, 1e-12], [0, 0]], output=(1, 0), x=(100, 100))[0] == [1, 1]


def test_infinite_and_missing_values_count_for_nothing():
    assert scale([[np.inf, 1], [np.nan, 2]], output=(np.inf, np.nan)) == [[1, 1], [2, 2]]


def test_nothing_at_all_has_the_scale_zero():
    assert scale([[0, 0], [0, 0]]) == [[0, 0], [0, 0]]


@given(arrays(float, (2, 2), elements=st.floats(-1e9, 1e9)), st.floats(0.5, 64))
def test_the_scale_is_at_least_the_entry_and_grows_with_the_derivative(derivative, factor):
    base = np.array(scale(derivative))
    assert (base >= np.abs(derivative)).all()
    assert scale(derivative * factor) == pytest.approx(base * factor)


def test_sixteen_roundings_are_allowed():
    assert allowance(np.array([0.0, 2.0]), 0.25).tolist() == [TINY, 2 * ROUNDINGS * 0.25]
