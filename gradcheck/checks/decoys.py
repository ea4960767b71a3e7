"""Inputs that a careless cache takes for a point's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from gradcheck.checks.reading import Breach
from gradcheck.dtypes import is_floating, precision_of

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Decoy:
    """Inputs that a layer has seen, and what it returned for them.

    Attributes
    ----------
    arrays
    output
        Of `forward`.
    gradients
        Of `bprop` for a cotangent of ones; None where it was not called.
    """

    arrays: tuple[Array, ...]
    output: Array | Breach
    gradients: list[Array] | Breach | None = None


def reordered(arrays: Sequence[Array]) -> tuple[Array, ...]:
    """The same entries in reverse: their sum, their size and their extremes stay."""
    return tuple(a.reshape(-1)[::-1].reshape(a.shape).copy() for a in arrays)


def nudged(arrays: Sequence[Array]) -> tuple[Array, ...]:
    """The arrays changed by a few parts in a million, or by two roundings, which a cache may take for equal."""
    return tuple(_nudged(a) if is_floating(a.dtype) else a for a in arrays)


def _nudged(array: Array) -> Array:
    part = max(4e-6, 2 * precision_of(array.dtype).eps)
    moved: Array = (array * array.dtype.type(1 + part)).astype(array.dtype)
    return moved
