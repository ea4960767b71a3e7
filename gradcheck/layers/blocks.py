"""The shapes that batches give to Jacobians and parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gradcheck.records.case import Array


def spread(blocks: Array, outputs: int, inputs: int) -> Array:
    """The full Jacobian of a function that treats each item of a batch by itself.

    Parameters
    ----------
    blocks : ndarray, shape (*batch, *out, *in)
        The Jacobian of each item.
    outputs, inputs : int
        How many axes `out` and `in` have; the axes before them are the batch.

    Returns
    -------
    ndarray, shape (*batch, *out, *batch, *in)
        `blocks` where both batch indices agree, 0 elsewhere.
    """
    lead = blocks.ndim - outputs - inputs
    batch, out, into = blocks.shape[:lead], blocks.shape[lead : lead + outputs], blocks.shape[lead + outputs :]
    if not batch:
        return blocks
    count, height, width = math.prod(batch), math.prod(out), math.prod(into)
    full = np.zeros((count, height, count, width), dtype=blocks.dtype)
    item = np.arange(count)
    full[item, :, item, :] = blocks.reshape(count, height, width)
    return full.reshape(*batch, *out, *batch, *into)


def diagonal(slopes: Array) -> Array:
    """The full Jacobian, shape (*s, *s), of an elementwise function from its derivatives, shape (*s)."""
    return spread(slopes, 0, 0)


def beside(parameter: Array, array: Array) -> Array:
    """A parameter, shape (*stack, n), reshaped to broadcast against an array of shape (*stack, *batch, n)."""
    missing = (1,) * (array.ndim - parameter.ndim)
    return parameter.reshape(*parameter.shape[:-1], *missing, parameter.shape[-1])


def over_batch(gradients: Array, parameter: Array) -> Array:
    """The gradients that the items of a batch give to a shared parameter: (*stack, *batch, n) summed to (*stack, n)."""
    batch = tuple(range(parameter.ndim - 1, gradients.ndim - 1))
    total: Array = gradients.sum(axis=batch)
    return total


def products_over_batch(x: Array, v: Array, weights: Array) -> Array:
    """The sums over a batch of x_i v_k, of the shape (*stack, n, m) of the weights.

    Parameters
    ----------
    x : ndarray, shape (*stack, *batch, n)
    v : ndarray, shape (*stack, *batch, m)
    weights : ndarray, shape (*stack, n, m)
    """
    stack = weights.shape[:-2]
    rows, columns = x.reshape(*stack, -1, x.shape[-1]), v.reshape(*stack, -1, v.shape[-1])
    total: Array = rows.swapaxes(-1, -2) @ columns
    return total


def repeated(matrix: Array, batch: tuple[int, ...]) -> Array:
    """A matrix, shape (m, n), once for each item of a batch: a fresh array of shape (*batch, m, n)."""
    return np.broadcast_to(matrix, (*batch, *matrix.shape)).copy()


def exactly_shifted(x: Array) -> tuple[Array, Array]:
    """Two arrays that differ by one constant a row, without rounding, for laws of shift invariance.

    With c >= max |x| the sum z = fl(x + c) lies in [0, 2c]; there z - c is exact (Sterbenz, Floating-Point Computation,
    1974: z/2 <= c <= 2z, or else x + c was exact already), so z - c and z are two rows that differ by exactly c.
    """
    c = np.abs(x).max(axis=-1, keepdims=True, initial=1)
    z = x + c
    return z - c, z
