from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args

SOME = ("normal", "uniform", "mixed")
NEAR = (0.4, 2.0)


def slope(s, m, w):
    return 1 - ((m - w) ** 2 + 2) / s**3


def divergence(of_s):
    """s + ((m - w)^2 / 2 + 1) / s^2, and its derivative by s."""
    return Plain(
        (*args(NEAR, s=(6,)), *args(m=(6,), w=(6,))),
        lambda s, m, w: s + ((m - w) ** 2 / 2 + 1) / s**2,
        lambda v, s, m, w: (v * of_s(s, m, w), v * (m - w) / s**2, -v * (m - w) / s**2),
    )


@pytest.mark.parametrize(
    ("of_s", "said"),
    [
        (lambda s, m, w: 1 - 2 / s**3, "a term is missing or wrong: -(m - w)^2 / s^3"),
        (lambda s, m, w: slope(s, m, w) * m / np.sqrt(s), "a factor sqrt(s) / m is missing"),
        (
            lambda s, m, w: slope(s, m, w) * (1 + m**2) * np.abs(w) / s,
            "a factor s / (|w| (1 + m^2)) is missing",
        ),
    ],
)
def test_a_product_of_powers(of_s, said, told):
    assert told(divergence(of_s), SOME)["bprop s"].sentence == said


def test_the_right_powers(told):
    assert told(divergence(slope), SOME) == {}


def test_a_sum_is_no_product_of_powers(told):
    found = told(divergence(lambda s, m, w: slope(s, m, w) + np.sin(m * w) + s * w), SOME)
    assert "bprop s" not in found or "missing" not in found["bprop s"].sentence


def boost(of_b):
    """Two outputs that mix two inputs."""

    def factor(b):
        return 1 / np.sqrt(1 - b * b)

    def bprop(v, b, t, x):
        g = factor(b)
        of_t, of_x = g * (v[0] - b * v[1]), g * (v[1] - b * v[0])
        through = g**3 * b * (v[0] * (t - b * x) + v[1] * (x - b * t))
        return through - of_b * g * (v[0] * x + v[1] * t), of_t, of_x

    return Plain(
        (*args((-0.8, 0.8), b=(5,)), *args(t=(5,), x=(5,))),
        lambda b, t, x: factor(b)[..., None, :] * np.stack([t - b * x, x - b * t], axis=-2),
        bprop,
    )


def test_each_output_lacks_a_term_of_its_own(told):
    sentence = told(boost(0))["bprop b"].sentence
    assert "for the cotangent of y[0]: a term is missing or wrong: -x / sqrt(1 - b^2)" in sentence
    assert "for the cotangent of y[1]: a term is missing or wrong: -t / sqrt(1 - b^2)" in sentence
    assert told(boost(1)) == {}
