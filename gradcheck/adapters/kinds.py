"""Whose layers are checked: an ordered table of leaves, each of which makes objects of one kind keep the contract.

A leaf is a module with two functions:

- ``recognises(candidate) -> bool``: whether a class, an object or a function is of its kind;
- ``adapt(candidate, name) -> object``: an object with `forward(*inputs)` and `bprop(v, *inputs)` or
  `jacobian(*inputs)`, and the facts that the candidate declares; a `LoadError` with the line to write where there is
  none.

One whose functions take arrays in any nesting has a third, ``of_example(candidate, values, name)``: the object for the
arguments of an example, its inputs, and the dtype of the first of them.

A leaf is asked in its turn, and that of a framework only once the framework is loaded, by the user's own module.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import FunctionType
from typing import Any, Protocol, cast

from gradcheck.errors import LoadError
from gradcheck.frozen import dataclass


class Leaf(Protocol):
    """What a leaf's module holds."""

    def recognises(self, candidate: object) -> bool:
        """Whether a class, an object or a function is of this kind."""

    def adapt(self, candidate: object, name: str) -> object:
        """An object that keeps the layer contract."""


@dataclass(frozen=True)
class Kind:
    """One line of the table.

    Attributes
    ----------
    module
        The leaf.
    framework
        The module that must be loaded before the leaf is; empty for numpy's own.
    by_name
        Whether a file's objects of this kind are checked only where a target names them.
    """

    module: str
    framework: str = ""
    by_name: bool = False

    @property
    def leaf(self) -> Leaf | None:
        """The leaf; None where its framework is not loaded."""
        if self.framework and self.framework not in sys.modules:
            return None
        return cast("Leaf", import_module(self.module))


SIMILAR = ("backprop", "back_prop", "vjp", "gradient", "grad", "derivative", "back")  # what people call a `bprop`
KINDS: tuple[Kind, ...] = (
    Kind("gradcheck.adapters.contract_layer"),
    Kind("gradcheck.adapters.torch_call", "torch"),
    Kind("gradcheck.adapters.torch_function", "torch"),
    Kind("gradcheck.adapters.torch_op", "torch"),
    Kind("gradcheck.adapters.torch_module", "torch", by_name=True),
    Kind("gradcheck.adapters.jax_function", "jax"),
    Kind("gradcheck.adapters.backward"),
)


def kind_of(candidate: Any) -> Kind | None:
    """The first kind that recognises a candidate; None where it is of none."""
    return next((kind for kind in KINDS if (leaf := kind.leaf) and leaf.recognises(candidate)), None)


def adapted(candidate: Any, name: str) -> Any:
    """An object that keeps the layer contract, made of a candidate of any kind.

    Raises
    ------
    LoadError
        When it is of no kind, or cannot be adapted.
    """
    kind = kind_of(candidate)
    leaf = kind.leaf if kind else None
    if leaf is None:
        raise LoadError(f"{name} is no layer: {_missing(candidate)}")
    return leaf.adapt(candidate, name)


def _missing(candidate: Any) -> str:
    """What keeps something from being a layer, and the line to write where it is there by another name."""
    if not callable(getattr(candidate, "forward", None)):
        kind = candidate if isinstance(candidate, type) else type(candidate)
        if any(isinstance(vars(base).get("__call__"), FunctionType) for base in kind.__mro__):
            return "it has no method `forward(*inputs)`; write `forward = __call__`"
        if callable(candidate) and not isinstance(candidate, type):
            return _alone(candidate)
        return "it has no method `forward(*inputs)`"
    missing = "it has neither `bprop(v, *inputs)` nor `jacobian(*inputs)`"
    other = next((name for name in SIMILAR if callable(getattr(candidate, name, None))), "")
    if not other:
        return missing
    return f"{missing}; write `bprop = {other}` if `{other}` takes the cotangent and then each input"


def _alone(function: Any) -> str:
    """What a function lacks, and the lines that give it a derivative: its author's, or a framework's."""
    known = getattr(function, "__name__", None)
    name = known if isinstance(known, str) and known.isidentifier() else "f"
    return (
        f"a function alone does not say what its derivative is; write `my_{name} = gradcheck.pair({name}, gradient)` "
        f"in a file, or a `@gradcheck.case` there that returns `{name}, (x, ...)` where torch or jax differentiates it"
    )
