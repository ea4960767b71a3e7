from __future__ import annotations

import numpy as np

from gradcheck.defects.nonfinite import cause
from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, elementwise, sigmoid


def test_an_overflow_of_the_derivative(told):
    layer = elementwise(lambda x: np.logaddexp(0, x), lambda x: np.exp(x) / (1 + np.exp(x)), 5)
    found = told(layer, (*MORE, "huge"))
    assert found["contract x"].name == found["bprop x"].name == "nan large"
    assert "inf/inf" in found["bprop x"].sentence


def test_a_logarithm_of_zero_in_forward(told):
    layer = Plain(args("nonnegative", x=(5,)), lambda x: (x * np.log(x)).sum(axis=-1), lambda v, x: v * (np.log(x) + 1))
    found = told(layer, ("normal", "uniform", "mixed", "boundary", "zeros", "sparse", "huge"))
    assert found["contract"].name == "nan zero"
    assert "where x holds a 0" in found["contract"].sentence


def test_a_derivative_that_is_right_in_more_digits(kinds):
    layer = elementwise(np.tanh, lambda x: 4 / (np.exp(x) + np.exp(-x)) ** 2, 5)
    assert kinds(layer) == set()
    assert (
        kinds(elementwise(lambda x: x * sigmoid(x) / x, lambda x: sigmoid(x) * (1 - sigmoid(x)), 5, domain="nonzero"))
        == set()
    )


def test_regions_without_a_usual_cause_get_none():
    assert cause("zero")
    assert cause("column") == ""


def test_several_inputs_that_are_zero_together(told):
    def unit(x, y):
        return x / np.sqrt((x * x + y * y).sum(axis=-1, keepdims=True))

    layer = Plain(args(x=(4,), y=(4,)), unit, lambda v, x, y: (v, v))
    assert "at points where x is all zeros and y is all zeros" in told(layer, MORE)["contract"].sentence
    positive = (*args(x=(4,)), *args("positive", y=(4,)))
    alone = Plain(positive, lambda x, y: x / np.linalg.norm(x, axis=-1, keepdims=True) + y, lambda v, x, y: (v, v))
    assert "where x is all zeros (" in told(alone, MORE)["contract"].sentence
