"""Objects, and classes that need no arguments, which keep the layer contract themselves."""

from __future__ import annotations

from typing import Any

from gradcheck.adapters.adapted import Adapted
from gradcheck.adapters.afterwards import afterwards, is_afterwards
from gradcheck.adapters.declared import inputs_of
from gradcheck.adapters.instances import instance_of
from gradcheck.adapters.outputs import joined


def recognises(candidate: Any) -> bool:
    """Whether it has `forward`, and `bprop` or `jacobian`."""
    forward, bprop, jacobian = (callable(getattr(candidate, part, None)) for part in ("forward", "bprop", "jacobian"))
    return forward and (bprop or jacobian)


def adapt(candidate: Any, name: str) -> Any:
    """The object itself, or one of the class; a layer of its own where `bprop` takes the cotangent alone.

    Raises
    ------
    LoadError
        When an object of the class cannot be made without arguments.
    """
    layer = instance_of(candidate, name)
    if isinstance(layer, Adapted):
        return layer
    inputs = inputs_of(layer, name)
    if callable(getattr(layer, "bprop", None)) and is_afterwards(layer, "bprop", len(inputs)):
        return afterwards(layer, "bprop", name)
    return joined(layer, inputs, name)
