"""Softmax against 250 digits, at the points where the textbook formula loses them."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from gradcheck.layers.softmax import Softmax

POINTS = {
    "ordinary": [0.3, -1.2, 2.5, 0.0],
    "ties": [1.5, 1.5, 1.5],
    "zeros": [0.0, 0.0],
    "saturated": [40.0, -40.0, 0.0, 20.0],
    "spike": [100.0, 0.5, -0.25],
    "shared offset": [1e5, 1e5 + 0.5, 1e5 - 2],
    "tiny": [1e-300, -1e-12, 5e-324],
}


def forward(x: list[Any]) -> list[Any]:
    top = max(x)
    e = [mpmath.exp(a - top) for a in x]
    return [a / mpmath.fsum(e) for a in e]


def error(j: np.ndarray, truth: np.ndarray) -> float:
    """The largest error relative to its entry."""
    return float(np.max(np.abs(j - truth) / np.abs(truth)))


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_every_entry_of_the_jacobian_keeps_its_digits(point: str, dtype: Any, exact_jacobian: Any) -> None:
    truth = exact_jacobian(forward, POINTS[point])
    j = Softmax().jacobian(np.array(POINTS[point], dtype=dtype))
    assert error(j, truth) < 8 * np.finfo(dtype).eps


def test_the_textbook_diagonal_loses_them(exact_jacobian: Any) -> None:
    s = Softmax().forward(np.array(POINTS["spike"]))
    assert error(np.diag(s) - np.outer(s, s), exact_jacobian(forward, POINTS["spike"])) > 0.9


@pytest.mark.parametrize("point", POINTS)
def test_bprop_keeps_its_digits(point: str, exact_jacobian: Any) -> None:
    truth = exact_jacobian(forward, POINTS[point])
    v = np.random.default_rng(3).normal(size=len(truth))
    size = np.abs(v) @ np.abs(truth)
    assert np.max(np.abs(Softmax().bprop(v, np.array(POINTS[point])) - v @ truth) / size) < 1e-15


def test_the_textbook_bprop_loses_them(exact_jacobian: Any) -> None:
    truth = exact_jacobian(forward, POINTS["saturated"])
    v = np.random.default_rng(3).normal(size=len(truth))
    s = Softmax().forward(np.array(POINTS["saturated"]))
    assert np.max(np.abs(s * (v - v @ s) - v @ truth) / (np.abs(v) @ np.abs(truth))) > 1e-9


def test_values_at_extremes_are_finite() -> None:
    x = np.array([1e5, -1e5, 0.0, 1e308])
    assert Softmax().forward(x).tolist() == [0, 0, 0, 1]
    assert not Softmax().jacobian(x).any()


def test_rows_of_a_batch_do_not_mix() -> None:
    x = np.array([[0.0, 1.0], [2.0, -1.0]])
    j = Softmax().jacobian(x)
    assert not j[0, :, 1].any()
    assert not j[1, :, 0].any()
    assert np.array_equal(j[1, :, 1], Softmax().jacobian(x[1]))
    assert j[1, :, 1].all()


def test_an_empty_row_has_an_empty_jacobian() -> None:
    assert Softmax().jacobian(np.empty(0)).shape == (0, 0)
