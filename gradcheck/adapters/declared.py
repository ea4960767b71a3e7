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

_LIKE = "or be a dictionary such as {'x': 'batch n', 'W': 'n m'}"


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
    """The inputs of `forward`: those declared, or what the annotations of its arguments say, or real vectors."""
    given = getattr(layer, "inputs", ()) or ()
    if isinstance(given, Mapping):
        declared = tuple(_input(name, shape, shown) for name, shape in given.items())
    elif isinstance(given, Iterable) and not isinstance(given, str):
        declared = tuple(given)
    else:
        raise LoadError(f"`inputs` of {shown} must hold gradcheck.Input records, {_LIKE}, not {_told(given)}")
    if not declared:
        return tuple(_argument(p, shown) for p in _arguments(layer.forward, shown))
    for one in declared:
        if not isinstance(one, Input):
            raise LoadError(f"`inputs` of {shown} must hold gradcheck.Input records, {_LIKE}, not {_told(one)}")
    for name in (name for one in declared for name in (one.name, *one.size_names)):
        if not is_plain(name):
            raise LoadError(f"`inputs` of {shown} must have names that can be printed, not {_told(name)}")
    names = [one.name for one in declared]
    if len(set(names)) < len(names):
        raise LoadError(f"`inputs` of {shown} must have different names, not {', '.join(map(printable, names))}")
    return declared


def assumed_of(layer: Any, shown: str) -> tuple[str, ...]:
    """The names of the inputs that nothing is known of, which are taken for real vectors."""
    told = getattr(layer, "assumed", None)  # by an adapter
    if isinstance(told, tuple) and layer.inputs:
        return told
    if getattr(layer, "inputs", None):
        return ()
    return tuple(p.name for p in _arguments(layer.forward, shown) if _said(p, shown) is None)


def _input(name: Any, shape: Any, shown: str) -> Input:
    from gradcheck.adapters.shapes import input_of  # not for records: start-up

    try:
        return input_of(name, shape)
    except (TypeError, ValueError) as cause:
        raise LoadError(f"`inputs` of {shown}: {printable(str(cause))}") from cause


def _argument(parameter: inspect.Parameter, shown: str) -> Input:
    """The input that an argument of `forward` is: as its annotation says, or a real vector."""
    return _said(parameter, shown) or Input(parameter.name, ("n",))


def _said(parameter: inspect.Parameter, shown: str) -> Input | None:
    if parameter.annotation is parameter.empty:
        return None
    from gradcheck.adapters.shapes import annotated

    try:
        return annotated(parameter.name, parameter.annotation)
    except ValueError as cause:
        line = f"declare `inputs = {{{parameter.name!r}: 'batch n'}}`"
        raise LoadError(f"the annotation of `{parameter.name}` of {shown}: {printable(str(cause))}; {line}") from cause


def _arguments(forward: Callable[..., Any], shown: str) -> list[inspect.Parameter]:
    try:
        parameters = inspect.signature(forward).parameters.values()
    except (TypeError, ValueError) as cause:
        raise LoadError(f"{shown} must declare `inputs`: the arguments of its `forward` cannot be read") from cause
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    required = [p for p in parameters if p.default is p.empty and p.kind in places]
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
