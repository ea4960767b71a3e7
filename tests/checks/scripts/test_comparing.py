from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.checks.scripts.comparing import CLEAR, between, conclusion, relative


@given(st.floats(1e-25, 1e10), st.floats(1.001 * CLEAR, 1e20))
def test_a_tolerance_is_kept_by_noise_and_broken_by_the_error(limit, ratio):
    tolerance = between(limit, ratio * limit)
    assert limit < tolerance < ratio * limit


@given(st.floats(1e-25, 1e10), st.floats(0, CLEAR))
def test_there_is_none_where_the_two_are_close(limit, ratio):
    assert between(limit, ratio * limit) is None
    assert between(limit, math.nan) is None


@pytest.mark.parametrize(
    ("limit", "error", "tolerance"), [(1e-10, 1.0, 1e-5), (0.0, 1.0, 1e-150), (1e-12, math.inf, 1e-6), (0.1, 0.5, 0.2)]
)
def test_it_is_a_power_of_ten_if_there_is_room_for_one(limit, error, tolerance):
    assert between(limit, error) == tolerance


def test_the_last_lines_print_both_sides_under_each_other():
    assert conclusion("a", "bcd", relative(1e-6, "size")) == [
        'print("a  ", a)',
        'print("bcd", bcd)',
        "assert np.allclose(a, bcd, rtol=0, atol=1e-06 * size)",
    ]
