"""What a layer may say of its derivative, made of the truth or by the chain rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Claim:
    """A right or wrong derivative.

    Attributes
    ----------
    name
    make
        From the Jacobian in the dtype in which it was asked for.
    error
        How far it is off, relative to each entry; 0 for a right one.
    by_chain
        Whether the Jacobian that it is made from is that of the chain rule in numpy, and not the truth.
    """

    name: str
    make: Callable[[Any], Any]
    error: float
    by_chain: bool = False


def _in_doubles(matrix: Any) -> Any:
    return matrix.astype(np.float64)


def _one_entry(matrix: Any) -> Any:
    """One part in a million too much, in the largest entry."""
    moved = matrix.copy()
    largest = np.argmax(np.abs(np.nan_to_num(moved)).astype(np.float64))  # the same one with more digits
    moved.flat[int(largest)] *= 1 + matrix.dtype.type(1e-6)
    return moved


RIGHT = Claim("right", lambda matrix: matrix, 0.0)
CLAIMS = (
    RIGHT,
    Claim("right in doubles", _in_doubles, 0.0),  # it has no more digits where the forward has
    Claim("right by the chain rule", lambda matrix: matrix, 0.0, by_chain=True),
    Claim("2 x", lambda matrix: 2 * matrix, 1.0),
    Claim("-1 x", lambda matrix: -matrix, 2.0),
    Claim("0", lambda matrix: 0 * matrix, 1.0),
    Claim("one entry 1 + 1e-6", _one_entry, 1e-6),
)
