"""The arrays that a layer object keeps and learns, and where it leaves their gradients."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradcheck.records.dtypes import is_floating
from gradcheck.records.input import Input

# How an attribute is named that holds the gradient of another one, as courses and their followers write it.
GRADIENTS = ("d{}", "d_{}", "grad_{}", "{}_grad", "grad{}", "g{}", "delta_{}")
PARAMETERS, BESIDE = ("params", "parameters"), ("grads", "gradients")  # containers of all of them
DEPTH = 4  # of the objects and containers in which other places of the same array are looked for

Place = tuple[Any, Any]  # a container or an object, and the key or the name in it


@dataclass(frozen=True, eq=False)
class Parameter:
    """One array.

    Attributes
    ----------
    name
    array
        As the layer object holds it.
    places
        All places where it does.
    gradient
        Called once `backward` has been: its gradient.
    """

    name: str
    array: Any
    places: tuple[Place, ...]
    gradient: Callable[[], Any]

    @property
    def input(self) -> Input:
        """What it is to the layer."""
        return Input(self.name, self.array.shape)


def parameters_of(layer: Any, backward: Any, inputs: Collection[str]) -> tuple[Parameter, ...]:
    """The parameters of a layer object: those in `params` beside `grads`, and attributes beside their gradients'.

    An array is none of which the object holds a view too, or a place that cannot be changed: it stays as it is.

    Parameters
    ----------
    layer : object
    backward : callable
        Its method: an attribute that this sets exists before the first call too.
    inputs : collection of str
        The names of what `forward` is given. They, and what `forward` sets itself, are no parameters.
    """
    passing = _set_by(layer.forward).union(inputs)
    held = vars(layer) if hasattr(layer, "__dict__") else {}
    named = {name: value for name, value in held.items() if name not in passing}
    set_there = _set_by(backward)
    found: dict[int, tuple[str, Any, Callable[[], Any]]] = {}
    for name, array in named.items():
        for form in GRADIENTS:
            gradient = form.format(name)
            if _is_parameter(array) and (gradient in set_there or _is_blank(named.get(gradient, array), array)):
                found.setdefault(id(array), (name, array, partial(getattr, layer, gradient)))
    for name, array, gradient in _contained(named, set_there, layer):
        found.setdefault(id(array), (name, array, gradient))
    places = {name: tuple(_places(layer, array, DEPTH)) for name, array, _ in found.values()}
    return tuple(
        Parameter(name, array, places[name], gradient)
        for name, array, gradient in found.values()
        if all(holder is not None for holder, _ in places[name])
    )


@contextmanager
def holding(layer: Any, parameters: Sequence[Parameter], arrays: Sequence[Any]) -> Iterator[None]:
    """While a layer object holds other arrays as its parameters, and zeros as their gradients.

    Those are fresh ones, which `backward` may add to. What the object held before comes back untouched.
    """
    kept = [p.array.copy() for p in parameters]
    for parameter, array in zip(parameters, arrays, strict=True):
        _put(parameter.places, array)
        _clear(layer, parameter, array)
    try:
        yield
    finally:
        for parameter, values in zip(parameters, kept, strict=True):
            _put(parameter.places, parameter.array)
            parameter.array[...] = values


def _clear(layer: Any, parameter: Parameter, array: Any) -> None:
    with suppress(LookupError, AttributeError, TypeError):  # there is none before the first call
        before = parameter.gradient()
        if _is_parameter(before):
            _put(tuple(_places(layer, before, DEPTH)), np.zeros_like(array))


def _put(places: Sequence[Place], array: Any) -> None:
    for holder, key in places:
        if isinstance(holder, (dict, list)):
            holder[key] = array
        else:
            setattr(holder, key, array)


def _is_blank(gradient: Any, array: Any) -> bool:
    """Whether an attribute waits for a gradient: None, or zeros in the array's shape."""
    return gradient is None or (_is_parameter(gradient) and gradient.shape == array.shape and not gradient.any())


def _is_parameter(value: Any) -> bool:
    return isinstance(value, np.ndarray) and is_floating(value.dtype)


def _set_by(method: Any) -> set[str]:
    """The names of the attributes that a method assigns."""
    code = getattr(inspect.unwrap(method), "__code__", None)
    return {one.argval for one in dis.get_instructions(code) if one.opname == "STORE_ATTR"} if code else set()


def _contained(named: Mapping[str, Any], set_there: set[str], layer: Any) -> Iterator[tuple[str, Any, Any]]:
    """The arrays in a dictionary or a list of parameters, beside one of gradients that there is or that is made."""
    for params, grads in zip(PARAMETERS, BESIDE, strict=True):
        if grads not in named and grads not in set_there:
            continue
        held = named.get(params)
        pairs = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
        for key, array in pairs:
            if _is_parameter(array):
                name = key if isinstance(key, str) and key.isidentifier() else f"{params}{key}"
                yield name, array, partial(_beside, layer, grads, key)


def _beside(layer: Any, name: str, key: Any) -> Any:
    """The gradient under a key of a container of the layer's, or under the name of a gradient."""
    grads = getattr(layer, name)
    if not isinstance(grads, Mapping):
        return grads[key]
    return next((grads[form] for form in (key, *(f.format(key) for f in GRADIENTS)) if form in grads), grads.get(key))


def _places(holder: Any, array: Any, depth: int) -> Iterator[Place]:
    """Every place in an object, and in what it holds, where an array stands itself.

    One in a tuple, and a view of the array, cannot be put elsewhere: such a place has no holder.
    """
    if isinstance(holder, dict):
        items: list[tuple[Any, Any]] = list(holder.items())
    elif isinstance(holder, (list, tuple)):
        items = list(enumerate(holder))
    elif hasattr(holder, "__dict__") and not inspect.ismodule(holder) and not inspect.isclass(holder):
        items = list(vars(holder).items())
    else:
        return
    for key, value in items:
        if value is array:
            yield (None if isinstance(holder, tuple) else holder), key
        elif isinstance(value, np.ndarray):
            if np.may_share_memory(value, array):
                yield None, key
        elif depth:
            yield from _places(value, array, depth - 1)
