from __future__ import annotations

import numpy as np
import pytest

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.contract import subject_of
from gradcheck.checks.matrices import gradient_matrix, gradient_row, jacobian_matrix
from gradcheck.records.input import Input

A = np.arange(6.0).reshape(2, 3)
INPUTS = (Input("x", (3,)), Input("k", (), "labels", classes=2), Input("b", (2,)))
X, K, B = np.ones(3), np.array(1), np.zeros(2)


@pytest.fixture
def affine(tanh):
    return tanh(
        inputs=INPUTS,
        forward=lambda x, k, b: A @ x + b,
        bprop=lambda v, x, k, b: (v @ A, v),
        jacobian=lambda x, k, b: (A, np.eye(2)),
    )


def test_columns_are_the_entries_of_the_differentiable_inputs(affine):
    whole = np.concatenate([A, np.eye(2)], axis=1)
    subject = subject_of(affine)
    assert jacobian_matrix(subject, (X, K, B), B).tolist() == whole.tolist()
    assert gradient_matrix(subject, (X, K, B), B).tolist() == whole.tolist()
    assert gradient_matrix(subject, (X, K, B), B, size=3.0) == pytest.approx(whole)
    assert gradient_row(subject, np.array([1.0, 2.0]), (X, K, B), B).tolist() == (whole[0] + 2 * whole[1]).tolist()


def test_what_does_not_fit_is_a_breach(affine):
    affine.bprop = lambda v, x, k, b: (v @ A, v[:1])
    with pytest.raises(Breach, match=r"for b an array of shape \(1,\)"):
        gradient_matrix(subject_of(affine), (X, K, B), B)


class Counted:
    """Softmax whose `bprop` counts its calls; it may mix the rows of a stack, or refuse one."""

    inputs = (Input("x", ("n",)),)

    def __init__(self, mixes=0.0, refuses=False):
        self.mixes, self.refuses, self.calls = mixes, refuses, 0

    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def bprop(self, v, x):
        self.calls += 1
        if self.refuses and v.ndim > 1:
            raise ValueError("one vector at a time")
        s = self.forward(x)
        gradient = s * (v - (v * s).sum(axis=-1, keepdims=True))
        return gradient + self.mixes * (v - v.mean(axis=0)) if v.ndim > 1 else gradient


MANY = 40


@pytest.mark.parametrize(
    ("layer", "single"), [(Counted(), False), (Counted(mixes=1e-6), True), (Counted(refuses=True), True)]
)
def test_many_cotangents_are_one_call_where_that_is_the_same(layer, single):
    x = np.linspace(-1, 1, MANY)
    subject, y = subject_of(layer), layer.forward(x)
    found, calls = gradient_matrix(subject, (x,), y), layer.calls
    assert found == pytest.approx(np.diag(y) - np.outer(y, y), abs=1e-14)
    assert (calls >= MANY) is single
    assert calls > 4  # single ones have confirmed it
