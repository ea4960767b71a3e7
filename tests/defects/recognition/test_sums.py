from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, elementwise

SOME = ("normal", "uniform", "mixed")


def radicand(power):
    """A slope with a power of 1 + 2 x^2 in it."""
    return elementwise(lambda x: (1 + 2 * x * x) ** 1.25 / 5, lambda x: x * (1 + 2 * x * x) ** power, 3, 5)


@pytest.mark.parametrize(
    ("power", "said"),
    [
        (1.25, "a factor 1/(1 + 2 x^2) is missing"),
        (0.75, "a factor 1/sqrt(1 + 2 x^2) is missing"),
        (-0.25, "a factor sqrt(1 + 2 x^2) is missing"),
        (-0.75, "a factor (1 + 2 x^2) is missing"),
    ],
)
def test_a_power_that_is_off(power, said, told):
    assert told(radicand(power), SOME)["bprop x"].sentence.startswith(said)


def test_the_right_power(told):
    assert told(radicand(0.25), SOME) == {}


def test_a_quotient_that_is_no_power_of_a_sum(kinds):
    def slope(x):
        return np.cos(x) * (1 + 2 * x * x + np.sin(x))

    assert kinds(elementwise(np.sin, slope, 3, 5), SOME) <= {"slope"}


def ramp(slope):
    return Plain(args(x=(4, 5)), lambda x: 2 * x + 1, lambda v, x: v * slope(x))


@pytest.mark.parametrize(
    ("slope", "said"),
    [
        (lambda x: 2 + 3 * x, "`bprop` gives (2 + 3 x) where 2 belongs"),
        (lambda x: 1 / (1 + x * x), "`bprop` gives 1/(1 + x^2) where 2 belongs"),
    ],
)
def test_a_curve_where_a_number_belongs(slope, said, told):
    assert told(ramp(slope), SOME)["bprop x"].sentence == said


def test_an_unknown_curve_where_a_number_belongs(told):
    found = told(ramp(lambda x: np.sin(3 * x) + x**5), SOME)
    assert not any("`bprop` gives" in one.sentence for one in found.values())


def test_a_sum_with_1_may_be_a_term_that_is_missing(told):
    layer = elementwise(lambda x: (1 + x) * np.exp(2 * x), lambda x: 2 * np.exp(2 * x), 3, 5)
    said = "a factor (1.5 + x) is missing"
    assert told(layer, SOME)["bprop x"].sentence == said
    layer = elementwise(lambda x: x * np.exp(2 * x), lambda x: np.exp(2 * x), 3, 5)
    said = "a factor (1 + 2 x) is missing, or a term: 2 x times what stands there"
    assert told(layer, SOME)["bprop x"].sentence == said
