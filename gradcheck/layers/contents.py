"""What a module holds: its layers, and why whatever else looks like one is passed over."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from gradcheck.adapters.example import Example
from gradcheck.adapters.instances import needed
from gradcheck.adapters.kinds import kind_of
from gradcheck.adapters.pairs import Pair
from gradcheck.layers.functions import lines_for

DERIVATIVES = ("bprop", "backward", "jacobian")
CALLS = ("forward", "__call__")


@dataclass(frozen=True)
class Contents:
    """The layers of a module by their names, in the order of their definition, and reasons for others by theirs."""

    layers: dict[str, Any]
    others: dict[str, str]


def contents_of(module: ModuleType, origin: str) -> Contents:
    """The layers of a module, and what is passed over.

    Without a word go what was imported, abstract classes, and a class of which the module holds an object, or that
    needs arguments and is extended by another one.

    Parameters
    ----------
    module : ModuleType
    origin : str
        What its target begins with.
    """
    things = _different(module)
    known = {name: thing for name, thing in things.items() if _is_layer(thing)}
    made = {type(thing) for name, thing in known.items() if not inspect.isclass(thing) and not _private(name)}
    own = {name: thing for name, thing in known.items() if not inspect.isclass(thing) or _stands(thing, module, made)}
    own = {name: thing for name, thing in own.items() if not _only_extended(thing, own.values())}
    called = _used(thing for thing in own.values() if isinstance(thing, Example))
    own = {name: thing for name, thing in own.items() if name not in called or not _bare(thing)}
    layers = {name: thing for name, thing in own.items() if not _private(name) and not _by_name(thing)}
    others = {name: f"`gradcheck {origin}:{name}` checks it" for name, thing in own.items() if name not in layers}
    for name, thing in things.items():
        if inspect.isclass(thing) and name not in known and not _private(name) and _stands(thing, module, made):
            others[name] = _missing(thing)
    others |= lines_for(_functions(things, module), _used(layers.values()))
    return Contents(layers, {name: reason for name, reason in others.items() if reason})


def _different(module: ModuleType) -> dict[str, Any]:
    """The things of a module, each by its first name; what it imports as a whole is none of them."""
    found: dict[str, Any] = {}
    for name, thing in vars(module).items():
        whole = name.startswith("__") or isinstance(thing, ModuleType)
        if not whole and all(thing is not other for other in found.values()):
            found[name] = thing
    return found


def _private(name: str) -> bool:
    return name.startswith("_")


def _is_layer(thing: Any) -> bool:
    try:
        return isinstance(thing, Example) or kind_of(thing) is not None
    except Exception:  # noqa: BLE001 - the attributes of an object are its own code
        return False


def _by_name(thing: Any) -> bool:
    kind = None if isinstance(thing, Example) else kind_of(thing)
    return kind is not None and kind.by_name


def _bare(thing: Any) -> bool:
    """Whether it is a class, or a framework's, and declares no inputs: a case that calls it says more."""
    kind = None if isinstance(thing, Example) else kind_of(thing)
    whole = kind is not None and (inspect.isclass(thing) or kind.framework != "")
    return whole and not getattr(thing, "inputs", ())


def _stands(thing: type, module: ModuleType, made: Iterable[type]) -> bool:
    """Whether a class is of its module by itself: defined there, complete, and not made into an object."""
    return thing.__module__ == module.__name__ and not inspect.isabstract(thing) and thing not in made


def _only_extended(thing: Any, others: Iterable[Any]) -> bool:
    """Whether a class that needs arguments has another one that extends it."""
    if not inspect.isclass(thing) or not needed(thing):
        return False
    return any(inspect.isclass(other) and other is not thing and issubclass(other, thing) for other in others)


def _missing(thing: type) -> str:
    """What a class lacks that has a part of a layer; empty where it has none."""
    calls = [name for name in CALLS if name in vars(thing)]
    derivatives = [name for name in DERIVATIVES if callable(getattr(thing, name, None))]
    if "forward" in calls and not derivatives:
        return "it has `forward`, but neither `bprop(v, *inputs)`, `backward(dout)` nor `jacobian(*inputs)`"
    if derivatives and "forward" not in calls:
        return f"it has `{derivatives[0]}`, but no `forward(*inputs)`"
    return ""


def _functions(things: dict[str, Any], module: ModuleType) -> dict[str, FunctionType]:
    """The functions that are written in a module."""
    return {
        name: thing
        for name, thing in things.items()
        if isinstance(thing, FunctionType) and thing.__module__ == module.__name__ and not _private(name)
    }


def _used(layers: Iterable[Any]) -> set[Any]:
    """The functions, and the names of functions, that pairs and examples are made of."""
    found: set[Any] = set()
    for layer in layers:
        if isinstance(layer, Pair):
            found.update(layer.functions)
        elif isinstance(layer, Example):
            found.update(getattr(getattr(layer.function, "__code__", None), "co_names", ()))
    return found
