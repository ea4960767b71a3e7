from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, tanh_slope


def made(change, shape=(4,)):
    return Plain(args(x=shape), np.tanh, lambda v, x: change(v) * tanh_slope(x))


@pytest.mark.parametrize(
    ("change", "shape", "kind", "said"),
    [
        (lambda v: np.full_like(v, v.mean()), (4,), "averaged", "every entry gets the mean of v"),
        (lambda v: np.broadcast_to(v.mean(axis=0), v.shape), (3, 2), "averaged", "the mean of v over axis 0"),
        (
            lambda v: np.broadcast_to(v[:1], v.shape),
            (3, 2),
            "averaged",
            "the first entry of v over axis 0 stands for all",
        ),
        (lambda v: (v + v.T) / 2, (3, 3), "symmetric", "v is made symmetric"),
        (np.cumsum, (4,), "averaged", "the sum of v up to it"),
        (np.sum, (3, 2), "averaged", "the sum of v over all entries"),
    ],
)
def test_what_became_of_v(change, shape, kind, said, told):
    found = told(made(change, shape))["bprop x"]
    assert found.name == kind
    assert said in found.sentence


def test_right_for_constant_v_only(kinds):
    def leaking(v):
        return v + np.array([v[1] - v[0], v[2] - v[1], v[3] - v[2], 0])

    assert kinds(made(leaking)) == {"ones"}


def test_a_layer_that_ignores_constants_is_not_said_to_be_right_for_them(kinds):
    def doubled(v, x):
        g = v * tanh_slope(x - x.mean())
        return 2 * (g - g.mean())

    layer = Plain(args(x=(4,)), lambda x: np.tanh(x - x.mean(axis=-1, keepdims=True)), doubled)
    assert kinds(layer) == {"factor"}
