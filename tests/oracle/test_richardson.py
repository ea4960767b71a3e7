from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial

from gradcheck.oracle import richardson
from gradcheck.oracle.richardson import (
    AMPLIFICATION,
    EVEN_EXPONENTS,
    ODD_EXPONENTS,
    ONE_SIDED_AMPLIFICATION,
    ONE_SIDED_EXPONENTS,
    SAFETY,
    extrapolate,
    extrapolate_one_sided,
)
from gradcheck.oracle.steps import RATIO
from tests.oracle.maps import EPS

STEPS = 0.5 * RATIO ** -np.arange(5.0)


def coefficients(degree):
    return st.lists(st.floats(-4, 4), min_size=degree + 1, max_size=degree + 1)


def quotients(f, x, h=STEPS):
    return (f(x + h) - f(x - h)) / (2 * h), (f(x + h) + f(x - h) - 2 * f(x)) / (2 * h)


def central(f, x, h=STEPS):
    noise = EPS * np.abs(f(x + h)) / h
    return extrapolate(*quotients(f, x, h), noise, h)


@pytest.mark.parametrize("m", [1, 2, 3])
@given(c=coefficients(8), x=st.floats(-2, 2))
def test_central_columns_are_exact_up_to_their_degree(m, c, x):
    p = Polynomial(c[: 2 * m + 3])
    column = richardson._columns(quotients(p, x)[0], ODD_EXPONENTS, STEPS)[m - 1]
    assert column == pytest.approx(p.deriv()(x), abs=1e-13 * np.abs(c).sum() * 4.0**8 + 1e-300)


@pytest.mark.parametrize("m", [1, 2, 3])
def test_central_columns_are_not_exact_beyond_their_degree(m):
    degree = 2 * m + 3
    column = richardson._columns(quotients(Polynomial.basis(degree), 1.0)[0], ODD_EXPONENTS, STEPS)[m - 1]
    assert np.abs(column - degree).max() > 1e-7


@given(c=coefficients(4), x=st.floats(-2, 2))
def test_one_sided_columns_are_exact_up_to_their_degree(c, x):
    p = Polynomial(c)
    slope = (p(x + STEPS) - p(x)) / STEPS
    column = richardson._columns(slope, ONE_SIDED_EXPONENTS, STEPS)[2]
    assert column == pytest.approx(p.deriv()(x), abs=1e-12 * np.abs(c).sum() * 4.0**4 + 1e-300)


ROUNDED = 0.5 * RATIO ** -np.arange(5.0) * np.array([1, 1.02, 0.97, 1.03, 0.98])  # as few spacings of x make steps


@pytest.mark.parametrize("m", [1, 2, 3])
def test_columns_of_rounded_steps_are_exact_where_their_own_ratios_count(m):
    p = Polynomial(np.ones(2 * m + 3))
    odd, _ = quotients(p, 0.3, ROUNDED)
    column = richardson._columns(odd, ODD_EXPONENTS, ROUNDED)[m - 1]
    assert column == pytest.approx(p.deriv()(0.3), rel=1e-12)
    assert column != pytest.approx(richardson._columns(odd, ODD_EXPONENTS, STEPS)[m - 1], rel=1e-6)
    one_sided = (Polynomial(np.ones(m + 2))(ROUNDED) - 1) / ROUNDED
    assert richardson._columns(one_sided, ONE_SIDED_EXPONENTS, ROUNDED)[m - 1] == pytest.approx(1, rel=1e-12)
    assert np.abs(richardson._columns(one_sided, ONE_SIDED_EXPONENTS, STEPS)[m - 1] - 1).max() > 1e-6


def test_bounds_hold_for_rounded_steps_with_their_own_ratios_alone():
    rounding = np.random.default_rng(3).uniform(0.97, 1.03, (5, 400))  # half a spacing, where a step has 16
    planned = np.broadcast_to(STEPS[:, None] / 64, rounding.shape)
    steps = planned * rounding
    odd, even = quotients(np.tanh, 0.0, steps)
    own, taken_for_exact = (extrapolate(odd, even, np.full(odd.shape, 1e-15), h) for h in (steps, planned))
    assert (np.abs(own.value - 1) <= own.bound).all()
    assert (np.abs(taken_for_exact.value - 1) > taken_for_exact.bound).any()


def test_one_sided_columns_are_not_exact_beyond_their_degree():
    slope = ((1 + STEPS) ** 5 - 1) / STEPS
    assert np.abs(richardson._columns(slope, ONE_SIDED_EXPONENTS, STEPS)[2] - 5).max() > 1e-4


def worst(exponents, count, ratio=RATIO):
    """The largest sum of |weights| over step in each column, in units of one over its finest step."""
    h = ratio ** -np.arange(float(count))
    columns = richardson._columns(np.eye(count), exponents, h[:, None])
    return [float((np.abs(column) * h[m + 1 :, None] / h).sum(axis=1).max()) for m, column in enumerate(columns)]


def test_the_amplification_of_noise_is_that_of_the_weights():
    assert AMPLIFICATION[0] == 1
    assert worst(ODD_EXPONENTS, 4) == pytest.approx(AMPLIFICATION[1:], abs=1e-3)
    assert max(worst(ONE_SIDED_EXPONENTS, 4)) <= ONE_SIDED_AMPLIFICATION


def test_the_amplification_is_that_of_this_ratio_alone():
    assert worst(ODD_EXPONENTS, 4, 1.6) != pytest.approx(AMPLIFICATION[1:], abs=1e-2)


@given(c=coefficients(4), x=st.floats(-2, 2))
def test_the_bound_of_a_quartic_holds_on_every_level(c, x):
    p = Polynomial(c)
    size = float(np.abs(c).sum() * 4.0**4)
    odd, even = quotients(p, x)
    levels = extrapolate(odd, even, (EPS * size + 1e-300) / STEPS, STEPS)
    assert (np.abs(levels.value - p.deriv()(x)) <= levels.bound).all()


@pytest.mark.parametrize(("left", "right"), [(0.0, 1.0), (-1.0, 1.0), (3.0, -0.5), (1.0, 1.0)])
def test_at_a_kink_the_gap_is_half_the_difference_of_the_slopes(left, right):
    levels = central(lambda t: np.where(t > 0, right, left) * t, 0.0)
    assert levels.value == pytest.approx((left + right) / 2)
    assert levels.gap == pytest.approx(abs(left - right) / 2)
    assert (levels.bound >= levels.gap).all()


@pytest.mark.parametrize("f", [np.exp, np.sin, np.tanh, lambda t: t**4 - t])
def test_where_a_function_is_smooth_the_gap_vanishes(f):
    assert central(f, 0.4).gap[-1] < 1e-6
    assert central(f, 0.4, STEPS / 64).gap[-1] < 1e-11


@pytest.mark.parametrize("kind", EVEN_EXPONENTS)
def test_even_parts_of_smooth_functions_are_removed_term_by_term(kind):
    p = Polynomial.basis(kind + 1)
    depth = EVEN_EXPONENTS.index(kind)
    columns = richardson._columns(quotients(p, 0.0)[1], EVEN_EXPONENTS, STEPS)
    assert np.abs(columns[depth]).max() < 1e-15
    assert depth == 0 or np.abs(columns[depth - 1]).max() > 1e-6


def test_noise_counts_with_its_safety():
    flat, noise = np.full(4, 2.0), np.array([1.0, 2.0, 4.0, 8.0])
    levels = extrapolate(flat, 0 * flat, noise, STEPS[:4])
    assert levels.value.tolist() == [2, 2, 2]
    assert levels.noise == pytest.approx(SAFETY * AMPLIFICATION[1] * noise[1:])
    assert levels.bound == pytest.approx(levels.noise)


def test_a_level_without_values_is_unknown_and_spoils_no_other():
    odd, even = quotients(np.exp, 0.0, STEPS)
    odd[0] = np.nan
    levels = extrapolate(odd, even, EPS / STEPS, STEPS)
    assert levels.bound[0] == np.inf
    assert levels.value[0] == 0
    assert levels.value[1:] == pytest.approx(1, abs=1e-3)


def test_one_sided_levels_hold_their_bound_and_know_no_gap():
    levels = extrapolate_one_sided((np.exp(STEPS) - 1) / STEPS, EPS / STEPS, STEPS)
    assert (np.abs(levels.value - 1) <= levels.bound).all()
    assert not levels.gap.any()
