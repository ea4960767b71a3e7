from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.escalation import measure_entries
from gradcheck.oracle.staircase import allow_for_jumps
from gradcheck.oracle.steps import length_scale
from gradcheck.oracle.table import Table
from tests.oracle.maps import flat, noise_of


def single(function):
    return lambda x: function(x.astype(np.float32)).astype(x.dtype)


def rounded(function, step):
    return lambda x: np.round(function(x) / step) * step


def before_and_after(function, x, doubt=None, outputs=1):
    """What is known of the derivative with and without a look for jumps."""
    forward = flat(function, x)
    noise, scale = noise_of(forward), length_scale(forward)
    table = Table.empty(outputs, len(x), float)
    with np.errstate(all="ignore"):
        measure_entries(forward, noise, scale, table, np.isinf(table.bound))
        before = table.value.copy(), table.bound.copy()
        doubt = np.ones((outputs, len(x)), bool) if doubt is None else doubt
        allow_for_jumps(forward, noise, scale, table, doubt, np.random.default_rng(0))
    return before, (table.value, table.bound)


def off(known, truth):
    value, bound = known
    return float((np.abs(value - truth) / (bound + 1e-300)).max())


STAIRS = {
    "float32 near 1": (single(lambda x: 1 + x * 1e-3), 0.7, 1e-3),
    "float32 that saturates": (single(np.tanh), 9.0, 1 / np.cosh(9.0) ** 2),
    "float32 and then more": (lambda x: single(np.tanh)(x) / 3, 9.0, 1 / np.cosh(9.0) ** 2 / 3),
    "a grid of 2^-30": (rounded(np.tanh, 2.0**-30), 0.7, 1 / np.cosh(0.7) ** 2),
    "a grid that saturates": (rounded(np.tanh, 2.0**-30), 12.0, 1 / np.cosh(12.0) ** 2),
    "a grid of 1e-7": (rounded(lambda x: 3 * x, 1e-7), 0.7, 3.0),
}


@pytest.mark.parametrize("name", STAIRS)
def test_small_jumps_are_noise(name):
    function, x, slope = STAIRS[name]
    _, after = before_and_after(function, [x])
    assert off(after, slope) <= 1


@pytest.mark.parametrize("name", ["float32 and then more", "a grid of 2^-30", "a grid that saturates"])
def test_without_a_look_for_them_a_tread_looks_flat(name):
    function, x, slope = STAIRS[name]
    before, after = before_and_after(function, [x])
    assert off(before, slope) > 1000
    assert off(after, slope) <= 1


@pytest.mark.parametrize("step", [1e-3, 0.1, 1.0])
def test_large_jumps_are_the_functions_own(step):
    before, after = before_and_after(lambda x: np.floor(x / step) * step, [0.7 + step / 3])
    assert [part.tolist() for part in before] == [part.tolist() for part in after]
    assert after[0][0, 0] == 0
    assert after[1][0, 0] < 1e-9


CONTINUOUS = {
    "relu": (lambda x: np.maximum(x, 0), 2.5, 1.0),
    "absolute": (np.abs, -2.5, -1.0),
    "hinge": (lambda x: np.maximum(1 - x, 0), 0.2, -1.0),
    "huber": (lambda x: np.where(np.abs(x) < 1, x * x / 2, np.abs(x) - 0.5), 2.0, 1.0),
    "tanh": (np.tanh, 0.7, 1 / np.cosh(0.7) ** 2),
    "cubic": (lambda x: x**3, 2.0, 12.0),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_a_bend_or_a_kink_is_no_jump(name):
    function, x, slope = CONTINUOUS[name]
    before, after = before_and_after(function, [x])
    assert off(after, slope) <= 1 + 1e-6
    assert after[1][0, 0] <= 1e-11 + before[1][0, 0]


def test_entries_that_are_not_in_doubt_stay():
    doubt = np.array([[True, False]])
    before, after = before_and_after(lambda x: single(np.tanh)(x).sum(axis=-1) / 3, [9.0, 9.5], doubt)
    assert [part[0, 1] for part in after] == [part[0, 1] for part in before]
    assert after[1][0, 0] != before[1][0, 0]
