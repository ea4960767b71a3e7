"""Simpler entries: zeros first, then numbers that are quicker to type, equal ones together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.shrink.ddmin import ddmin
from gradcheck.defects.shrink.simple import ROUNDINGS, Rounding, cost, plainest, simpler, simpler_rows
from gradcheck.defects.shrink.smallest import Smallest
from gradcheck.records.dtypes import is_floating
from gradcheck.records.input import Input

Array = NDArray[Any]
Place = tuple[int, int]  # which input, and which of its entries; of a simplex, which of its rows
OTHERS = 3  # values of other entries that an entry is given in place of its own: each is another point to try


def zero(smallest: Smallest) -> None:
    """As many entries as possible take the simplest value of their domain: blocks of them, then single ones."""
    arrays = smallest.arrays
    plain = [_like(array, plainest(input, array.shape)) for input, array in zip(smallest.inputs, arrays, strict=True)]
    special = [
        (k, place)
        for k, (input, array) in enumerate(zip(smallest.inputs, arrays, strict=True))
        for place in np.flatnonzero((_units(input, array) != _units(input, plain[k])).any(axis=1)).tolist()
    ]

    def enough(places: tuple[Place, ...]) -> bool:
        return smallest.takes(_mix(smallest.inputs, plain, arrays, places))

    ddmin(special, enough)


def simplify(smallest: Smallest) -> None:
    """All numbers together become simpler, then each by itself; equal ones stay equal."""
    any(smallest.takes([_each(a, input, rounding) for input, a in _floats(smallest)]) for rounding in ROUNDINGS)
    for value in _values(smallest):
        others = [other for other in _values(smallest) if other != value and cost(other) <= cost(value)][:OTHERS]
        any(smallest.takes(_replace(smallest, value, new)) for new in (*simpler(value), *others))
    for k, input in enumerate(smallest.inputs):
        if input.domain == "simplex":
            _simplify_rows(smallest, k)


def _simplify_rows(smallest: Smallest, k: int) -> None:
    input, array = smallest.inputs[k], smallest.arrays[k]
    for place, row in enumerate(_units(input, array)):
        for simple in simpler_rows(row.astype(float)):
            arrays = [a.copy() for a in smallest.arrays]
            _units(input, arrays[k])[place] = simple
            if smallest.takes(arrays):
                break


def _units(input: Input, array: Array) -> Array:
    """The rows of a simplex, else the single entries, as the rows of a matrix: a view."""
    return array.reshape(-1, array.shape[-1] if input.domain == "simplex" and array.ndim else 1)


def _mix(
    inputs: Sequence[Input], plain: Sequence[Array], arrays: Sequence[Array], places: tuple[Place, ...]
) -> list[Array]:
    """The plain arrays with the entries of others in some places."""
    mixed = [array.copy() for array in plain]
    for k, place in places:
        _units(inputs[k], mixed[k])[place] = _units(inputs[k], arrays[k])[place]
    return mixed


def _floats(smallest: Smallest) -> Iterator[tuple[Input, Array]]:
    return zip(smallest.inputs, smallest.arrays, strict=True)


def _each(array: Array, input: Input, rounding: Rounding) -> Array:
    """The array with a rounding of each entry that is not the simplest of its domain."""
    if not is_floating(array.dtype) or input.domain == "simplex":
        return array
    plain = _like(array, plainest(input, array.shape))
    flat = [rounding(float(a)) if a != p else a for a, p in zip(array.reshape(-1), plain.reshape(-1), strict=True)]
    return _like(array, np.array(flat).reshape(array.shape))


def _values(smallest: Smallest) -> list[float]:
    """The different numbers of the point that are not the simplest of their domain, in order."""
    found = []
    for input, array in _floats(smallest):
        if input.domain != "simplex":
            found += [float(value) for value in array[array != plainest(input, array.shape)]]
    return list(dict.fromkeys(found))


def _replace(smallest: Smallest, value: float, new: float) -> list[Array]:
    """The arrays with one number in place of another wherever that stands."""
    return [
        a if input.domain == "simplex" else _like(a, np.where(a == value, new, a.astype(float)))
        for input, a in _floats(smallest)
    ]


def _like(array: Array, values: Array) -> Array:
    return values.astype(array.dtype)
