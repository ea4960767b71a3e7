"""Along one axis, within groups: the derivatives of a normalisation or a softmax as sums of known matrices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.bases import BASES, Sum, Terms, coefficients, plain, weighed
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.lengths import lengths
from gradcheck.text import magnitude, short

Array = NDArray[Any]
SHORTEST, LONGEST = 3, 64  # entries of a group: of two, every matrix is a sum of a few
FEWEST = 8  # groups
POINTS = 3  # from which they come
SHARP = 1e-9  # error bound, relative to the largest entry, of groups that are looked at
CLOSE = 1e-4  # relative difference of coefficients, and absolute one of exponents, that are taken for the same
SEEN_EPS = 0.1  # relative difference of two eps that are not
REACH = 1.0  # by which the logarithms of a statistic must vary
POWERS = (-3.0, -2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0, 3.0)


@dataclass(frozen=True, eq=False)
class _Groups:
    """Groups of entries that influence each other only.

    Attributes
    ----------
    x, y : ndarray, shape (G, L)
    analytic, numeric : ndarray, shape (G, L, L)
    weights : sequence of (str, ndarray)
        Other inputs, one number for each output of a group, shape (G, L).
    points : int
        From how many points they come.
    """

    x: Array
    y: Array
    analytic: Array
    numeric: Array
    weights: Sequence[tuple[str, Array]]
    points: int


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The term that is missing, too much or off, where both sides are sums of the same few."""
    if evidence.shape != evidence.out or not evidence.shape:
        return None
    axes = range(-1, len(evidence.shape) - 1) if len(evidence.shape) > 1 else (-1,)
    for axis in axes:
        groups = _groups(evidence, axis)
        if groups is None:
            continue
        for basis in BASES:
            words = _compared(evidence, groups, basis(evidence.name, groups.x, groups.y))
            if words:
                return evidence.told("term", words, evidence.failing)
    return None


def _groups(evidence: Evidence, axis: int) -> _Groups | None:
    """The groups along one axis, where the sides are sharp; None where they are few, or influence each other."""
    length = evidence.shape[axis]
    if not SHORTEST <= length <= LONGEST:
        return None
    order = np.moveaxis(np.arange(evidence.x.shape[1]).reshape(evidence.shape), axis, -1).reshape(-1, length)
    own = np.zeros(evidence.numeric.shape[1:], dtype=bool)
    for group in order:
        own[np.ix_(group, group)] = True
    if (evidence.away | evidence.wrong)[:, ~own].any() or not (evidence.away & ~np.eye(len(own), dtype=bool)).any():
        return None
    sides = (
        side[:, order[:, :, None], order[:, None, :]] for side in (evidence.analytic, evidence.numeric, evidence.limit)
    )
    analytic, numeric, limit = (side.reshape(-1, length, length) for side in sides)
    x, y = (values[:, order].reshape(-1, length) for values in (evidence.x, evidence.y))
    size = np.abs(numeric).max(axis=(1, 2))
    sharp = (limit.max(axis=(1, 2)) < SHARP * size) & np.isfinite(analytic).all(axis=(1, 2))
    points = len(np.unique(np.repeat(np.arange(len(evidence.x)), len(order))[sharp]))
    if sharp.sum() < FEWEST or points < POINTS:
        return None
    weights = [(name, values[:, order].reshape(-1, length)[sharp]) for name, values in _weights(evidence)]
    return _Groups(x[sharp], y[sharp], analytic[sharp], numeric[sharp], weights, points)


def _weights(evidence: Evidence) -> Iterator[tuple[str, Array]]:
    """Other inputs of the shape of the last axes, shape (P, n)."""
    for place, other in enumerate(evidence.probes[0].subject.inputs):
        shape = evidence.probes[0].point.arrays[place].shape
        if (
            place != evidence.place
            and other.domain != "labels"
            and shape == evidence.shape[max(len(evidence.shape) - len(shape), 0) :]
        ):
            values = evidence.values(place)
            yield other.name, np.tile(values, (1, evidence.x.shape[1] // values.shape[1]))


def _compared(evidence: Evidence, groups: _Groups, terms: Terms) -> str:
    """What is wrong with the terms, in words; empty where the two sides are no sums of them."""
    for chosen in (plain(terms), *(weighed(terms, name, values) for name, values in groups.weights)):
        analytic, numeric = (coefficients(side, chosen) for side in (groups.analytic, groups.numeric))
        good = analytic.fits & numeric.fits
        enough = good.sum() >= max(FEWEST, 0.9 * analytic.usable.sum())
        if enough and numeric.clear[good][:, 0].any():  # the first term is the basis's own
            return _told(evidence, chosen, analytic.at(good), numeric.at(good), groups.x[good])
    return ""


def _told(evidence: Evidence, terms: Terms, analytic: Sum, numeric: Sum, x: Array) -> str:
    """The terms that differ, in words."""
    parts, both = [], []
    for k, (name, _, power) in enumerate(terms):
        stands, belongs = analytic.found[:, k], numeric.found[:, k]
        clear = analytic.clear[:, k] | numeric.clear[:, k]
        if not clear.any():
            continue
        if not stands.any():
            parts.append(f"a term with {name} is missing")
        elif not belongs.any():
            parts.append(f"a term with {name} is too much")
        else:
            both.append((name, power, stands, belongs, clear))
    ratios = [np.where(clear, stands / belongs, np.nan) for _, _, stands, belongs, clear in both]
    if not parts and _alike(ratios):
        return _whole(np.nanmedian(ratios, axis=0), both[0][3])
    return "; ".join([*parts, *_singles(evidence, both, x)])


def _alike(ratios: Sequence[Array]) -> bool:
    """Whether every term is off by the same."""
    first = np.nanmedian(ratios, axis=0)
    return all(np.nanmax(np.abs(ratio - first)) <= CLOSE * np.nanmax(np.abs(first)) for ratio in ratios)


def _whole(ratio: Array, size: Array) -> str:
    """By what everything is off, in words: a power of what v is divided by."""
    if not np.isfinite(ratio).all() or not (ratio > 0).all() or np.ptp(np.log(np.abs(size))) < REACH:
        return ""
    lean, level = np.polyfit(np.log(np.abs(size)), np.log(ratio), 1)
    power = next((p for p in POWERS if abs(lean - p) < CLOSE), 0.0)
    if not power or np.abs(power * np.log(np.abs(size)) + level - np.log(ratio)).max() > CLOSE:
        return ""
    s = "what v is divided by, such as a standard deviation or a norm,"
    return (
        f"every term is divided by the power {1 + power:g} of {s} where that itself belongs"
        if power > 0
        else (f"every term lacks the power {-power:g} of a division by {s.rstrip(',')}")
    )


def _singles(evidence: Evidence, both: Sequence[tuple[str, int, Array, Array, Array]], x: Array) -> Iterator[str]:
    """The terms that are off by something of their own, in words."""
    if not both:
        return
    name, _, stands, belongs, _ = both[0]
    direct = _alike([stands / belongs]) and abs(np.median(stands / belongs) - 1) < CLOSE
    if not direct:
        divisor = _divisors(evidence, stands, belongs, x)
        constant = _constant(evidence, stands / belongs)
        yield divisor or f"the term with {name} is off{constant}"
    for other, power, mine, its, clear in both[1:]:
        ratio = ((mine / its) / (stands / belongs) ** power)[clear]
        if np.abs(ratio - 1).max() > CLOSE:
            beyond = "" if direct else " beside that"
            yield f"the term with {other} is off{beyond}{_constant(evidence, ratio) or _power(ratio, belongs[clear])}"


def _power(ratio: Array, direct: Array) -> str:
    """By which power of what v itself is divided by, in words; nothing where it is none."""
    if not (ratio > 0).all() or np.ptp(np.log(np.abs(direct))) < REACH:
        return ""
    lean = float(np.polyfit(np.log(np.abs(direct)), np.log(ratio), 1)[0])
    power = next((p for p in POWERS if abs(lean - p) < CLOSE), 0.0)
    more = "too much" if power > 0 else "missing"
    return f": a division by the power {abs(power):g} of what v itself is divided by is {more}" if power else ""


def _divisors(evidence: Evidence, stands: Array, belongs: Array, x: Array) -> str:
    """An eps or a ddof, where what v is divided by is the root of a k times a variance or a mean square, plus e."""
    for what, statistic in (("variance", x.var(axis=1)), ("mean square", (x * x).mean(axis=1))):
        fitted = [_line(statistic, 1 / side**2) for side in (stands, belongs)]
        if None in fitted or not (statistic > 0).all() or np.ptp(np.log(statistic)) < REACH:
            continue
        (k, e), (of_numeric, its) = fitted  # type: ignore[misc]
        told = []
        if abs(k / of_numeric - 1) > CLOSE:
            told.append(f"the {what} counts {_number(evidence, k / of_numeric)} times as much as in `forward`")
        if abs(e - its) > SEEN_EPS * max(abs(e), abs(its)):
            told.append(f"an eps of about {magnitude(max(e, 0.0))} stands where {magnitude(max(its, 0.0))} belongs")
        return " and ".join(told)
    return ""


def _line(u: Array, values: Array) -> tuple[float, float] | None:
    """k and e of k u + e that is the values, each to its own digits; None where it is not."""
    design = np.stack([u, np.ones_like(u)], axis=1) / values[:, None]
    k, e = np.linalg.lstsq(design, np.ones_like(u), rcond=None)[0]
    fits = k > 0 and k * u.max() > abs(e) and (np.abs((k * u + e) / values - 1) < CLOSE).all()
    return (float(k), float(e)) if fits else None


def _constant(evidence: Evidence, ratio: Array) -> str:
    """`` by the factor 4/5``, or nothing where it is no constant."""
    middle = float(np.median(ratio))
    return f" by the factor {_number(evidence, middle)}" if np.ptp(ratio) <= CLOSE * abs(middle) else ""


def _number(evidence: Evidence, factor: float) -> str:
    """A factor in words: by a length if it is made of one."""
    for length, name in lengths(evidence).items():
        plain = ((float(length), f"{length}", ""), (1 / length, f"1/{length}", ""))
        ddof = [(a / b, f"{a}/{b}", ", `ddof` differs") for a, b in ((length - 1, length), (length, length - 1)) if b]
        for value, form, hint in (*plain, *ddof):
            if abs(factor - value) <= CLOSE * value:
                return f"{form} ({length} is {name}{hint})"
    return short(float(f"{factor:.5g}"))


FAMILY = Family("groups", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
