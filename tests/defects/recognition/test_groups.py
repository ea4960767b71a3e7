from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, softmax


def stretched(x, eps, ddof):
    spread = np.sqrt(x.var(axis=-1, keepdims=True, ddof=ddof) + eps)
    return (x - x.mean(axis=-1, keepdims=True)) / spread, spread


def normalised(of_mean=1.0, of_variance=1.0, eps=1e-4, power=1, ddof=0):
    """A normalisation of rows and its gradient, the parts of which may be left out."""

    def bprop(v, x):
        z, spread = stretched(x, eps, ddof)
        mean = v.mean(axis=-1, keepdims=True)
        return (v - of_mean * mean - of_variance * z * (v * z).mean(axis=-1, keepdims=True)) / spread**power

    return Plain(args(x=(3, 6)), lambda x: stretched(x, 1e-4, 0)[0], bprop)


def probabilities(backward):
    return Plain(args(x=(2, 4)), softmax, lambda v, x: backward(v, softmax(x)))


def total(a):
    return a.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (normalised(of_mean=0), "a term with sum(v), as of a mean is missing"),
        (normalised(of_variance=0), "a term with (x - mean) sum(v (x - mean)), as of a variance is missing"),
        (normalised(of_variance=6), "as of a variance is off by the factor 6"),
        (normalised(eps=1e-2), "an eps of about 1.0e-02 stands where 1.0e-04 belongs"),
        (normalised(ddof=1), "the variance counts 6/5 (6 is the length of an axis, `ddof` differs) times"),
        (normalised(power=2), "every term is divided by the power 2"),
        (probabilities(lambda v, y: v * y), "a term with y sum(v y) is missing"),
        (probabilities(lambda v, y: y * (v - total(v))), "a term with y sum(v) is too much"),
    ],
)
def test_the_term_is_named(layer, said, told):
    found = told(layer, MORE)["bprop x"]
    assert found.kind == "term"
    assert said in found.sentence


def test_a_weight_that_is_left_out_of_one_term(told):
    def bprop(v, x, g):
        r = np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-3)
        return v * g / r - x * (v * x).mean(axis=-1, keepdims=True) / r**3, (v * x / r).sum(axis=0)

    layer = Plain(
        args(x=(3, 5), g=(5,)),
        lambda x, g: g[..., None, :] * x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + 1e-3),
        bprop,
    )
    assert "a term with x sum((g v) x), as of a norm is missing" in told(layer)["bprop x"].sentence


def test_right_ones_and_other_layers(kinds):
    assert kinds(normalised()) == set()
    assert kinds(probabilities(lambda v, y: y * (v - total(v * y)))) == set()
    assert "term" not in kinds(Plain(args(x=(3, 6)), np.sin, lambda v, x: 2 * v * np.cos(x)))
