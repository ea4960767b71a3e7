"""ReLU on both sides of its kink and at it."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.relu import ReLU

X = np.array([-1e5, -5e-324, -0.0, 0.0, 5e-324, 2.0])


def test_values() -> None:
    assert ReLU().forward(X).tolist() == [0, 0, 0, 0, 5e-324, 2]


def test_derivative_is_the_step_and_zero_at_the_kink() -> None:
    assert np.diagonal(ReLU().jacobian(X)).tolist() == [0, 0, 0, 0, 1, 1]
    assert ReLU().bprop(np.full(6, 3.0), X).tolist() == [0, 0, 0, 0, 3, 3]


def test_an_infinite_cotangent_does_not_leak() -> None:
    assert ReLU().bprop(np.array([np.inf, np.inf]), np.array([-1.0, 1.0])).tolist() == [0, np.inf]


def test_the_kink_is_declared() -> None:
    assert ReLU().critical == (0.0,)
