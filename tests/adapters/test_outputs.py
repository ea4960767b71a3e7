"""Layers with several outputs, by the names that they declare: right ones are clean, wrong twins fail."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck import Input
from gradcheck.adapters.contract import subject_of
from gradcheck.errors import LoadError


class Tuple:
    inputs = (Input("x", ("batch", "n")),)
    outputs = ("y", "total")
    factor = 1.0

    def forward(self, x):
        return x**2, np.sum(x**3)

    def bprop(self, v, x):
        dy, dtotal = v
        return dy * 2 * x + self.factor * dtotal * 3 * x**2


class Dictionary(Tuple):
    def forward(self, x):
        return {"total": np.sum(x**3), "y": x**2}

    def bprop(self, v, x):
        return super().bprop((v["y"], v["total"]), x)


class WithMask(Tuple):
    """An output of whole numbers has zeros for a cotangent."""

    outputs = ["y", "order"]

    def forward(self, x):
        return [x**2, np.argsort(x, axis=-1)]

    def bprop(self, v, x):
        dy, dorder = v
        assert not dorder.any()
        return self.factor * dy * 2 * x


@pytest.mark.parametrize("style", [Tuple, Dictionary, WithMask])
def test_a_right_one_is_clean_and_a_wrong_twin_fails(style):
    report = gradcheck.check(style, inputs=["normal", "ties", "zeros"])
    assert report.passed, str(report)
    wrong = gradcheck.check(type("Wrong", (style,), {"factor": 1.001}), inputs=["normal"])
    assert "bprop" in {f.check for f in wrong.failures}


def test_other_outputs_than_are_declared_are_told():
    report = gradcheck.check(type("Three", (Tuple,), {"outputs": ("y", "z", "total")}), inputs="normal")
    (finding,) = report.findings
    assert finding.fault["text"] == "`forward` must return the outputs that are declared (y, z, total), not 2 parts"


@pytest.mark.parametrize("outputs", [("y", 3), ["y", None]])
def test_what_names_no_outputs_is_refused(outputs):
    with pytest.raises(LoadError, match=r"^`outputs` of Odd must hold names such as \('y', 'mask'\), not "):
        subject_of(type("Odd", (Tuple,), {"outputs": outputs}))


def test_several_outputs_need_a_bprop():
    class Matrix:
        outputs = ("y", "z")

        def forward(self, x):
            return x, x

        def jacobian(self, x):
            return np.eye(x.size)

    with pytest.raises(LoadError, match=r"^Matrix has several outputs and needs `bprop"):
        subject_of(Matrix)


def test_entries_bear_the_name_of_their_output():
    class Both:
        outputs = ("first", "second")

        def forward(self, x):
            return np.sin(x), np.cos(x)

        def bprop(self, v, x):
            return v[0] * np.cos(x) - 1.5 * v[1] * np.sin(x)

    (finding, *_) = [f for f in gradcheck.check(Both, inputs="normal").findings if f.verdict is gradcheck.Verdict.FAIL]
    assert finding.worst.partition(" for v = one-hot ")[2].startswith("second[")
