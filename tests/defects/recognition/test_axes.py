from __future__ import annotations

import numpy as np

from tests.mutants.kit import Plain, args, softmax, tanh_slope


def backward(v, x, axis):
    s = softmax(x, axis)
    return s * (v - (v * s).sum(axis=axis, keepdims=True))


def test_a_softmax_over_the_other_axis(told):
    found = told(Plain(args(x=(4, 4)), softmax, lambda v, x: backward(v, x, 0)))["bprop x"]
    assert found.name == "axis"


def test_a_square_layer_that_is_wrong_in_another_way(kinds):
    assert kinds(Plain(args(x=(4, 4)), np.tanh, lambda v, x: 2 * v * tanh_slope(x))) == {"factor"}
