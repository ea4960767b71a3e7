"""Gradients that few points near a tie have: the least of several maxima, where each has ties of its own."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import gradcheck
from gradcheck import Input, Verdict

FEW = ((21, "ties"), (198, "ties"), (262, "equal"))  # draws of which 48 points nearby miss the piece that is claimed


def least_maximum(beside=0):
    """The least of the maxima of rows; all of its slope goes to one entry, or to a neighbour of it."""

    def bprop(v, x):
        row = x.max(axis=1).argmin()
        return v * (np.arange(9) == 3 * row + (x[row].argmax() + beside) % 3).reshape(3, 3)

    return SimpleNamespace(
        name="Plain",
        inputs=(Input("x", (3, 3)),),
        forward=lambda x: x.max(axis=-1).min(axis=-1),
        bprop=bprop,
    )


@pytest.mark.parametrize(("seed", "strategy"), FEW)
def test_a_gradient_of_a_small_piece_is_right(seed, strategy):
    report = gradcheck.check(least_maximum(), seed=seed, inputs=(strategy,))
    assert report.passed, report.failures[0].sentence


@pytest.mark.parametrize("seed", [21, 198])
def test_that_of_an_entry_below_is_none(seed):
    report = gradcheck.check(least_maximum(beside=1), seed=seed, inputs=("normal", "near_ties"))
    assert {f.verdict for f in report.findings if f.check == "bprop"} == {Verdict.FAIL}
