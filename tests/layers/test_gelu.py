"""GELU: its left tail keeps its digits, and nothing overflows."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from gradcheck.layers.gelu import CUBIC, GELU

X = [0.0, 1e-300, -1e-8, 0.5, -0.75, -1.0, 3.0, -5.0, 12.0, -12.0]


def forward(x: list[Any]) -> list[Any]:
    with mpmath.workdps(400):
        u = [mpmath.sqrt(2 / mpmath.pi) * (a + CUBIC * a**3) for a in x]
        return [a * (1 + mpmath.tanh(b)) / 2 for a, b in zip(x, u, strict=True)]


def error(derivative: np.ndarray, truth: np.ndarray, x: np.ndarray) -> float:
    """The largest relative error; the exponent exp(2 u) carries that of its argument, magnified by |2 u|."""
    size = np.maximum(np.abs(truth), 0.1 * (np.abs(x) < 2)) * (1 + np.abs(x) ** 3)
    return float(np.max(np.abs(derivative - truth) / size))


@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_derivative_against_250_digits(dtype: Any, exact_jacobian: Any) -> None:
    truth, x = np.diagonal(exact_jacobian(forward, X)), np.array(X, dtype=dtype)
    assert error(np.diagonal(GELU().jacobian(x)), truth, x) < 8 * np.finfo(dtype).eps
    assert error(GELU().bprop(np.ones_like(x), x), truth, x) < 8 * np.finfo(dtype).eps


def test_the_tanh_written_out_loses_the_left_tail(exact_jacobian: Any) -> None:
    x = np.array(X)
    t = np.tanh(np.sqrt(2 / np.pi) * (x + CUBIC * x**3))
    slope = np.sqrt(2 / np.pi) * (1 + 3 * CUBIC * x**2)
    assert error((1 + t + x * (1 - t * t) * slope) / 2, np.diagonal(exact_jacobian(forward, X)), x) > 1e-4


def test_values_against_250_digits() -> None:
    truth = np.array([float(y) for y in forward([mpmath.mpf(a) for a in X])])
    assert np.allclose(GELU().forward(np.array(X)), truth, rtol=1e-13, atol=0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_nothing_overflows(dtype: Any) -> None:
    x = np.array([np.finfo(dtype).max, np.finfo(dtype).min, 1e4, -1e4], dtype=dtype)
    with np.errstate(over="raise", invalid="raise"):
        assert np.array_equal(GELU().forward(x), np.maximum(x, 0))
        assert np.diagonal(GELU().jacobian(x)).tolist() == [1, 0, 1, 0]
        assert GELU().bprop(np.ones_like(x), x).tolist() == [1, 0, 1, 0]
