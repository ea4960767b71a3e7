"""Wrong at some kind of input only: doubled where a condition on the entries holds, or on their row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.planting.interface import Corruption
from gradcheck.defects.planting.spoiling import Spoiled, with_parts
from gradcheck.defects.values import all_equal, ascending, tied

Array = NDArray[Any]
Condition: TypeAlias = Callable[[Array], Array]
NOWHERE: Array = np.zeros((), dtype=bool)


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """One for each condition; entries of every input that holds real numbers."""
    for name, condition in CONDITIONS:
        yield Corruption(f"doubled {name}", partial(doubled_where, subject, condition))


def doubled_where(subject: Subject, condition: Condition) -> Spoiled:
    """The derivatives by the entries for which a condition holds, doubled.

    Parameters
    ----------
    subject : Subject
    condition : callable
        Takes an input and returns a mask that broadcasts to it.
    """

    def change(parts: list[Array], arrays: Sequence[Array]) -> list[Array]:
        inputs = (np.asarray(arrays[k]) for k in subject.differentiable)
        return [part * np.where(condition(x), 2, 1).astype(part.dtype) for part, x in zip(parts, inputs, strict=True)]

    return with_parts(subject, change)


def _of_rows(condition: Condition) -> Condition:
    """A condition on whole rows of at least two entries, as a mask."""
    return lambda x: condition(x)[..., None] if x.ndim and x.shape[-1] > 1 else NOWHERE


def _nearly_tied(x: Array) -> Array:
    gaps = np.diff(np.sort(x, axis=-1), axis=-1)
    mask: Array = np.any((gaps > 0) & (gaps < 1e-4 * np.max(abs(x), axis=-1, keepdims=True)), axis=-1)
    return mask


def _spiked(x: Array) -> Array:
    size = np.sort(abs(x), axis=-1)
    mask: Array = size[..., -1] > 100 * size[..., -2]
    return mask


def _alternating(x: Array) -> Array:
    mask: Array = np.all(x[..., 1:] * x[..., :-1] < 0, axis=-1)
    return mask


def _later(x: Array) -> Array:
    """The second row and those after it."""
    if x.ndim < 2:
        return NOWHERE
    mask: Array = np.arange(len(x)).reshape(-1, *[1] * (x.ndim - 1)) > 0
    return mask


CONDITIONS: tuple[tuple[str, Condition], ...] = (
    ("at zero", lambda x: x == 0),
    ("for negative x", lambda x: x < 0),
    ("in saturation: |x| > 10", lambda x: abs(x) > 10),
    ("for huge x: |x| > 1e3", lambda x: abs(x) > 1e3),
    ("for tiny x: |x| < 1e-6", lambda x: (abs(x) < 1e-6) & (x != 0)),
    ("at ties", tied),
    ("near ties", _of_rows(_nearly_tied)),
    ("where all are equal", _of_rows(all_equal)),
    ("where one entry towers", _of_rows(_spiked)),
    ("in ascending order", _of_rows(ascending)),
    ("where signs alternate", _of_rows(_alternating)),
    ("in later rows", _later),
)
