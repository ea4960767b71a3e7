"""Steps that are none, quotients that do not settle, and the second level that a verdict needs."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.escalation import measure_entries
from gradcheck.oracle.ladder import lepskii, walk
from gradcheck.oracle.richardson import Levels, still_moving
from gradcheck.oracle.steps import LEAST, RATIO, length_scale
from gradcheck.oracle.table import Table
from tests.oracle.maps import estimate, flat, noise_of

FIRST = (np.array([0]), np.array([0]))
STEPS = 0.45 * RATIO ** -np.arange(12.0)


@pytest.mark.parametrize("x", [1.0, 1e15, 0.999999999999])
def test_no_step_is_shorter_than_some_spacings_of_x(x):
    forward = flat(np.sin, [x], limits=(-np.inf, 1.0) if x < 1 else (-np.inf, np.inf))
    scale = length_scale(forward)
    h = walk(forward, FIRST, scale, scale, 41).h[:, 0]
    told = h[np.isfinite(h)]
    assert told.min() >= LEAST * np.spacing(x)
    assert len(np.unique(told)) == len(told)


@pytest.mark.parametrize(
    ("quotient", "moving"),
    [
        (1 + STEPS**2, False),
        (1 + STEPS, False),
        (1 + STEPS**0.5, False),
        (1 + 0 * STEPS, False),
        (1 / STEPS, True),
        (np.log(STEPS), True),
        (STEPS**-0.5, True),
    ],
    ids=["smooth", "one-sided", "a root", "linear", "a jump", "a logarithm", "an infinite slope"],
)
def test_a_quotient_settles_or_does_not(quotient, moving):
    found = still_moving(quotient, np.full(len(STEPS), 1e-15))
    assert found[1:].all() if moving else not found.any()


def test_below_the_noise_nothing_moves():
    assert not still_moving(1 / STEPS, 1e3 / STEPS).any()


def levels(value, bound, moving=None):
    value, bound = (np.array(part, dtype=float)[:, None] for part in (value, bound))
    still = np.zeros(value.shape, dtype=bool) if moving is None else np.array(moving)[:, None]
    return Levels(value, bound, 0 * value, 0 * value, still)


def test_beyond_a_level_that_moves_none_is_read():
    coarse_to_fine = levels([5.0, 3.0, 1.0, 1.0], [1e-6, 1e-3, 0.1, 0.2], [False, True, False, False])
    read = lepskii(coarse_to_fine)
    assert (read.value, read.bound) == (1.0, 0.1)
    settled = lepskii(levels([1.0, 1.0, 1.0, 1.0], [1e-6, 1e-3, 0.1, 0.2]))
    assert settled.bound == 1e-6


def test_the_witness_is_the_narrower_neighbour():
    assert lepskii(levels([1.0, 1.1, 1.0], [0.5, 0.1, 0.25])).witness == pytest.approx(0.35)
    assert lepskii(levels([1.0], [0.1])).witness == np.inf
    assert lepskii(levels([1.0, 1.0], [0.1, np.inf])).witness == np.inf


def witness(fine):
    """That of a slope of 2, but for a part, on short steps, and of 1 on long ones; the noise is 10 / h."""
    h = 1e4 * RATIO ** -np.arange(30.0)
    value = np.where(h > 1, 1.0, 2 + fine(h))
    parts = (value, 10 / h, 0 * h, 10 / h, np.zeros(len(h), dtype=bool))
    read = lepskii(Levels(*(part[:, None] for part in parts)))
    assert read.value == pytest.approx(1)
    return read.witness


def test_a_slope_that_short_steps_resolve_in_spite_of_their_noise_is_open():
    assert 1 < witness(lambda h: 3 * h**6) < 1.1


@pytest.mark.parametrize(
    "fine",
    [
        lambda h: 0 * h,
        lambda h: 1e-7 / h,
        lambda h: 2 * np.sin(1e9 / h) / h,
        lambda h: 1e-2 * np.sin(1e9 / h) / h,
        lambda h: np.where(h < 1e-2, 0, 3e-2 * np.sin(1e9 / h) / h),
    ],
    ids=["a tread", "a tread that is rounded", "noise", "rounding less than its bound", "rounding beyond a tread"],
)
def test_one_that_they_do_not_resolve_is_not(fine):
    assert witness(fine) < 0.1


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("size", [1e14, 1e15, 1e17, 1e30])
def test_where_x_has_no_neighbours_close_enough_nothing_is_known(size):
    claim = (np.eye(3) - 1 / 3) / 3
    found = estimate(flat(softmax, [size] * 3), claim)
    apart = np.abs(found.value - claim)
    assert ((apart <= found.floor) | ~np.isfinite(found.floor)).all()


def test_a_pole_between_two_steps_stops_the_ladder():
    x = 1e-40
    found = estimate(flat(lambda x: 1 / x, [x]), [[-1 / x / x]])
    assert abs(found.value[0, 0] * x * x + 1) < 1e-6
    wrong = estimate(flat(lambda x: 1 / x, [x]), [[0.0]])
    assert abs(wrong.value[0, 0] + 1 / x / x) <= wrong.floor[0, 0]


def test_a_disagreement_that_one_level_alone_shows_is_left_open():
    forward = flat(np.sin, [0.3])
    noise, table = noise_of(forward), Table.empty(1, 1, np.float64)
    with np.errstate(all="ignore"):
        measure_entries(forward, noise, length_scale(forward), table, np.ones((1, 1), dtype=bool))
    assert 0 < table.open[0, 0] < 1e-9
