from __future__ import annotations

import numpy as np
import pytest

from gradcheck.defects import outer
from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, softmax, tanh_slope


def test_the_term_that_softmax_lacks(evidence):
    found = outer.diagnose(evidence(Plain(args(x=(5,)), softmax, lambda v, x: v * softmax(x)), strategies=MORE))
    assert found.name == "rank-one"
    assert "y times y" in found.sentence


def test_a_forgotten_mean(evidence):
    found = outer.diagnose(evidence(Plain(args(x=(4,)), lambda x: x - x.mean(axis=-1, keepdims=True), lambda v, x: v)))
    assert "ones times ones (ones come from a sum or a mean)" in found.sentence


def test_blocks_of_a_batch(evidence):
    found = outer.diagnose(evidence(Plain(args(x=(2, 4)), softmax, lambda v, x: v * softmax(x)), strategies=MORE))
    assert "in each block: y times y" in found.sentence


def test_an_infinite_vector_stands_for_none(evidence):
    """Of the shares of a maximum most are 0, and one over them is infinite."""

    def forward(x):
        top = np.sort(x, axis=-1)[..., -2:]
        return np.maximum(0, x - (top.sum(axis=-1, keepdims=True) - 1) / 2)

    layer = Plain(args(x=(5,)), forward, lambda v, x: np.where(forward(x) > 0, v - v.mean(), 0))
    found = outer.diagnose(evidence(layer))
    assert found is None or "1/y" not in found.sentence


def test_a_difference_of_rank_two_is_none(evidence):
    layer = Plain(args(x=(5,)), softmax, lambda v, x: v * softmax(x) + x * (v @ x) * tanh_slope(x[::-1]))
    assert outer.diagnose(evidence(layer)) is None


SOME = ("normal", "uniform", "mixed", "negative")


@pytest.mark.parametrize(("curve", "said"), [(lambda w: w, "y times w"), (np.tanh, "y times y[0]")])
def test_vectors_of_other_inputs_and_of_the_row_beside(curve, said, told):
    def layer(through):
        def forward(x, w):
            return np.stack([curve(w), (x @ curve(w)) * x])

        def bprop(v, x, w):
            u = curve(w)
            slope = 1 if u is w else 1 - u * u
            return (x @ u) * v[1] + through * u * (x @ v[1]), slope * (v[0] + x * (x @ v[1]))

        return Plain(args(x=(5,), w=(5,)), forward, bprop)

    assert told(layer(0), SOME)["bprop x"].sentence == f"the two sides differ by a term of rank one: {said}"
    assert told(layer(1), SOME) == {}
