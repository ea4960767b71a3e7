"""Factors: on everything, on one method, on one entry, on one output."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.factors import ALONE, DECADES, FACTOR, at_middle, corruptions, one_entry, one_output, scaled

X, B = np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.25, -1.0])


def test_each_series_goes_down_by_decades(mixing):
    names = [one.name for one in corruptions(mixing)]
    sizes = {name: [one.size for one in corruptions(mixing) if one.name == name] for name in names}
    assert sizes[FACTOR] == list(DECADES)
    assert sizes[f"{FACTOR} in one entry of b"] == list(DECADES)
    assert sizes["sign flipped"] == [None]
    assert sorted(DECADES, reverse=True) == list(DECADES)


def test_one_method_alone_needs_two(mixing, cube):
    assert set(ALONE.values()) <= {one.name for one in corruptions(mixing)}
    assert not set(ALONE.values()) & {one.name for one in corruptions(cube)}


@pytest.mark.parametrize(
    "corrupt", [lambda s: scaled(s, 3.0), lambda s: one_entry(s, 1, 3.0), lambda s: one_output(s, 3.0)]
)
def test_both_methods_are_wrong_alike(mixing, consistent, corrupt):
    assert consistent(corrupt(mixing), X, B)


def test_one_method_alone_is_not(mixing, consistent):
    assert not consistent(scaled(mixing, 3.0, ("bprop",)), X, B)


def test_what_is_scaled_and_nothing_else(mixing):
    by_x, by_b = mixing.layer.jacobian(X, B)
    assert np.array_equal(scaled(mixing, 2.0).jacobian(X, B)[0], 2 * by_x)
    other_x, other_b = one_entry(mixing, 0, 2.0).jacobian(X, B)
    assert np.array_equal(other_x, by_x * [1, 2, 1])
    assert np.array_equal(other_b, by_b)
    assert np.array_equal(one_output(mixing, 2.0).jacobian(X, B)[0], by_x * [[1], [2], [1]])


@pytest.mark.parametrize(("shape", "expected"), [((), 7.0), ((3,), [1, 7, 1]), ((2, 2), [[1, 1], [7, 1]]), ((0,), [])])
def test_the_entry_in_the_middle(shape, expected):
    assert at_middle(shape, 7.0, float).tolist() == expected
