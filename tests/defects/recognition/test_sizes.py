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


def test_every_length():
    assert checked(lambda n: 2) == {"too large by the factor 2"}
    assert checked(lambda n: 1) == set()
