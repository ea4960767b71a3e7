"""What bounds measured slopes beyond the differences themselves: noise, rounding, and what an output hides.

And whether bounds so widened say enough of every entry, and whether it agrees with what is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.oracle.allowance import allowance, natural_scale
from gradcheck.oracle.columns import Layout, steepest_of_pieces
from gradcheck.oracle.forward import Forward
from gradcheck.oracle.ladder import COARSEST
from gradcheck.oracle.noise import ALL_NOISE, DOUBLE, MANY, Noise
from gradcheck.oracle.quantised import spacing_of_cast
from gradcheck.oracle.rounding import CANCELS, rounding_of_x
from gradcheck.oracle.steps import inside_length
from gradcheck.oracle.table import Table, row_blocks, stacked

Array = NDArray[Any]
UNRESOLVED = 1e-3  # noise, relative to the output, beyond which differences decide nothing
LOOSE = 1e-3  # the same for a bound that is all noise
NOTHING = 1e-300  # bound of what can only be 0
SMALLEST = 1e-10  # reach: 1e-3 of it, where agreement proves nothing, is the rounding that numbers of size 1 leave
SEEN = 1e-3  # of the steepest difference quotient met: smaller slopes beside it need not be told from 0
ZEROS = 10.0  # times the bound of a claim that one for zeros may have: entries of a group differ in length by less
TIGHT = 1e-8  # bound, relative to the natural scale, above which a column is measured again


def natural_of(table: Table, forward: Forward, noise: Noise, layout: Layout) -> Array:
    """The natural scale of each number of a table."""
    return natural_scale(table.value, noise.f0, layout.of(forward.x), layout.pieces)


def reach_of(table: Table, noise: Noise, scale: Array, natural: Array, layout: Layout) -> Array:
    """What an error is large or small against: the steepest slope of its row in the same input.

    An entry of a layer that saturates, or of one that does not move, need not be known better than the natural scale,
    up to 1, or than a slope that is nothing beside the steepest difference quotient met.
    """
    reach = noise.spread[:, None] / layout.of(scale)
    np.maximum(reach, table.secant.max(axis=1, keepdims=True), out=reach)
    reach *= SEEN
    np.maximum(reach, natural, out=reach)
    np.minimum(np.maximum(reach, SMALLEST, out=reach), 1, out=reach)
    slopes = np.abs(table.value)
    slopes[~np.isfinite(slopes)] = 0
    return np.maximum(reach, steepest_of_pieces(slopes, layout))


def absorbed(table: Table, noise: Noise, scale: Array, layout: Layout) -> Array:
    """The slope of what an output loses that is below the rounding of its values nearby; else 0.

    A term that a sum of such numbers has absorbed leaves no trace in its last digits.
    """
    length = layout.of(scale)
    swing = np.maximum(noise.spread, COARSEST * (table.secant * length).max(axis=1, initial=0))
    rounding = np.finfo(noise.f0.dtype).eps * swing
    lost = np.where(np.abs(noise.f0) < rounding, rounding, 0)
    slope: Array = lost[:, None] / length
    return slope


def leave_open(forward: Forward, noise: Noise, table: Table) -> None:
    """Nothing is known of outputs that floating point does not resolve beside the point, by more than mere rounding.

    One that no step moves has its noise from far away, as where a flat begins or ends.
    """
    rounding = MANY * np.finfo(forward.x.dtype).eps * forward.numbers_on_the_way(np.abs(noise.f0))
    size = np.maximum(np.abs(noise.f0), noise.spread)
    unresolved = (noise.sigma[0] > np.maximum(UNRESOLVED * size, rounding)) | (noise.sigma[0] > ALL_NOISE * size)
    table.bound[unresolved & (table.secant > 0).any(axis=1)] = np.inf


def round_plateaus(forward: Forward, noise: Noise, scale: Array, table: Table, layout: Layout) -> None:
    """Of an output that no step moves no more is known than rounding of the numbers on its way leaves.

    They are as large as x, and are rounded as a claim rounds them, to float64. Where a cast holds the output, a slope
    that would not reach its next number is not contradicted.
    """
    still = (table.secant == 0).all(axis=1)
    if not still.any():
        return
    length = np.broadcast_to(layout.of(np.maximum(np.abs(forward.x), 1)), table.bound.shape)[still]
    rounding = DOUBLE * np.maximum(np.abs(noise.f0)[still, None], length) / length
    table.bound[still] = np.maximum(table.bound[still], rounding)
    if (noise.f0[still] != 0).any():
        steps = np.broadcast_to(COARSEST * layout.of(scale), table.bound.shape)[still]
        table.open[still] = np.maximum(table.open[still], spacing_of_cast(forward)[still, None] / steps)


def allow_for_cancellation(forward: Forward, noise: Noise, table: Table, layout: Layout) -> None:
    """What rounding of x on the way leaves of an output is an error of its slopes too, seen as noise or not.

    Beside x = 1 all of what sqrt(x) - 1 loses may be the same at all points nearby; it is as if x were moved by a
    rounding, and log(sqrt(x) - 1) y and its slope in y with it.
    """
    rounding, lost = rounding_of_x(forward, noise), np.empty_like(noise.f0)
    for rows in row_blocks(*table.value.shape):
        part = table.rows(rows)
        slopes = np.maximum(np.where(np.isfinite(part.value), np.abs(part.value), 0), part.secant)
        lost[rows] = (slopes * layout.rows(rows).of(rounding)).max(axis=1, initial=0)
    some = lost > CANCELS * np.finfo(forward.x.dtype).eps * np.abs(noise.f0)
    if some.any():
        length = np.broadcast_to(layout.of(inside_length(forward)), table.bound.shape)[some]
        table.bound[some] = np.maximum(table.bound[some], lost[some, None] / length)


def disagreement(table: Table, natural: Array, claims: Sequence[Array], eps: float) -> Array:
    """Entries that are further from a claim than bound and rounding explain."""
    limit = table.bound + allowance(natural, eps)
    apart = np.zeros(limit.shape, dtype=bool)
    for claim in claims:
        apart |= np.abs(claim - table.value) > limit  # which NaN is not
    return apart


def tight(table: Table, reach: Array) -> Array:
    """Entries whose bound is small, or all noise, which longer steps may drown, and little of it."""
    limited = np.minimum(3 * table.noise, LOOSE * reach)
    good: Array = np.isfinite(table.bound) & (table.bound <= np.maximum(np.maximum(TIGHT * reach, limited), NOTHING))
    return good


@dataclass(frozen=True, eq=False, repr=False)
class Standing:
    """How a table stands, all arrays of its shape.

    Parameters
    ----------
    natural, reach : ndarray
        As of `limits.natural_of` and `limits.reach_of`.
    tight : ndarray of bool
        Entries whose bound is small.
    apart : ndarray of bool
        Entries that are further from a claim than bound and rounding explain.
    """

    natural: Array
    reach: Array
    tight: Array
    apart: Array

    @property
    def settled(self) -> Array:
        """Entries that need no other look, of the table's shape."""
        return np.asarray(self.tight & ~self.apart)


def standing(
    table: Table, forward: Forward, noise: Noise, scale: Array, layout: Layout, claims: Sequence[Array], eps: float
) -> Standing:
    """How a table stands beside claims of its shape, whose unit roundoff is `eps`; some rows at a time."""

    def of(rows: slice) -> tuple[Array, ...]:
        part, own, places = table.rows(rows), noise.of(rows), layout.rows(rows)
        natural = natural_of(part, forward, own, places)
        reach = reach_of(part, own, scale, natural, places)
        limit = reach.copy()
        limit[:, layout.zeros] *= ZEROS
        return natural, reach, tight(part, limit), disagreement(part, natural, [c[rows] for c in claims], eps)

    return Standing(*stacked(of(rows) for rows in row_blocks(*table.value.shape)))
