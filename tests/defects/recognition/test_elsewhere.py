from __future__ import annotations

import numpy as np

from tests.mutants.kit import Plain, args, elementwise, tanh_slope

SOME = ("normal", "uniform", "mixed", "negative", "ascending", "alternating")


def odd(x):
    return np.cos(x) + 0.3 * np.sin(3 * x) ** 3 * np.exp(np.sin(x))


def test_a_wrong_slope(kinds):
    assert kinds(elementwise(np.sin, odd, 5), SOME) == {"slope"}


def test_a_slope_that_is_nearly_right(told):
    def rounded(x):
        return np.round(x, 3)

    layer = elementwise(lambda x: x * np.sin(x), lambda x: np.sin(rounded(x)) + rounded(x) * np.cos(rounded(x)), 5)
    sentence = told(layer, SOME)["bprop x"].sentence
    assert sentence.startswith("nearly right")
    assert "digits are lost" in sentence


def test_only_one_input_is_wrong(told):
    layer = Plain(
        args(a=(3,), b=(3,)),
        lambda a, b: (a * np.tanh(b)).sum(axis=-1),
        lambda v, a, b: (v * np.tanh(b), v * a * odd(b)),
    )
    found = told(layer, SOME)
    assert set(found) == {"bprop b"}
    assert "only the gradient of b is wrong; that of a is right at every point" in found["bprop b"].sentence


def test_nothing_is_said_where_both_are_wrong(kinds):
    layer = Plain(
        args(a=(3,), b=(3,)),
        lambda a, b: (a * np.tanh(b)).sum(axis=-1),
        lambda v, a, b: (v * odd(b * a), v * a * odd(a) * tanh_slope(b)),
    )
    assert "input" not in kinds(layer, SOME)
