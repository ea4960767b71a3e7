"""Objects, and classes that need no arguments, which keep the layer contract themselves."""

from __future__ import annotations

from typing import Any

from gradcheck.adapters.adapted import Adapted
from gradcheck.adapters.arguments import takes
from gradcheck.adapters.declared import inputs_of
from gradcheck.adapters.instances import instance_of
from gradcheck.records.input import COMPLEX, CONVENTIONS


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
    if callable(bprop := getattr(layer, "bprop", None)) and not takes(bprop, 1 + len(inputs)) and _is_alone(bprop):
        from gradcheck.adapters.afterwards import afterwards  # most layers need neither: start-up

        return afterwards(layer, "bprop", name)
    if any(one.domain == COMPLEX for one in inputs) or _names_convention(layer):
        from gradcheck.adapters.complex_pairs import paired

        return paired(layer, inputs, name)
    if _names_outputs(getattr(layer, "outputs", None)):
        from gradcheck.adapters.outputs import joined

        return joined(layer, inputs, name)
    return layer


def _is_alone(bprop: Any) -> bool:
    """Whether a method takes a cotangent, or nothing, and no inputs."""
    return takes(bprop, 1) or takes(bprop, 0)


def _names_convention(layer: Any) -> bool:
    """Whether an attribute says how gradients of complex numbers are written; "NHWC" says something else."""
    convention = getattr(layer, "convention", None)
    return isinstance(convention, str) and convention in CONVENTIONS


def _names_outputs(outputs: Any) -> bool:
    """Whether an attribute declares outputs, some name at least; a layer may keep a count or arrays under that name."""
    return isinstance(outputs, (tuple, list)) and any(isinstance(output, str) for output in outputs)
