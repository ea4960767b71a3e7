"""What every shipped layer keeps: agreement, dtypes, batches, stacks, laws. Wrong layers show that each rule bites."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.adapters.contract import Subject, law, subject_of
from gradcheck.errors import UsageError
from gradcheck.layers import LAYERS
from gradcheck.layers.linear import Linear
from gradcheck.layers.softmax import Softmax
from gradcheck.layers.tanh import Tanh
from tests import processes

SIZES = {"batch": 3, "n": 5, "m": 4, "hidden": 6}
DTYPES = [np.float32, np.float64, np.longdouble]


def shipped(name: str) -> Subject:
    module, _, attribute = LAYERS[name].partition(":")
    return subject_of(getattr(import_module(module), attribute), name=name)


def draw(subject: Subject, dtype: Any = np.float64, lead: tuple[int, ...] = (), every: bool = True) -> list[np.ndarray]:
    """Ordinary values for all inputs; `lead` axes go before every input, or before the row-wise ones only."""
    rng = np.random.default_rng(7)
    arrays = []
    for one in subject.inputs:
        shared = not every and one.name[0] in "Wbg"
        a = rng.normal(size=(*(() if shared else lead), *one.filled(SIZES)))
        if one.domain == "simplex":
            a = np.exp(a) / np.exp(a).sum(axis=-1, keepdims=True)
        arrays.append(a.astype(dtype))
    return arrays


def listed(returned: Any) -> list[np.ndarray]:
    return list(returned) if isinstance(returned, tuple) else [returned]


def disagreement(subject: Subject, arrays: list[np.ndarray], jacobians_by_bprop: Any) -> float:
    """The largest difference between the Jacobian and the one its bprop stands for, relative to the largest entry."""
    written = listed(subject.layer.jacobian(*arrays))
    implied = jacobians_by_bprop(subject.layer, arrays)
    y = np.asarray(subject.layer.forward(*arrays))
    inputs = [arrays[k] for k in subject.differentiable]
    for j, b, x in zip(written, implied, inputs, strict=True):
        assert j.shape == b.shape == y.shape + x.shape
    return max(float(np.max(np.abs(j - b)) / np.max(np.abs(j))) for j, b in zip(written, implied, strict=True))


def stack_error(method: Any, arrays: list[np.ndarray]) -> float:
    """How far what a method says of a stack of problems is from the stack of what it says of each."""
    together = listed(method(*arrays))
    apart = [
        np.stack(parts) for parts in zip(*(listed(method(*one)) for one in zip(*arrays, strict=True)), strict=True)
    ]
    assert [part.shape for part in together] == [part.shape for part in apart]
    return max(float(np.max(np.abs(one - other))) for one, other in zip(together, apart, strict=True))


def dtypes_of(subject: Subject, dtype: Any) -> set[Any]:
    arrays = draw(subject, dtype)
    y = subject.layer.forward(*arrays)
    results = [y, *listed(subject.layer.bprop(y, *arrays)), *listed(subject.layer.jacobian(*arrays))]
    return {np.asarray(r).dtype for r in results}


def law_error(layer: Any, name: str, arrays: list[np.ndarray]) -> float:
    """How far the two sides of a law are apart, relative to the size of the values."""
    left, right = getattr(layer, name)(*arrays)
    size = max(np.max(np.abs(left), initial=0), np.max(np.abs(right), initial=0), 1e-290)
    return float(np.max(np.abs(left - right), initial=0) / size)


class ForgetsTheMean(Softmax):
    """A softmax whose bprop lacks the -v.s."""

    def bprop(self, v: Any, x: Any) -> Any:
        return v * self.forward(x)


class AddsTheBiasBluntly(Linear):
    """A linear layer that reads a stack of biases as rows of a batch."""

    def forward(self, x: Any, W: Any, b: Any) -> Any:
        return x @ W + b

    def bprop(self, v: Any, x: Any, W: Any, b: Any) -> Any:
        gradients = super().bprop(v, x, W, b)
        return (*gradients[:2], np.broadcast_to(gradients[2].sum(axis=0), b.shape))


class Widens(Tanh):
    """A tanh that computes in double precision whatever it is given."""

    def forward(self, x: Any) -> Any:
        return np.tanh(x.astype(np.float64))


class Lawless(Tanh):
    """A tanh with a law that does not hold."""

    @law
    def even(self, x: Any) -> Any:
        return self.forward(-x), self.forward(x)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("lead", [(), (2,), (2, 3)])
def test_jacobian_and_bprop_agree_in_any_batch(name: str, lead: tuple[int, ...], one_hot_jacobians: Any) -> None:
    subject = shipped(name)
    assert disagreement(subject, draw(subject, lead=lead, every=False), one_hot_jacobians) < 1e-14


def test_disagreement_is_seen(one_hot_jacobians: Any) -> None:
    subject = subject_of(ForgetsTheMean)
    assert disagreement(subject, draw(subject), one_hot_jacobians) > 0.1


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_dtype_is_kept(name: str, dtype: Any) -> None:
    assert dtypes_of(shipped(name), dtype) == {np.dtype(dtype)}


def test_a_widened_dtype_is_seen() -> None:
    assert dtypes_of(subject_of(Widens), np.float32) != {np.dtype(np.float32)}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_takes_a_stack_of_problems(name: str) -> None:
    layer, arrays = shipped(name).layer, draw(shipped(name), lead=(7,))
    v = np.random.default_rng(8).normal(size=np.shape(layer.forward(*arrays)))
    assert stack_error(layer.forward, arrays) < 1e-14
    assert stack_error(layer.bprop, [v, *arrays]) < 1e-14


def test_a_stack_that_mixes_problems_is_seen() -> None:
    layer, arrays = AddsTheBiasBluntly(), draw(subject_of(AddsTheBiasBluntly), lead=(SIZES["batch"],))
    assert stack_error(layer.forward, arrays) > 0.1
    v = np.ones(layer.forward(*arrays).shape)
    assert stack_error(layer.bprop, [v, *arrays]) > 0.1


@pytest.mark.parametrize("name", LAYERS)
def test_inputs_are_left_alone(name: str) -> None:
    subject = shipped(name)
    arrays = draw(subject)
    for a in arrays:
        a.flags.writeable = False
    y = subject.layer.forward(*arrays)
    results = [*listed(subject.layer.bprop(y, *arrays)), *listed(subject.layer.jacobian(*arrays))]
    assert not any(np.shares_memory(r, a) for r in results for a in arrays)


values = st.sampled_from(
    [0.0, 1e-300, -1e-300, 5e-324, 1e-12, 0.1, 0.5, -0.5, 1.0, 1.0, 3.7, -20.0, 40.0, 1e3, -9.9e4, 1e5]
)
mixed = st.lists(st.one_of(values, st.floats(-1e5, 1e5)), min_size=40, max_size=40)
LAWS = [(name, one) for name in LAYERS for one in shipped(name).laws]


@pytest.mark.parametrize(("name", "one"), LAWS)
@settings(max_examples=15, deadline=None, derandomize=True)
@given(numbers=mixed)
def test_laws_hold_wherever_the_values_lie(name: str, one: str, numbers: list[float]) -> None:
    subject = shipped(name)
    arrays = []
    for k, (fact, a) in enumerate(zip(subject.inputs, draw(subject), strict=True)):
        drawn = np.resize(np.roll(numbers, k), a.shape)
        arrays.append(a if fact.domain == "simplex" else drawn)
    assert law_error(subject.layer, one, arrays) < 1e-12


def test_a_broken_law_is_seen() -> None:
    assert law_error(Lawless(), "even", [np.array([0.5, 1.0])]) > 1


def test_layers_with_known_laws_have_them() -> None:
    assert {name for name, _ in LAWS} >= {"softmax", "log_softmax", "tanh", "sigmoid", "relu", "layer_norm", "gelu"}


@pytest.mark.parametrize("name", LAYERS)
def test_name_and_module_match(name: str) -> None:
    module = import_module(LAYERS[name].partition(":")[0])
    assert module.__name__ == f"gradcheck.layers.{name}"
    assert shipped(name).name == name
    assert (module.__doc__ or "").strip()


def test_an_unknown_layer_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="unknown layer 'sotfmax'; did you mean 'softmax'"):
        LAYERS["sotfmax"]


def test_the_table_of_layers_imports_no_numpy() -> None:
    code = "import sys, gradcheck.layers; sys.exit('numpy' in sys.modules)"
    assert processes.run([sys.executable, "-c", code]).returncode == 0
    assert processes.run([sys.executable, "-c", code.replace("layers", "layers.tanh")]).returncode == 1
