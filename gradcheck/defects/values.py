"""What may be special about numbers and rows of numbers, along the last axis: for planting and for the diagnosis."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def tied(x: Array) -> Array:
    """The entries that another one of their row equals, of the shape of x."""
    mask = np.zeros(x.shape, dtype=bool)
    if x.ndim:
        order = np.argsort(x, axis=-1)
        same = np.diff(np.take_along_axis(x, order, -1), axis=-1) == 0
        edge = np.zeros((*x.shape[:-1], 1), dtype=bool)
        np.put_along_axis(mask, order, np.concatenate([edge, same], -1) | np.concatenate([same, edge], -1), -1)
    return mask


def all_equal(x: Array) -> Array:
    """The rows that hold one number only."""
    return np.asarray(np.all(x == x[..., :1], axis=-1))


def ascending(x: Array) -> Array:
    """The rows whose entries grow."""
    return np.asarray(np.all(np.diff(x, axis=-1) > 0, axis=-1))


def holds_ties(ordered: Array) -> Array:
    """The rows, each in ascending order, with two equal entries."""
    return np.asarray(np.any(np.diff(ordered, axis=-1) == 0, axis=-1))


def greatest_tied(ordered: Array) -> Array:
    """The rows, each in ascending order, whose greatest entry occurs twice; none of a single entry."""
    return np.asarray(np.any(ordered[..., -1:] == ordered[..., -2:-1], axis=-1))


def least_tied(ordered: Array) -> Array:
    """The rows, each in ascending order, whose least entry occurs twice; none of a single entry."""
    return np.asarray(np.any(ordered[..., :1] == ordered[..., 1:2], axis=-1))
