"""Conditions on inputs: where each holds, and where not."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.conditions import CONDITIONS, corruptions, doubled_where

HOLDS = {
    "at zero": ([0.0, 1.0], [1, 0]),
    "for negative x": ([0.0, -1.0], [0, 1]),
    "in saturation: |x| > 10": ([-11.0, 9.0], [1, 0]),
    "for huge x: |x| > 1e3": ([-2e3, 9e2], [1, 0]),
    "for tiny x: |x| < 1e-6": ([1e-7, 0.0], [1, 0]),
    "at ties": ([2.0, 1.0, 2.0], [1, 0, 1]),
    "near ties": ([1.0, 1.0 + 1e-6, 5.0], [1, 1, 1]),
    "where all are equal": ([3.0, 3.0], [1, 1]),
    "where one entry towers": ([1.0, 500.0, 2.0], [1, 1, 1]),
    "in ascending order": ([1.0, 2.0, 4.0], [1, 1, 1]),
    "where signs alternate": ([1.0, -2.0, 4.0], [1, 1, 1]),
    "in later rows": ([[1.0], [1.0]], [[0], [1]]),
}
NOWHERE = np.array([[3.0, 7.0, 6.0, 5.0]])
NUMBER = np.array(20.0)


@pytest.mark.parametrize("name", dict(CONDITIONS))
def test_where_it_holds_and_where_not(name):
    condition = dict(CONDITIONS)[name]
    values, mask = HOLDS[name]
    x = np.array(values)
    assert np.broadcast_to(condition(x), x.shape).tolist() == np.array(mask, bool).tolist()
    assert not condition(NOWHERE).any()
    assert np.shape(condition(NUMBER)) == ()


def test_rows_are_looked_at_one_by_one():
    x = np.array([[1.0, 1.0], [1.0, 2.0]])
    assert dict(CONDITIONS)["at ties"](x).tolist() == [[True, True], [False, False]]


def test_what_the_condition_names_is_doubled(mixing, consistent):
    layer = doubled_where(mixing, lambda x: x < 0)
    x, b = np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.25, -1.0])
    assert np.array_equal(layer.jacobian(x, b)[0], mixing.layer.matrix * [1, 2, 1])
    assert layer.bprop(np.ones(3), x, b)[1].tolist() == [6, 0.5, -4]
    assert consistent(layer, x, b)


def test_one_for_each(mixing):
    assert len(list(corruptions(mixing))) == len(CONDITIONS)
