"""Layers whose gradient is that of the last `forward`, of which they keep what they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gradcheck.adapters.adapted import Adapted
from gradcheck.adapters.answers import parts_of
from gradcheck.adapters.arguments import takes
from gradcheck.adapters.declared import assumed_of, inputs_of
from gradcheck.adapters.parameters import Parameter, holding, parameters_of
from gradcheck.errors import LoadError
from gradcheck.records.input import Input

BATCH = "batch"


def afterwards(layer: Any, method: str, name: str) -> Any:
    """A layer whose `bprop` calls `forward` with the inputs, and then the layer's own method with the cotangent.

    Parameters
    ----------
    layer : object
        Its parameters, which it keeps beside their gradients, are inputs too.
    method : str
        ``"backward"`` or ``"bprop"``: called with the cotangent, with the cotangent and the inputs, or, of a layer
        whose output is one number, with nothing.
    name : str

    Raises
    ------
    LoadError
        When the method takes other arguments.
    """
    inputs, assumed = inputs_of(layer, name), assumed_of(layer, name)
    own = getattr(layer, method)
    if takes(own, 1 + len(inputs)):
        plain = Adapted(layer, inputs, forward=(layer.forward, layer.forward), bprop=(own, own))
        plain.assumed = assumed
        return plain
    if not takes(own, 1) and not takes(own, 0):
        known = ", ".join(one.name for one in inputs)
        raise LoadError(f"`{method}` of {name} must take v, or v and the inputs ({known})")
    parameters = parameters_of(layer, own, [one.name for one in inputs])
    inputs = tuple(_rows(one, parameters) if one.name in assumed else one for one in inputs)
    calls = _Calls(layer, own, len(inputs), parameters)
    whole = (*inputs, *(parameter.input for parameter in parameters))
    adapted = Adapted(layer, whole, forward=(calls.forward, layer.forward), bprop=(calls.bprop, own))
    adapted.assumed = assumed
    if callable(defined := getattr(layer, "defined", None)):
        adapted.defined = lambda *arrays: defined(*arrays[: calls.count])
    return adapted


@dataclass(frozen=True, eq=False)
class _Calls:
    """A layer object, its method, how many inputs its `forward` takes, and the arrays that it holds itself."""

    layer: Any
    backward: Callable[..., Any]
    count: int
    parameters: tuple[Parameter, ...]

    def forward(self, *arrays: Any) -> Any:
        """What `forward` returns for these inputs and parameters."""
        with holding(self.layer, self.parameters, arrays[self.count :]):
            return self.layer.forward(*arrays[: self.count])

    def bprop(self, v: Any, *arrays: Any) -> Any:
        """What the method returns once `forward` has been called, and what it leaves for the parameters."""
        with holding(self.layer, self.parameters, arrays[self.count :]):
            self.layer.forward(*arrays[: self.count])
            answer = self.backward(v) if takes(self.backward, 1) else v * self.backward()
            if not self.parameters:
                return answer
            return (*parts_of(answer), *(parameter.gradient() for parameter in self.parameters))


def _rows(input: Input, parameters: tuple[Parameter, ...]) -> Input:
    """An input of which nothing is known: rows for the first matrix among the parameters, where there is one."""
    matrices = [parameter.array.shape for parameter in parameters if parameter.array.ndim == 2]
    return replace(input, shape=(BATCH, matrices[0][0])) if matrices else input
