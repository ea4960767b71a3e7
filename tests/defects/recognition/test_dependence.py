from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, softmax


def later(v):
    return np.cumsum(v[::-1], axis=0)[::-1]


def along(axis):
    def bprop(v, x):
        p = softmax(x, axis)
        return p * (v - (p * v).sum(axis=axis, keepdims=True))

    return bprop


def summed(forward, bprop, **shapes):
    return Plain(args(**shapes), forward, bprop)


STEPS = {"x": (5,)}
EDGES = np.array([0, 1, 2, 3, 0]), np.array([1, 2, 0, 1, 3])


def messages(x):
    return np.stack([sum(np.sin(x[..., j]) for j, i in zip(*EDGES, strict=True) if i == k) for k in range(4)], axis=-1)


def answered(at, slope):
    def bprop(v, x):
        g = np.zeros_like(x)
        np.add.at(g, EDGES[at], v[EDGES[1 - at]] * np.cos(x[EDGES[slope]]))
        return g

    return bprop


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (
            summed(lambda x: np.cumsum(np.sin(x), axis=-1), lambda v, x: v * np.cos(x), **STEPS),
            "y[i] depends on x[:i+1], and `bprop` lets it depend on x[i], without what comes from the entries",
        ),
        (
            summed(lambda x: np.cumsum(np.sin(x), axis=-1), lambda v, x: np.cumsum(v) * np.cos(x), **STEPS),
            "y[i] depends on x[:i+1], and `bprop` lets it depend on x[i:]: as of a scan that runs the wrong way",
        ),
        (
            summed(lambda x: np.cumsum(np.sin(x), axis=-1), lambda v, x: v.sum() * np.cos(x), **STEPS),
            "`bprop` lets it depend on all of x, whatever their order",
        ),
        (
            summed(lambda x: softmax(x, -1), along(0), x=(3, 4)),
            "y[i,j] depends on x[i,:], and `bprop` lets it depend on x[:,j]: along the wrong axis",
        ),
        (
            summed(lambda x: x * np.roll(x, 1, axis=-1), lambda v, x: v * np.roll(x, 1) + np.roll(v * x, 1), **STEPS),
            "y[i] depends on x[{i-1,i} mod 5], and `bprop` lets it depend on x[{i,i+1} mod 5]",
        ),
        (
            summed(
                lambda x: np.stack([np.sin(x[..., 2 * i : 2 * i + 3]).sum(axis=-1) for i in range(3)], axis=-1),
                lambda v, x: np.pad(np.convolve(v, np.ones(3)), (0, 2)) * np.cos(x),
                x=(7,),
            ),
            "y[i] depends on x[2i:2i+3], and `bprop` lets it depend on x[i:i+3]",
        ),
        (summed(messages, answered(1, 1), x=(4,)), "sender and receiver, are exchanged"),
        (
            summed(lambda x: softmax(x) * (np.arange(5) < 3), along(-1), **STEPS),
            "nothing of x acts on [3] and [4] of y",
        ),
    ],
)
def test_what_depends_on_what(layer, said, told):
    assert said in told(layer, MORE)["bprop x"].sentence


def test_right_dependences(kinds):
    right = summed(lambda x: np.cumsum(np.sin(x), axis=-1), lambda v, x: later(v) * np.cos(x), **STEPS)
    assert kinds(right) == set()
    assert kinds(summed(messages, answered(0, 0), x=(4,))) == set()
    scaled = summed(lambda x: np.cumsum(np.sin(x), axis=-1), lambda v, x: later(v) * 1.5 * np.cos(x), **STEPS)
    assert kinds(scaled) == {"factor"}
