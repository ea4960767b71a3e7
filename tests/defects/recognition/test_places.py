from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, given, tanh_slope

ORDER = np.array([2, 0, 3, 1, 4])
SQUARE = args(x=(3, 3), W=(3, 3))


def product(v, x, W):
    return v @ W.T, x.T @ v


@pytest.mark.parametrize(
    ("layer", "kind", "said"),
    [
        (
            Plain(SQUARE, np.matmul, lambda v, x, W: (product(v, x, W)[0].T, product(v, x, W)[1])),
            "transposed",
            "x is tr",
        ),
        (Plain(SQUARE, np.matmul, lambda v, x, W: product(v.T, x, W)), "transposed", "the cotangent v is transposed"),
        (
            Plain(SQUARE, np.matmul, lambda v, x, W: (product(v, x, W)[0], product(v, x, W)[0])),
            "swapped",
            "W gets the gradient of x",
        ),
        (
            Plain(
                args(x=(2, 3)),
                lambda x: np.tanh(x.swapaxes(-1, -2).copy()),
                lambda v, x: v.reshape(2, 3) * tanh_slope(x),
            ),
            "transposed",
            "",
        ),
        (
            Plain(args(x=(5,)), lambda x: x[..., ORDER], lambda v, x: v[ORDER]),
            "permutation",
            "the inverse of a permutation",
        ),
        (
            Plain(args(x=(5,)), lambda x: x * x, lambda v, x: (2 * v * x)[::-1]),
            "reversed",
            "the gradient of x is reversed",
        ),
        (Plain(args(x=(5,)), lambda x: x * x, lambda v, x: np.roll(2 * v * x, 1)), "shifted", "x is shifted by 1"),
        (
            Plain(args(x=(5,)), lambda x: x * x, lambda v, x: (2 * v * x)[ORDER]),
            "permuted",
            "entries 0, 1, 2 and 3 of the gradient of x change",
        ),
        (
            Plain(args(x=(5,)), np.tanh, lambda v, x: v * tanh_slope(np.roll(x, 1))),
            "shifted",
            "gets the derivative of another",
        ),
        (
            Plain(args(x=(3, 3)), lambda x: x.cumsum(axis=-2), lambda v, x: v[:, ::-1].cumsum(1)[:, ::-1]),
            "axis",
            "taken for each other",
        ),
    ],
)
def test_the_right_numbers_in_the_wrong_place(layer, kind, said, told):
    (one, *_) = [found for key, found in told(layer).items() if key.startswith("bprop")]
    assert one.name == kind
    assert said in one.sentence


def test_a_wrong_formula_is_no_rearrangement(kinds):
    layer = Plain((*args(x=(5,)), *given("t", 5)), lambda x, t: np.sin(x) * t, lambda v, x, t: v * t * np.tanh(x))
    assert kinds(layer) == {"formula"}


def means(begin, end):
    """Means of three neighbours; the gradient goes to the entries from `begin` to `end`, as seen from the first."""

    def bprop(v, x):
        g = np.zeros(len(x) + 2)
        for k, one in enumerate(v):
            g[k + begin : k + end] += one / 3
        return g[: len(x)]

    return Plain(args(x=(7,)), lambda x: (x[..., :-2] + x[..., 1:-1] + x[..., 2:]) / 3, bprop)


def test_a_window_that_begins_in_the_wrong_place(told):
    found = told(means(1, 4))["bprop x"]
    assert found.kind == "shifted"
    assert "the gradient of x is 1 too late, with zeros at the end" in found.sentence
    assert told(means(0, 3)) == {}
