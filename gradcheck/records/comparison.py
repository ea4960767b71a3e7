"""What a comparison of derivatives keeps: both sides, their limits, what is said of each entry, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass
from gradcheck.records.estimate import Estimate
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Verdict

Array = NDArray[Any]
UNTOLD = 1e3  # floor, relative to the derivative, of one that is not told from 0: nobody takes it for sharp
NOTHING = 1e-300  # a limit so small that nothing which float64 can hold escapes it


@dataclass(frozen=True)
class ComparisonSummary:
    """The verdict on one array of derivatives, and the numbers that a finding tells.

    Parameters
    ----------
    verdict : Verdict
    fault : Fault or None
        What the numbers at the worst entry say; None for a PASS.
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
    fault: Fault | None = None
    max_abs: float | None = None
    max_rel: float | None = None
    floor: float | None = None
    worst: tuple[int, ...] | None = None
    analytic: float | None = None
    numeric: float | None = None
    bound: float | None = None
    kinks: int = 0


@dataclass(frozen=True, eq=False)
class Comparison:
    """An analytic derivative beside an estimate, entry by entry; all arrays have one shape.

    Parameters
    ----------
    analytic : ndarray
        As it was judged.
    numeric : Estimate
    limit : ndarray
        The error up to which an entry agrees; infinite or NaN where nothing is known.
    certain : ndarray
        The error beyond which an entry is wrong for certain.
    wrong, unknown, undefined : ndarray of bool
        Entries that are wrong, of which the differences cannot tell, and without a derivative to compare with; the
        others are right.
    kink : ndarray of bool
        Entries at which the two one-sided slopes differ and the analytic value lies between them.
    """

    analytic: Array
    numeric: Estimate
    limit: Array
    certain: Array
    wrong: Array
    unknown: Array
    undefined: Array
    kink: Array

    @property
    def right(self) -> Array:
        """The entries that are seen to agree."""
        return np.asarray(~(self.wrong | self.unknown | self.undefined))

    @property
    def known(self) -> Array:
        """The entries of which there are a finite derivative and a bound to compare with."""
        return np.isfinite(self.numeric.value) & np.isfinite(self.limit)

    @property
    def error(self) -> Array:
        """How far the sides are apart; NaN where one is no number."""
        with np.errstate(all="ignore"):
            return np.abs(self.analytic - self.numeric.value)

    @property
    def ratio(self) -> Array:
        """Error over limit: infinite where the analytic side is no finite number, NaN where nothing is known."""
        with np.errstate(all="ignore"):
            ratio = np.where(np.isfinite(self.analytic), self.error / self.limit, np.inf)
            return np.where(self.known, ratio, np.nan).astype(float)

    @property
    def verdict(self) -> Verdict:
        """The verdict on all entries; the worst decides."""
        return self._deciding[0]

    @cached_property
    def _deciding(self) -> tuple[Verdict, Array | None]:
        """The verdict, and the entries that decide it; None for all."""
        masks = (
            (self.wrong, Verdict.FAIL),
            (self.unknown, Verdict.INCONCLUSIVE),
            (self.undefined, Verdict.UNDEFINED),
        )
        return next(((verdict, mask) for mask, verdict in masks if mask.any()), (Verdict.PASS, None))

    @cached_property
    def summary(self) -> ComparisonSummary:
        """The verdict with its numbers."""
        verdict, deciding = self._deciding
        if not self.analytic.size:
            return ComparisonSummary(verdict)
        error, limit = self.error, self.limit
        with np.errstate(all="ignore"):
            at = _worst(error, limit, deciding)
            size = own_size(self.numeric.value, limit)
            judged = ~self.undefined & np.isfinite(error)
            unseen = limit + np.where(self.right, error, 0)  # the truth may be as far behind the numeric one
            numbers = float(self.analytic[at]), float(self.numeric.value[at]), float(limit[at])
            count = error.size if deciding is None else int(deciding.sum())
            return ComparisonSummary(
                verdict,
                _fault(verdict, *numbers, float(error[at]), count, error.size),
                max_abs=_greatest(error, judged),
                max_rel=_greatest(_relative(error, size), judged),
                floor=_greatest(_relative(unseen, size), judged & np.isfinite(limit)),
                worst=tuple(int(i) for i in at),
                analytic=numbers[0],
                numeric=numbers[1],
                bound=numbers[2],
                kinks=int(self.kink.sum()),
            )


@dataclass(frozen=True, eq=False)
class ClaimComparison:
    """What a layer says of its derivative by one input, as it was judged.

    Parameters
    ----------
    usual : Comparison
        The value at run time where rounding explains its error, and the value in more digits elsewhere.
    run_time : Comparison or None
        The value at run time, where it is far off and `usual` passes.
    formula : Comparison or None
        The formula in more digits than the point has, where it fails.
    summary : ComparisonSummary
        What is said of all that.
    """

    usual: Comparison
    run_time: Comparison | None
    formula: Comparison | None
    summary: ComparisonSummary

    @property
    def deciding(self) -> Comparison:
        """The comparison from which the verdict comes."""
        return self.formula or self.run_time or self.usual


def own_size(value: Array, limit: Array) -> Array:
    """The least size that the limits leave to the derivative: the largest entry of its row.

    Where that is 0, the largest one of its column, or else of all. The shape is one that broadcasts to theirs.

    Parameters
    ----------
    value, limit : ndarray, shape (m, n) or (n,)
        The numeric derivative, and the error that its bound and rounding allow.
    """
    known = np.isfinite(value) & np.isfinite(limit)
    if not known.all():
        value, limit = np.where(known, value, 0), np.where(known, limit, 0)
    # The claim and the truth may each be off by the limit, and on either side: an error of the whole derivative shows
    # where three limits are less than the value.
    least = np.maximum(np.abs(value) - 2 * limit, 0)
    row = least.max(axis=-1, keepdims=True, initial=0)
    if not (row > 0).all():
        column = least.max(axis=0, keepdims=True, initial=0)
        row = np.where(row > 0, row, np.where(column > 0, column, least.max(initial=0)))
    return np.asarray(row)


def _worst(error: Array, limit: Array, deciding: Array | None) -> tuple[np.intp, ...]:
    """Where the error is largest for its limit, among the entries that decide: all, if these are None."""
    ratio = np.where(np.isnan(error), np.inf, error / np.where(limit > 0, limit, 1))
    if deciding is not None:
        ratio[~deciding] = -1
    return np.unravel_index(int(ratio.argmax()), error.shape)


def _greatest(values: Array, which: Array) -> float | None:
    """The largest of some values; None where these are none."""
    chosen = values if which.all() else values[which]  # all of them need no copy
    return float(chosen.max()) if chosen.size else None


def _relative(error: Array, size: Array) -> Array:
    """An error in units of the derivative's size; `UNTOLD` where that is not told from 0 and the error is not 0."""
    told = size > 0
    if told.all():
        return np.asarray(error / size)
    return np.asarray(np.where(told, error / np.where(told, size, 1), np.where(error > NOTHING, UNTOLD, 0)))


def joined(comparisons: Sequence[Comparison]) -> Comparison:
    """Comparisons of the columns of one matrix as that of the whole.

    Parameters
    ----------
    comparisons : sequence of Comparison
        Of matrices with the same rows, in the order of their columns.
    """
    if len(comparisons) == 1:
        return comparisons[0]

    def whole(parts: Sequence[object], *names: str) -> list[Array]:
        return [np.concatenate([getattr(part, name) for part in parts], axis=1) for name in names]

    estimates = [comparison.numeric for comparison in comparisons]
    value, floor, gap, scale, reach, open_ = whole(estimates, "value", "floor", "gap", "scale", "reach", "open")
    analytic, *judged = whole(comparisons, "analytic", "limit", "certain", "wrong", "unknown", "undefined", "kink")
    return Comparison(analytic, Estimate(value, floor, gap, scale, reach, open_), *judged)


def _fault(
    verdict: Verdict, analytic: float, numeric: float, bound: float, error: float, count: int, total: int
) -> Fault | None:
    if verdict is Verdict.PASS:
        return None
    if verdict is Verdict.UNDEFINED:
        return Fault.of(FaultKind.NO_DERIVATIVE, count=count, total=total, analytic=analytic)
    kind = FaultKind.UNCLEAR if verdict is Verdict.INCONCLUSIVE else FaultKind.DIFFERS
    return Fault.of(kind, analytic=analytic, numeric=numeric, bound=bound, error=error, count=count, total=total)
