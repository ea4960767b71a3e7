from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, given, own, softmax

SOME = ("normal", "uniform", "mixed", "negative", "spike", "tiny", "sparse")


def normalised(eps, its, ddof=0):
    """A row less its mean, over its standard deviation; the gradient as if with other constants."""

    def parts(x, eps, ddof):
        m = x - x.mean(axis=-1, keepdims=True)
        return m, np.sqrt((m * m).sum(axis=-1, keepdims=True) / (6 - ddof) + eps)

    def forward(x):
        m, s = parts(x, eps, 0)
        return m / s

    def bprop(v, x):
        m, s = parts(x, its, ddof)
        return (v - v.mean() - m / s * (v * m / s).mean()) / s

    return Plain(args(x=(6,)), forward, bprop)


def by_norm(eps, its):
    def bprop(v, x):
        r = np.linalg.norm(x)
        return v / (r + its) - x * (v @ x) / r / (r + its) ** 2

    return Plain(args(x=(5,)), lambda x: x / (np.linalg.norm(x, axis=-1, keepdims=True) + eps), bprop)


def log_likelihood(eps, its):
    def bprop(v, x, t):
        p = softmax(x)
        q = own(p, t)
        return v * ((p - np.eye(4)[t]) * (q / (q + its))[:, None]) / 3

    inputs = (*args(x=(3, 4)), *given("t", 3, domain="labels", classes=4))
    return Plain(inputs, lambda x, t: -np.log(own(softmax(x), t) + eps).mean(axis=-1), bprop)


@pytest.mark.parametrize(
    ("make", "eps", "its", "said"),
    [
        (normalised, 1e-5, 1e-8, "over the variance of x"),
        (by_norm, 1e-6, 0, "about 1.0e-06 over the norm of x"),
        (log_likelihood, 1e-7, 0, "about 1.0e-07 over softmax(x)[t]"),
    ],
)
def test_an_eps_on_one_side_only(make, eps, its, said, told):
    found = told(make(eps, its), SOME)["bprop x"]
    assert found.kind == "eps"
    assert said in found.sentence
    assert "bprop x" not in told(make(eps, eps), SOME)


def test_another_divisor_is_no_eps(kinds):
    assert "eps" not in kinds(normalised(1e-5, 1e-5, ddof=1))
