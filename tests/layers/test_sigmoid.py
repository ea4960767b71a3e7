"""Sigmoid: both tails keep their digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from gradcheck.layers.sigmoid import Sigmoid

X = [0.0, 1e-300, -1e-8, 0.5, -1.0, 3.0, -20.0, 40.0, -40.0, 700.0, -700.0]


def numbers(function: Any) -> np.ndarray:
    with mpmath.workdps(60):
        return np.array([np.longdouble(mpmath.nstr(function(mpmath.mpf(a)), 25)) for a in X])


def error(values: np.ndarray, truth: np.ndarray) -> float:
    return float(np.max(np.abs(values - truth) / truth))


@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_values(dtype: Any) -> None:
    truth = numbers(lambda a: 1 / (1 + mpmath.exp(-a)))
    assert error(Sigmoid().forward(np.array(X, dtype=dtype)), truth) < 4 * np.finfo(dtype).eps


@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_derivative(dtype: Any) -> None:
    truth = numbers(lambda a: mpmath.exp(-abs(a)) / (1 + mpmath.exp(-abs(a))) ** 2)
    x = np.array(X, dtype=dtype)
    assert error(np.diagonal(Sigmoid().jacobian(x)), truth) < 8 * np.finfo(dtype).eps
    assert error(Sigmoid().bprop(np.ones_like(x), x), truth) < 8 * np.finfo(dtype).eps


def test_the_textbook_derivative_loses_digits() -> None:
    truth = numbers(lambda a: mpmath.exp(-abs(a)) / (1 + mpmath.exp(-abs(a))) ** 2)
    y = Sigmoid().forward(np.array(X))
    assert error(y * (1 - y), truth) > 0.9


def test_the_truth_is_the_derivative(exact_jacobian: Any) -> None:
    x = X[:9]
    j = exact_jacobian(lambda at: [1 / (1 + mpmath.exp(-a)) for a in at], x)
    assert np.allclose(np.diagonal(j), np.diagonal(Sigmoid().jacobian(np.array(x))), rtol=1e-14, atol=0)


def test_extremes_are_finite_and_silent() -> None:
    with np.errstate(over="raise", invalid="raise"):
        assert Sigmoid().forward(np.array([1e5, -1e5, 1e308, -1e308])).tolist() == [1, 0, 1, 0]
        assert not Sigmoid().jacobian(np.array([1e5, -1e308])).any()
