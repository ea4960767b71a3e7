from __future__ import annotations

import numpy as np
import pytest

from tests.defects.recognition.conftest import MORE
from tests.mutants.kit import Plain, args, tanh_slope


def returned(change, shape=(2, 3)):
    return Plain(args(x=shape), np.tanh, lambda v, x: change(v * tanh_slope(x)))


@pytest.mark.parametrize(
    ("layer", "kind", "said"),
    [
        (returned(lambda g: None), "type", "a `return` is missing"),
        (returned(lambda g: g.tolist()), "type", "np.asarray"),
        (returned(lambda g: (g,)), "type", "not a tuple of one"),
        (returned(lambda g: g.astype(int)), "type", "whole numbers"),
        (returned(lambda g: g + 0j), "type", "the real part"),
        (returned(lambda g: g.T), "shape", "is transposed"),
        (returned(lambda g: g.sum()), "shape", "summed to one number"),
        (returned(lambda g: g[None]), "shape", "an axis too many"),
        (returned(np.diag, (3,)), "shape", "the shape of the Jacobian"),
        (
            Plain(args(x=(2, 3), b=(3,)), lambda x, b: x + b, lambda v, x, b: (v, v)),
            "shape",
            "has an axis too many: sum over it; or it has the shape of x",
        ),
        (returned(np.ravel), "shape", "another shape than x"),
        (
            Plain(args(x=(2,), b=(3,)), lambda x, b: x.sum() * b, lambda v, x, b: (v * x.sum(), v @ b * x)),
            "shape",
            "of b",
        ),
        (Plain(args(x=(2,), b=(2,)), lambda x, b: x * b, lambda v, x, b: v * b), "type", "one gradient for each"),
        (Plain(args(x=(2,), b=(2,)), lambda x, b: x * b, lambda v, x, b: (v * b, None)), "type", "an array of zeros"),
    ],
)
def test_what_to_mend(layer, kind, said, told):
    found = next(one for key, one in told(layer, MORE).items() if key.startswith("contract"))
    assert found.name == kind
    assert said in found.sentence


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (lambda x: (np.tanh(x),), "with no tuple around it"),
        (lambda x: (np.tanh(x), x > 0), "`gradcheck.cached(forward, backward)`"),
        (lambda x: (np.tanh(x), (x,)), "`gradcheck.cached(forward, backward)`"),
        (lambda x: (np.tanh(x), x), "name the outputs, `outputs = ('y', 'z')`"),
        (lambda x: (np.tanh(x), np.sum(x)), "name the outputs, `outputs = ('y', 'z')`"),
        (lambda x: {"y": x}, "`outputs = ('y', 'z')`: `bprop` is then given a dictionary"),
        (lambda x: np.tanh(x).tolist(), "np.asarray"),
        (lambda x: None, "a `return` is missing"),
        (lambda x: x > 0, "a comparison is returned"),
        (lambda x: np.rint(x).astype(int), "whole numbers"),
    ],
)
def test_what_forward_returns_is_not_told_of_the_gradient(output, said, told):
    found = told(Plain(args(x=(3,)), output, lambda v, x: v * tanh_slope(x)))["contract"]
    assert found.kind == "type"
    assert said in found.sentence
    assert "gradient" not in found.sentence
    assert "tuple of one" not in found.sentence


def test_a_value_and_its_gradient_are_told_apart(told):
    layer = Plain(args(x=(3,)), lambda x: (np.sum(x), np.ones_like(x)), lambda v, x: v * np.ones_like(x))
    assert "`gradcheck.value_and_grads(f)`" in told(layer)["contract"].sentence


def test_a_cache_that_is_used_up(told):
    kept = {}

    def forward(x):
        kept["s"] = tanh_slope(x)
        return np.tanh(x)

    assert told(Plain(args(x=(3,)), forward, lambda v, x: v * kept.pop("s")))["contract"].name == "memory"


def test_an_exception_without_a_reason_is_left_to_its_text(told):
    def bprop(v, x):
        raise ValueError("not yet")

    assert told(Plain(args(x=(3,)), np.tanh, bprop)) == {}
