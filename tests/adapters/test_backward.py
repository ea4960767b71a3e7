"""Layers with `forward` and `backward`, or a `bprop` that takes the cotangent alone: right ones beside wrong twins."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError

FEW = ["normal", "ties", "zeros"]


class Relu:
    factor = 1.0

    def forward(self, x):
        self.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return self.factor * dout * self.mask


class Square:
    factor = 1.0

    def forward(self, x):
        self.x = x
        return x**2

    def bprop(self, v):
        return self.factor * 2 * v * self.x


class Named:
    factor = 1.0

    def forward(self, x):
        return x**3

    def backward(self, v, x):
        return self.factor * v * 3 * x**2


class Loss:
    factor = 1.0

    def forward(self, x):
        self.x = x
        return np.sum(x**2)

    def backward(self):
        return self.factor * 2 * self.x


STYLES = [Relu, Square, Named, Loss]


@pytest.mark.parametrize("style", STYLES)
def test_a_right_layer_is_clean(style):
    assert gradcheck.check(style, inputs=FEW).passed


@pytest.mark.parametrize("style", STYLES)
def test_a_wrong_one_fails(style):
    report = gradcheck.check(type(style.__name__, (style,), {"factor": 1.01}), inputs=FEW)
    assert {f.check for f in report.failures} == {"bprop"}


def test_a_stale_cache_is_found():
    class Stale(Square):
        x = None

        def forward(self, x):
            self.x = x if self.x is None or self.x.shape != x.shape else self.x
            return x**2

    report = gradcheck.check(Stale, inputs=FEW)
    assert not report.passed
    assert "purity" in {f.check for f in report.failures}


def test_the_line_of_a_failure_is_the_users():
    report = gradcheck.check(type("Wrong", (Relu,), {"factor": 1.01}), inputs=["normal"])
    assert {place.method: place.file.rpartition("/")[2] for place in report.places} == {
        "forward": "test_backward.py",
        "bprop": "test_backward.py",
    }


def test_another_backward_is_refused():
    class Odd:
        def forward(self, x):
            return x

        def backward(self, a, b, c):
            return a

    with pytest.raises(LoadError, match=r"^`backward` of Odd must take v, or v and the inputs \(x\)$"):
        subject_of(Odd)
