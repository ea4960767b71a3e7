"""Products of derivatives that every generalised gradient at a kink has, found at the points nearby.

A product u . J . d that has one value at all nearby points has it for every element of the hull of their gradients (F.
Clarke, Optimization and Nonsmooth Analysis, 1983), so that an analytic Jacobian with another product is wrong although
each of its entries is in range: max-pooling that pays every tied entry in full, for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.kinks import CONSTANT, Neighbourhood
from gradcheck.oracle.noise import Noise
from gradcheck.records.estimate import Constraint

Array = NDArray[Any]
DIRECTIONS = 12  # along which products are looked for, each at all points


def constraints(near: Neighbourhood, noise: Noise, kinks: Array) -> tuple[Constraint, ...]:
    """Products u . J . d that are the same at all nearby points.

    Parameters
    ----------
    near : Neighbourhood
    noise : Noise
    kinks : ndarray of bool, shape (m, n)
        Entries at which the slopes differ.
    """
    found: list[Constraint] = []
    m, n = kinks.shape
    rows = list(np.eye(m)[kinks.any(axis=1)])
    tied = _equal_groups(noise.f0, np.flatnonzero(kinks.any(axis=1)))
    sums = [np.isin(np.arange(m), group).astype(float) for group in tied]
    columns = np.flatnonzero(kinks.any(axis=0))
    for direction in _directions(near.forward.x, columns):
        found += _constant(near, noise, rows + sums, direction)
    for column in columns[:DIRECTIONS] if sums else []:
        direction = np.zeros(n)
        direction[column] = 1
        found += _constant(near, noise, sums, direction)
    return tuple(found)


def breaks(claims: Sequence[Array], found: Constraint) -> bool:
    """Whether a claim has another product than the gradients nearby."""
    return any(abs(float(found.weights @ claim @ found.direction) - found.value) > found.bound for claim in claims)


def holds(near: Neighbourhood, found: Constraint) -> bool:
    """Whether a product is at these points what it is by a constraint that was found at others."""
    products = near.slopes(found.direction) @ found.weights
    return bool(np.all(np.abs(products - found.value) <= found.bound))


def _constant(near: Neighbourhood, noise: Noise, weights: list[Array], direction: Array) -> list[Constraint]:
    found, slopes = [], near.slopes(direction)
    still = (slopes == 0).all(axis=0)
    loud = np.maximum(near.loudness(noise, direction), np.where(still, near.hidden(noise, direction), 0))
    for u in weights:
        product = slopes @ u.astype(slopes.dtype)
        low, high = product.min(), product.max()
        if np.isfinite(low) and np.isfinite(high):
            middle, bound = float((low + high) / 2), float((high - low) / CONSTANT + np.abs(u) @ loud)
            if not near.contradicts(noise, direction, u, middle - bound, middle + bound):
                found.append(Constraint(u, direction, middle, bound))
    return found


def _directions(x: Array, columns: Array) -> list[Array]:
    """All ones; ones on the kinked columns; ones, or signs, on those of equal value, or size."""
    n = x.size
    found = [np.ones(n), np.isin(np.arange(n), columns).astype(float)]
    found += [np.isin(np.arange(n), group).astype(float) for group in _equal_groups(x, columns)]
    alike = _equal_groups(np.abs(x), columns)
    sizes = [np.where(np.isin(np.arange(n), group), np.sign(x), 0).astype(float) for group in alike]
    found += [d for d in sizes if d.any()]
    unique = {d.tobytes(): d for d in found}
    return list(unique.values())[:DIRECTIONS]


def _equal_groups(values: Array, among: Array) -> list[Array]:
    """Indices of `among` with equal values, two or more together."""
    _, which, counts = np.unique(values[among], return_inverse=True, return_counts=True)
    return [among[which == k] for k in np.flatnonzero(counts > 1)]
