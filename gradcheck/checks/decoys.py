"""Inputs that a careless cache takes for a point's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.adapters.reading import gradients_of, output_of
from gradcheck.frozen import dataclass
from gradcheck.records.dtypes import is_floating, precision_of

Array = NDArray[Any]
SAME_ENTRIES, NEARLY_SAME = "the same entries in another order", "nearly the same inputs"  # what decoys are called


@dataclass(frozen=True, eq=False)
class Decoy:
    """Inputs that a layer has seen, and what it returned for them.

    Attributes
    ----------
    made
        Makes them of the point's arrays: they are made anew where they are asked for, for they may be large.
    point
        These arrays.
    output
        Of `forward`.
    gradients
        Of `bprop` for a cotangent of ones; None where it was not called.
    """

    made: Callable[[Sequence[Array]], tuple[Array, ...]]
    point: Sequence[Array]
    output: Array | Breach
    gradients: list[Array] | Breach | None = None

    @property
    def arrays(self) -> tuple[Array, ...]:
        """The inputs."""
        return self.made(self.point)


def shown(subject: Subject, arrays: Sequence[Array]) -> list[Decoy]:
    """Decoys of a point's arrays, after `forward` and `bprop` have seen each."""
    found = []
    for made in (reordered, nudged):
        decoy = made(arrays)
        y = attempt(lambda a=decoy: output_of(subject, a))  # type: ignore[misc]
        gradients = None
        if isinstance(y, np.ndarray) and subject.has_bprop:
            gradients = attempt(lambda y=y, a=decoy: gradients_of(subject, np.ones_like(y), a))  # type: ignore[misc]
        found.append(Decoy(made, arrays, y, gradients))
    return found


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
