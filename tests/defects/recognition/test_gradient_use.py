from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, softmax

POINTS = ("normal", "uniform", "mixed", "tiny")


def rows(x):
    return np.stack([softmax(row) for row in x])


def made(change):
    """Thirty times a softmax, of whose gradient something is made."""

    def bprop(v, x):
        s = rows(x)
        return change(30 * s * (v - (v * s).sum(axis=1, keepdims=True)))

    return Plain(args(x=(2, 3)), lambda x: 30 * rows(x), bprop)


def norms(g):
    return np.linalg.norm(g, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda g: g / max(1, np.linalg.norm(g)), "the norm of the gradient is clipped at 1"),
        (lambda g: g / np.maximum(1, norms(g)), "the norm of each row of the gradient is clipped at 1"),
        (lambda g: np.clip(g, -5, 5), "entries of the gradient are clipped at 5"),
        (lambda g: g / max(np.linalg.norm(g), 1e-300), "the gradient is divided by its norm"),
        (lambda g: np.round(g, 3), "the gradient is rounded to 3 decimals"),
        (np.abs, "the sign of the gradient is dropped"),
    ],
)
def test_what_is_made_of_the_gradient(change, said, told):
    found = told(made(change), POINTS)
    assert said in found["linearity"].sentence
    assert len({one.sentence for one in found.values()}) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda g: g / max(1, np.linalg.norm(g)), "the norm of the gradient of w is clipped at 1"),
        (lambda g: g.astype(int).astype(float), "the gradient of w is cut off to whole numbers"),
    ],
)
def test_one_input_alone(change, said, told):
    layer = Plain(
        args(x=(4,), w=(4,)),
        lambda x, w: (3 + np.sin(x)) * w,
        lambda v, x, w: (v * w * np.cos(x), change(v * (3 + np.sin(x)))),
    )
    assert said in told(layer, POINTS)["linearity"].sentence


def test_both_are_said_where_v_and_the_gradient_are_alike(told):
    layer = Plain(args(x=(4,)), lambda x: 3 * x, lambda v, x: 3 * v / max(1, np.linalg.norm(v) / 2))
    said = told(layer, POINTS)["linearity"].sentence
    assert said == "the norm of the gradient is clipped at 6; or the norm of v is clipped at 2"


def test_a_right_gradient_is_not_blamed(told):
    assert told(made(lambda g: g), POINTS) == {}
