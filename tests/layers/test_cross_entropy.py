"""Cross-entropy: -t / z, one loss a row."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from gradcheck.layers.cross_entropy import CrossEntropy

Z = [1e-12, 0.25, 0.5, 0.25 - 1e-12]
T = [0.125, 0.5, 0.25, 0.125]


@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_gradient(dtype: Any, exact_jacobian: Any) -> None:
    truth = exact_jacobian(lambda z: [-mpmath.fsum(t * mpmath.log(a) for t, a in zip(T, z, strict=True))], Z)[0]
    j = CrossEntropy().jacobian(np.array(Z, dtype=dtype), np.array(T, dtype=dtype))
    assert np.max(np.abs(j / truth - 1)) < 2 * np.finfo(dtype).eps
    assert np.max(np.abs(-np.array(T) / truth - 1)) > 0.1


def test_bprop_weighs_each_row_by_its_cotangent() -> None:
    z, t = np.array([Z, Z]), np.array([T, T])
    gradient = CrossEntropy().bprop(np.array([1.0, -2.0]), z, t)
    assert np.allclose(gradient[0], -np.array(T) / Z, rtol=1e-15)
    assert np.allclose(gradient[1], -2 * gradient[0], rtol=1e-15)


def test_a_batch_has_one_loss_a_row_and_no_mixing() -> None:
    z, t = np.array([Z, Z[::-1]]), np.array([T, T])
    j = CrossEntropy().jacobian(z, t)
    assert CrossEntropy().forward(z, t).shape == (2,)
    assert j.shape == (2, 2, 4)
    assert not j[0, 1].any()
    assert j[0, 0].all()


def test_targets_are_constants() -> None:
    assert [one.differentiable for one in CrossEntropy().inputs] == [True, False]
