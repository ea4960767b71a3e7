"""jax's functions with a derivative of their own, `custom_vjp` and `custom_jvp`, and those that a case calls."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import jax
import numpy as np

from gradcheck.adapters.call import Call
from gradcheck.adapters.declared import inputs_of
from gradcheck.adapters.example_inputs import is_constant, shown
from gradcheck.adapters.jax_layer import JaxLayer, in_double
from gradcheck.errors import LoadError
from gradcheck.records.input import Input

FACTS = ("critical", "sizes", "accuracy", "defined")  # of the layer contract, but for `inputs`
PLACES = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def recognises(candidate: object) -> bool:
    """Whether it has a derivative of its own, or a case calls it with arrays of jax."""
    if isinstance(candidate, Call):
        return any(isinstance(leaf, jax.Array) for leaf in jax.tree_util.tree_leaves(candidate.values))
    return isinstance(candidate, (jax.custom_vjp, jax.custom_jvp))


def adapt(candidate: Any, name: str) -> object:
    """The function under the layer contract, with an input for each of its arguments that has no default.

    Raises
    ------
    LoadError
        Where an argument of `nondiff_argnums` has no default, or the inputs cannot be told.
    """
    if isinstance(candidate, Call):
        return of_example(candidate, candidate.values, name)[0]
    parameters = _parameters(candidate)
    fixed = [p for k, p in enumerate(parameters) if k in _fixed(candidate)]
    needed = [p.name for p in fixed if p.default is p.empty]
    if needed:
        line = f"@gradcheck.case over a function that returns {name}, ({', '.join(p.name for p in parameters)})"
        raise LoadError(
            f"{name} needs {', '.join(needed)}, of its `nondiff_argnums`: write `{line}`, each an array or a value"
        )
    moving = [p.replace(kind=PLACES[0]) for p in parameters if p not in fixed and p.default is p.empty]
    given = SimpleNamespace(inputs=getattr(candidate, "inputs", ()), forward=lambda: None)
    given.forward.__signature__ = inspect.Signature(moving)
    return JaxLayer(candidate, inputs_of(given, name), _facts(candidate), _written(candidate), _pushes(candidate))


def of_example(candidate: Any, values: Sequence[Any], name: str) -> tuple[JaxLayer, tuple[Input, ...], str]:
    """The function as a case calls it, its inputs, one for each array in the nesting of its arguments, and their dtype.

    Parameters
    ----------
    candidate : object
    values : sequence
        The arguments: any nesting of arrays; all but those of floating numbers and labels stay as they are.
    name : str

    Raises
    ------
    LoadError
        Where there is no array among them.
    """
    function = candidate.function if isinstance(candidate, Call) else candidate
    fixed = {k: value for k, value in enumerate(values) if k in _fixed(function)}
    moving = [None if k in fixed else value for k, value in enumerate(values)]
    with in_double():
        paths, tree = jax.tree_util.tree_flatten_with_path(moving)
    leaves = [leaf for _, leaf in paths]
    places = [k for k, leaf in enumerate(leaves) if not is_constant(leaf)]
    if not any("float" in str(leaves[k].dtype) for k in places):
        raise LoadError(f"the case of {name} must return arguments with an array of floating numbers")
    declared = {one.name: one for one in _declared(function)}
    names = [_name(paths[k][0], _parameters(function)) for k in places]
    facts = (declared.get(one, Input(one, ("n",))) for one in names)
    inputs = tuple(shown(fact, np.asarray(leaves[k])) for fact, k in zip(facts, places, strict=True))

    def call(*arrays: Any) -> Any:
        own = dict(zip(places, arrays, strict=True))
        filled = jax.tree_util.tree_unflatten(tree, [own.get(k, leaf) for k, leaf in enumerate(leaves)])
        return function(*(fixed.get(k, value) for k, value in enumerate(filled)))

    layer = JaxLayer(call, inputs, _facts(function), _written(function), _pushes(function))
    return layer, inputs, next(str(leaves[k].dtype) for k in places if "float" in str(leaves[k].dtype))


def _fixed(function: Any) -> tuple[int, ...]:
    return tuple(getattr(function, "nondiff_argnums", ()))


def _pushes(function: Any) -> bool:
    """Whether its tangents go forwards: those of a `custom_vjp` do not."""
    return not isinstance(function, jax.custom_vjp)


def _written(function: Any) -> dict[str, Any]:
    """What people wrote: the function, and its rule."""
    found = {"forward": getattr(function, "fun", function)}
    rule = getattr(function, "bwd", None) or getattr(function, "jvp", None) or found["forward"]
    return found | dict.fromkeys(("bprop", "jvp"), rule)


def _facts(function: Any) -> dict[str, Any]:
    return {fact: getattr(function, fact) for fact in FACTS if hasattr(function, fact)}


def _declared(function: Any) -> tuple[Input, ...]:
    given = getattr(function, "inputs", ())
    return tuple(one for one in given if isinstance(one, Input)) if isinstance(given, (tuple, list)) else ()


def _parameters(function: Any) -> list[inspect.Parameter]:
    """Those with a position; none where they cannot be read."""
    with suppress(TypeError, ValueError):
        parameters = inspect.signature(getattr(function, "fun", function)).parameters.values()
        return [p for p in parameters if p.kind in PLACES]
    return []


def _name(path: Any, parameters: Sequence[inspect.Parameter]) -> str:
    """``params.w``: an argument's name, and the way to an array in it."""
    first, *rest = (str(getattr(key, "key", getattr(key, "idx", getattr(key, "name", "")))) for key in path)
    place = int(first)
    return ".".join([parameters[place].name if place < len(parameters) else f"x{place}", *rest])
