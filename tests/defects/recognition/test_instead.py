from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, elementwise

SOME = ("normal", "uniform", "mixed", "negative", "ascending")


def slope(x):
    return x**2 * (3 + x**2) / (1 + x**2) ** 2


def cubic(x):
    return x**3 / (1 + x**2)


def squares(of_x):
    return Plain(args(x=(3, 4)), lambda x: (x**3 + x).sum(axis=-1), lambda v, x: v[:, None] * (3 * of_x(x) ** 2 + 1))


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (elementwise(cubic, lambda x: slope(cubic(x)), 5), "is the derivative at y, which stands where x belongs"),
        (squares(lambda x: x - x.mean(axis=1, keepdims=True)), "at x less its mean along axis 1"),
    ],
)
def test_the_derivative_at_another_point(layer, said, told):
    found = told(layer, SOME)["bprop x"]
    assert found.kind == "argument"
    assert said in found.sentence


@pytest.mark.parametrize("layer", [elementwise(cubic, slope, 5), squares(lambda x: x)])
def test_the_derivative_at_the_point(layer, told):
    assert told(layer, SOME) == {}


def test_a_formula_of_another_kind_is_at_no_point(told):
    found = told(elementwise(cubic, lambda x: slope(x) + 0.1 * np.sin(7 * x) ** 3, 5), SOME)["bprop x"]
    assert found.kind == "slope"
