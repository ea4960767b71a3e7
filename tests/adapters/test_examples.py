"""Layers by example: right ones are clean, wrong twins fail, and what is no example gets a sentence."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck import Input, case
from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError
from gradcheck.layers.linear import Linear
from gradcheck.layers.nll import NLL


class Rows:
    """Rows of W by their numbers, times a factor."""

    def __init__(self, factor=1.0):
        self.factor = factor

    def forward(self, i, W, scale=1.0):
        return scale * W[i]

    def bprop(self, v, i, W, scale=1.0):
        d = np.zeros_like(W)
        np.add.at(d, i, self.factor * scale * v)
        return d


@pytest.mark.parametrize(("factor", "passed"), [(1.0, True), (1.01, False)])
def test_an_example_gives_shapes_labels_and_constants(factor, passed):
    @case
    def rows():
        return Rows(factor), (np.array([4, 0, 4]), np.ones((5, 2)), 2.5)

    subject = subject_of(rows)
    assert subject.name == "rows"
    assert subject.inputs == (Input("i", (3,), "labels", classes=5), Input("W", (5, 2)))
    assert gradcheck.check(rows, inputs=["normal", "ties"]).passed is passed


def test_what_a_layer_declares_stays():
    @case
    def wide():
        return NLL, (np.ones((2, 7)), np.ones((2, 7)))

    assert subject_of(wide).inputs == (
        Input("z", (2, 7)),
        Input("t", (2, 7), domain="simplex", differentiable=False),
    )


def test_a_reference_is_kept():
    @case(reference=np.tanh)
    def tanh():
        return Linear, (np.ones((2, 7)), np.ones((7, 1)), np.ones(1))

    assert subject_of(tanh).reference.forward(np.ones(2)) == pytest.approx(np.tanh(np.ones(2)))
    assert subject_of(Linear).reference is None


def returning(value):
    @case
    def mine():
        return value

    return mine


@pytest.mark.parametrize(
    ("example", "sentence"),
    [
        (case(lambda: 1 / 0), r"^the case <lambda> raised ZeroDivisionError: .* at .*test_examples\.py:\d+$"),
        (returning(Linear), r"^the case mine must return a layer and the tuple of its arrays: .*, not type$"),
        (returning((Linear, np.ones(3))), r"^the case mine must return a layer and the tuple"),
        (returning((3, ())), r"^mine is no layer: it has no method `forward"),
        (returning((Linear, (np.ones(1),) * 4)), r"^the case mine must return at most .*\(x, W, b\), not 4$"),
        (returning((Rows.__class__, (np.ones(1),))), r"^mine is no layer"),
    ],
)
def test_what_is_no_example_is_refused(example, sentence):
    with pytest.raises(LoadError, match=sentence):
        subject_of(example)
