"""The numbers that a layer is written with: literals in its code, and values in what the code names.

They are read from the bytecode and not from the source: it is there where the source is not, and the compiler has
already worked out ``1234 / 10``.
"""

from __future__ import annotations

import dis
import functools
import math
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Real
from typing import Any

import numpy as np

from gradcheck.adapters.contract import Layer
from gradcheck.records.input import Input

MOST = 48  # constants: what is found first is nearest to the layer's own code
WIDEST = 16  # entries of an array or a container: beyond, they are data and no thresholds
VISITS = 2000  # objects looked at, some milliseconds: what a layer can name may be without end
LARGEST = 1e6  # beyond, a difference may step over what changes by whole numbers
_MADE_IN_PYTHON = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class statement made it, whatever its module is called
_FOREIGN = frozenset({"dataclasses", "functools", "math", "numpy", "scipy", "typing"})


def constants_of(layer: Any) -> tuple[float, ...]:
    """The magnitudes of the numbers that a layer's code holds, and of the values that the code can name.

    Parameters
    ----------
    layer : object

    Returns
    -------
    tuple of float
        Positive, without repetitions: first those of the layer's own methods and attributes, then those of the
        functions, closures and globals they use.
    """
    found: dict[float, None] = {}
    waiting, seen = deque([layer]), set[int]()
    kept: list[Any] = []  # what is alive keeps its id
    while waiting and len(found) < MOST and len(seen) < VISITS:
        item = waiting.popleft()
        number = _magnitude(item)
        if number is not None:
            found[number] = None
        elif id(item) not in seen:
            seen.add(id(item))
            kept.append(item)
            waiting.extend(_parts(item))
    return tuple(number for number in found if number)[:MOST]


def _magnitude(item: Any) -> float | None:
    """The size of a finite number; None for all that is none."""
    if isinstance(item, (bool, np.bool_)) or not isinstance(item, (Real, np.floating, np.integer)):
        return None
    try:
        size = abs(float(item))
    except (OverflowError, ValueError):
        return None
    return size if math.isfinite(size) and size <= LARGEST else None


def _parts(item: Any) -> list[Any]:
    """What is looked at next; nothing where a layer's own object objects to being looked at."""
    try:
        return list(next(parts for kinds, parts in _READERS if isinstance(item, kinds))(item))
    except Exception:  # noqa: BLE001 - the objects are the layer's own
        return []


def _of_code(code: types.CodeType) -> Iterator[Any]:
    yield from code.co_consts
    # Python 3.14 holds small integers in the instructions themselves.
    yield from (step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_SMALL_INT")


def _of_function(function: types.FunctionType) -> Iterator[Any]:
    if _foreign(function):
        return
    yield function.__code__
    yield from (function.__defaults__ or ())
    yield from (function.__kwdefaults__ or {}).values()
    yield from (cell.cell_contents for cell in function.__closure__ or () if _filled(cell))
    names = _names(function.__code__)
    for name in names:
        value = function.__globals__.get(name)
        if isinstance(value, types.ModuleType) and not _foreign(value):
            yield from (vars(value)[inner] for inner in names if inner in vars(value))
        elif value is not None:
            yield value


def _names(code: types.CodeType) -> list[str]:
    """The globals and attributes that code names, and the functions inside of it."""
    inner = (name for const in code.co_consts if isinstance(const, types.CodeType) for name in _names(const))
    return list(dict.fromkeys([*code.co_names, *inner]))


def _of_object(item: Any) -> Iterator[Any]:
    """The attributes of an instance and of its class, or of a class and those above it."""
    own = item if isinstance(item, type) else type(item)
    if own is not item:
        yield from _variables(item)
    for base in () if _foreign(own) else own.__mro__:
        if base is not Layer and not _foreign(base):
            yield from (v for name, v in vars(base).items() if _tells(name, v))


def _tells(name: str, value: Any) -> bool:
    """Whether people wrote it: Python adds numbers of its own to classes, such as the line they start in."""
    return not name.startswith("__") or isinstance(value, types.FunctionType)


def _variables(item: Any) -> Iterator[Any]:
    yield from getattr(item, "__dict__", {}).values()
    slots = (name for base in type(item).__mro__ for name in getattr(base, "__slots__", ()))
    yield from (getattr(item, name, None) for name in slots)


def _of_container(item: Any) -> Iterable[Any]:
    return (item.values() if isinstance(item, Mapping) else item) if len(item) <= WIDEST else ()


def _of_array(item: np.ndarray[Any, Any]) -> Iterable[Any]:
    return item.reshape(-1).tolist() if item.size <= WIDEST and item.dtype.kind in "fiu" else ()


def _filled(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - raises where the cell is empty
    except ValueError:
        return False
    return True


def _foreign(item: Any) -> bool:
    """Whether an object comes from a library whose numbers say nothing about the layer."""
    if isinstance(item, type) and not item.__flags__ & _MADE_IN_PYTHON:
        return True
    home = item.__name__ if isinstance(item, types.ModuleType) else getattr(item, "__module__", None)
    return isinstance(home, str) and home.partition(".")[0] in _FOREIGN


# How the parts of an object are found, by its kind; the first that fits.
_READERS: tuple[tuple[Any, Callable[[Any], Iterable[Any]]], ...] = (
    ((str, bytes, types.ModuleType, Input), lambda _: ()),
    (types.CodeType, _of_code),
    (types.FunctionType, _of_function),
    (types.MethodType, lambda item: (item.__func__, item.__self__)),
    (functools.partial, lambda item: (item.func, item.args, item.keywords)),
    (property, lambda item: (item.fget,)),
    ((staticmethod, classmethod), lambda item: (item.__func__,)),
    (np.ndarray, _of_array),
    ((Mapping, list, tuple, set, frozenset), _of_container),
    (object, _of_object),
)
