from __future__ import annotations

import numpy as np
import pytest

from gradcheck.oracle.bends import widen_to_bends
from gradcheck.oracle.steps import length_scale
from gradcheck.oracle.table import Table
from tests.oracle.maps import EXTENDED, estimate, flat

DTYPES = [np.float64, np.longdouble]


def widened(function, x, *, value=0.0, disputed=True, dtype=np.float64):
    """A table whose entries were all read as `value`, with a bound of 1e-12, and then were in dispute."""
    forward = flat(function, x, dtype=dtype)
    table = Table.empty(forward.outputs, forward.x.size, forward.x.dtype)
    table.value[:], table.bound[:] = value, 1e-12
    with np.errstate(all="ignore"):
        f0 = forward(forward.x[None])[0]
        widen_to_bends(forward, f0, length_scale(forward), table, np.full(table.value.shape, disputed))
    return table


def low_and_high(table):
    return table.value[0, 0] - table.bound[0, 0], table.value[0, 0] + table.bound[0, 0]


MIDDLE = {  # what moves with its first entry, on steps that are far below 1e-15 alone
    "median": lambda x: np.sort(x, axis=-1)[..., 1:2],
    "clip": lambda x: np.minimum(np.maximum(x[..., :1], x[..., 1:2]), x[..., 2:]),
    "float64 inside": lambda x: np.sort(x.astype(np.float64), axis=-1)[..., 1:2].astype(x.dtype),
}
POINT = [4e-120, -3e-40, 7e-61]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", MIDDLE.values(), ids=MIDDLE)
def test_a_bend_between_an_entry_and_the_shortest_step_widens_the_bound(function, dtype):
    table = widened(function, POINT, dtype=dtype)
    low, high = low_and_high(table)
    assert low <= 0
    assert 1 <= high < 1.1
    assert table.gap[0, 0] == pytest.approx(0.5)


@pytest.mark.parametrize("x", [[0.0, -3e-40, 7e-61], [3e-310, -3e-40, 7e-200], [2e-31, -3e-28, 2.0003e-31]])
def test_it_is_found_beside_0_among_subnormal_numbers_and_beside_another_entry(x):
    assert low_and_high(widened(MIDDLE["median"], x))[1] >= 1


@pytest.mark.parametrize(
    ("function", "x", "value"),
    [
        (MIDDLE["median"], [0.4, -3.0, 7.0], 0.0),
        (lambda x: x[..., :1], [4e-120, 1.0], 1.0),
        (lambda x: np.maximum(x[..., :1], x[..., 1:]), [7e-61, 4e-120], 1.0),
        (lambda x: (x[..., :1] + 1) - 1, [4e-120, 1.0], 0.0),
        (lambda x: x[..., :1].astype(np.float16).astype(x.dtype), [3e-6, 1.0], 0.0),
        (lambda x: np.sin(1e30 * x[..., :1]), [7e-31, 1.0], 0.0),
        (lambda x: x[..., :1], [5e-324, 1.0], 1.0),
    ],
    ids=["of ordinary size", "a line", "not beyond", "rounding", "a cast", "a curve", "the least of numbers"],
)
def test_no_other_bound_is_widened(function, x, value):
    table = widened(function, x, value=value)
    assert table.value[0, 0] == value
    assert table.bound[0, 0] == 1e-12


def test_nor_one_that_is_in_no_dispute():
    table = widened(MIDDLE["median"], POINT, disputed=False)
    assert (table.bound == 1e-12).all()


def test_where_nothing_is_in_dispute_the_forward_is_not_called():
    calls = []
    widened(lambda x: calls.append(len(x)) or MIDDLE["median"](x), POINT, disputed=False)
    ordinary = []
    widened(lambda x: ordinary.append(len(x)) or MIDDLE["median"](x), [0.4, -3.0, 7.0])
    assert len(calls) == len(ordinary) == 2


@pytest.mark.parametrize(
    "dtype", [np.float64, pytest.param(np.longdouble, marks=pytest.mark.skipif(not EXTENDED, reason="no long double"))]
)
def test_of_sorted_tiny_numbers_the_right_slopes_are_not_contradicted_and_wrong_ones_are(dtype):
    x = np.array([-3e-7, 4e-55, 3e-59, 8e-286, -1e-23, -1e-248, 1e-233])
    right = np.eye(7)[np.argsort(x)]
    forward = flat(lambda x: np.sort(x, axis=-1), x, dtype=dtype)
    for claim, wrong in ((right, False), (3 * right, True)):
        found = estimate(forward, claim)
        assert (np.abs(claim - found.value) > found.floor + found.open + 1e-9).any() == wrong
