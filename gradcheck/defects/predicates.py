"""What may be special about a number, or about a group of numbers: candidates for where a derivative is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.values import all_equal, ascending, greatest_tied, holds_ties, least_tied, tied
from gradcheck.text import short

Array = NDArray[Any]
Predicate = tuple[str, str, Any]  # kind, words, and where it holds
NEAR = 0.5  # quotient of the last right size and the first wrong one from which an error may be said to begin there
JUMP = 10.0  # times the limit: errors that begin at a threshold need not grow from nothing
STEEPEST = 8  # power with which an error may grow that nevertheless seems to begin at a threshold
SEVERAL = 3  # different whole numbers that are no accident
KNOWN = 0.5  # share of the numbers of a sign that must be known to be wrong, for that to be a matter of the sign
SHORT = 3  # digits of a number that people write; one drawn at random has more
NARROW = 0.3  # relative distance between the last right size and the first wrong one that one number can stand for


def of_numbers(name: str, u: Array, wrong: Array, right: Array, excess: Array | None) -> Iterator[Predicate]:
    """Predicates of single numbers, the most special first; thresholds are those that the evidence suggests.

    Parameters
    ----------
    name : str
    u : ndarray, shape (P, k)
    wrong, right : ndarray of bool, shape (P, k)
        Where the derivative was seen to be wrong, and to be right.
    excess : ndarray, shape (P, k), or None
        The error in multiples of the smallest that would have been seen; None where the mistake has no size.
    """
    yield "zero", f"where {name} is 0", u == 0
    yield "tie", f"where an entry of {name} equals another one", tied(u)
    yield "nonzero", f"wherever {name} is not 0", u != 0
    visible = np.abs(u) > (0.0 if excess is None else _least_visible(np.abs(u[wrong]), excess[wrong]))
    signs = (
        ("negative", "negative", (u < 0) & visible),
        ("positive", "positive", (u > 0) & visible),
        ("negative", "negative or 0", u <= 0),
        ("positive", "positive or 0", u >= 0),
    )
    for kind, words, holds in signs:
        if (wrong & holds).sum() >= KNOWN * holds.sum():
            yield kind, f"where {name} is {words}", holds
    if wrong.any() and right.any():
        yield from _beyond(name, u, wrong, right, excess)
        yield from _outside(name, u, wrong, right, excess)
        if len(np.unique(u[wrong])) >= SEVERAL:
            yield "whole", f"where {name} is a whole number", (u == np.rint(u)) & (u != 0)
        yield from _between(name, u, wrong, right, excess)


def _least_visible(size: Array, excess: Array) -> float:
    """The size below which an error that grows from 0 as steeply as any is too small to be seen."""
    if not size.size:
        return 0.0
    nearest = int(size.argmin())
    return float(size[nearest] * max(excess[nearest], 1) ** (-1 / STEEPEST))


def _beyond(name: str, u: Array, wrong: Array, right: Array, excess: Array | None) -> Iterator[Predicate]:
    """Above or below a threshold; of the sizes only where numbers of both signs are wrong."""
    sides = [(name, u), (f"|{name}|", np.abs(u))]
    one_sided = (u[wrong] > 0).all() or (u[wrong] < 0).all()
    for words, size in sides if one_sided else sides[::-1]:
        outwards = 1 if words != name or (u[wrong] > 0).all() else -1
        for sign, way in ((1, "above"), (-1, "below")):
            limit = _threshold(sign * size, wrong, right, excess)
            if limit:
                yield "large" if sign == outwards else "small", f"where {words} is {way} {_words(limit, sign)}", wrong


def _outside(name: str, u: Array, wrong: Array, right: Array, excess: Array | None) -> Iterator[Predicate]:
    """Below one threshold or above another, with all right values between them."""
    lower, upper = wrong & (u < u[right].min()), wrong & (u > u[right].max())
    if lower.any() and upper.any():
        below, above = (_threshold(sign * u, part, right, excess) for sign, part in ((-1, lower), (1, upper)))
        if below and above:
            words = f"where {name} is below {_words(below, -1)} or above {_words(above, 1)}"
            yield "outside", words, lower | upper


def _between(name: str, u: Array, wrong: Array, right: Array, excess: Array | None) -> Iterator[Predicate]:
    """One value, or a band of values with right ones on both sides."""
    low, high = u[wrong].min(), u[wrong].max()
    inside = (u >= low) & (u <= high)
    if low == high:
        if float(f"{low:.{SHORT}g}") == low:
            yield "value", f"where {name} is {short(float(low))}", inside
    elif (
        excess is None
        and _varied(u, wrong)
        and not (right & inside).any()
        and (right & (u < low)).any()
        and (right & (u > high)).any()
    ):
        yield "band", f"where {name} lies between {low:.3g} and {high:.3g}", inside


def _varied(u: Array, wrong: Array) -> bool:
    """Whether wrong numbers are different ones, and of more than a point or two."""
    return len(np.unique(u[wrong])) > SEVERAL and np.any(wrong, axis=-1).sum() >= SEVERAL


def of_groups(name: str, u: Array, wrong: Array, right: Array, excess: Array | None) -> Iterator[Predicate]:
    """Predicates of groups of numbers, such as the rows of a batch.

    Parameters
    ----------
    name : str
        Of the group in words: ``a row of x``.
    u : ndarray, shape (P, g, k)
        Groups of k numbers.
    wrong, right : ndarray of bool, shape (P, g)
    excess : ndarray, shape (P, g), or None
        As in `of_numbers`; thresholds need a mistake that has no size.
    """
    ordered = np.sort(u, axis=-1)
    yield "zero", f"where {name} is all zeros", np.all(u == 0, axis=-1)
    yield "equal", f"where {name} holds one number only", all_equal(u)
    yield "zero", f"where {name} holds a 0", np.any(u == 0, axis=-1)
    yield "tie", f"where {name} holds ties", holds_ties(ordered)
    yield "tie", f"where the largest entry of {name} is tied", greatest_tied(ordered)
    yield "tie", f"where the least entry of {name} is tied", least_tied(ordered)
    yield "tie", f"where the middle entry of {name} is tied", _middle_tied(ordered)
    yield "negative", f"where {name} holds negative numbers only", np.all(u < 0, axis=-1)
    yield "positive", f"where {name} holds positive numbers only", np.all(u > 0, axis=-1)
    yield "negative", f"where the sum of {name} is negative", u.sum(axis=-1) < 0
    yield "positive", f"where the sum of {name} is positive", u.sum(axis=-1) > 0
    yield "ascending", f"where {name} ascends", ascending(u)
    yield "last", f"where the largest entry of {name} comes last", u.argmax(axis=-1) == u.shape[-1] - 1
    yield "first", f"where the largest entry of {name} comes first", u.argmax(axis=-1) == 0
    extreme = np.take_along_axis(u, np.abs(u).argmax(axis=-1)[..., None], -1)[..., 0]
    yield "negative", f"where the entry of largest size in {name} is negative", extreme < 0
    if excess is None and wrong.any() and right.any():
        yield from _extremes(name, np.abs(u), np.ptp(u, axis=-1), wrong, right)


def _extremes(name: str, size: Array, spread: Array, wrong: Array, right: Array) -> Iterator[Predicate]:
    """Groups whose largest size, or spread, is beyond what the evidence suggests."""
    largest, least = size.max(axis=-1), size.min(axis=-1)
    beyond, throughout = (_threshold(statistic, wrong, right, None) for statistic in (largest, least))
    if beyond and throughout:  # which of the two it is the groups do not tell
        either = f"{_words(beyond, 1)}, and all of it lies beyond {_words(throughout, 1)} there"
        yield "large", f"where {name} holds a number of size above {either}", wrong
    for kind, words, statistic, sign in (
        ("large", f"where {name} holds a number of size above", largest, 1),
        ("small", f"where {name} holds only numbers of size below", largest, -1),
        ("small", f"where the spread of {name} is below", spread, -1),
        ("spike", f"where the largest entry of {name} is, in medians, above", largest / np.median(size, axis=-1), 1),
    ):
        limit = _threshold(sign * statistic, wrong, right, None)
        if limit:
            yield kind, f"{words} {_words(limit, sign)}", wrong


def _middle_tied(ordered: Array) -> Array:
    middle = ordered.shape[-1] // 2
    around = np.diff(ordered[..., max(middle - 1, 0) : middle + 2], axis=-1)
    return np.asarray(np.any(around == 0, axis=-1))


def _threshold(size: Array, wrong: Array, right: Array, excess: Array | None) -> tuple[float, float] | None:
    """The last right size and the first wrong one, where all wrong sizes are above all right ones.

    An error that grows smoothly from nothing has no threshold: it must have been visible among the right ones, had it
    begun earlier.
    """
    low, high = float(size[right].max()), float(size[wrong].min())
    if not low < high:
        return None
    if excess is not None:
        ratio = min(low / high, high / low) if low * high > 0 else 0.0
        nearest = float(excess[wrong][int(size[wrong].argmin())])
        if ratio < NEAR or nearest * ratio**STEEPEST < 1 or excess[wrong].min() < JUMP:
            return None
    return low, high


def _words(limit: tuple[float, float], sign: int) -> str:
    """The shortest number between two sizes, or where they are far apart both."""
    low, high = sorted(sign * size for size in limit)
    if high - low > NARROW * max(abs(low), abs(high)):
        return f"a threshold between {low:.2g} and {high:.2g}"
    middle = low + (high - low) / 2
    nice = (float(f"{middle:.{digits}g}") for digits in range(1, 17))
    return f"about {short(next((n for n in nice if low <= n <= high), middle))}"
