from __future__ import annotations

import numpy as np

from gradcheck import law
from tests.mutants.kit import Plain, args, tanh_slope, with_jacobian

RIGHT = with_jacobian(Plain(args(x=("batch", 4)), np.tanh, lambda v, x: v * tanh_slope(x)))
SOME = ("normal", "uniform", "mixed", "negative")


def test_which_of_the_two_is_wrong(told):
    one = Plain(RIGHT.inputs, np.tanh, lambda v, x: -v * tanh_slope(x), RIGHT.jacobian)
    other = Plain(RIGHT.inputs, np.tanh, RIGHT.bprop, lambda x: -RIGHT.jacobian(x))
    said = "`jacobian` agrees with the differences, `bprop` does not; the sign is flipped"
    assert told(one, SOME)["agreement x"].sentence.startswith(said)
    assert told(other, SOME)["agreement x"].sentence.startswith(
        "`bprop` agrees with the differences, `jacobian` does not"
    )


def test_memory_order(told):
    layer = Plain(args(x=(3, 2)), np.tanh, lambda v, x: np.reshape(v.ravel(order="K"), x.shape) * tanh_slope(x))
    assert told(layer, SOME)["layout"].name == "layout"


def test_writing_into_what_is_given(told):
    def bprop(v, x):
        v *= tanh_slope(x)
        return v.copy()

    found = told(Plain(args(x=(3, 2)), np.tanh, bprop), SOME)
    assert {one.name for one in found.values()} == {"in-place"}


def test_a_batch_size_that_is_built_in(told):
    layer = Plain(args(x=("batch", 2), b=(2,)), lambda x, b: x + b, lambda v, x, b: (v, v.mean(axis=0) * 3))
    found = told(layer, SOME)["batch"]
    assert found.name == "batch"
    assert "the gradient of b is right with batch=3 and wrong with batch=" in found.sentence


def test_a_law_that_forward_breaks(told):
    class Odd:
        def forward(self, x):
            return np.sin(x) + 0.1

        def bprop(self, v, x):
            return v * np.cos(x)

        @law
        def odd(self, x):
            return self.forward(-x), -self.forward(x)

    assert told(Odd(), SOME)["laws"].name == "law"


def test_a_right_layer_gets_no_diagnosis(told):
    assert told(RIGHT) == {}
