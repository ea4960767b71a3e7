from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, elementwise, softmax, tanh_slope


def with_v(change):
    return Plain(args(x=(4,)), np.tanh, lambda v, x: change(v) * tanh_slope(x))


def negative_doubled(v):
    return np.where(v < 0, 2 * v, v)


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        (np.ones_like, "ignored", "v is ignored"),
        (np.abs, "size", "|v| is used"),
        (np.square, "squared", "v^2 is used"),
        (lambda v: v.astype(np.float32), "rounded", "float32"),
        (lambda v: np.round(v, 4), "rounded", "4 decimals"),
        (lambda v: np.maximum(v, 0), "dropped", "negative entries of v are dropped"),
        (lambda v: np.clip(v, -5, 5), "clipped", "entries of v are clipped at 5"),
        (lambda v: v / max(1, np.linalg.norm(v) / 3), "clipped", "the norm of v is clipped at 3"),
        (lambda v: np.where(np.abs(v) < 1e-4, 0, v), "dropped", "are dropped"),
        (lambda v: v + 1e-3, "affine", "a constant is added"),
        (np.sort, "sorted", "v is sorted"),
        (negative_doubled, "scaled negative", "v counts 2 times where v is negative"),
    ],
)
def test_what_is_made_of_v(change, kind, said, told):
    found = told(with_v(change), ("normal", "uniform", "mixed"))["linearity"]
    assert found.name == kind
    assert said in found.sentence


def test_an_array_of_integers_holds_the_answers(told):
    layer = Plain(
        args(x=(4,)), lambda x: 3 * np.sin(x).sum(axis=-1), lambda v, x: (3 * v * np.cos(x)).astype(int).astype(float)
    )
    found = told(layer, ("normal", "uniform", "mixed"))["linearity"]
    assert "an array of integers holds what is not whole" in found.sentence


def test_v_is_the_first_argument(told):
    found = told(Plain(args(x=(4,)), np.sin, lambda x, v: v * np.cos(x)))
    assert found["bprop x"].sentence == "`bprop(x, v)` is right: v is the first argument, `bprop(v, x)`"


def test_v_is_left_out(told):
    found = told(Plain(args(x=(4,)), np.sin, lambda x, _: np.cos(x)))
    assert "takes its first argument for x, and nothing is multiplied by v" in found["bprop x"].sentence


def test_a_loss_that_ignores_its_v(told):
    layer = Plain(args(x=(4,)), lambda x: (x * x).sum(axis=-1), lambda v, x: 2 * x)
    found = told(layer, ("normal", "uniform", "mixed"))
    assert found["linearity"].name == found["bprop x"].name == "ignored"


def test_a_linear_bprop_is_not_blamed(told):
    assert "linearity" not in told(elementwise(np.tanh, lambda x: 2 * tanh_slope(x), 4))


def float32_inside(v, x):
    s = softmax(x.astype(np.float32))
    v = v.astype(np.float32)
    return (s * (v - (v * s).sum())).astype(float)


@pytest.mark.parametrize(
    "bprop",
    [float32_inside, lambda v, x: (v - (v * softmax(x)).sum()).astype(np.float32) * softmax(x)],
)
def test_a_digit_lost_is_no_clip(bprop, told):
    found = told(Plain(args(x=(4,)), softmax, bprop))
    assert found
    assert {one.kind for one in found.values()} <= {"rounded", "slight", "few-digits"}
    assert "float32" in found["linearity"].sentence


def test_a_clip_is_no_digit_lost(told):
    layer = Plain(args(x=(4,)), np.tanh, lambda v, x: np.clip(v, -1, 1) * tanh_slope(x))
    assert told(layer)["linearity"].sentence == "entries of v are clipped at 1"


def test_v_is_ignored_whatever_else_is_wrong(told):
    layer = Plain(
        args(x=(4,)), lambda x: -np.log(softmax(x)[..., 0] + 1e-7), lambda v, x: softmax(x) - np.array([1, 0, 0, 0.0])
    )
    assert {one.kind for one in told(layer).values()} == {"ignored"}


def brought_down(v, x):
    """By the largest entry of v, and in a softmax, which hides in which way v is changed."""
    s, v = softmax(x), v / max(1, np.abs(v).max() / 3)
    return s * (v - (v * s).sum())


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (("normal", "uniform", "equal", "negative"), "not linear in v: v is rounded or clipped, or its size, signs or"),
        (("normal", "uniform"), "though 2 v gives twice what v gives"),
    ],
)
def test_what_looks_otherwise_at_other_points_is_told_once(points, said, told):
    assert said in told(Plain(args(x=(4,)), softmax, brought_down), points)["linearity"].sentence
