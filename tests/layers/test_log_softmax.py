"""Log-softmax against 250 digits, and where the logarithm of the softmax has no value."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from gradcheck.layers.log_softmax import LogSoftmax
from gradcheck.layers.softmax import Softmax

POINTS = {
    "ordinary": [0.3, -1.2, 2.5, 0.0],
    "ties": [1.5, 1.5, 1.5],
    "saturated": [40.0, -40.0, 0.0, 20.0],
    "spike": [100.0, 0.5, -0.25],
    "shared offset": [1e5, 1e5 + 0.5, 1e5 - 2],
}


def forward(x: list[Any]) -> list[Any]:
    total = mpmath.log(mpmath.fsum(mpmath.exp(a) for a in x))
    return [a - total for a in x]


def error(j: np.ndarray, truth: np.ndarray) -> float:
    """The largest error relative to its entry."""
    return float(np.max(np.abs(j - truth) / np.abs(truth)))


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_jacobian(point: str, dtype: Any, exact_jacobian: Any) -> None:
    truth = exact_jacobian(forward, POINTS[point])
    j = LogSoftmax().jacobian(np.array(POINTS[point], dtype=dtype))
    assert error(j, truth) < 64 * np.finfo(dtype).eps


def test_one_minus_s_loses_digits(exact_jacobian: Any) -> None:
    truth = exact_jacobian(forward, POINTS["spike"])
    s = Softmax().forward(np.array(POINTS["spike"]))
    assert error(np.eye(3) - s, truth) > 0.9


@pytest.mark.parametrize("point", POINTS)
def test_bprop_keeps_its_digits(point: str, exact_jacobian: Any) -> None:
    truth = exact_jacobian(forward, POINTS[point])
    v = 10.0 ** -np.arange(0, 3 * len(truth), 3)
    size = np.abs(v) @ np.abs(truth)
    assert np.max(np.abs(LogSoftmax().bprop(v, np.array(POINTS[point])) - v @ truth) / size) < 1e-14


def test_the_textbook_bprop_loses_them(exact_jacobian: Any) -> None:
    truth = exact_jacobian(forward, POINTS["saturated"])
    v = 10.0 ** -np.arange(0, 12, 3)
    s = Softmax().forward(np.array(POINTS["saturated"]))
    assert np.max(np.abs(v - s * v.sum() - v @ truth) / (np.abs(v) @ np.abs(truth))) > 1e-14


def test_the_jacobian_of_softmax_differs(exact_jacobian: Any) -> None:
    truth = exact_jacobian(forward, POINTS["ordinary"])
    assert np.max(np.abs(Softmax().jacobian(np.array(POINTS["ordinary"])) - truth)) > 0.1


def test_bprop_sums_over_all_cotangents() -> None:
    v, x = np.array([1.0, 2.0, -0.5]), np.array([0.3, -1.2, 2.5])
    s = Softmax().forward(x)
    assert np.allclose(LogSoftmax().bprop(v, x), v - s * 2.5, rtol=1e-14)
    assert not np.allclose(LogSoftmax().bprop(v, x), v - s * (2.5 - v), rtol=1e-3)


def test_stays_finite_where_log_of_softmax_does_not() -> None:
    x = np.array([1e5, 0.0, -1e5])
    assert LogSoftmax().forward(x).tolist() == [0, -1e5, -2e5]
    assert np.isfinite(LogSoftmax().jacobian(x)).all()
    with np.errstate(divide="ignore"):
        assert np.log(Softmax().forward(x)).tolist() == [0, -np.inf, -np.inf]
