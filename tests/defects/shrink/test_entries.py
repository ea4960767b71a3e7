from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.shrink.entries import simplify, zero
from gradcheck.defects.shrink.smallest import Smallest
from gradcheck.inputs.given import inside
from gradcheck.records.input import Input

X = (Input("x", ("n",)),)
DRAWN = np.array([2.31547, -0.872, 13.0, 2.31547])


def after(step, fails, *arrays, inputs=X):
    small = Smallest(inputs, list(arrays), fails)
    step(small)
    return [array.tolist() for array in small.arrays]


def test_entries_that_do_not_matter_become_zero():
    assert after(zero, lambda a: a[0][1] < 0, DRAWN) == [[0, -0.872, 0, 0]]
    assert after(zero, lambda a: True, DRAWN) == [[0, 0, 0, 0]]
    assert after(zero, lambda a: False, DRAWN) == [DRAWN.tolist()]


def test_where_zero_is_no_value_the_simplest_one_stands_for_it():
    inputs = (Input("x", ("n",), "positive"), Input("t", ("n",), "labels", classes=9))
    arrays = np.array([2.5, 0.3]), np.array([4, 7])
    assert after(zero, lambda a: a[0][0] > 2, *arrays, inputs=inputs) == [[2.5, 1], [0, 0]]


@pytest.mark.parametrize(
    ("fails", "values"),
    [
        (lambda x: True, [1, 1, 1, 1]),
        (lambda x: x[1] < 0, [1, -1, 1, 1]),
        (lambda x: x[2] > 8, [1, 1, 10, 1]),
        (lambda x: x[2] == 13, [1, 1, 13, 1]),
        (lambda x: abs(x[0] - 2.3) < 0.02, [2.3, 1, 1, 2.3]),
        (lambda x: x[0] == 2.31547, [2.31547, 1, 1, 2.31547]),
    ],
)
def test_numbers_become_simple(fails, values):
    assert after(simplify, lambda a: bool(fails(a[0])), DRAWN) == [values]


def test_equal_entries_stay_equal():
    (found,) = after(simplify, lambda a: a[0][0] == a[0][3] > 2, DRAWN)
    assert found[0] == found[3]
    assert len({*found}) == 2


def test_labels_become_small():
    inputs = (Input("t", ("n",), "labels", classes=9),)
    assert after(simplify, lambda a: a[0][0] > 0, np.array([7, 0]), inputs=inputs) == [[1, 0]]


def test_float32_stays_float32():
    small = Smallest(X, [DRAWN.astype(np.float32)], lambda a: a[0][0] > 2)
    for step in (zero, simplify):
        step(small)
    assert small.arrays[0].dtype == np.float32


def test_rows_of_a_simplex_become_short_decimals():
    inputs = (Input("p", ("batch", "n"), "simplex"),)
    rows = np.array([[0.123457, 0.376543, 0.5], [0.9, 0.05, 0.05]])
    small = Smallest(inputs, [rows], lambda a: a[0][0, 1] > a[0][0, 0])
    for step in (zero, simplify):
        step(small)
    assert small.arrays[0].tolist() == [[0.1, 0.4, 0.5], [0.4, 0.3, 0.3]]
    assert inside(inputs[0], small.arrays[0])
