"""Independent truth for the layers: derivatives of forwards rewritten in 250 digits, and Jacobians read off bprops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
import pytest

DIGITS = 250


def exact_jacobian(forward: Callable[[list[Any]], Sequence[Any]], x: Sequence[float]) -> np.ndarray:
    """dy/dx, shape (m, n), of a function of mpmath numbers, by central differences that err by far less than 1e-100."""
    with mpmath.workdps(DIGITS):
        h = mpmath.mpf(10) ** -80
        at = [mpmath.mpf(float(a)) for a in x]
        columns = []
        for k, a in enumerate(at):
            above = forward([*at[:k], a + h, *at[k + 1 :]])
            below = forward([*at[:k], a - h, *at[k + 1 :]])
            slopes = [(p - m) / (2 * h) for p, m in zip(above, below, strict=True)]
            columns.append([np.longdouble(mpmath.nstr(slope, 25)) for slope in slopes])
        return np.array(columns, dtype=np.longdouble).T


def one_hot_jacobians(layer: Any, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The Jacobians that a bprop stands for, one for each differentiable input, one output entry at a time."""
    y = np.asarray(layer.forward(*arrays))
    rows = []
    for k in range(y.size):
        v = np.zeros(y.size, dtype=y.dtype)
        v[k] = 1
        gradients = layer.bprop(v.reshape(y.shape), *arrays)
        rows.append(gradients if isinstance(gradients, tuple) else (gradients,))
    return [np.stack(column).reshape(*y.shape, *column[0].shape) for column in zip(*rows, strict=True)]


@pytest.fixture(name="exact_jacobian")
def _exact_jacobian() -> Callable[..., np.ndarray]:
    return exact_jacobian


@pytest.fixture(name="one_hot_jacobians")
def _one_hot_jacobians() -> Callable[..., list[np.ndarray]]:
    return one_hot_jacobians
