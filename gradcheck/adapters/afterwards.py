"""Layers whose gradient is that of the last `forward`, of which they keep what they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

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
    calls = _Calls(layer, own, len(inputs), parameters)
    if len(inputs) == len(assumed) == 1 and parameters:
        inputs = (Input(inputs[0].name, _fitting(calls)),)
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

    def fits(self, shape: tuple[int | str, ...]) -> bool:
        """Whether an input of a shape gets gradients of its own shape and of those of the parameters."""
        arrays = [
            np.full(Input("x", shape).filled({}), 0.5),
            *(parameter.array.copy() for parameter in self.parameters),
        ]
        try:
            with np.errstate(all="ignore"):
                gradients = self.bprop(np.ones(np.shape(self.forward(*arrays))), *arrays)
            return [np.shape(gradient) for gradient in gradients] == [array.shape for array in arrays]
        except Exception:  # noqa: BLE001 - the layer's own code may raise anything at a shape that is not its own
            return False


def _fitting(calls: _Calls) -> tuple[int | str, ...]:
    """The shape of the only input, of which nothing is known: the first that suits the parameters, or the usual one.

    Tried are rows for a matrix (n, m), or for a vector (n,), one item for either, and images for filters (f, c, h, w).
    """
    array = max((parameter.array for parameter in calls.parameters), key=lambda array: array.ndim)
    shapes: list[tuple[int | str, ...]] = []
    if array.ndim in (1, 2):
        shapes = [(BATCH, len(array)), (len(array),)]
    elif array.ndim == 4:
        _, channels, height, width = array.shape
        shapes = [(BATCH, channels, height + 2, width + 2)]
    return next((shape for shape in shapes if calls.fits(shape)), (shapes or [("n",)])[0])
