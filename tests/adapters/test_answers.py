"""Answers with something around the gradients: names, or None for inputs without one."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck import Input

W = Input("W", ("V", "D"))
ROWS = (Input("i", ("N",), domain="labels", classes="V"), W)


def rows(form, inputs=ROWS, **others):
    """A layer that picks rows; `form` makes its answer of the gradients of W and b."""

    def forward(self, i, W, *b):
        return W[i] + b[0] if b else W[i]

    def bprop(self, v, i, W, *b):
        d = np.zeros_like(W)
        np.add.at(d, i, v)
        return form(d, v.sum(axis=0))

    return type("Rows", (), {"inputs": inputs, "forward": forward, "bprop": bprop})


BIASED = (*ROWS, Input("b", ("D",)))


@pytest.mark.parametrize(
    ("form", "inputs", "passed"),
    [
        (lambda d, s: d, ROWS, True),
        (lambda d, s: (None, d), ROWS, True),
        (lambda d, s: [None, d], ROWS, True),
        (lambda d, s: {"W": d}, ROWS, True),
        (lambda d, s: (None, d, s), BIASED, True),
        (lambda d, s: {"W": d, "b": s}, BIASED, True),
        (lambda d, s: (d, s), BIASED, True),
        (lambda d, s: (None, 1.01 * d), ROWS, False),
        (lambda d, s: {"W": d, "b": 1.01 * s}, BIASED, False),
        (lambda d, s: {"b": s, "W": d}, BIASED, False),
        (lambda d, s: {"W": d}, BIASED, False),
        (lambda d, s: (None, d), BIASED, False),
        (lambda d, s: (d, None), ROWS, False),
        (lambda d, s: (None, d, None), BIASED, False),
        (lambda d, s: (0.0, d), ROWS, False),
        (lambda d, s: None, ROWS, False),
    ],
)
def test_gradients_are_found_in_what_stands_around_them(form, inputs, passed):
    report = gradcheck.check(rows(form, inputs), inputs=["normal", "ties"])
    assert report.passed is passed
