from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, softmax


def pooled(x, q):
    return (softmax((x * q[..., None, :]).sum(axis=-1))[..., None] * x).sum(axis=-2)


def pooling(*, through=True):
    def bprop(v, x, q):
        p = softmax(x @ q)
        d = p * (x @ v - p @ (x @ v))
        return np.outer(p, v) + through * np.outer(d, q), x.T @ d

    return Plain(args(x=(4, 3), q=(3,)), pooled, bprop)


def scored(partner):
    def bprop(v, W, x):
        s = np.tanh(W @ x)
        return np.outer(v * (1 - s * s), partner(x, s)), W.T @ (v * (1 - s * s))

    return Plain(args(W=(3, 3), x=(3,)), lambda W, x: np.tanh((W * x[..., None, :]).sum(axis=-1)), bprop)


@pytest.mark.parametrize(
    ("layer", "name", "said"),
    [
        (pooling(through=False), "x", "differ by a term that is a multiple of q along axis 1 of x"),
        (scored(lambda x, y: y), "W", "along axis 1 of W, `bprop` gives multiples of y where those of x belong"),
    ],
)
def test_what_it_is_a_multiple_of(layer, name, said, told):
    assert said in told(layer, MORE)[f"bprop {name}"].sentence


def test_right_multiples(kinds):
    assert kinds(pooling(), MORE) == set()
    assert kinds(scored(lambda x, y: x), MORE) == set()
