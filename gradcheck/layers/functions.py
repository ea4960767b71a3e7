"""Functions whose names belong together, such as `relu_forward` and `relu_backward`, and the line that checks them."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from types import FunctionType
from typing import Any

from gradcheck.adapters.arguments import places_of

CACHES = ("cache", "caches", "ctx", "saved", "memory", "context")
# How the derivative of a function is named after it, `f` being what both are about.
NAMES = (
    ("{}_forward", "{}_backward"),
    ("forward_{}", "backward_{}"),
    ("{}_fwd", "{}_bwd"),
    ("{}", "{}_backward"),
    ("{}", "{}_bprop"),
    ("{}", "{}_vjp"),
    ("{}", "{}_grad"),
    ("{}", "grad_{}"),
    ("{}", "{}_gradient"),
    ("{}", "{}_derivative"),
    ("{}", "{}_prime"),
    ("{}", "d_{}"),
    ("{}", "d{}"),
    ("{}", "{}_jacobian"),
)
POINTWISE = ("{}_grad", "grad_{}", "{}_gradient", "{}_derivative", "{}_prime", "d_{}", "d{}", "{}_jacobian")


def lines_for(functions: Mapping[str, FunctionType], used: Collection[Any]) -> dict[str, str]:
    """For each function that belongs to another one, or returns gradients, the line that makes a layer of it.

    Parameters
    ----------
    functions : mapping of str to function
        Those of a module.
    used : collection
        Functions, and names of functions, that layers are made of already.
    """
    left = {name: f for name, f in functions.items() if f not in used and name not in used}
    found: dict[str, str] = {}
    for first, second, about, form in _pairs(left):
        if first not in found and second not in found:
            found[first] = f"write `{about} = {_made(left, first, second, form)}` in the file"
            found[second] = ""
    for name, function in left.items():
        if name not in found and _returns_gradients(function):
            found[name] = f"write `my_{name} = gradcheck.value_and_grads({name})` in the file"
    return {name: reason for name, reason in found.items() if reason}


def _pairs(functions: Mapping[str, FunctionType]) -> Iterator[tuple[str, str, str, str]]:
    """Two names, what both are about, and the form of the second."""
    for name in functions:
        for first, second in NAMES:
            before, _, after = first.partition("{}")
            about = name.removeprefix(before).removesuffix(after)
            if about and first.format(about) == name and second.format(about) in functions:
                yield name, second.format(about), about if about != name else f"my_{about}", second


def _made(functions: Mapping[str, FunctionType], first: str, second: str, form: str) -> str:
    """What makes a layer of two functions, as far as their arguments tell."""
    if form in POINTWISE:
        return f"gradcheck.pair({first}, {second})"
    places = places_of(functions[second])
    if len(places) == 2 and (places[1] in CACHES or places[1] not in places_of(functions[first])):
        return f"gradcheck.cached({first}, {second})"
    return f"types.SimpleNamespace(forward={first}, bprop={second})"


def _returns_gradients(function: Callable[..., Any]) -> bool:
    """Whether a function returns two things, the second of which goes by the name of a gradient."""
    with suppress(OSError, TypeError, SyntaxError, ValueError, RecursionError):
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
                second = node.value.elts[1]
                if isinstance(second, ast.Name) and second.id.startswith(("grad", "dx", "dW", "dw")):
                    return True
    return False
