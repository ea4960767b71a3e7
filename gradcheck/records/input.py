"""The facts of one argument of a layer's `forward`."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from operator import index
from typing import Any

DOMAINS = ("real", "positive", "nonnegative", "unit", "simplex", "nonzero", "labels")
COMPLEX = "complex"  # the adapter of layers of complex numbers makes pairs of real ones of such an input
CONVENTIONS = ("torch", "jax")  # of gradients of complex numbers
DEFAULT_SIZES = {"batch": 3, "n": 5, "m": 4, "hidden": 6, "classes": 5}
OTHER_SIZE = 4
_NAME = r"[^\W\d]\w*"
_LENGTH = rf"(?=.*[^\W\d])({_NAME}|\d+)(\*({_NAME}|\d+))*"  # a name, or a product that holds one


@dataclass(frozen=True)
class Input:
    """The facts of one argument of a layer's `forward`.

    Parameters
    ----------
    name : str
    shape : tuple of int or str
        Lengths, size names such as ``"n"`` that are filled in for each case, and products of both: ``"4*h"``. A name
        alone stands for one axis.
    domain : str or (float, float)
        ``"real"``, ``"positive"``, ``"nonnegative"``, ``"unit"`` (0 < x < 1), ``"simplex"`` (positive, the last
        axis sums to 1), ``"nonzero"``, ``"labels"`` (integers below `classes`) or an open interval; ``"complex"``
        numbers are drawn as pairs, of a real and an imaginary part.
    differentiable : bool
        Whether the layer claims a gradient for it. Labels never have one.
    classes : int, str or None
        How many labels there are; a size name is allowed. Only for ``"labels"``.

    Raises
    ------
    ValueError
        When a fact is not one of these.
    """

    name: str
    shape: tuple[int | str, ...]
    domain: str | tuple[float, float] = "real"
    differentiable: bool = True
    classes: int | str | None = None

    def __post_init__(self) -> None:
        own = f"of input {self.name!r}"
        object.__setattr__(self, "shape", _shape(self.shape, own))
        if isinstance(self.domain, str):
            if self.domain not in (*DOMAINS, COMPLEX):
                known = ", ".join((*DOMAINS, COMPLEX))
                raise ValueError(f"`domain` {own} must be one of {known} or an interval, not {self.domain!r}")
        elif len(self.domain) != 2 or not self.domain[0] < self.domain[1]:
            raise ValueError(f"`domain` {own} must be (low, high) with low < high, not {self.domain!r}")
        if self.domain == "labels":
            if self.classes is None:
                raise ValueError(f"`classes` {own} must say how many labels there are")
            object.__setattr__(self, "differentiable", False)

    @property
    def size_names(self) -> tuple[str, ...]:
        """The size names of its shape and of its classes."""
        texts = (length for length in (*self.shape, self.classes) if isinstance(length, str))
        return tuple(name for text in texts for name in factors(text) if isinstance(name, str))

    @property
    def limits(self) -> tuple[float, float]:
        """The lower and upper end of the domain; infinite where there is none."""
        if not isinstance(self.domain, str):
            return float(self.domain[0]), float(self.domain[1])
        low = 0.0 if self.domain in ("positive", "nonnegative", "unit", "simplex") else -math.inf
        return low, 1.0 if self.domain == "unit" else math.inf

    def filled(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """The shape with its size names replaced by lengths."""
        return tuple(length if isinstance(length, int) else size_of(length, sizes) for length in self.shape)

    def label_count(self, sizes: Mapping[str, int]) -> int:
        """How many labels there are, with a size name replaced; 0 for inputs that hold none."""
        if self.classes is None:
            return 0
        return self.classes if isinstance(self.classes, int) else size_of(self.classes, sizes)


def size_of(name: str, sizes: Mapping[str, int]) -> int:
    """The length that a size name, or a product of some, stands for."""
    lengths = (part if isinstance(part, int) else _length(part, sizes) for part in factors(name))
    return math.prod(lengths)


def factors(length: str) -> tuple[int | str, ...]:
    """The lengths and size names of a product: ``(4, "h")`` of ``"4*h"``; a name alone is its only factor."""
    return tuple(int(part) if part.isdecimal() else part for part in length.split("*"))


def _length(name: str, sizes: Mapping[str, int]) -> int:
    return sizes.get(name, DEFAULT_SIZES.get(name, OTHER_SIZE))


def _shape(shape: Any, own: str) -> tuple[int | str, ...]:
    """A shape as a tuple; a name alone stands for one axis.

    Raises
    ------
    ValueError
        When it is anything else than lengths, names and products.
    """
    if isinstance(shape, str) and not _is_length(shape):
        axes = ", ".join(repr(axis) for axis in shape.split())
        line = f"({axes},)" if len(shape.split()) == 1 else f"({axes})"
        raise ValueError(f"`shape` {own} must be a tuple such as {line}, not {shape!r}")
    try:
        return tuple(_axis(length, own) for length in ((shape,) if isinstance(shape, str) else shape))
    except TypeError as cause:
        raise ValueError(f"`shape` {own} must be a tuple such as ('batch', 'n'), not {shape!r}") from cause


def _is_length(text: str) -> bool:
    plain = text.isascii() and text.isidentifier()  # most are, and need no pattern compiled: start-up
    return plain or re.fullmatch(_LENGTH, text) is not None


def _axis(length: Any, own: str) -> int | str:
    if isinstance(length, str) and _is_length(length):
        return length
    if hasattr(length, "__index__") and not isinstance(length, bool) and 0 <= index(length) <= sys.maxsize:
        return index(length)
    raise ValueError(f"`shape` {own} must hold lengths >= 0 and size names, not {length!r}")
