from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.last_tread import open_beyond
from gradcheck.oracle.steps import length_scale
from gradcheck.oracle.table import Table
from tests.oracle.maps import flat, noise_of


def half(x):
    return x.astype(np.float16).astype(x.dtype)


def opened(function, x, value):
    """How far from a value the slopes of an elementwise function are left open, all of them in dispute."""
    forward = flat(function, x)
    table = Table.empty(len(x), len(x), float)
    table.value[:] = np.diag(value)
    disputed = np.eye(len(x), dtype=bool)
    with np.errstate(all="ignore"):
        open_beyond(forward, noise_of(forward), length_scale(forward), table, disputed)
    assert not table.open[~disputed].any()
    return np.diag(table.open)


def test_beyond_the_last_tread_a_slope_is_open():
    x = np.array([8.0, -12.0])
    missing = np.tanh(x) / np.cosh(x) ** 2
    found = opened(lambda x: half(np.tanh(x)) * np.tanh(x), x, missing)
    assert (found > missing).all()
    assert (found < 1e-2).all()


def test_the_number_on_a_tread_is_rounded():
    found = opened(lambda x: half(np.arctan(x)) * np.sin(x), np.array([-99.0, 71.0]), np.array([0.06, -0.5]))
    assert (found >= 2.0**-12 * np.array([0.06, 0.5])).all()
    assert (found < 1e-2).all()


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: np.tanh(x) ** 2, 8.0),
        (lambda x: np.clip(x, -1, 1) * x, 7.0),
        (lambda x: np.rint(np.minimum(x, 3)) * x, 9.0),
        (lambda x: np.where(x > 1, 1.0, 0.999) * x, 6.0),
        (lambda x: half(np.tanh(x)) * np.tanh(x), 0.0),
    ],
    ids=["smooth", "kinks", "treads of its own", "one jump", "no way to the origin"],
)
def test_others_are_not(function, x):
    assert not opened(function, np.array([x]), np.array([1.0])).any()
