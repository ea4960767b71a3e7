from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, elementwise, given, own, sigmoid_slope, softmax, tanh_slope


@pytest.fixture
def usual():
    return MORE  # what is told here are kinds of points


def wrong_where(holds, slope=lambda x: 0 * x):
    return elementwise(np.tanh, lambda x: np.where(holds(x), slope(x), tanh_slope(x)), 6)


@pytest.mark.parametrize(
    ("layer", "kind", "said"),
    [
        (wrong_where(lambda x: x < 0), "zero negative", "gives 0 where x is negative"),
        (
            wrong_where(lambda x: x < 0, lambda x: -tanh_slope(x)),
            "sign negative",
            "analytic = -numeric where x is negative",
        ),
        (wrong_where(lambda x: x == 0), "zero zero", "gives 0 where x is 0"),
        (wrong_where(lambda x: np.abs(x) > 1), "zero large", "where |x| is above"),
        (wrong_where(lambda x: np.abs(x) < 1e-3), "zero small", "where |x| is below"),
        (wrong_where(lambda x: np.arange(6) == 2), "zero column", "in [2] of x only"),
        (wrong_where(lambda x: np.arange(6) == 5), "zero column", "in [5] (the last) of x only"),
        (wrong_where(lambda x: (x == 0) & (np.arange(6) < 9), lambda x: x + np.nan), "nan zero", "0/0"),
        (
            wrong_where(lambda x: (x[:, None] == x).sum(1) > 1, lambda x: 2 * tanh_slope(x)),
            "factor tie",
            "equals another",
        ),
        (
            wrong_where(lambda x: np.full(6, np.ptp(x) == 0), lambda x: 3 * tanh_slope(x)),
            "factor equal",
            "one number only",
        ),
    ],
)
def test_what_is_wrong_and_where(layer, kind, said, told):
    found = told(layer)["bprop x"]
    assert found.name == kind
    assert said in found.sentence


def both(shape, holds):
    return Plain(
        args(x=(4,), y=shape),
        lambda x, y: np.exp(x) + np.sin(y).sum(axis=-1, keepdims=True),
        lambda v, x, y: (v * np.where(holds(x, y), 0, np.exp(x)), v.sum() * np.cos(y)),
    )


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (both((4,), lambda x, y: (x == 0) & (y == 0)), "where x is 0 and y is 0;"),
        (both((3,), lambda x, y: (x == 0) & (not y.any())), "where x is 0 and y is all zeros;"),
        (both((4,), lambda x, y: x == 0), "where x is 0;"),
    ],
)
def test_another_input_that_is_zero_too(layer, said, told):
    found = told(layer, (*MORE, "sparse"))["bprop x"]
    assert found.name == "zero zero"
    assert said in found.sentence


def test_what_the_points_cannot_tell_apart_is_told_together(told):
    found = told(both((3,), lambda x, y: x == 0), ("normal", "uniform", "mixed", "zeros"))["bprop x"]
    assert "where x is 0, and y is all zeros there too;" in found.sentence


def test_the_diagonal_of_softmax_alone(told):
    found = told(Plain(args(x=(5,)), softmax, lambda v, x: v * softmax(x) * (1 - softmax(x))))["bprop x"]
    assert found.name == "dependence"


def test_the_entry_that_a_label_names(told):
    inputs = (*args(x=(3, 4)), *given("k", 3, domain="labels", classes=4))

    def gradient(v, x, k):
        g = softmax(x)
        g[np.arange(3), k] = 0
        return v[:, None] * g

    layer = Plain(inputs, lambda x, k: np.log(np.exp(x).sum(axis=-1)) - own(x, k), gradient)
    found = told(layer, ("normal", "uniform", "mixed", "negative", "tiny"))["bprop x"]
    assert found.name == "zero own"


def test_an_error_that_grows_smoothly_has_no_threshold(kinds):
    nearly = elementwise(np.tanh, lambda x: tanh_slope(x) + 1e-3 * sigmoid_slope(x) * x**4, 6)
    assert not any("large" in kind or "small" in kind for kind in kinds(nearly))
