"""Chains: names, shapes, the chain rule against a composition written by hand."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.layers.chain import chain
from gradcheck.layers.cross_entropy import CrossEntropy
from gradcheck.layers.linear import Linear
from gradcheck.layers.relu import ReLU
from gradcheck.layers.sigmoid import Sigmoid
from gradcheck.layers.tanh import Tanh
from gradcheck.records.input import Input

RNG = np.random.default_rng(5)
X = RNG.normal(size=4)


class Half:
    """A user's layer without a Jacobian and without facts."""

    sizes: ClassVar = {"n": 9}

    def forward(self, x: Any) -> Any:
        return x / 2

    def bprop(self, v: Any, x: Any) -> Any:
        return v / 2


class Picked:
    """A user's layer whose only gradient is that of its second input, and which has no bprop."""

    inputs = (Input("k", (), domain="labels", classes=3), Input("table", (3, 2)))

    def forward(self, k: Any, table: Any) -> Any:
        return table[k]

    def jacobian(self, k: Any, table: Any) -> Any:
        return np.eye(2)[:, None, :] * (np.arange(3) == k)[:, None]


def test_names_that_repeat_are_numbered_and_others_kept() -> None:
    assert [one.name for one in chain(Linear, Tanh, Linear).inputs] == ["x", "W1", "b1", "W2", "b2"]
    assert [one.name for one in chain(Linear, Tanh).inputs] == ["x", "W", "b"]


def test_shapes_are_replaced_by_name() -> None:
    shapes = {one.name: one.shape for one in chain(Linear, Linear, shapes={"W2": ("m", "k"), "b2": ("k",)}).inputs}
    assert shapes == {"x": ("batch", "n"), "W1": ("n", "m"), "b1": ("m",), "W2": ("m", "k"), "b2": ("k",)}


def test_facts_come_from_the_layers() -> None:
    joined = chain(Sigmoid, CrossEntropy)
    assert [(one.name, one.domain, one.differentiable) for one in joined.inputs] == [
        ("x", "real", True),
        ("t", "simplex", False),
    ]
    assert chain(ReLU, Tanh).critical == (0.0,)
    assert chain(Tanh, ReLU).critical == ()
    assert chain(Tanh, Half).sizes == {"n": 9}


def test_forward_and_bprop_are_the_composition() -> None:
    joined, v = chain(Tanh, Sigmoid, Tanh), np.array([1.0, -2.0, 0.5, 3.0])
    a = np.tanh(X)
    b = 1 / (1 + np.exp(-a))
    slope = (1 - a * a) * b * (1 - b) * (1 - np.tanh(b) ** 2)
    assert joined.bprop is not None
    assert joined.jacobian is not None
    assert np.allclose(joined.forward(X), np.tanh(b), rtol=1e-15)
    assert np.allclose(joined.bprop(v, X), v * slope, rtol=1e-14)
    assert np.allclose(joined.jacobian(X), np.diag(slope), rtol=1e-14)
    assert not np.allclose(joined.bprop(v, X), v * slope / (1 - a * a), rtol=1e-2)


def test_order_matters(one_hot_jacobians: Any) -> None:
    there, back = chain(Tanh, Sigmoid), chain(Sigmoid, Tanh)
    assert not np.allclose(one_hot_jacobians(there, [X])[0], one_hot_jacobians(back, [X])[0], rtol=1e-2)


def test_gradients_stand_in_the_order_of_the_inputs() -> None:
    joined = chain(Linear, Linear)
    arrays = [RNG.normal(size=s) for s in [(2, 3), (3, 4), (4,), (4, 5), (5,)]]
    assert joined.bprop is not None
    assert joined.jacobian is not None
    assert [g.shape for g in joined.bprop(np.ones((2, 5)), *arrays)] == [a.shape for a in arrays]
    assert [j.shape for j in joined.jacobian(*arrays)] == [(2, 5, *a.shape) for a in arrays]


def test_a_chain_of_chains_is_a_chain() -> None:
    nested, flat = chain(chain(Tanh, Sigmoid), Tanh), chain(Tanh, Sigmoid, Tanh)
    assert nested.jacobian is not None
    assert flat.jacobian is not None
    assert np.array_equal(nested.forward(X), flat.forward(X))
    assert np.allclose(nested.jacobian(X), flat.jacobian(X), rtol=1e-15)


def test_what_one_layer_lacks_the_chain_lacks() -> None:
    with_half, with_picked = subject_of(chain(Tanh, Half)), subject_of(chain(Picked, Tanh))
    assert (with_half.has_bprop, with_half.has_jacobian) == (True, False)
    assert (with_picked.has_bprop, with_picked.has_jacobian) == (False, True)
    assert (subject_of(chain(Tanh)).has_bprop, subject_of(chain(Tanh)).has_jacobian) == (True, True)


def test_a_first_input_without_gradient_is_passed_over() -> None:
    joined, table = chain(Picked, Tanh), RNG.normal(size=(3, 2))
    assert joined.jacobian is not None
    j = joined.jacobian(np.int64(1), table)
    assert j.shape == (2, 3, 2)
    assert np.allclose(j[:, 1], np.diag(1 - np.tanh(table[1]) ** 2), rtol=1e-14)
    assert not j[:, [0, 2]].any()


def test_a_shape_for_no_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"must name its inputs x, W1, b1, W2, b2, not 'WW1'; did you mean 'W1'\?"):
        chain(Linear, Linear, shapes={"WW1": ("n", "k")})


def test_no_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="must hold at least one layer"):
        chain()


def test_a_later_layer_must_pass_a_cotangent_on() -> None:
    with pytest.raises(ValueError, match="'k' of Picked is not"):
        chain(Tanh, Picked)
