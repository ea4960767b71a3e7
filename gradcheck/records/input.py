"""The facts of one argument of a layer's `forward`."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass

DOMAINS = ("real", "positive", "nonnegative", "unit", "simplex", "nonzero", "labels")
DEFAULT_SIZES = {"batch": 3, "n": 5, "m": 4, "hidden": 6, "classes": 5}
OTHER_SIZE = 4


@dataclass(frozen=True)
class Input:
    """The facts of one argument of a layer's `forward`.

    Parameters
    ----------
    name : str
    shape : tuple of int or str
        Lengths, or size names such as ``"n"`` that are filled in for each case.
    domain : str or (float, float)
        ``"real"``, ``"positive"``, ``"nonnegative"``, ``"unit"`` (0 < x < 1), ``"simplex"`` (positive, the last
        axis sums to 1), ``"nonzero"``, ``"labels"`` (integers below `classes`) or an open interval.
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
        object.__setattr__(self, "shape", tuple(self.shape))
        own = f"of input {self.name!r}"
        for length in self.shape:
            if not isinstance(length, (int, str)) or (isinstance(length, int) and not 0 <= length <= sys.maxsize):
                raise ValueError(f"`shape` {own} must hold lengths >= 0 and size names, not {length!r}")
        if isinstance(self.domain, str):
            if self.domain not in DOMAINS:
                known = ", ".join(DOMAINS)
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
        return tuple(length for length in (*self.shape, self.classes) if isinstance(length, str))

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
    """The length that a size name stands for."""
    return sizes.get(name, DEFAULT_SIZES.get(name, OTHER_SIZE))
