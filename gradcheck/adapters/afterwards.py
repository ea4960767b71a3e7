"""Layers whose gradient is that of the last `forward`, of which they keep what they need."""

from __future__ import annotations

from typing import Any

from gradcheck.adapters.adapted import Adapted
from gradcheck.adapters.arguments import takes
from gradcheck.adapters.declared import inputs_of
from gradcheck.errors import LoadError


def is_afterwards(layer: Any, method: str, count: int) -> bool:
    """Whether a method takes a cotangent, or nothing, and not the inputs of `forward` as well."""
    own = getattr(layer, method)
    return not takes(own, 1 + count) and (takes(own, 1) or takes(own, 0))


def afterwards(layer: Any, method: str, name: str) -> Any:
    """A layer whose `bprop` calls `forward` with the inputs, and then the layer's own method with the cotangent.

    Parameters
    ----------
    layer : object
    method : str
        ``"backward"`` or ``"bprop"``: called with the cotangent, with the cotangent and the inputs, or, of a layer
        whose output is one number, with nothing.
    name : str

    Raises
    ------
    LoadError
        When the method takes other arguments.
    """
    inputs = inputs_of(layer, name)
    own = getattr(layer, method)
    if takes(own, 1 + len(inputs)):
        return Adapted(layer, inputs, forward=(layer.forward, layer.forward), bprop=(own, own))
    if not takes(own, 1) and not takes(own, 0):
        known = ", ".join(one.name for one in inputs)
        raise LoadError(f"`{method}` of {name} must take v, or v and the inputs ({known})")

    def bprop(v: Any, *arrays: Any) -> Any:
        layer.forward(*arrays)
        return own(v) if takes(own, 1) else v * own()

    return Adapted(layer, inputs, forward=(layer.forward, layer.forward), bprop=(bprop, own))
