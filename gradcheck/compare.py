"""The only verdict arithmetic: an analytic derivative against an estimate with a bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.findings import Verdict, compared
from gradcheck.oracle.allowance import allowance
from gradcheck.oracle.richardson import GAP
from gradcheck.records import Estimate

Array = NDArray[Any]
CERTAIN = 8.0  # times the floor: from there on an error is a FAIL; between 1 and 8 it is INCONCLUSIVE
SMALL = 1e-3  # error, relative to the derivative itself, that a difference of two numbers of size 1 may have
USELESS = 1e-3  # floor, relative to the reach, above which agreement proves nothing
UNTOLD = 1 / USELESS  # floor, relative to the derivative, of one that is not told from 0: none takes it for sharp
DOUBLE = float(np.finfo(np.float64).eps)  # what a short dtype leaves of a claim is no fault of the differences
NOTHING = 1e-300  # a floor so small that nothing which float64 can hold escapes it


@dataclass(frozen=True)
class Comparison:
    """The verdict on one array of derivatives.

    Parameters
    ----------
    verdict : Verdict
    sentence : str
        What the numbers at the worst entry say; empty for a PASS.
    max_abs, max_rel : float or None
        Largest error, absolute and relative to the derivative's own size: `own_size`.
    floor : float or None
        Smallest error relative to that size that would have been seen in every entry.
    worst : tuple of int or None
        Index of the entry with the largest error for its bound.
    analytic, numeric, bound : float or None
        Both sides there, and the bound on their difference.
    kinks : int
        Entries at which the two one-sided slopes differ and the analytic value lies between them.
    """

    verdict: Verdict
    sentence: str = ""
    max_abs: float | None = None
    max_rel: float | None = None
    floor: float | None = None
    worst: tuple[int, ...] | None = None
    analytic: float | None = None
    numeric: float | None = None
    bound: float | None = None
    kinks: int = 0


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
    """Judge an analytic derivative, entry by entry; the worst entry decides.

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
        Absolute error up to which the same holds, if it is small beside the derivative: the rounding of numbers of
        size 1, such as probabilities, whose difference the derivative may be.
    largest : float
        The largest number that the analytic side can hold: a derivative beyond it is undefined.
    useless : float
        Limit, relative to the reach, above which agreement proves nothing.
    """
    if not analytic.size:
        return Comparison(Verdict.PASS)
    with np.errstate(all="ignore"):
        margin = allowance(estimate.scale, eps) + 2 * wobble
        certain = np.maximum(CERTAIN * margin, benefit * estimate.scale)
        certain = np.maximum(certain, np.minimum(passing, SMALL * np.abs(estimate.value)))
        beyond = np.isfinite(estimate.value) & (np.abs(estimate.value) > largest / 16)
        coarsest = np.maximum(useless * np.where(estimate.reach > 0, estimate.reach, np.inf), NOTHING)
        coarse = estimate.floor + margin * min(DOUBLE / eps, 1) > coarsest
        return _summary(analytic, estimate, _judged(analytic, estimate, margin, certain, beyond, coarse))


@dataclass(frozen=True, eq=False)
class _Entries:
    """Each entry's error, the limit up to which it agrees, and masks of what is said of it."""

    error: Array
    limit: Array
    fail: Array
    undefined: Array
    open: Array
    kink: Array

    @property
    def verdict(self) -> tuple[Verdict, Array]:
        """The verdict on all, and the entries that decide it."""
        masks = ((self.fail, Verdict.FAIL), (self.open, Verdict.INCONCLUSIVE), (self.undefined, Verdict.UNDEFINED))
        for mask, name in masks:
            if mask.any():
                return name, mask
        return Verdict.PASS, np.ones(self.error.shape, dtype=bool)


def _judged(
    analytic: Array, estimate: Estimate, margin: Array, certain: Array, beyond: Array, coarse: Array
) -> _Entries:
    error, limit = np.abs(analytic - estimate.value), estimate.floor + margin
    known, pole = np.isfinite(limit), ~np.isfinite(estimate.value)
    wrong = error > estimate.gap + CERTAIN * np.maximum(estimate.floor - estimate.gap, 0) + certain
    wrong &= error > estimate.open + margin
    no_number = np.isnan(analytic) & (known | pole) & ~beyond
    fail = no_number | (known & ~pole & ~beyond & (wrong | ~np.isfinite(analytic)))
    undefined = (pole | beyond) & ~fail
    kink = (error <= limit) & (estimate.gap > GAP * estimate.floor) & (estimate.gap > USELESS * estimate.reach)
    open_ = ~fail & ~undefined & ((error > limit) | ((~known | coarse) & ~kink))
    return _Entries(error, limit, fail, undefined, open_, kink)


def _summary(analytic: Array, estimate: Estimate, entries: _Entries) -> Comparison:
    error, limit = entries.error, entries.limit
    verdict, among = entries.verdict
    judged = ~entries.undefined & np.isfinite(error)
    ratio = np.where(among, np.where(np.isnan(error), np.inf, error / np.where(limit > 0, limit, 1)), -1)
    at = np.unravel_index(int(np.argmax(ratio)), error.shape)
    sharp = judged & np.isfinite(limit)
    size = own_size(estimate.value, limit)
    numbers = float(analytic[at]), float(estimate.value[at]), float(limit[at])
    return Comparison(
        verdict,
        _sentence(verdict, *numbers, float(error[at]), int(among.sum()), error.size),
        max_abs=float(error[judged].max()) if judged.any() else None,
        max_rel=float(_relative(error, size)[judged].max()) if judged.any() else None,
        floor=float(_relative(limit, size)[sharp].max()) if sharp.any() else None,
        worst=tuple(int(i) for i in at),
        analytic=numbers[0],
        numeric=numbers[1],
        bound=numbers[2],
        kinks=int(entries.kink.sum()),
    )


def own_size(value: Array, limit: Array) -> Array:
    """The least size that the limits leave to the derivative: the largest entry of its row.

    Where that is 0, the largest one of its column, or else of all.

    Parameters
    ----------
    value, limit : ndarray, shape (m, n) or (n,)
        The numeric derivative, and the error that its bound and rounding allow.
    """
    known = np.isfinite(value) & np.isfinite(limit)
    least = np.where(known, np.maximum(np.abs(np.where(known, value, 0)) - np.where(known, limit, 0), 0), 0)
    row = least.max(axis=-1, keepdims=True, initial=0)
    column = least.max(axis=0, keepdims=True, initial=0)
    size: Array = np.where(row > 0, row, np.where(column > 0, column, least.max(initial=0))) + np.zeros_like(least)
    return size


def _relative(error: Array, size: Array) -> Array:
    """An error in units of the derivative's size; `UNTOLD` where that is not told from 0 and the error is not 0."""
    return np.asarray(np.where(size > 0, error / np.where(size > 0, size, 1), np.where(error > NOTHING, UNTOLD, 0)))


def _sentence(
    verdict: Verdict, analytic: float, numeric: float, bound: float, error: float, count: int, total: int
) -> str:
    if verdict is Verdict.PASS:
        return ""
    numbers = compared(analytic, numeric, bound, error)
    entries = f" (the worst of {count} of {total} entries)" if count > 1 else ""
    if verdict is Verdict.UNDEFINED:
        share = f"{count} of {total} entries"
        return f"no finite derivative to compare with in {share}; analytic {analytic:.6g} at the worst"
    if verdict is Verdict.INCONCLUSIVE:
        return f"the differences cannot tell: {numbers}{entries}"
    return f"{numbers}{entries}"
