from __future__ import annotations

import numpy as np
import pytest

from gradcheck import Input
from tests.mutants.kit import Plain, args, elementwise, given, sigmoid, tanh_slope

SOME = ("normal", "uniform", "mixed", "negative")


@pytest.mark.parametrize(
    ("layer", "kind", "said"),
    [
        (elementwise(lambda x: np.sin(x * x), lambda x: np.cos(x * x), 5), "formula", "a factor 2 x is missing"),
        (elementwise(sigmoid, sigmoid, 5), "formula", "a factor (1 - y) is missing"),
        (elementwise(lambda x: np.sin(x) + x**2, np.cos, 5), "formula", "2 x"),
        (
            Plain((*args(x=(4,)), *given("t", 4)), lambda x, t: np.sin(x) * t, lambda v, x, t: v * np.cos(x)),
            "formula",
            "a factor t",
        ),
        (elementwise(lambda x: x - np.tanh(x), tanh_slope, 5), "affine", "analytic = 1 - numeric"),
        (elementwise(lambda x: np.sqrt(1 + x * x), lambda x: x / (1 + x * x), 5), "formula", "a factor y is missing"),
        (
            elementwise(lambda x: np.sin(x * x), lambda x: np.cos(x * x) * 0.4, 5),
            "formula",
            "a factor 5 x is missing (5 is the length of an axis, too)",
        ),
    ],
)
def test_a_part_of_the_formula_is_found(layer, kind, said, told):
    found = told(layer, SOME)["bprop x"]
    assert found.name == kind
    assert said in found.sentence


def test_a_formula_of_another_kind_is_none(kinds):
    layer = elementwise(np.sin, lambda x: np.cos(x) + 0.3 * np.sin(3 * x) ** 3 * np.exp(np.sin(x)), 5)
    assert kinds(layer, (*SOME, "ascending", "alternating")) == {"slope"}


def bracket(of_a):
    return Plain(
        args(a=(5,), n=(5,)), lambda a, n: -0.25 * (a - n) ** 2, lambda v, a, n: (v * of_a(a, n), v * 0.5 * (a - n))
    )


@pytest.mark.parametrize(
    ("of_a", "said"),
    [
        (lambda a, n: -0.5 * a - n, "-n stands where 0.5 n belongs"),
        (lambda a, n: -0.5 * (a + n), "-0.5 n stands where 0.5 n belongs"),
        (lambda a, n: -0.5 * a, "a term is missing: 0.5 n"),
        (lambda a, n: -0.5 * (a - n) + n**2, "a term is too much: n^2"),
    ],
)
def test_a_slip_in_a_bracket(of_a, said, told):
    found = told(bracket(of_a))
    assert found["bprop a"].kind == "formula"
    assert said in found["bprop a"].sentence


def test_a_bracket_without_a_slip(told):
    assert "bprop a" not in told(bracket(lambda a, n: -0.5 * (a - n)))


def test_a_factor_that_is_a_sum(told):
    def layer(of_a):
        def bprop(v, a, b):
            return of_a(a) * (v @ b.T), (a + a * a).T @ v

        return Plain(args(a=(3, 4), b=(4, 3)), lambda a, b: (a + a * a) @ b, bprop)

    found = told(layer(lambda a: 1))
    assert found["bprop a"].kind == "formula"
    assert "a factor (1 + 2 a) is missing" in found["bprop a"].sentence
    assert told(layer(lambda a: 1 + 2 * a)) == {}


def distance(of_a):
    return Plain(
        args(a=(5,), n=(5,)),
        lambda a, n: np.sum((a - n) ** 2 + np.sin(a), axis=-1),
        lambda v, a, n: (v * (np.cos(a) + of_a(a - n)), 2 * v * (n - a)),
    )


def test_a_difference_stands_in_brackets(told):
    assert told(distance(lambda _: 0))["bprop a"].sentence.endswith("2 (a - n)")
    assert told(distance(lambda r: 2 * r)) == {}


def test_what_is_one_number_at_most_points_is_a_constant(told):
    inputs = (Input("x", (4,), domain=(3.0, 9.0)),)  # of whose norm tanh is 1
    found = told(Plain(inputs, lambda x: 2.5 * x + np.sin(x), lambda v, x: v * np.cos(x)), SOME)["bprop x"]
    assert "2.5" in found.sentence
    assert "tanh" not in found.sentence


def test_a_function_that_varies_is_a_term(told):
    layer = Plain(args(x=(4,)), lambda x: np.log(np.cosh(x)) + np.sin(x), lambda v, x: v * np.cos(x))
    assert "tanh(x)" in told(layer, SOME)["bprop x"].sentence


def test_one_of_two_terms_is_off_by_a_factor(told):
    def layer(factor):
        return elementwise(lambda x: 3 * x + np.sin(1.7 * x), lambda x: 3 + factor * np.cos(1.7 * x), 3, 5)

    sentence = told(layer(1), SOME)["bprop x"].sentence
    assert sentence.startswith(
        "analytic = 1.2353 + 0.58824 numeric in every entry: analytic - 3 = 0.58824 (numeric - 3)"
    )
    assert told(layer(1.7), SOME) == {}


def test_a_line_through_two_values_is_none(told):
    layer = elementwise(np.abs, lambda x: 3 + 2 * np.sign(x), 3, 5)
    assert "numeric" not in told(layer, SOME)["bprop x"].sentence


def test_one_constant_that_is_missing_is_told_alone(told):
    layer = elementwise(lambda x: x + np.sin(1.7 * x), lambda x: 1.7 * np.cos(1.7 * x), 3, 5)
    assert "inf" not in told(layer, SOME)["bprop x"].sentence
