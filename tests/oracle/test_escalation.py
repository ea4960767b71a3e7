from __future__ import annotations

import math

import numpy as np
import pytest

from gradcheck.oracle.escalation import measure_entries
from gradcheck.oracle.ladder import lepskii, walk
from gradcheck.oracle.richardson import Levels
from gradcheck.oracle.steps import RATIO, length_scale
from gradcheck.oracle.table import Table
from tests.oracle.maps import EPS, EXTENDED, REAL, flat, noise_of

POSITIVE = (0.0, math.inf)


def picked(*levels, gap=0.0):
    """The value and bound that are picked of levels (value, bound), from the coarsest to the finest."""
    value, bound = (np.array(part, dtype=float).reshape(-1, 1) for part in zip(*levels, strict=True))
    read = lepskii(Levels(value, bound, np.minimum(gap, bound), 0 * value, np.zeros(value.shape, dtype=bool)))
    value, bound = read.value, read.bound
    return float(value[0]), float(bound[0])


def test_the_narrowest_of_the_levels_that_agree_is_taken():
    assert picked((1.02, 0.1), (1.01, 0.05), (0.5, 1.0)) == (1.01, 0.05)
    assert picked((1.02, 0.01), (1.01, 0.05), (0.5, 1.0)) == (1.02, 0.01)


def test_a_coarse_level_that_the_finer_ones_exclude_is_not_taken_however_narrow():
    assert picked((7.0, 1e-9), (1.01, 0.05), (0.5, 1.0)) == (1.01, 0.05)


def test_nor_one_behind_it_that_agrees_by_chance():
    assert picked((1.0, 1e-12), (7.0, 1e-9), (1.01, 0.05), (0.5, 1.0)) == (1.01, 0.05)


def test_levels_agree_with_all_finer_ones_and_not_only_with_the_next():
    assert picked((3.0, 0.5), (2.2, 0.7), (1.0, 1.0)) == (2.2, 0.7)


def test_unknown_levels_are_passed_over():
    assert picked((1.0, 0.1), (0.0, math.inf)) == (1.0, 0.1)
    assert picked((0.0, math.inf), (0.0, math.inf))[1] == math.inf


def test_at_a_kink_a_coarse_level_does_not_narrow_the_gap_down_to_one_side():
    assert picked((1.0, 0.01), (0.5, 0.51), (0.5, 0.52), gap=0.5) == (0.5, 0.51)
    assert picked((1.0, 0.01), (0.5, 0.51), (0.5, 0.52), gap=0.0) == (1.0, 0.01)


def measured(function, x, limits=REAL, dtype=np.float64, **facts):
    forward = flat(function, x, limits=limits, dtype=dtype, **facts)
    table = Table.empty(forward.outputs, forward.x.size, forward.x.dtype)
    with np.errstate(all="ignore"):
        measure_entries(forward, noise_of(forward), length_scale(forward), table, np.isinf(table.bound))
    return table


SMOOTH = {
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2, 0.7, REAL),
    "x^3 at 0": (lambda x: x**3, lambda x: 3 * x * x, 0.0, REAL),
    "steep": (lambda x: np.tanh(1e6 * x), lambda x: 1e6 / np.cosh(1e6 * x) ** 2, 1e-6, REAL),
    "many periods away": (lambda x: np.sin(300 * x), lambda x: 300 * np.cos(300 * x), 799.0, REAL),
    "log of a small number": (np.log, lambda x: 1 / x, 1e-20, POSITIVE),
    "reciprocal near its pole": (lambda x: 1 / x, lambda x: -1 / x**2, 1e-9, REAL),
    "a kink nearby": (lambda x: np.abs(x - 1e-3), lambda x: -1 + 0 * x, 0.0, REAL),
    "constant": (lambda x: 0 * x + 2, lambda x: 0 * x, 0.3, REAL),
}


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_smooth_functions_hold_their_bound(name, dtype):
    function, slope, x, limits = SMOOTH[name]
    table = measured(function, [x], limits, dtype)
    truth = float(slope(np.longdouble(x)))
    assert abs(table.value[0, 0] - truth) <= table.bound[0, 0] + 8 * EPS * abs(truth)
    assert table.bound[0, 0] <= 1e-8 * max(abs(truth), 1)


@pytest.mark.skipif(not EXTENDED, reason="extended precision is float64 here")
def test_extended_precision_sees_further():
    double, longer = (measured(np.tanh, [0.7], dtype=d).bound[0, 0] for d in (np.float64, np.longdouble))
    assert longer < double / 100


@pytest.mark.parametrize(("left", "right"), [(0.0, 1.0), (-1.0, 1.0), (2.0, -3.0)])
def test_at_a_kink_the_bound_holds_both_slopes(left, right):
    table = measured(lambda x: np.where(x > 0, right, left) * x, [0.0])
    value, bound, gap = table.value[0, 0], table.bound[0, 0], table.gap[0, 0]
    assert gap == pytest.approx(abs(right - left) / 2)
    assert value - bound <= min(left, right)
    assert max(left, right) <= value + bound
    assert bound == pytest.approx(gap)


EDGES = {
    "exp": (np.exp, 1.0),
    "x + x^2": (lambda x: x + x * x, 1.0),
    "constant": (lambda x: 0 * x + 1, 0.0),
}


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("name", EDGES)
def test_at_an_edge_the_derivative_is_that_of_the_one_side(name, side):
    function, slope = EDGES[name]
    limits = (0.0, math.inf) if side > 0 else (-math.inf, 0.0)
    table = measured(lambda x: side * function(side * x), [0.0], limits)
    assert abs(table.value[0, 0] - slope) <= table.bound[0, 0] < 1e-6


def test_at_an_edge_other_outputs_that_stay_are_known_to():
    table = measured(np.exp, [0.0, 0.5], POSITIVE)
    assert table.value[1, 0] == 0
    assert table.bound[1, 0] < 1e-9


def x_log_x(x):
    return x * np.log(np.where(x > 0, x, 1))


@pytest.mark.parametrize("function", [np.sqrt, x_log_x], ids=["square root", "x log x"])
def test_at_an_edge_with_an_infinite_slope_nothing_is_bounded(function):
    table = measured(function, [0.0], POSITIVE)
    assert np.isinf(table.bound[0, 0])


POLES = {
    "square root": np.sqrt,
    "root of the size": lambda x: np.sqrt(np.abs(x)),
    "a jump": lambda x: np.where(x > 0, 1.0, 0.0),
}


@pytest.mark.parametrize("name", POLES)
def test_slopes_that_grow_without_end_are_infinite(name):
    table = measured(POLES[name], [0.0])
    assert np.isinf(table.value[0, 0])
    assert np.isinf(table.bound[0, 0])


def test_at_a_pole_with_a_value_nothing_is_certain():
    table = measured(lambda x: np.where(x == 0, 0, 1 / x), [0.0])
    assert not np.isfinite(table.bound[0, 0])


STEEP = {"size": np.abs, "tanh": lambda x: np.tanh(1e5 * x), "a root nearby": lambda x: np.cbrt(x + 1e-3)}


@pytest.mark.parametrize("function", STEEP.values(), ids=STEEP)
def test_slopes_that_are_only_steep_are_not(function):
    assert np.isfinite(measured(function, [0.0]).bound).all()


def test_rounded_outputs_are_a_staircase_that_big_steps_look_across():
    table = measured(lambda x: np.round(np.tanh(x) * 2.0**20) / 2.0**20, [0.7])
    truth = 1 / np.cosh(0.7) ** 2
    flat_there = abs(table.value[0, 0]) <= table.bound[0, 0]
    assert flat_there or abs(table.value[0, 0] - truth) <= table.bound[0, 0]


@pytest.mark.parametrize(
    ("function", "x", "open_"),
    [
        (
            lambda x: np.rint(128 * np.tanh(x)) / 128,
            5.0,
            RATIO / 128 / 2.25,
        ),  # the first step, 2.25, reaches its last jump
        (lambda x: np.where(x > 4, 0.01, 0.0) + 0.1, 6.0, 0.01 * RATIO / 2.7),
        # No step reaches a jump; the first point that does, 9/4, lies behind three.
        (lambda x: np.rint(128 * np.tanh(x)) / 128 + np.cos(1.0), 9.0, 3 / 128 / 4.05),
        (lambda x: np.minimum(x, 1) + np.cos(1.0), 9.0, 0.0),
        (lambda x: np.maximum(x, 4.5), 3.0, 0.0),
        (lambda x: np.where(x > 4, 1.0, 0.0), 6.0, 0.0),
    ],
    ids=[
        "a cast",
        "as small as one",
        "a cast far away",
        "an end far away",
        "a kink out of reach",
        "a step of the function's own",
    ],
)
def test_a_slope_that_the_last_tread_of_a_cast_may_hide_is_open(function, x, open_):
    table = measured(function, [x])
    assert table.value[0, 0] == 0
    assert table.open[0, 0] == pytest.approx(open_, rel=0.01, abs=1e-4)  # rounding of the output hides 5e-5


def test_several_entries_are_measured_at_once():
    table = measured(np.tanh, [0.7, 0.0, -1e-9, 20.0])
    truth = np.diag(1 / np.cosh(np.array([0.7, 0.0, -1e-9, 20.0])) ** 2)
    assert (np.abs(table.value - truth) <= table.bound + 8 * EPS * truth + 1e-15).all()


def test_other_entries_are_left_as_they_were():
    forward = flat(np.tanh, [0.7, 0.1])
    table = Table.empty(2, 2, float)
    doubt = np.array([[True, False], [False, True]])
    with np.errstate(all="ignore"):
        measure_entries(forward, noise_of(forward), length_scale(forward), table, doubt)
    assert (np.isfinite(table.bound) == doubt).all()


def test_a_ladder_walks_from_coarse_to_fine_and_keeps_to_the_room():
    forward = flat(np.tanh, [0.25, 0.5], limits=(0, 1))
    with np.errstate(all="ignore"):
        ladder = walk(forward, (np.array([0, 1]), np.array([0, 1])), np.ones(2), np.ones(2), 8)
    h = ladder.h[:, 0]
    assert h[1:] / h[:-1] == pytest.approx(1 / RATIO)
    assert (np.isnan(ladder.values[1][:, 0]) == (h > 0.25)).all()
    assert np.isfinite(ladder.values[0]).all()
    assert ladder.values[0] == pytest.approx(np.tanh(forward.x + ladder.ahead))


def test_a_ladder_goes_beyond_when_asked_to():
    entry = np.array([0]), np.array([0])
    ladder = walk(flat(np.tanh, [0.25]), entry, np.ones(1), np.ones(1), 2, beyond=[8.0])
    assert ladder.h[:, 0] == pytest.approx([3.6, 0.45, 0.45 / RATIO])
