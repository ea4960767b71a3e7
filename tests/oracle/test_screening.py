from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.oracle.noise import Noise
from gradcheck.oracle.richardson import central
from gradcheck.oracle.screening import base_step, screen
from gradcheck.oracle.steps import length_scale
from gradcheck.oracle.table import NOBODY, Table
from tests.oracle.maps import EPS, EXTENDED, flat, noise_of


def noise(relative=EPS, f0=1.0, dtype=float, spread=0.0):
    sigma = np.full((5, 1), relative * abs(f0), dtype)
    return Noise(np.array([f0], dtype), sigma, relative, 0.0, np.array([spread], dtype))


@pytest.mark.parametrize(("relative", "step"), [(EPS, 1.1e-3), (1e-10, 0.015), (6e-8, 0.054), (1.0, 0.09)])
def test_the_step_grows_with_the_noise(relative, step):
    assert base_step(noise(relative)) == pytest.approx(step, rel=0.05)


@pytest.mark.skipif(not EXTENDED, reason="extended precision is float64 here")
def test_the_step_is_shorter_in_extended_precision():
    assert base_step(noise(0.0, dtype=np.longdouble)) == pytest.approx(2.4e-4, rel=0.05)


@pytest.mark.parametrize("f0", [0.0, np.inf])
def test_the_step_needs_no_output_to_go_by(f0):
    assert base_step(noise(f0=f0)) == pytest.approx(1.1e-3, rel=0.05)


@pytest.mark.parametrize(("spread", "step"), [(1.0, 1.1e-3), (1e-19, 0.09)])
def test_noise_is_not_large_beside_an_output_that_crosses_0(spread, step):
    assert base_step(noise(1.0, f0=1e-17, spread=spread)) == pytest.approx(step, rel=0.05)


@given(h=st.floats(0.1, 1), skew=st.floats(-0.3, 0.3), slope=st.floats(-4, 4), bend=st.floats(-4, 4))
def test_a_slope_is_not_mistaken_for_a_gap_where_steps_are_unequal(h, skew, slope, bend):
    ahead, behind = np.array([h * (1 + skew)]), np.array([h * (1 - skew)])
    values = np.array([slope * ahead + bend * ahead**2, -slope * behind + bend * behind**2]) + 1
    odd, even, width = central(values, np.array(1.0), ahead, behind)
    assert width == pytest.approx(h)
    # What is left of the bend is of second order in the skew, and zero without it.
    assert odd == pytest.approx(slope, abs=1e-12 + 2 * skew**2 * abs(slope) + 2 * abs(skew * bend))
    assert even == pytest.approx(bend * h, abs=1e-12 + 4 * abs(skew * bend) + 2 * skew**2 * (abs(slope) + abs(bend)))


def test_without_correction_it_would_be():
    values = np.array([[1.2], [-0.8]]) + 1
    _, even, _ = central(values, np.array(1.0), np.array([1.2]), np.array([0.8]))
    raw = (values[0] + values[1] - 2) / 2
    assert abs(even[0]) < 1e-15
    assert raw == pytest.approx(0.2)


def screened(function, x, groups, owner, seed=0):
    forward = flat(function, x)
    table = Table.empty(forward.outputs, len(x), float)
    columns = [np.array(g) for g in groups]
    rng = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        screen(forward, noise_of(forward), length_scale(forward), table, columns, np.array(owner), rng)
    return table


def test_nothing_is_known_of_columns_that_were_not_measured():
    table = screened(np.tanh, [0.5, 2.0], [[1]], [[1, 1]])
    assert np.isinf(table.bound[:, 0]).all()
    assert np.isfinite(table.bound[:, 1]).all()


@pytest.mark.parametrize(
    ("function", "slope"),
    [(np.tanh, lambda x: 1 / np.cosh(x) ** 2), (np.exp, np.exp), (lambda x: x**3, lambda x: 3 * x * x)],
    ids=["tanh", "exp", "cube"],
)
def test_single_columns_hold_their_bound(function, slope):
    x = np.array([0.5, -2.0, 3.0])
    table = screened(function, x, [[0], [1], [2]], [[k] * 3 for k in range(3)])
    error = np.abs(table.value - np.diag(slope(x)))
    assert (error <= table.bound + 4 * EPS * np.abs(table.value)).all()
    assert (table.bound <= 1e-6 * np.abs(table.value).max()).all()


def test_a_group_gives_each_output_to_its_owner():
    x = np.array([0.5, -2.0, 3.0])
    table = screened(np.tanh, x, [[0, 1, 2]], [[0, 1, 2]])
    assert np.diag(table.value) == pytest.approx(1 / np.cosh(x) ** 2, abs=1e-9)
    assert not (table.value - np.diag(np.diag(table.value))).any()
    assert table.bound.max() < 1e-8


@pytest.mark.parametrize("seed", range(5))
def test_what_a_claim_leaves_out_shows_in_a_group(seed):
    def hiding(x):
        return np.tanh(x) + np.stack([x[..., 2], 0 * x[..., 0], 0 * x[..., 0]], axis=-1) * 1e-3

    x = np.array([0.5, -2.0, 3.0])
    table = screened(hiding, x, [[0, 1, 2]], [[0, 1, 2]], seed)
    assert abs(table.value[0, 0] - 1 / np.cosh(0.5) ** 2) > 3e-4
    assert table.value[1, 1] == pytest.approx(1 / np.cosh(2.0) ** 2, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_what_moves_an_output_that_nobody_owns_is_in_its_bound(seed):
    table = screened(lambda x: x[..., :1], [0.5, 2.0], [[0, 1]], [[NOBODY]], seed)
    assert not table.value.any()
    assert table.bound[0, 0] >= 0.9
    still = screened(lambda x: 0 * x[..., :1], [0.5, 2.0], [[0, 1]], [[NOBODY]], seed)
    assert still.bound.max() < 1e-300


def test_the_steepest_secant_is_kept():
    table = screened(lambda x: np.abs(x) * 5, [0.0], [[0]], [[0]])
    assert table.value[0, 0] == pytest.approx(0)
    assert table.gap[0, 0] == pytest.approx(5)
    assert table.secant[0, 0] == pytest.approx(5)


def test_a_longest_step_that_alone_leaves_a_tread_leaves_the_slope_unknown():
    treads = screened(lambda x: np.floor(128 * x) / 128, [50.5 / 128], [[0]], [[0]])  # steps of 0.001, 0.002 and 0.005
    assert treads.bound[0, 0] == np.inf
    bent = screened(lambda x: 100 * np.maximum(x, 0), [-0.004], [[0]], [[0]])
    assert bent.bound[0, 0] < 1e-9


def test_steps_over_a_function_that_is_noise_to_them_leave_its_slope_unknown():
    assert screened(np.sin, [8.2e16], [[0]], [[0]]).bound[0, 0] == np.inf
    assert screened(np.sin, [8.2], [[0]], [[0]]).bound[0, 0] < 1e-8
