from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.oracle.steps import exact, inward, length_scale
from tests.oracle.maps import flat

SIZES = st.floats(1e-3, 1e6)


@pytest.mark.parametrize(
    ("x", "limits", "length"),
    [
        (0.0, (-math.inf, math.inf), 1),
        (0.25, (-math.inf, math.inf), 1),
        (-40.0, (-math.inf, math.inf), 40),
        (0.25, (0, math.inf), 0.25),
        (40.0, (0, math.inf), 40),
        (0.75, (0, 1), 0.25),
        (0.0, (0, 1), 1),
        (1.0, (0, 1), 1),
        (2.0, (0, 2), 2),
    ],
)
def test_the_length_of_an_entry(x, limits, length):
    assert length_scale(flat(np.sin, [x], limits=limits)) == length


def test_a_hole_at_zero_limits_the_length():
    assert length_scale(flat(np.sin, [0.25], punctured=True)) == 0.25
    assert length_scale(flat(np.sin, [0.25])) == 1


@given(x=SIZES, share=st.floats(1e-9, 1), negative=st.booleans())
def test_exact_steps_are_added_and_taken_away_without_rounding(x, share, negative):
    x = -x if negative else x
    h = float(exact(np.float64(x), np.float64(abs(x) * share)))
    assert Fraction(x + h) == Fraction(x) + Fraction(h)
    assert Fraction(x - h) == Fraction(x) - Fraction(h)
    assert h == pytest.approx(abs(x) * share, abs=4e-16 * abs(x))


def test_other_steps_are_rounded():
    assert Fraction(1.0 + 0.1) != Fraction(1.0) + Fraction(0.1)


def test_displacements_in_the_open_stay():
    h = np.array([[0.1, -0.2], [0.0, 0.3]])
    assert inward(flat(np.sin, [0.5, 0.5], limits=(0, 1)), h) is h


@given(h=st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=3))
def test_displacements_at_an_end_are_turned_inside(h):
    forward = flat(np.sin, [0.0, 0.5, 1.0], limits=(0, 1))
    turned = inward(forward, np.array(h))
    assert (np.abs(turned) == np.abs(h)).all()
    assert turned[0] >= 0
    assert turned[1] == h[1]
    assert turned[2] <= 0
