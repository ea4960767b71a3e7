"""Off by a factor: the sign, and 1 + e for e in decades."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.planting.interface import Corruption
from gradcheck.defects.planting.spoiling import METHODS, Spoiled, with_outputs, with_parts

Array = NDArray[Any]
DECADES = tuple(float(f"1e-{power}") for power in range(3, 16))
FACTOR = "factor 1 + e"
ALONE = {method: f"{FACTOR} in `{method}` alone" for method in METHODS}


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """The sign, and a factor on every entry, in one method alone, on one entry of each input, on one output."""
    names = [subject.inputs[k].name for k in subject.differentiable]
    yield Corruption("sign flipped", partial(scaled, subject, -1.0))
    for k, name in enumerate(names):
        yield Corruption(f"sign flipped in one entry of {name}", partial(one_entry, subject, k, -1.0))
    yield from _series(FACTOR, partial(scaled, subject))
    if subject.has_bprop and subject.has_jacobian:
        for method, name in ALONE.items():
            yield from _series(name, partial(scaled, subject, methods=(method,)))
    for k, name in enumerate(names):
        yield from _series(f"{FACTOR} in one entry of {name}", partial(one_entry, subject, k))
    yield from _series(f"{FACTOR} in one output", partial(one_output, subject))


def _series(name: str, spoil: Callable[[float], Spoiled]) -> Iterator[Corruption]:
    return (Corruption(name, partial(spoil, 1 + e), e) for e in DECADES)


def scaled(subject: Subject, factor: float, methods: Sequence[str] = METHODS) -> Spoiled:
    """Every gradient that the methods return, times a factor."""
    return with_parts(subject, lambda parts, _: [factor * part for part in parts], methods)


def one_entry(subject: Subject, which: int, factor: float) -> Spoiled:
    """The derivatives by one entry of one input, times a factor."""
    place = subject.differentiable[which]

    def change(parts: list[Array], arrays: Sequence[Array]) -> list[Array]:
        parts[which] = parts[which] * at_middle(np.shape(arrays[place]), factor, parts[which].dtype)
        return parts

    return with_parts(subject, change)


def one_output(subject: Subject, factor: float) -> Spoiled:
    """The derivatives of one output, times a factor."""
    return with_outputs(subject, lambda rows: (rows.T * at_middle(rows.shape[:1], factor, rows.dtype)).T)


def at_middle(shape: tuple[int, ...], value: float, dtype: Any) -> Array:
    """An array of ones, but for one entry."""
    array = np.ones(shape, dtype)
    array.reshape(-1)[array.size // 2 : array.size // 2 + 1] = value
    return array
