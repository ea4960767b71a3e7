"""How far a few roundings of what a function is given move what it returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.inputs.drawing import signs
from gradcheck.records.dtypes import is_floating

Array = NDArray[Any]
DerivativeAt = Callable[[Sequence[Array], float], Array]  # of a derivative, at arrays and for cotangents times a factor
NUDGES = 6  # of both signs in every entry: one alone hides the largest change in half of the entries
STEP = 8.0  # units by which an entry moves: half of the roundings that a derivative is granted


def rounded(arrays: Sequence[Array], unit: float, rng: np.random.Generator) -> Iterator[tuple[list[Array], float]]:
    """The arrays moved by a few `unit` of each entry, and a factor from 1 to 2 for cotangents, `NUDGES` times."""
    for _ in range(NUDGES):
        moved = [_moved(array, unit, rng) for array in arrays]
        yield moved, rng.uniform(1, 2)


def _moved(array: Array, unit: float, rng: np.random.Generator) -> Array:
    if not is_floating(array.dtype):
        return array
    moved: Array = (array * (1 + STEP * unit * signs(array.shape, rng))).astype(array.dtype)
    return moved


def largest_change(
    claim: DerivativeAt, base: Array, arrays: Sequence[Array], unit: float, rng: np.random.Generator
) -> Array:
    """The largest deviation from `base` of what a claim says beside `arrays`; what cannot be read is passed over."""
    most = np.zeros(base.shape)
    for moved, size in rounded(arrays, unit, rng):
        said = attempt(partial(claim, moved, size))
        if not isinstance(said, Breach):
            most = np.fmax(most, np.abs(said - base).astype(float))
    return most
