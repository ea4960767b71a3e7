"""What rounding alone may do to an analytic derivative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
ROUNDINGS = 16.0  # roundings of the natural scale that an analytic derivative is allowed
REORDERED = 256.0  # roundings of the largest term by which two orders of one sum may differ: numpy adds up to 128 terms
# one after another, and more of them pairwise, so that each order may be off by as many
SATURATED = 1e-8  # of |f|/max(|x|, 1): a smaller entry is what is left of a cancellation, as in 1 - tanh(x)^2
TINY = 1e-305  # a thousandth of the least normal float64 number: rounding among subnormal ones


def natural_scale(derivative: Array, output: Array, x: Array, pieces: Sequence[slice]) -> Array:
    """The size N of the numbers that meet in the computation of each entry, shape (m, n).

    The largest of: the entries of its row (among those of the same input), |f|/max(|x|, 1), and |f| itself where the
    entry is below 1e-8 of that: there the layer saturates, and the derivative is what is left of a cancellation, as in
    1 - tanh(x)^2.

    Parameters
    ----------
    derivative : ndarray, shape (m, n)
    output : ndarray, shape (m,)
    x : ndarray, shape (n,)
    pieces : sequence of slice
        Where each input lies in x.
    """
    size = np.abs(derivative)
    steepest = [size[:, piece].max(axis=1, initial=0, keepdims=True) for piece in pieces]
    if not all(np.isfinite(row).all() for row in steepest):
        size = np.where(np.isfinite(size), size, 0)
        steepest = [size[:, piece].max(axis=1, initial=0, keepdims=True) for piece in pieces]
    f = np.where(np.isfinite(output), np.abs(output), 0)[:, None]
    length = np.maximum(np.abs(x), 1)
    scale = f / length
    for piece, row in zip(pieces, steepest, strict=True):
        np.maximum(scale[:, piece], row, out=scale[:, piece])
    size *= length
    saturated = size < SATURATED * f
    return np.where(saturated, np.maximum(scale, f), scale) if saturated.any() else scale


def allowance(scale: Array, eps: float) -> Array:
    """The error that rounding with unit `eps` may leave in an analytic derivative of natural scale `scale`."""
    return ROUNDINGS * eps * scale + TINY
