from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, softmax


@pytest.fixture
def usual():
    return MORE  # what is told here are kinds of points


def greatest(chosen):
    return Plain(args(x=(3, 4)), lambda x: x.max(axis=-1), lambda v, x: v[:, None] * (x == chosen(x)))


def shares(total):
    def bprop(v, x):
        y = softmax(x)
        return y * (v - total(v * y))

    return Plain(args(x=(3, 4)), softmax, bprop)


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (greatest(lambda x: x.max()), "goes over all of x or too much of it where each row belongs"),
        (greatest(lambda x: x.max(axis=0)), "goes over axis 0 where axis 1 belongs"),
    ],
)
def test_what_goes_over_too_much(layer, said, told):
    found = told(layer)["bprop x"]
    assert found.name == "mixing"
    assert said in found.sentence


def test_a_sum_over_all_is_told_as_what_each_output_depends_on(told):
    sentence = told(shares(np.sum))["bprop x"].sentence
    assert "y[i,j] depends on x[i,:], and `bprop` lets it depend on all of x" in sentence


def test_another_input_may_be_what_belongs(told):
    layer = Plain(
        args(x=(3, 4), t=(3, 4)),
        lambda x, t: x.max(axis=-1) + t.sum(axis=-1),
        lambda v, x, t: (v[:, None] * (x == x.max()), v[:, None] + 0 * t),
    )
    said = told(layer)["bprop x"].sentence
    assert said.endswith("where each row belongs, or x stands where another input belongs")
    assert not told(greatest(lambda x: x.max()))["bprop x"].sentence.endswith("another input belongs")


@pytest.mark.parametrize(
    "layer", [greatest(lambda x: x.max(axis=1, keepdims=True)), shares(lambda a: a.sum(axis=1, keepdims=True))]
)
def test_what_goes_over_each_row(layer, told):
    assert told(layer, ("normal", "uniform", "mixed", "negative")) == {}  # at ties a maximum has no derivative
