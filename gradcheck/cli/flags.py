"""What the values of flags mean: text in, plain data out, or a sentence on what was required and what came."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from gradcheck.text import natural, shorten

SHOWN = 60  # characters of a value that is refused
Sizes = tuple[tuple[tuple[str, int], ...], ...]


class Whole(click.Path):
    """A path as it is seen from the folder that the command starts in: a layer may leave that folder for another."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The whole path; ``-`` stays as it is where it is allowed."""
        path: Any = super().convert(value, param, ctx)
        return path if path == "-" else type(path)(Path.cwd() / path)


FILE = Whole(dir_okay=False, path_type=Path)  # one to write, which need not be there


class Value(click.ParamType):  # type: ignore[type-arg]  # generic only from click 8.5 on
    """A click type made of a function that reads a text and raises ValueError with a sentence.

    Parameters
    ----------
    name : str
        What the text stands for.
    read : callable
    """

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self.read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """What `read` makes of the text; its ValueError becomes a usage error that names the flag."""
        try:
            return self.read(value)
        except ValueError as cause:
            self.fail(str(cause), param, ctx)


def names(text: str) -> tuple[str, ...]:
    """``ties,spike`` as a tuple, without repetitions."""
    parts = tuple(part.strip() for part in text.split(","))
    if not all(parts):
        raise ValueError(f"must be names separated by commas, not {text!r}")
    return tuple(dict.fromkeys(parts))


def scales(text: str) -> tuple[float, ...]:
    """``1e-3,1,1e3`` as positive finite numbers."""
    return tuple(dict.fromkeys(_scale(part, text) for part in text.split(",")))


def dtypes(text: str) -> tuple[str, ...]:
    """``float64,float32`` as names of dtypes that gradcheck knows."""
    from gradcheck.errors import nearest
    from gradcheck.records.case import DTYPES

    for name in names(text):
        if name not in DTYPES:
            raise ValueError(f"must hold names among {', '.join(DTYPES)}, not {name!r}{nearest(name, DTYPES)}")
    return names(text)


def lengths(text: str) -> tuple[str, tuple[int, ...]]:
    """``n=5,64`` as a size name and the lengths to give it."""
    name, _, values = text.partition("=")
    if not name.strip().isidentifier():
        raise ValueError(f"must be a size name and its lengths, such as n=64 or n=5,64, not {text!r}")
    return name.strip(), tuple(_length(part, text) for part in values.split(","))


def product(flags: Iterable[tuple[str, tuple[int, ...]]]) -> Sizes:
    """Every assignment of lengths to the names of several flags, each sorted by name; a name may come twice."""
    merged: dict[str, dict[int, None]] = {}
    for name, values in flags:
        merged.setdefault(name, {}).update(dict.fromkeys(values))
    ordered = sorted(merged)
    rows = itertools.product(*(merged[name] for name in ordered))
    return tuple(tuple(zip(ordered, row, strict=True)) for row in rows)


def joined(_: click.Context, __: click.Parameter, values: tuple[tuple[Any, ...], ...]) -> tuple[Any, ...] | None:
    """What a flag that was given several times lists in all of them, each once; None where it was not given."""
    return tuple(dict.fromkeys(itertools.chain.from_iterable(values))) if values else None


def seconds(text: str) -> float:
    """``2.5`` as a positive finite number."""
    value = _number(text)
    if not 0 < value < math.inf:
        raise ValueError(f"must be a positive number of seconds, not {text!r}")
    return value


def _number(text: str) -> float:
    """The number that a text names; NaN where it names none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _scale(part: str, text: str) -> float:
    value = _number(part)
    if not 0 < value < math.inf:
        raise ValueError(f"must be positive finite numbers separated by commas, such as 1e-3,1,1e3, not {text!r}")
    return value


def _length(part: str, text: str) -> int:
    length = natural(part.strip())
    if length is None:
        told = shorten(text, SHOWN)
        raise ValueError(f"must give whole lengths of at least 0 after the =, such as n=64 or n=5,64, not {told!r}")
    return length
