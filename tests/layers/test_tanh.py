"""Tanh: its derivative keeps its digits where 1 - y^2 has none."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from gradcheck.layers.tanh import Tanh

X = [0.0, 1e-300, -1e-8, 0.5, -1.0, 3.0, -20.0, 40.0, -300.0]


def forward(x: list[Any]) -> list[Any]:
    with mpmath.workdps(320):
        return [mpmath.tanh(a) for a in x]


def error(derivative: np.ndarray, truth: np.ndarray) -> float:
    return float(np.max(np.abs(derivative - truth) / truth))


@pytest.fixture(name="truth")
def _truth() -> np.ndarray:
    with mpmath.workdps(60):
        return np.array([np.longdouble(mpmath.nstr(mpmath.sech(mpmath.mpf(a)) ** 2, 25)) for a in X])


@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_derivative_keeps_its_digits(dtype: Any, truth: np.ndarray) -> None:
    x = np.array(X, dtype=dtype)
    assert error(np.diagonal(Tanh().jacobian(x)), truth) < 8 * np.finfo(dtype).eps
    assert error(Tanh().bprop(np.ones_like(x), x), truth) < 8 * np.finfo(dtype).eps


def test_one_minus_the_square_loses_them(truth: np.ndarray) -> None:
    assert error(1 - np.tanh(X) ** 2, truth) > 0.9


def test_the_truth_is_the_derivative_of_tanh(truth: np.ndarray, exact_jacobian: Any) -> None:
    j = exact_jacobian(lambda x: [mpmath.tanh(a) for a in x], X[:7])
    assert error(np.diagonal(j), truth[:7]) < 1e-15


def test_extremes_are_finite() -> None:
    x = np.array([1e5, -1e5, 1e300])
    assert Tanh().forward(x).tolist() == [1, -1, 1]
    assert not Tanh().jacobian(x).any()
    assert not Tanh().bprop(np.ones(3), x).any()


def test_jacobian_has_nothing_off_its_diagonal() -> None:
    j = Tanh().jacobian(np.array([[0.1, 0.2], [0.3, 0.4]])).reshape(4, 4)
    assert np.array_equal(j, np.diag(np.diagonal(j)))
    assert np.diagonal(j).all()
