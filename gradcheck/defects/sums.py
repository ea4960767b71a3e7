"""A power of a constant and a multiple of a known number, or of its square, that some values are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.wording import line, product, rounded

Array = NDArray[Any]
FEWEST = 8  # different values: two constants are fitted, and some powers and squares are tried
EXACT = 1e-6  # relative residual that is none
ENDS = 4  # times that: both ends of a line, and the value beside it, may be off by a residual, and by some rounding
COUNTS = 1e-3  # share of a sum in some value from which on either of its two parts counts
POWERS = ((1.0, "({})"), (-1.0, "1/({})"), (0.5, "sqrt({})"), (-0.5, "1/sqrt({})"), (2.0, "({})^2"), (-2.0, "1/({})^2"))


def powers_of_sums(sought: Array, name: str, values: Array, at: tuple[Array, ...]) -> Iterator[tuple[str, Array, str]]:
    """Powers of c + k u or of c + k u^2 that fit what is sought, the plainest first.

    Parameters
    ----------
    sought : ndarray, shape (k,)
    name : str
        What u is called.
    values : ndarray
        u in all entries.
    at : tuple of ndarray
        The entries of what is sought.

    Yields
    ------
    words : str
    whole : ndarray
        The power in all entries.
    beside : str
        What is added to 1 in a plain sum, in words; empty for others.
    """
    sign = float(np.sign(sought[0]))
    if not np.isfinite(sought).all() or not sought.all():
        return
    for of, form in ((np.asarray, name), (np.square, f"{name}^2")):
        u = of(values[at])
        if not np.isfinite(u).all() or len(np.unique(np.round(u, 9))) < FEWEST:
            continue
        for power, words in POWERS:
            whole = abs(power) == 1
            if not whole and not (np.sign(sought) == sign).all():
                continue
            root = sought**power if whole else (sign * sought) ** (1 / power)
            fitted = _fitted(root, u)
            if fitted is not None:
                minus = "-" if sign < 0 and not whole else ""
                total = fitted[0] + fitted[1] * of(values)
                beside = product(fitted[1], form) if power == 1 and fitted[0] == 1 else ""
                told = minus + words.format(line(*fitted, form))
                yield told, total**power if whole else sign * total**power, beside


def _fitted(root: Array, u: Array) -> tuple[float, float] | None:
    """The two constants of a line, by relative errors: the small values count as much as the large ones."""
    if not _may_be_a_line(root, u):
        return None
    parts = np.stack([1 / root, u / root], axis=1)
    if not np.isfinite(parts).all():
        return None
    scale = np.abs(parts).max(axis=0)
    if not scale.all():
        return None
    constants = np.linalg.lstsq(parts / scale, np.ones_like(root), rcond=None)[0] / scale
    shares = np.abs(constants * parts)
    if np.ptp(u) == 0 or (shares.max(axis=0) < COUNTS).any() or np.abs(parts @ constants - 1).max() > EXACT:
        return None
    plain = np.array([rounded(c) for c in constants])
    level, slope = plain if np.abs(parts @ plain - 1).max() <= EXACT else constants
    return float(level), float(slope)


def _may_be_a_line(root: Array, u: Array) -> bool:
    """Whether the line through the two ends meets the other values, as far as those of a line may be off."""
    low, high = u.argmin(), u.argmax()
    share = (u - u[low]) / (u[high] - u[low])
    off = np.abs((1 - share) * root[low] + share * root[high] - root)
    return bool((off <= ENDS * EXACT * np.abs(root).max()).all())
