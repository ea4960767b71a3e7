from __future__ import annotations

import numpy as np

from tests.mutants.kit import Plain, args, tanh_slope

WEIGHTS = np.array([[0.3, -1.0, 0.2], [2.0, 0.5, -0.4], [0.1, 0.9, 1.1]])
SOME = ("normal", "uniform", "mixed", "negative")


def test_a_term_that_does_not_depend_on_the_inputs(kinds):
    layer = Plain(args(x=(3,)), lambda x: np.tanh(x) + x @ WEIGHTS.T, lambda v, x: v * tanh_slope(x))
    assert kinds(layer, SOME) == {"constant-term"}


def test_a_multiple_of_the_input(told):
    layer = Plain(
        args(x=(5,)),
        lambda x: x.sum(axis=-1) / np.sqrt(1 + (x * x).sum(axis=-1)),
        lambda v, x: v * np.ones(5) / np.sqrt(1 + x @ x),
    )
    found = told(layer, SOME)["bprop x"]
    assert found.name == "multiple"
    assert "differ by a multiple of x" in found.sentence


def test_a_masked_part_is_no_multiple(kinds):
    layer = Plain(
        args(a=(4,), b=(4,)),
        lambda a, b: np.maximum((a * a - b * b).sum(axis=-1), 0),
        lambda v, a, b: (2 * v * a, -2 * v * b),
    )
    assert "multiple" not in kinds(layer, (*SOME, "uniform", "ascending", "alternating"))


def test_no_multiple_of_what_is_known(kinds):
    layer = Plain(
        args(x=(5,)), lambda x: np.sin(x).sum(axis=-1) ** 2, lambda v, x: v * np.sin(3 * x).sum() * np.cos(x * x[0])
    )
    assert kinds(layer, SOME) == set()
