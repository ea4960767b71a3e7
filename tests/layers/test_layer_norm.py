"""Layer normalisation against 250 digits, and with offsets that swamp the differences."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from gradcheck.layers.layer_norm import EPS, LayerNorm

GAIN, BIAS = [1.5, -0.5, 2.0, 1.0], [0.25, 0.5, -1.0, 0.0]
POINTS = {
    "ordinary": [0.3, -1.2, 2.5, 0.0],
    "equal": [0.7, 0.7, 0.7, 0.7],
    "zeros": [0.0, 0.0, 0.0, 0.0],
    "tiny": [1e-300, -1e-12, 1e-9, 0.0],
    "spike": [1e3, 0.5, -0.3, 0.1],
    "huge": [1e5, -7e4, 3e3, 1e4],
    "shared offset": [1e5, 1e5 + 0.5, 1e5 - 2, 1e5],
}


def forward(x: list[Any]) -> list[Any]:
    mean = mpmath.fsum(x) / len(x)
    d = mpmath.sqrt(mpmath.fsum((a - mean) ** 2 for a in x) / len(x) + EPS)
    return [g * (a - mean) / d + b for g, a, b in zip(GAIN, x, BIAS, strict=True)]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("dtype", [np.float64, np.longdouble])
def test_jacobian(point: str, dtype: Any, exact_jacobian: Any) -> None:
    truth = exact_jacobian(forward, POINTS[point])
    j, _, _ = LayerNorm().jacobian(*(np.array(a, dtype=dtype) for a in (POINTS[point], GAIN, BIAS)))
    assert np.max(np.abs(j - truth)) < 8 * np.finfo(dtype).eps * np.max(np.abs(truth))


def test_a_mean_taken_first_loses_digits(exact_jacobian: Any) -> None:
    x = 1e5 + np.array([0.13, -0.13, 0.64, 0.1])
    with mpmath.workdps(60):
        truth = np.array([float(y) for y in forward([mpmath.mpf(float(a)) for a in x])])
    c = x - x.mean()
    plain = GAIN * c / np.sqrt((c * c).mean() + EPS) + BIAS
    assert np.max(np.abs(LayerNorm().forward(x, np.array(GAIN), np.array(BIAS)) - truth)) < 1e-15
    assert np.max(np.abs(plain - truth)) > 1e-12


def test_the_mean_of_the_gradient_is_taken_off() -> None:
    x, gain, bias = (np.array(a) for a in (POINTS["ordinary"], GAIN, BIAS))
    v = np.array([1.0, -0.5, 0.25, 2.0])
    by_x, by_gain, by_bias = LayerNorm().bprop(v, x, gain, bias)
    assert abs(by_x.sum()) < 1e-15
    assert abs((v * gain / x.std()).sum()) > 1
    assert np.allclose(by_gain, v * (x - x.mean()) / np.sqrt(x.var() + EPS), rtol=1e-14)
    assert np.array_equal(by_bias, v)


def test_parameters_sum_over_a_batch() -> None:
    x = np.array([POINTS["ordinary"], POINTS["huge"]])
    v = np.array([[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]])
    _, by_gain, by_bias = LayerNorm().bprop(v, x, np.array(GAIN), np.array(BIAS))
    assert by_gain.shape == (4,)
    assert by_bias.tolist() == [11, 22, 33, 44]
