"""Right numbers in the wrong place, or in none: zeroed, shifted, reversed, swapped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.planting.factors import one_entry, one_output
from gradcheck.defects.planting.interface import Corruption
from gradcheck.defects.planting.spoiling import Spoiled, with_outputs, with_parts

Array = NDArray[Any]


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """An entry of each input and an output zeroed; inputs and outputs shifted or in reverse; two gradients swapped."""
    for k, place in enumerate(subject.differentiable):
        yield Corruption(f"one entry of {subject.inputs[place].name} zeroed", partial(one_entry, subject, k, 0.0))
    yield Corruption("one output zeroed", partial(one_output, subject, 0.0))
    yield Corruption("inputs shifted by one", partial(shifted, subject))
    yield Corruption("outputs in reverse order", lambda: with_outputs(subject, lambda rows: rows[::-1]))
    pairs = combinations(range(len(subject.differentiable)), 2)
    for a, b in pairs:
        one, other = (subject.inputs[subject.differentiable[k]] for k in (a, b))
        if one.shape == other.shape:
            yield Corruption(f"gradients of {one.name} and {other.name} swapped", partial(swapped, subject, a, b))


def shifted(subject: Subject) -> Spoiled:
    """Each gradient moved by one entry along its last axis, the last entry to the front."""

    def change(parts: list[Array], arrays: Sequence[Array]) -> list[Array]:
        axes = (np.ndim(arrays[k]) for k in subject.differentiable)
        return [np.roll(part, 1, axis=-1) if deep else part for part, deep in zip(parts, axes, strict=True)]

    return with_parts(subject, change)


def swapped(subject: Subject, a: int, b: int) -> Spoiled:
    """Two gradients of one shape, each in the other's place."""

    def change(parts: list[Array], _: Sequence[Array]) -> list[Array]:
        parts[a], parts[b] = parts[b], parts[a]
        return parts

    return with_parts(subject, change)
