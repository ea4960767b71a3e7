"""Answers that depend on earlier calls; each is right at first."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects.memory import corruptions

X, Z, V = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 0.0, 1.0, 5.0]), np.ones(4)


@pytest.fixture
def spoiled(cube, by_name):
    return lambda name: by_name(corruptions, cube)[name].corrupt()


def test_stale(spoiled, cube):
    layer = spoiled("stale: inputs of the last call")
    assert np.array_equal(layer.bprop(V, Z), cube.layer.bprop(V, Z))
    assert np.array_equal(layer.bprop(V, X), cube.layer.bprop(V, Z))
    assert np.array_equal(layer.bprop(V, X), cube.layer.bprop(V, X))
    assert np.array_equal(layer.bprop(V[:2], X[:2]), cube.layer.bprop(V[:2], X[:2]))


def test_adding(spoiled, cube):
    layer, right = spoiled("adds to its last answer"), cube.layer.bprop(V, X)
    assert [layer.bprop(V, X).tolist() for _ in range(3)] == [(k * right).tolist() for k in (1, 2, 3)]


def test_reusing(spoiled, cube):
    layer = spoiled("reuses the array it returned")
    first = layer.bprop(V, X)
    assert np.array_equal(first, cube.layer.bprop(V, X))
    assert np.array_equal(layer.bprop(V, Z), cube.layer.bprop(V, Z))
    assert np.array_equal(first, cube.layer.bprop(V, Z))


@pytest.mark.parametrize(("name", "place"), [("changes an input in place", 1), ("changes v in place", 0)])
def test_changing_what_is_given(spoiled, cube, name, place):
    given = [V.copy(), X.copy()]
    assert np.array_equal(spoiled(name).bprop(*given), cube.layer.bprop(V, X))
    assert [np.array_equal(a, b) for a, b in zip(given, (V, X), strict=True)] == [place != 0, place != 1]


def test_two_layers_share_nothing(spoiled, cube):
    spoiled("stale: inputs of the last call").bprop(V, Z)
    fresh = spoiled("stale: inputs of the last call")
    assert np.array_equal(fresh.bprop(V, X), cube.layer.bprop(V, X))
