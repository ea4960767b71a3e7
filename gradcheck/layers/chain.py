"""Layers applied one after the other, with the chain rule for their Jacobians and vector-Jacobian products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.adapters.answers import parts_of
from gradcheck.adapters.contract import Subject, subject_of
from gradcheck.errors import nearest
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.records.case import Array
    from gradcheck.records.input import Input

    Shape = tuple[int | str, ...]
    Arguments = tuple[Array, ...]
    Gradients = Array | tuple[Array, ...]  # an array for one differentiable input, a tuple for several


@dataclass(frozen=True, eq=False)
class Chain:
    """Layers y_1 = f_1(x, ...), y_2 = f_2(y_1, ...), ... as one layer with the output y of the last; made by `chain`.

    With J_k = dy_k/dy_(k-1), the chain rule is dy/dy_(k-1) = dy/dy_k . J_k, contracted over all axes of y_k, from the
    last layer back to the first. Another input p of layer k has dy/dp = dy/dy_k . dy_k/dp. A cotangent goes the same
    way: what layer k returns for its first input is v . J_k, the cotangent of the layer before.
    """

    parts: tuple[Subject, ...]
    name: str
    inputs: tuple[Input, ...]

    @property
    def critical(self) -> tuple[float, ...]:
        """Those of the first layer; what the others call critical is no value of an input."""
        return self.parts[0].critical

    @property
    def sizes(self) -> Mapping[str, int]:
        """Those of the layers; where two name the same size, the earlier layer decides."""
        return {size: length for part in reversed(self.parts) for size, length in part.sizes.items()}

    def forward(self, *arrays: Array) -> Array:
        """The output of the last layer."""
        last, arguments = self._calls(arrays)[-1]
        output: Array = last.layer.forward(*arguments)
        return output

    @property
    def jacobian(self) -> Callable[..., Gradients] | None:
        """Called with the inputs: one Jacobian for each differentiable input. None where a layer has no Jacobian."""
        return self._jacobian if all(part.has_jacobian for part in self.parts) else None

    @property
    def bprop(self) -> Callable[..., Gradients] | None:
        """Called with v and the inputs: one gradient for each differentiable input. None where a layer has no bprop."""
        return self._bprop if all(part.has_bprop for part in self.parts) else None

    def _jacobian(self, *arrays: Array) -> Gradients:
        return self._backward(None, arrays, _jacobians)

    def _bprop(self, v: Array, *arrays: Array) -> Gradients:
        return self._backward(v, arrays, _products)

    def _backward(self, back: Any, arrays: Arguments, pull: Callable[..., list[Array]]) -> Gradients:
        first, *later = self._calls(arrays)
        derivatives: list[Array] = []
        for part, arguments in reversed(later):
            back, *own = pull(back, part, arguments)
            derivatives = own + derivatives
        derivatives = pull(back, *first) + derivatives
        return derivatives[0] if len(derivatives) == 1 else tuple(derivatives)

    def _calls(self, arrays: Arguments) -> list[tuple[Subject, Arguments]]:
        count = len(self.parts[0].inputs)
        arguments, rest = arrays[:count], arrays[count:]
        calls = [(self.parts[0], arguments)]
        for before, part in pairwise(self.parts):
            count = len(part.inputs) - 1
            arguments, rest = (before.layer.forward(*arguments), *rest[:count]), rest[count:]
            calls.append((part, arguments))
        return calls


def chain(*layers: Any, name: str = "chain", shapes: Mapping[str, Shape] | None = None) -> Chain:
    """Layers applied one after the other: each takes the output of the one before as its first input.

    The other inputs of all layers are inputs of the chain, in order. A name that occurs more than once is numbered:
    two linear layers have the inputs x, W1, b1, W2, b2.

    Parameters
    ----------
    *layers : layer objects or classes
    name : str
    shapes : mapping of str to tuple of int or str
        Shapes for inputs of the chain, where those that the layers declare do not fit together: the columns of a first
        W and the rows of a second one must go by the same size name.

    Raises
    ------
    LoadError
        When a layer does not keep the layer contract.
    ValueError
        When there is no layer, `shapes` names no input, or the chain rule would need a derivative that a layer denies.

    Examples
    --------
    >>> from gradcheck.layers.linear import Linear
    >>> from gradcheck.layers.relu import ReLU
    >>> [one.name for one in chain(Linear, ReLU, Linear, shapes={"b1": ("m",), "W2": ("m", "out")}).inputs]
    ['x', 'W1', 'b1', 'W2', 'b2']
    """
    if not layers:
        raise ValueError("`layers` of a chain must hold at least one layer, not none")
    parts = tuple(subject_of(layer) for layer in layers)
    for part in parts[1:]:
        if not part.inputs[0].differentiable:
            denied = f"{printable(part.inputs[0].name)!r} of {part.name}"
            raise ValueError(f"the first input of a later layer of a chain must be differentiable; {denied} is not")
    inputs = _number_alike([*parts[0].inputs, *(input for part in parts[1:] for input in part.inputs[1:])])
    return Chain(parts, name, _reshape(inputs, shapes or {}))


def _number_alike(inputs: Iterable[Input]) -> tuple[Input, ...]:
    inputs = tuple(inputs)
    total, seen = Counter(input.name for input in inputs), Counter[str]()
    numbered = []
    for input in inputs:
        seen[input.name] += 1
        numbered.append(replace(input, name=f"{input.name}{seen[input.name]}") if total[input.name] > 1 else input)
    return tuple(numbered)


def _reshape(inputs: tuple[Input, ...], shapes: Mapping[str, Shape]) -> tuple[Input, ...]:
    names = [input.name for input in inputs]
    for name in shapes:
        if name not in names:
            known = f"{', '.join(map(printable, names))}, not {printable(name)!r}{nearest(name, names)}"
            raise ValueError(f"`shapes` of a chain must name its inputs {known}")
    return tuple(replace(input, shape=shapes.get(input.name, input.shape)) for input in inputs)


def _products(v: Array, part: Subject, arguments: Arguments) -> list[Array]:
    """The gradients of one layer's inputs from the cotangent of its output."""
    return parts_of(part.layer.bprop(v, *arguments))


def _jacobians(outer: Array | None, part: Subject, arguments: Arguments) -> list[Array]:
    """The Jacobians by one layer's inputs, from that by its output; None stands for the identity."""
    own = parts_of(part.layer.jacobian(*arguments))
    if outer is None:
        return own
    inputs = [arguments[k] for k in part.differentiable]
    return [np.tensordot(outer, j, axes=j.ndim - np.ndim(x)) for j, x in zip(own, inputs, strict=True)]
