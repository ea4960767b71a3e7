"""The only verdict arithmetic: an analytic derivative against an estimate with a bound."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.oracle.allowance import allowance
from gradcheck.oracle.noise import DOUBLE
from gradcheck.oracle.richardson import GAP
from gradcheck.oracle.table import row_blocks, stacked
from gradcheck.records.comparison import NOTHING, Comparison
from gradcheck.records.estimate import Estimate

Array = NDArray[Any]
# Chosen, not derived, where no reason is given: tests/test_reliability.py holds them to true derivatives.
CERTAIN = 8.0  # times the floor: from there on an error is a FAIL; between 1 and 8 it is INCONCLUSIVE
SMALL = 1e-3  # error, relative to the derivative itself, that a difference of two numbers of size 1 may have
USELESS = 1e-3  # floor, relative to the reach, above which agreement proves nothing
OVERFLOWING = 1 / 16  # of the largest number of a dtype: beyond it what is added up on the way may overflow
KINKED = USELESS  # gap, relative to the reach, from which a choice of subgradient may differ: where it would show


def compare(
    analytic: Array,
    estimate: Estimate,
    *,
    eps: float,
    wobble: Array | float = 0.0,
    benefit: float = 0.0,
    passing: float = 0.0,
    largest: float = np.inf,
    useless: float = USELESS,
) -> Comparison:
    """Judge an analytic derivative, entry by entry.

    Parameters
    ----------
    analytic : ndarray
        Of the shape of the estimate's arrays.
    estimate : Estimate
    eps : float
        Unit roundoff with which `analytic` was computed.
    wobble : ndarray or float
        Measured sensitivity of `analytic` to rounding of its inputs.
    benefit : float
        Error, relative to the natural scale, up to which a disagreement is INCONCLUSIVE and no FAIL: where an
        ill-conditioned formula may have lost digits that cannot be checked.
    passing : float
        Absolute error up to which the same holds: the rounding of numbers of size 1, such as probabilities, whose
        difference the derivative may be. It must be small beside the derivative, or the rounding of the largest entry
        of all rows: beside slopes of size 1 nobody's e^-40 has digits left. Of a derivative below all numbers of the
        dtype, as where a sigmoid is guarded by a clip, it is all of it.
    largest : float
        The largest number that the analytic side can hold: a derivative beyond it is undefined.
    useless : float
        Limit, relative to the reach, above which agreement proves nothing.
    """
    with np.errstate(all="ignore"):
        blocks = row_blocks(len(analytic), analytic[:1].size)
        least = passing * min(_largest(np.abs(estimate.value)), 1)
        finer = min(DOUBLE / eps, 1)  # what a shorter dtype leaves of a claim is no fault of the differences

        def judged(rows: slice) -> tuple[Array, ...]:
            known = estimate if len(blocks) == 1 else estimate.part(rows)
            moved = wobble[rows] if isinstance(wobble, np.ndarray) else wobble
            size, margin = np.abs(known.value), allowance(known.scale, eps) + 2 * moved
            certain = np.maximum(CERTAIN * margin, benefit * known.scale) if benefit else CERTAIN * margin
            certain = np.maximum(certain, np.minimum(passing, SMALL * size))
            certain = np.maximum(certain, least)
            certain = np.where(size * largest < 1, np.maximum(certain, passing), certain)
            coarsest = np.maximum(useless * np.where(known.reach > 0, known.reach, np.inf), NOTHING)
            coarse = known.floor + margin * finer > coarsest
            return _judge(analytic[rows], known, margin, certain, OVERFLOWING * largest, coarse)

        return Comparison(analytic, estimate, *stacked(judged(rows) for rows in blocks))


def _largest(size: Array) -> float:
    largest = float(size.max(initial=0))
    return largest if np.isfinite(largest) else float(size[np.isfinite(size)].max(initial=0))


def _judge(
    analytic: Array, estimate: Estimate, margin: Array, certain: Array, largest: float, coarse: Array
) -> tuple[Array, ...]:
    """Limit, certain limit, and which entries are wrong, unknown, undefined, and kinks."""
    error, limit = np.abs(analytic - estimate.value), estimate.floor + margin
    surely = estimate.gap + CERTAIN * np.maximum(estimate.floor - estimate.gap, 0) + certain
    surely = np.maximum(surely, estimate.open + margin)
    kink = (error <= limit) & (estimate.gap > GAP * estimate.floor) & (estimate.gap > KINKED * estimate.reach)
    usual = np.isfinite(limit + error) & (np.abs(estimate.value) <= largest)
    if usual.all():
        fail, undefined, unknown = error > surely, np.zeros_like(kink), coarse
    else:
        fail, undefined = _beyond(analytic, estimate.value, limit, surely, error, largest)
        unknown = ~np.isfinite(limit) | coarse
    open_ = ~fail & ~undefined & ((error > limit) | (unknown & ~kink))
    return limit, surely, fail, open_, undefined, kink


def _beyond(
    analytic: Array, value: Array, limit: Array, surely: Array, error: Array, largest: float
) -> tuple[Array, Array]:
    """Which entries are wrong, and which undefined, where not all are numbers, and none of them too large."""
    pole = ~np.isfinite(value)
    beyond = ~pole & (np.abs(value) > largest)
    known = np.isfinite(limit)
    wrong = np.where(np.isfinite(analytic), error > surely, np.abs(value) + surely < largest)
    no_number = np.isnan(analytic) & ((known & (limit <= largest)) | pole) & ~beyond
    fail = no_number | (known & ~pole & ~beyond & wrong)
    return fail, (pole | beyond) & ~fail
