"""Attributes that a layer keeps for itself under names that may declare something, or that adapters use."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck import Verdict

OWN = {
    "outputs": (3, "y", np.zeros(3), [np.zeros(2)], (4,)),
    "convention": ("NHWC", 1),
    "rows": (4, lambda x: x),
    "bound": (2.0, lambda *x: None),
    "bprops": (1, lambda *x: None),
    "defined": (True, "yes"),
    "reference": (np.zeros(2), lambda x: x),
    "params": ("w", 3),
    "grads": (None, 2),
    "written": ("by hand",),
    "source": (1,),
    "assumed": ("nothing", 0),
    "jvp": (None, 1),
    "hessian": (None,),
    "vmap": (True,),
    "order": (2,),
    "dtype": ("float64",),
}


class Tanh:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in OWN.items() for value in values])
def test_a_layer_may_keep_what_it_likes(name, value):
    layer = Tanh()
    setattr(layer, name, value)
    report = gradcheck.check(layer, inputs="normal")
    assert report.verdict is Verdict.PASS, str(report)


def test_a_wrong_layer_that_keeps_all_of_it_fails():
    layer = type("Wrong", (Tanh,), {"bprop": lambda self, v, x: v * (1 - np.tanh(x))})()
    for name, values in OWN.items():
        setattr(layer, name, values[0])
    assert gradcheck.check(layer, inputs="normal").verdict is Verdict.FAIL
