"""Groups of entries, each of which is off by a factor of its own, or by a factor and a term of its own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis, listing
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.where import beside
from gradcheck.text import short

Array = NDArray[np.float64]
Groups = NDArray[np.intp]
FEWEST = 12  # entries beyond those that fix the factors
SHORTEST = 3  # entries of a group that tell anything
CLOSE = 1e-6  # relative spread of one factor
MOST = 0.9  # share of the wrong entries that numbers must be found for
OWN = 4  # different factors from which on they are no matter of a few conditions
FEW = 5  # classes that are listed
APART = 1e-3  # relative difference of factors that are not the same


def scaled(evidence: Evidence) -> MatrixDiagnosis | None:
    """One factor in each group, where it is not the same in all of them."""
    usable = _usable(evidence)
    ratio = np.where(usable, evidence.analytic / np.where(usable, evidence.numeric, 1), np.nan)
    for kind, words, groups in _groups(evidence):
        factors = _medians(ratio, groups)
        spare = _spare(usable, groups)
        if factors is None or spare < FEWEST or _distinct(factors) < (2 if kind == "class" else OWN):
            continue
        each = np.where(np.isnan(factors), 1, factors)[groups]
        points = evidence.explained(each * evidence.numeric, np.abs(each) * evidence.limit + CLOSE * evidence.error)
        if points is not None:
            told = _classes(words, factors) if kind == "class" else f"{words} {CAUSES[kind]}"
            return evidence.told("scaled", told, points)
    return None


def _usable(evidence: Evidence) -> NDArray[np.bool_]:
    """The wrong entries that are sharp on both sides."""
    sharp = evidence.limit < CLOSE * evidence.error
    return np.asarray(evidence.telling & evidence.away & np.isfinite(evidence.analytic) & sharp)


def shifted(evidence: Evidence) -> MatrixDiagnosis | None:
    """A factor and a term of its own in each group."""
    usable = _usable(evidence)
    for kind, words, groups in _groups(evidence):
        if kind == "class" or _spare(usable, groups) < FEWEST:
            continue
        line = _lines(evidence, usable, groups)
        structure = (evidence.numeric != 0) | (evidence.analytic != 0)
        line[:, ~structure] = 0
        moved = (np.abs(line[0]) > APART * np.abs(evidence.analytic)) & (np.abs(line[1]) > APART)  # b = 0 is any answer
        if min(np.isfinite(line[1][evidence.wrong]).mean(), moved[usable].mean()) < MOST:
            continue
        if all(np.ptp(one[usable & np.isfinite(line[1])]) <= APART for one in line):  # they are no group's own
            continue
        slack = np.abs(line[1]) * evidence.limit + CLOSE * evidence.error
        points = evidence.explained(line[0] + line[1] * evidence.numeric, slack)
        if points is not None and (usable & np.isfinite(line[1]) & points[:, None, None]).sum() >= FEWEST:
            return evidence.told("shifted", f"{words} {CAUSES['line']}", points)
    return None


def _lines(evidence: Evidence, usable: NDArray[np.bool_], groups: Groups) -> Array:
    """a and b of each group by least squares, spread over the entries; NaN where fewer than four fix them."""
    count = int(groups.max()) + 1
    where, u, w = groups[usable], evidence.numeric[usable], evidence.analytic[usable]
    n, su, sw = (np.bincount(where, weights, minlength=count) for weights in (None, u, w))
    mu, mw = su / n, sw / n
    du, dw = u - mu[where], w - mw[where]
    slope = np.bincount(where, du * dw, minlength=count) / np.bincount(where, du * du, minlength=count)
    slope = np.where(n >= 4, slope, np.nan)
    return np.stack([(mw - slope * mu)[groups], slope[groups]])


CAUSES = {
    "point": "is off by one factor, another one at each point: a factor or a divisor that follows the inputs, such "
    "as a sum, a norm or the value itself, is missing or wrong",
    "part": "is off by one factor of its own: a factor or a divisor that goes with it, such as a sum, a norm, a "
    "maximum or a weight, is missing or wrong, or another array stands in its place",
    "line": "is a + b times the right one, with numbers a and b of its own: it is not centred or scaled as in "
    "`forward`, by a mean, a standard deviation or a sum",
}


def _groups(evidence: Evidence) -> Iterator[tuple[str, str, Groups]]:
    """Kind and words of a way to group the entries, and the number of each entry's group, shape (P, m, n)."""
    shape = evidence.numeric.shape
    for name, values, by_column in beside(evidence):
        if any(input.name == name and input.domain == "labels" for input in evidence.probes[0].subject.inputs):
            spread = values[:, None] if by_column else values[:, :, None]
            yield "class", name, np.broadcast_to(spread, shape).astype(np.intp)
    points = np.arange(shape[0])
    yield "point", f"all of the gradient of {evidence.name}", np.broadcast_to(points[:, None, None], shape)
    for axis, what in ((0, "row"), (1, "column")) if len(evidence.shape) == 2 else ():
        places = np.indices(evidence.shape)[axis].reshape(-1)
        each = points[:, None, None] * evidence.shape[axis] + places
        yield "part", f"each {what} of {evidence.name}", np.broadcast_to(each, shape)
    for axis, what in ((0, "row"), (1, "column")) if len(evidence.out) == 2 else ():
        places = np.indices(evidence.out)[axis].reshape(-1)[:, None]
        each = points[:, None, None] * evidence.out[axis] + places
        yield (
            "part",
            f"what each {what} of {evidence.output} gives to the gradient of {evidence.name}",
            np.broadcast_to(each, shape),
        )
    if evidence.y.shape[1] > 1:
        each = points[:, None, None] * shape[1] + np.arange(shape[1])[:, None]
        yield "part", f"the gradient of each output by {evidence.name}", np.broadcast_to(each, shape)


def _medians(ratio: Array, groups: Groups) -> Array | None:
    """The factor of each group, NaN where nothing tells; None where the ratios of one differ."""
    known = np.isfinite(ratio)
    order = np.lexsort((ratio[known], groups[known]))
    values, where = ratio[known][order], groups[known][order]
    if not len(values):
        return None
    starts = np.flatnonzero(np.diff(where, prepend=-1))
    ends = np.append(starts[1:], len(where)) - 1
    if (values[ends] - values[starts] > 4 * CLOSE * np.abs(values[ends])).any():
        return None
    factors = np.full(int(groups.max()) + 1, np.nan)
    factors[where[starts]] = values[(starts + ends) // 2]
    return factors


def _spare(usable: NDArray[np.bool_], groups: Groups) -> int:
    """How many entries are there beyond the first of each group that is long enough."""
    counts = np.bincount(groups[usable], minlength=1)
    return int((counts[counts >= SHORTEST] - 1).sum())


def _distinct(factors: Array) -> int:
    """How many different factors there are."""
    known = np.sort(np.abs(factors[np.isfinite(factors)]))
    return 1 + int((np.diff(known) > APART * known[1:]).sum()) if len(known) else 0


def _classes(name: str, factors: Array) -> str:
    """The factor of each class, in words."""
    known = np.flatnonzero(np.isfinite(factors))[:FEW]
    each = [f"{short(float(f'{factors[k]:.4g}'))} where {name} is {k}" for k in known]
    weight = f"a factor that {name} decides, as a weight of classes does, is missing or wrong"
    return f"{weight}: analytic / numeric is {listing(each)}"


FAMILY = Family("shares", hypotheses=(Hypothesis(Claim.TERM, scaled), Hypothesis(Claim.TERM, shifted)))
