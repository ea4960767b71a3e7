"""Linear layer: small whole numbers, worked out by hand, and every shape of batch."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.layers.linear import Linear

X = np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 4.0]])
W = np.array([[1.0, 0.0, 2.0], [5.0, -3.0, 1.0]])
B = np.array([10.0, 20.0, 30.0])
V = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])


def test_values() -> None:
    assert Linear().forward(X, W, B).tolist() == [[21, 14, 34], [8, 23, 35], [30, 8, 34]]


def test_bprop() -> None:
    x, weights, b = Linear().bprop(V, X, W, B)
    assert x.tolist() == [[5, 7], [0, -3], [3, 3]]
    assert weights.tolist() == [[1, 3, 2], [6, 3, 8]]
    assert b.tolist() == [2, 2, 3]


def test_the_gradient_of_a_transposed_weight_differs() -> None:
    square = W[:, :2]
    x, _, _ = Linear().bprop(V[:, :2], X, square, B[:2])
    assert not np.array_equal(x, V[:, :2] @ square)


def test_jacobians() -> None:
    by_x, by_weights, by_b = Linear().jacobian(X, W, B)
    assert by_x.shape == (3, 3, 3, 2)
    assert by_weights.shape == (3, 3, 2, 3)
    assert by_b.shape == (3, 3, 3)
    assert np.array_equal(by_x[1, :, 1], W.T)
    assert not by_x[1, :, 0].any()
    assert by_weights[1, 2].tolist() == [[0, 0, 3], [0, 0, -1]]
    assert np.array_equal(by_b[2], np.eye(3))


@pytest.mark.parametrize("lead", [(), (1,), (2, 3), (0,)])
def test_any_batch(lead: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=(*lead, 2))
    y = Linear().forward(x, W, B)
    gradients = Linear().bprop(np.ones_like(y), x, W, B)
    assert y.shape == (*lead, 3)
    assert [g.shape for g in gradients] == [x.shape, W.shape, B.shape]
    assert [j.shape for j in Linear().jacobian(x, W, B)] == [(*y.shape, *a.shape) for a in (x, W, B)]
