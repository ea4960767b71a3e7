"""Whether the arguments of `bprop` are those that it is called with, as far as their names and number tell."""

from __future__ import annotations

import inspect
from typing import Any

from gradcheck.adapters.adapted import Adapted
from gradcheck.adapters.arguments import PLACES, takes

COTANGENT = "v"


def misfit(layer: Any) -> str:
    """What is wrong about the arguments of `bprop`, and the line to write; empty where nothing is known to be.

    It is called with the cotangent and then each input. One that takes a cotangent alone, and is called after
    `forward`, is right too.
    """
    own = layer.source if isinstance(layer, Adapted) else layer  # what an adapter calls otherwise is no `bprop`
    bprop = getattr(own, "bprop", None)
    inputs, given = _required(getattr(own, "forward", None)), _required(bprop)
    if inputs is None or given is None or not inputs:
        return ""
    fits = takes(bprop, 1 + len(inputs))
    if given and given[0] not in inputs and (fits or len(given) == 1):
        return ""
    if fits and set(given) <= set(inputs):
        return ""  # its names say nothing: the first of them may well be the cotangent
    cotangent = next((name for name in given if name not in inputs), COTANGENT)
    line = f"def bprop({', '.join(('self', cotangent, *inputs))})"
    return f"`bprop` takes ({', '.join(given)}), but is called with the cotangent and then each input: write `{line}`"


def _required(function: Any) -> list[str] | None:
    """The names of the arguments that a call must give by position; None where that cannot be read, or has no end."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return None
    return [p.name for p in parameters if p.kind in PLACES and p.default is p.empty]
