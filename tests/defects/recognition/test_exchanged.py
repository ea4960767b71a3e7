from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args

SOME = ("normal", "uniform", "mixed", "zeros")


def loss(of_u):
    """exp(u) - t u, and its derivative by u."""
    return Plain(args(u=(6,), t=(6,)), lambda u, t: np.exp(u) - t * u, lambda v, u, t: (v * of_u(u, t), -v * u))


@pytest.mark.parametrize(
    ("of_u", "said"),
    [
        (lambda u, t: u - t, "exp(u) - u"),
        (lambda u, t: np.exp(u) - t**2 * u, "u t^2 - t"),
    ],
)
def test_one_term_for_another(of_u, said, told):
    found = told(loss(of_u), SOME)["bprop u"].sentence
    assert found == f"numeric - analytic = {said} in every entry: terms are missing or wrong, or one stands for another"


def test_the_right_terms(told):
    assert told(loss(lambda u, t: np.exp(u) - t), SOME) == {}


def test_three_terms_are_not_two(told):
    found = told(loss(lambda u, t: u - t + t**3 / (1 + u * u)), SOME)
    assert "bprop u" not in found or "numeric - analytic" not in found["bprop u"].sentence
