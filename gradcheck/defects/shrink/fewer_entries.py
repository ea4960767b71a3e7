"""Fewer entries: every axis of one size name is cut to the places that are needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.shrink.ddmin import ddmin
from gradcheck.defects.shrink.smallest import Smallest
from gradcheck.records.input import Input, factors

Array = NDArray[Any]


def cut_sizes(smallest: Smallest) -> None:
    """Cut each size name of the layer in turn, down to the least length where the check still fails there.

    A name that is a factor of an axis stays: which of that axis' places belong to one of its own is the layer's affair.
    """
    lengths = [length for input in smallest.inputs for length in input.shape if isinstance(length, str)]
    multiplied = {name for length in lengths if len(factors(length)) > 1 for name in (length, *factors(length))}
    for name in dict.fromkeys(lengths):
        if name not in multiplied:
            _cut(smallest, name)


def _cut(smallest: Smallest, name: str) -> None:
    arrays = smallest.arrays
    lengths = (array.shape[input.shape.index(name)] for input, array in _having(smallest.inputs, arrays, name))

    def enough(places: tuple[int, ...]) -> bool:
        return len(places) >= smallest.least and smallest.takes(cut(smallest.inputs, arrays, name, places))

    ddmin(range(next(lengths)), enough)


def cut(inputs: Sequence[Input], arrays: Sequence[Array], name: str, places: tuple[int, ...]) -> list[Array]:
    """The arrays with some places of the axes of one name; labels move with their classes, or to 0 without them."""
    found = []
    for input, array in zip(inputs, arrays, strict=True):
        kept = array
        for axis, length in enumerate(input.shape):
            kept = np.take(kept, places, axis=axis) if length == name else kept
        if input.classes == name:
            number = {label: k for k, label in enumerate(places)}
            moved = [number.get(int(label), 0) for label in kept.reshape(-1)]
            kept = np.array(moved, dtype=kept.dtype).reshape(kept.shape)
        found.append(kept)
    return found


def _having(inputs: Sequence[Input], arrays: Sequence[Array], name: str) -> list[tuple[Input, Array]]:
    return [(input, array) for input, array in zip(inputs, arrays, strict=True) if name in input.shape]
