"""At a kink, whether a row of entries that are each in range lies in the hull of the gradients nearby.

A generalised gradient g satisfies g . d <= f'(x; d), the largest slope along d at points nearby, for every direction d
(F. Clarke, 1983, Prop. 2.1.2). The direction that a wrong row breaks first is the row itself, as for the norm at the
origin: ones have entries of the right size, and yet a slope along themselves that no gradient of length 1 has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.kinks import INNER, SAME, Neighbourhood
from gradcheck.oracle.noise import Noise
from gradcheck.records.estimate import Constraint

Array = NDArray[Any]
MARGIN = 1.5  # slopes found by search may stay below the largest one
EXACT_MARGIN = 1.1  # the same where it lies along the direction itself, as for convex functions
WIDEST = 24  # entries; a search for the largest slope along more is too uncertain to accuse
ROWS = 12  # kinked rows looked at in one point, each of some hundred evaluations
BESIDE = 1e-2  # offset, of the radius, of entries that are held close to the point


def own_slopes(near: Neighbourhood, noise: Noise, kinks: Array, claims: Sequence[Array]) -> Iterator[Constraint]:
    """For each kinked row of a claim, the limit on its product with itself.

    Parameters
    ----------
    near : Neighbourhood
    noise : Noise
    kinks : ndarray of bool, shape (m, n)
    claims : sequence of ndarray, shape (m, n)
    """
    for claim in claims:
        for row in np.flatnonzero(kinks.any(axis=1))[:ROWS]:
            direction = np.where(kinks[row] & np.isfinite(claim[row]), claim[row], 0).astype(float)
            if 1 < np.count_nonzero(direction) <= WIDEST:
                steepest, straight = _steepest(near, direction, int(row))
                if np.isfinite(steepest):
                    weights = np.eye(1, len(kinks), row)[0]
                    margin = EXACT_MARGIN if straight >= (1 - SAME) * steepest else MARGIN
                    bound = margin * steepest + float(near.loudness(noise, direction)[row])
                    if not near.contradicts(noise, direction, weights, -np.inf, bound):
                        yield Constraint(weights, direction, 0.0, bound)


def _steepest(near: Neighbourhood, direction: Array, row: int) -> tuple[float, float]:
    """The largest slope of one output along a direction over points nearby, and over those along it alone.

    The best point is improved by turning the offset of one entry at a time, as long as that makes the slope larger.
    """
    offsets = _offsets(near, direction)
    slopes = near.slopes(direction, near.moved(offsets))[:, row]
    if not np.isfinite(slopes).all():
        return float("nan"), float("nan")
    along = offsets / np.abs(offsets).max(axis=1, keepdims=True) - direction / np.abs(direction).max()
    straight = float(np.max(slopes[np.abs(along).max(axis=1) < SAME], initial=-np.inf))
    best, steepest = offsets[np.argmax(slopes)], float(np.max(slopes))
    entries = np.flatnonzero(direction)
    for _ in entries:
        turned = np.where(np.eye(len(direction))[entries] > 0, -best, best)
        slopes = near.slopes(direction, near.moved(turned))[:, row]
        if not np.max(slopes) > steepest:
            break
        best, steepest = turned[np.argmax(slopes)], float(np.max(slopes))
    return steepest, straight


def _offsets(near: Neighbourhood, direction: Array) -> Array:
    """Offsets in units of the radius: random ones, along the direction and against it, and with its entries held."""
    along = direction / np.abs(direction).max()
    held = np.where(direction != 0, BESIDE, 1)
    few = near.offsets[: len(near.offsets) // 2]
    sided = [sign * along + size * few for sign in (-1, 1) for size in (0.0, 2 * INNER, 0.25)]
    return np.concatenate([near.offsets, *sided, held * few, held * few + along * BESIDE, held * few - along * BESIDE])
