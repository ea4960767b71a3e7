"""The frozen data that checks work on: inputs, cases, points, estimates."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gradcheck.text import short

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.floating]

DOMAINS = ("real", "positive", "nonnegative", "unit", "simplex", "nonzero", "labels")
DTYPES = {"float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16"}
DEFAULT_SIZES = {"batch": 3, "n": 5, "m": 4, "hidden": 6, "classes": 5}
OTHER_SIZE = 4
GIVEN = "given"


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
            if not isinstance(length, (int, str)) or (isinstance(length, int) and length < 0):
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


@dataclass(frozen=True)
class Case:
    """What makes a point: the same case always makes the same point.

    A case with `values`, such as ``x=[0,2.5],t=[1]``, is the point itself, written out; its strategy is `GIVEN`.
    """

    layer: str
    strategy: str
    scale: float = 1.0
    sizes: tuple[tuple[str, int], ...] = ()
    dtype: str = "float64"
    seed: int = 0
    values: str = ""

    @property
    def id(self) -> str:
        """Stable across machines and releases: ``softmax[ties,scale=1e3,n=5,f64]``; a seed other than 0 is added."""
        drawn = [self.strategy, f"scale={short(self.scale)}", *(f"{k}={v}" for k, v in self.sizes)]
        parts = [self.values] if self.values else drawn
        parts.append(DTYPES.get(self.dtype, self.dtype))
        if self.seed:
            parts.append(f"seed={self.seed}")
        return f"{self.layer}[{','.join(parts)}]"

    @property
    def options(self) -> str:
        """The command-line options that make this case again, ready for a shell."""
        if self.values:
            return f"--replay {shlex.quote(self.id)}"
        sizes = "".join(f" --size {k}={v}" for k, v in self.sizes)
        dtype = "" if self.dtype == "float64" else f" --dtype {self.dtype}"
        return f"--inputs {self.strategy} --scale {short(self.scale)}{sizes}{dtype} --seed {self.seed}"

    @property
    def arguments(self) -> str:
        """The arguments of `gradcheck.check` that make this case again: ``inputs=['ties'], scales=[1e3], seed=0``."""
        sizes = f", sizes={dict(self.sizes)}" if self.sizes else ""
        dtype = "" if self.dtype == "float64" else f", dtype={self.dtype!r}"
        return f"inputs={[self.strategy]}, scales=[{short(self.scale)}]{sizes}{dtype}, seed={self.seed}"

    def redrawn(self, **changes: Any) -> Case:
        """A case like this one whose point is drawn: a point written out gives way to a normal one."""
        drawn = {"values": "", "strategy": "normal"} if self.values else {}
        return replace(self, **{**drawn, **changes})


@dataclass(frozen=True, eq=False)
class Point:
    """Concrete arrays for all inputs of a layer, with the case that made them."""

    case: Case
    arrays: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Constraint:
    """A product u . J . d that every generalised gradient has at a point.

    Parameters
    ----------
    weights : ndarray, shape (m,)
        u, over the outputs.
    direction : ndarray, shape (n,)
        d, over the entries of the inputs.
    value, bound : float
        The product, and the largest deviation from it that the measurement leaves open.
    """

    weights: Array
    direction: Array
    value: float
    bound: float


@dataclass(frozen=True, eq=False)
class Estimate:
    """A numeric derivative, elementwise; all arrays have one shape.

    Parameters
    ----------
    value : ndarray
        The derivative that the differences give; infinite where the slope itself is.
    floor : ndarray
        A bound on the error of `value`: truncation, roundoff, noise and the gap. Infinite where nothing is known.
    gap : ndarray
        What the two one-sided slopes differ by, halved: 0 where the function is smooth.
    scale : ndarray
        The natural scale of each entry: the size of the numbers whose rounding meets in it.
    reach : ndarray
        What an error is small or large against: the steepest slope of the row in the same input; where there is none,
        the natural scale up to 1.
    open : ndarray
        Distance from `value` up to which the differences prove no claim wrong: what a second level of steps allows, and
        the slope of a term that the rounding of the output may hide.
    constraints : tuple of Constraint
        At a kink, products that bind the entries together; empty elsewhere.
    """

    value: Array
    floor: Array
    gap: Array
    scale: Array
    reach: Array
    open: Array
    constraints: tuple[Constraint, ...] = ()

    def part(self, index: Any) -> Estimate:
        """The estimate of the entries that an index picks from each array, without the constraints."""
        arrays = (self.value, self.floor, self.gap, self.scale, self.reach, self.open)
        return Estimate(*(array[index] for array in arrays))

    def contracted(self, v: Array) -> Estimate:
        """The estimate of v . J for a cotangent of shape (m,): shape (n,)."""
        size = abs(v)
        sizes = (self.floor, self.gap, self.scale, self.reach, self.open)
        floor, gap, scale, reach, open_ = (size @ part for part in sizes)
        return Estimate(v @ self.value, floor, gap, scale, reach, open_)
