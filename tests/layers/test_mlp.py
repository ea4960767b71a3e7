"""The multilayer perceptron: its facts, and that it learns nothing from zero weights but its last bias."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.mlp import mlp

SHAPES = [(3, 5), (5, 6), (6,), (6, 4), (4,)]
RNG = np.random.default_rng(2)
V = RNG.normal(size=(3, 4))


def gradients(arrays: list[np.ndarray]) -> dict[str, np.ndarray]:
    assert mlp.bprop is not None
    return dict(zip([one.name for one in mlp.inputs], mlp.bprop(V, *arrays), strict=True))


def test_facts() -> None:
    sizes = {"batch": 3, "n": 5, "hidden": 6, "m": 4}
    assert [one.name for one in mlp.inputs] == ["x", "W1", "b1", "W2", "b2"]
    assert [one.filled(sizes) for one in mlp.inputs] == SHAPES


def test_values_are_those_of_the_formula() -> None:
    x, w1, b1, w2, b2 = (RNG.normal(size=s) for s in SHAPES)
    assert np.allclose(mlp.forward(x, w1, b1, w2, b2), np.tanh(x @ w1 + b1) @ w2 + b2, rtol=1e-14)


def test_from_zero_only_the_last_bias_learns() -> None:
    silent = {k for k, g in gradients([RNG.normal(size=SHAPES[0]), *map(np.zeros, SHAPES[1:])]).items() if not g.any()}
    assert silent == {"x", "W1", "b1", "W2"}


def test_from_anywhere_else_all_learn() -> None:
    assert all(g.all() for g in gradients([RNG.normal(size=s) for s in SHAPES]).values())


def test_gradients_are_those_of_the_docstring() -> None:
    arrays = [RNG.normal(size=s) for s in SHAPES]
    x, w1, b1, w2, _ = arrays
    h = np.tanh(x @ w1 + b1)
    u = V @ w2.T * (1 - h * h)
    expected = {"x": u @ w1.T, "W1": x.T @ u, "b1": u.sum(0), "W2": h.T @ V, "b2": V.sum(0)}
    found = gradients(arrays)
    assert all(np.allclose(found[k], expected[k], rtol=1e-12) for k in expected)
    assert not np.allclose(found["W1"], x.T @ (V @ w2.T), rtol=1e-2)
