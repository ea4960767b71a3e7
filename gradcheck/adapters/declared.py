"""The facts that a layer declares of itself, each read as the contract says or refused by its name."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from gradcheck.errors import LoadError
from gradcheck.records.input import Input
from gradcheck.text import printable, shorten


def accuracy_of(layer: Any, shown: str) -> float:
    """The relative error that `forward` has by its own account."""
    declared = getattr(layer, "accuracy", 0.0)
    if callable(declared):  # what a model has got right of its labels, say
        return 0.0
    if isinstance(declared, bool) or not isinstance(declared, (int, float)) or not 0 <= declared < 1:
        came = _told(declared)
        raise LoadError(f"`accuracy` of {shown} must be a relative error, at least 0 and below 1, not {came}")
    return float(declared)


def critical_of(layer: Any, shown: str) -> tuple[float, ...]:
    """The values at which the layer says that its formula changes."""
    declared = getattr(layer, "critical", ())
    try:
        return tuple(float(value) for value in declared)
    except (TypeError, ValueError, OverflowError) as cause:
        raise LoadError(f"`critical` of {shown} must hold numbers, not {_told(declared)}") from cause


def sizes_of(layer: Any, shown: str) -> dict[str, int]:
    """The lengths that the layer gives to size names."""
    declared = getattr(layer, "sizes", None) or {}
    if not isinstance(declared, Mapping):
        raise LoadError(f"`sizes` of {shown} must be a mapping such as {{'n': 5}}, not {_told(declared)}")
    for name, length in declared.items():
        if not is_plain(name):
            raise LoadError(f"`sizes` of {shown} must have names that can be printed, not {_told(name)}")
        whole = isinstance(length, (int, np.integer)) and not isinstance(length, bool)
        if not whole or not 0 <= length <= sys.maxsize:
            raise LoadError(f"`sizes` of {shown} must give {name!r} a whole length of at least 0, not {_told(length)}")
    return {name: int(length) for name, length in declared.items()}


def inputs_of(layer: Any, shown: str) -> tuple[Input, ...]:
    """The inputs of `forward`; a real one of shape ``("n",)`` for each of its arguments where none are declared."""
    given = getattr(layer, "inputs", ()) or ()
    if not isinstance(given, Iterable):
        raise LoadError(f"`inputs` of {shown} must hold gradcheck.Input records, not {_told(given)}")
    declared = tuple(given)
    if not declared:
        return tuple(Input(name, ("n",)) for name in _arguments(layer.forward, shown))
    for one in declared:
        if not isinstance(one, Input):
            raise LoadError(f"`inputs` of {shown} must hold gradcheck.Input records, not {_told(one)}")
    for name in (name for one in declared for name in (one.name, *one.size_names)):
        if not is_plain(name):
            raise LoadError(f"`inputs` of {shown} must have names that can be printed, not {_told(name)}")
    names = [one.name for one in declared]
    if len(set(names)) < len(names):
        raise LoadError(f"`inputs` of {shown} must have different names, not {', '.join(map(printable, names))}")
    return declared


def _arguments(forward: Callable[..., Any], shown: str) -> list[str]:
    try:
        parameters = inspect.signature(forward).parameters.values()
    except (TypeError, ValueError) as cause:
        raise LoadError(f"{shown} must declare `inputs`: the arguments of its `forward` cannot be read") from cause
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    required = [p.name for p in parameters if p.default is p.empty and p.kind in places]
    if not required:
        raise LoadError(f"{shown} must declare `inputs`: its `forward` names no arguments")
    return required


def is_plain(name: Any) -> bool:
    """Whether something is a text that every report can hold as it is."""
    return isinstance(name, str) and name != "" and printable(name) == name


def _told(value: Any) -> str:
    try:
        return printable(shorten(repr(value), 80))
    except ValueError:  # a number of more digits than Python writes
        return "such a number"
