from __future__ import annotations

import numpy as np
import pytest

from gradcheck.inputs import STRATEGIES
from tests.mutants.kit import Plain, args, given, sigmoid, sigmoid_slope

ALL = tuple(STRATEGIES)
INPUTS = (*args("unit", p=(5,)), *given("t", 5, domain="labels", classes=2))


def focal_slope(p, t, whole):
    q = np.where(t == 1, p, 1 - p)
    return (2 * t - 1) * (whole * 2 * (1 - q) * np.log(q) - (1 - q) ** 2 / q)


def focal(whole):
    def forward(p, t):
        q = np.where(t == 1, p, 1 - p)
        return -np.sum((1 - q) ** 2 * np.log(q), axis=-1)

    return Plain(INPUTS, forward, lambda v, p, t: v * focal_slope(p, t, whole))


def gated(slope):
    def bprop(v, x):
        a, b = x[:, :2], x[:, 2:]
        return np.concatenate([v * sigmoid(b), v * a * slope(b)], axis=1)

    return Plain(args(x=(3, 4)), lambda x: x[..., :2] * sigmoid(x[..., 2:]), bprop)


def hinge(mask):
    def bprop(v, x, t):
        s = 2 * t - 1
        return -v * s * mask(x, s)

    inputs = (*args(x=(5,)), *given("t", 5, domain="labels", classes=2))
    return Plain(inputs, lambda x, t: np.maximum(1 - (2 * t - 1) * x, 0).sum(axis=-1), bprop)


@pytest.mark.parametrize(
    ("layer", "key", "said"),
    [
        (focal(0), "bprop p", "where t is 1: a term is missing or wrong: 2 (1 - p) log(p)"),
        (gated(sigmoid), "bprop x", "in [:,2] and [:,3] of x only: a factor sigmoid(-x) is missing"),
        (hinge(lambda x, _: x < 1), "bprop x", "where t is 0 and x is positive: `bprop` gives 0 where x is above"),
        (hinge(lambda x, _: x < np.inf), "bprop x", "where (2 t - 1) x is above"),
    ],
)
def test_each_part_is_explained_by_itself(layer, key, said, told):
    assert said in told(layer, ALL)[key].sentence


@pytest.mark.parametrize("layer", [focal(1), gated(sigmoid_slope), hinge(lambda x, s: s * x < 1)])
def test_no_part_is_wrong(layer, told):
    assert told(layer, ALL) == {}
