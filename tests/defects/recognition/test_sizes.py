from __future__ import annotations

import numpy as np

import gradcheck
from tests.mutants.kit import Plain, args


def checked(weigh):
    layer = Plain(args(x=("n",)), np.sin, lambda v, x: weigh(len(x)) * v * np.cos(x))
    report = gradcheck.check(layer)
    return {f.diagnosis for f in report.failures}


def test_other_lengths():
    (told,) = checked(lambda n: 1 + (n == 2))
    assert told.startswith("the gradient of x is right with n=5 and wrong with n=2: a length, or a test of shapes, is")
    assert "or even and odd lengths are not told apart" in told


def test_a_length_that_is_odd_as_well():
    (told,) = checked(lambda n: 1 + (n == 1))
    assert "right with n=5 and wrong with n=1" in told
    assert "even" not in told


class Counting:
    """Every third answer is nothing."""

    inputs = args(x=("n",))

    def __init__(self):
        self.calls = 0

    def forward(self, x):
        return np.sin(x)

    def bprop(self, v, x):
        self.calls += 1
        return v * np.cos(x) * (self.calls % 3 > 0)


def test_what_changes_from_call_to_call_is_no_matter_of_lengths():
    told = {f.diagnosis for f in gradcheck.check(Counting()).failures}
    assert any("depends on the calls before it" in one for one in told)
    assert not any("right with n=" in one for one in told)


def test_every_length():
    assert checked(lambda n: 2) == {"too large by the factor 2"}
    assert checked(lambda n: 1) == set()
