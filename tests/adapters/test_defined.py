"""A layer may have no value somewhere: the points that it excludes are skipped and counted."""

from __future__ import annotations

import numpy as np
import pytest

import gradcheck
from gradcheck import Input, Verdict


class Inverse:
    """Of matrices; the exactly singular ones have none."""

    inputs = (Input("x", ("n", "n")),)
    sizes = {"n": 2}
    factor = 1.0

    def defined(self, x):
        return np.linalg.matrix_rank(x) == len(x)

    def forward(self, x):
        return np.linalg.inv(x)

    def bprop(self, v, x):
        y = np.linalg.inv(x).T
        return -self.factor * y @ v @ y


def excluded(report):
    return {f.case.strategy for f in report.findings if f.verdict is Verdict.UNDEFINED}


SINGULAR = ["normal", "zeros", "equal", "uniform"]


def test_points_that_are_excluded_are_skipped_and_counted():
    report = gradcheck.check(Inverse, inputs=SINGULAR)
    assert report.passed, str(report)
    assert excluded(report) == {"zeros", "equal"}
    assert "`defined` excludes the point" in str(report)


def test_elsewhere_a_wrong_one_fails():
    report = gradcheck.check(type("Wrong", (Inverse,), {"factor": 1.01}), inputs=SINGULAR)
    assert {f.case.strategy for f in report.failures} == {"normal", "uniform"}


def test_without_it_the_same_points_are_errors():
    report = gradcheck.check(type("Undeclared", (Inverse,), {"defined": None}), inputs=SINGULAR)
    assert {f.verdict for f in report.findings if f.case.strategy == "zeros"} == {Verdict.ERROR}


@pytest.mark.parametrize("said", [np.array([True, False]), "yes", None])
def test_an_answer_that_is_no_truth_value_is_told(said):
    report = gradcheck.check(type("Odd", (Inverse,), {"defined": lambda self, x: said}), inputs="normal")
    (finding,) = report.findings
    assert finding.verdict is Verdict.ERROR
    assert "True or False is required" in str(report)


def test_one_that_raises_is_an_error():
    report = gradcheck.check(type("Odd", (Inverse,), {"defined": lambda self, x: 1 / 0}), inputs="normal")
    assert [f.verdict for f in report.findings] == [Verdict.ERROR]


def test_it_is_asked_of_adapted_layers_too():
    class Root:
        def __init__(self):
            self.w = np.ones(5)

        def defined(self, x):
            return bool((x > 0).all())

        def forward(self, x):
            self.x = x
            return np.sqrt(x) * self.w

        def backward(self, dout):
            self.dw = dout * np.sqrt(self.x)
            return dout * self.w / (2 * np.sqrt(self.x))

    report = gradcheck.check(Root, inputs=["ascending", "negative", "normal", "zeros", "equal"])
    assert report.passed, str(report)
    assert excluded(report) >= {"negative", "zeros"}
