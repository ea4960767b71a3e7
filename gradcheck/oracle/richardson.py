"""Central differences, their Richardson extrapolation, and a bound on the error of each extrapolated value."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.frozen import dataclass

Array = NDArray[Any]
SAFETY = 5.0  # standard deviations of noise that a bound allows for
# Powers of h that the Taylor series leaves in each kind of quotient.
ODD_EXPONENTS, EVEN_EXPONENTS, ONE_SIDED_EXPONENTS = (2, 4, 6), (1, 3, 5), (1, 2, 3)
# Worst sum of |weights| over step in column m of a tableau, in units of one over its finest step, for RATIO = 2.2.
AMPLIFICATION = (1.0, 1.379, 1.468, 1.487)
ONE_SIDED_AMPLIFICATION = 4.0  # the same for one-sided quotients, whose weights grow with 1/(RATIO - 1)
GAP = 0.3  # share of the gap in a bound, from which a kink is what the bound is about
CLEAR = 10.0  # standard deviations of noise: a change of the quotient that is none, as twice SAFETY
SETTLING = 0.75  # greatest ratio of successive changes of a quotient that settles; RATIO**-1/2 of a square root is 0.67


@dataclass(frozen=True, eq=False, repr=False)
class Levels:
    """Derivatives extrapolated at each level of a ladder of steps, all arrays of shape (k, ...).

    Parameters
    ----------
    value : ndarray
    bound : ndarray
        Disagreement of extrapolations, plus noise, plus the even part. Infinite where nothing is known.
    gap : ndarray
        The even part, extrapolated: half the difference of the one-sided slopes, 0 where the function is smooth.
    noise : ndarray
        The share of noise in `bound`.
    moving : ndarray of bool
        Where the quotient still changes, clear of noise, by no less than on the coarser levels: it does not settle
        there, and no extrapolation from there has an error that its columns show.
    """

    value: Array
    bound: Array
    gap: Array
    noise: Array
    moving: Array


def central(values: Array, f0: Array, ahead: Array, behind: Array) -> tuple[Array, Array, Array]:
    """Odd and even difference quotients of F(x + ahead), F(x - behind), freed of the asymmetry of the steps, and |h|.

    Parameters
    ----------
    values : ndarray, shape (2, k, ...)
    f0 : ndarray
    ahead, behind : ndarray, shape (k, ...)
    """
    width = ahead + behind
    skew = (ahead - behind) / width
    odd = values[0] - values[1]
    odd /= width
    even = values[0] - f0
    even += values[1] - f0
    even /= width
    if skew.any():
        odd, even = odd - skew * even, even - skew * odd
    return odd, even, np.abs(width) / 2


def extrapolate(odd: Array, even: Array, noise: Array, h: Array) -> Levels:
    """Richardson extrapolation of central differences with steps that shrink by about `RATIO`.

    Parameters
    ----------
    odd, even : ndarray, shape (k, ...)
        (F(x+h) - F(x-h)) / 2h and (F(x+h) + F(x-h) - 2 F(x)) / 2h, from the coarsest step to the finest.
        Their errors run in h^2, h^4, h^6; the second tends to 0 in h, h^3, h^5 where F is smooth, and to half the gap
        between the one-sided slopes where it has a kink.
    noise : ndarray, shape (k, ...)
        Noise of F over h.
    h : ndarray
        The steps really taken, of a shape that broadcasts to these: of an x with few digits beside a step they are
        rounded, and do not shrink by `RATIO`.

    Returns
    -------
    Levels
        With k - 1 levels, for each the column of the tableau with the smallest bound.
    """
    gaps = [np.abs(column) for column in _columns(even, EVEN_EXPONENTS, h)]
    return _best(odd, ODD_EXPONENTS, noise, h, AMPLIFICATION[1:], gaps)


def extrapolate_one_sided(slope: Array, noise: Array, h: Array) -> Levels:
    """Richardson extrapolation of one-sided differences (F(x+h) - F(x)) / h, whose errors run in h, h^2, h^3.

    Parameters and result are those of `extrapolate`; the gap is 0.
    """
    return _best(slope, ONE_SIDED_EXPONENTS, noise, h, (ONE_SIDED_AMPLIFICATION,) * 3, None)


def still_moving(quotient: Array, noise: Array) -> Array:
    """Where a difference quotient changes, clear of noise, by no less than on the two coarser levels; (k - 1, ...)."""
    change = np.abs(quotient[1:] - quotient[:-1])
    before = np.empty_like(change)
    before[:1], before[1:] = np.inf, change[:-1]
    before[2:] = np.fmax(before[2:], change[:-2])
    moving: Array = (change > CLEAR * noise[1:]) & (change > SETTLING * before)
    return moving


def _columns(first: Array, exponents: tuple[int, ...], h: Array) -> list[Array]:
    """Neville's scheme, with the ratios of the steps that each value is made of."""
    columns, last = [], first
    for m, exponent in enumerate(exponents[: len(first) - 1], start=1):
        ratio = (h[:-m] / h[m:]) ** (exponent // m)
        if exponent % m:
            ratio = ratio * (h[1 : 1 - m] / h[m:])  # one step less for h^3 and h^5 of the even part
        last = last[1:] + (last[1:] - last[:-1]) / (ratio - 1)
        columns.append(last)
    return columns


def _best(
    first: Array,
    exponents: tuple[int, ...],
    noise: Array,
    h: Array,
    factors: tuple[float, ...],
    gaps: list[Array] | None,
) -> Levels:
    found, moving = [], still_moving(first, noise)
    for m, (before, column) in enumerate(pairwise([first, *_columns(first, exponents, h)])):
        spread = np.abs(column - before[1:])
        np.maximum(spread, np.abs(column - before[:-1]), out=spread)
        share = SAFETY * factors[m] * noise[m + 1 :]
        gap = np.zeros_like(column) if gaps is None else gaps[m]
        bound = spread + share
        bound += gap
        known, parts = np.isfinite(bound), (column, bound, gap)
        if not known.all():
            parts = (np.where(known, column, 0), np.where(known, bound, np.inf), np.where(known, gap, 0))
        found.append(Levels(*parts, share, moving[m:]))
    return reduce(_narrower, found)


def _narrower(short: Levels, deep: Levels) -> Levels:
    """Level by level the one with the smaller bound, in the arrays of `short`; `deep` lacks the first level."""
    head = len(short.bound) - len(deep.bound)
    better = deep.bound < short.bound[head:]
    for name in ("value", "bound", "gap", "noise"):
        np.copyto(getattr(short, name)[head:], getattr(deep, name), where=better)
    return short
