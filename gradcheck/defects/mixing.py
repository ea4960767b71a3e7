"""The derivative by one group of entries follows entries of other groups, which `forward` keeps apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import NEARLY, MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.outer import blocks_of

Array = NDArray[Any]
POINTS = 3  # that are asked again
LARGEST = 64  # outputs: each is a call
GIVEN = 3  # other points whose values are tried
GROUPS = 3  # of a point that are asked about
MOVED = 1e-4  # of the largest entry of its group, by which an answer moves: far more than rounding
MODEST = 100.0  # size of inputs at points that are asked: what overflows tells nothing of sums
CAUSE = "a sum, a mean, a maximum, an index or a broadcast goes over {} where {} belongs"


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Groups of entries that influence each other's derivatives, though not each other's outputs."""
    groups = blocks_of(np.asarray(np.any(evidence.away, axis=0)))
    if len(groups) < 2 or len(evidence.numeric[0]) > LARGEST:
        return None
    size = np.abs(evidence.x).max(axis=1)
    failing = np.flatnonzero(evidence.failing & (size < MODEST) & (size > 1 / MODEST))
    asked = [int(k) for k in failing[np.argsort(-evidence.wrong.sum(axis=(1, 2))[failing], kind="stable")]][:POINTS]
    if len(asked) < POINTS:
        return None
    mixed = _mixes(evidence, groups)
    if not mixed and sum(_others(evidence, groups, k) for k in asked) < POINTS - 1:
        return None
    return evidence.told("mixing", _words(evidence, groups, asked, mixed=mixed), evidence.failing)


def _mixes(evidence: Evidence, groups: list[tuple[Array, Array]]) -> bool:
    """Whether what is wrong are the effects of groups on each other, all of which are 0."""
    apart = np.ones(evidence.numeric.shape[1:], dtype=bool)
    for rows, columns in groups:
        apart[np.ix_(rows, columns)] = False
    between = evidence.wrong & apart & np.isfinite(evidence.analytic)
    points = np.any(between, axis=(1, 2))
    return bool(points.sum() >= NEARLY * evidence.failing.sum() and between.sum() >= NEARLY * evidence.wrong.sum())


def _others(evidence: Evidence, groups: list[tuple[Array, Array]], k: int) -> bool:
    """Whether the answer for a group moves as all entries of the other ones take the values of another point."""
    return any(
        _moves(evidence, k, np.setdiff1d(np.arange(evidence.x.shape[1]), columns), rows, columns)
        for rows, columns in groups[:GROUPS]
    )


def _moves(evidence: Evidence, k: int, changed: Array, rows: Array, columns: Array) -> bool:
    """Whether a part of the answer at a point moves as some entries take the values of other points."""
    x = evidence.x[k]
    near = [j for j in np.flatnonzero(np.abs(evidence.x).max(axis=1) < MODEST) if (evidence.x[j] != x)[changed].any()]
    before, again = _answer(evidence, k, x), _answer(evidence, k, x)
    if not len(changed) or before is None or again is None or not np.array_equal(before, again):
        return False
    part = np.ix_(rows, columns)
    for j in near[:GIVEN]:
        moved = x.copy()
        moved[changed] = evidence.x[j, changed]
        after = _answer(evidence, k, moved)
        if after is None:
            return False
        step, largest = np.abs(after - before)[part].max(), max(np.abs(side[part]).max() for side in (before, after))
        if np.isfinite(step) and step > MOVED * largest:
            return True
    return False


def _answer(evidence: Evidence, k: int, x: Array) -> Array | None:
    arrays = [a.copy() for a in evidence.probes[k].point.arrays]
    arrays[evidence.place] = x.reshape(evidence.shape).astype(arrays[evidence.place].dtype)
    return evidence.answer(k, arrays)


def _words(evidence: Evidence, groups: list[tuple[Array, Array]], asked: list[int], *, mixed: bool) -> str:
    name, call = evidence.name, f"`{evidence.check}`"
    each, axis = _groups_in_words(evidence, groups)
    several = {"entry": "entries", "group of entries": "groups of entries"}.get(each, f"{each}s")
    fact = f"{call} mixes {several} of {name}" if mixed else f"{call} for one {each} of {name} follows the other ones"
    over, belongs = f"all of {name} or too much of it", f"each {each}"
    if axis is not None and not mixed:
        beyond = any(_moves(evidence, k, *apart) for k in asked for apart in _apart(evidence, groups))
        over = over if beyond else f"axis {1 - axis}"
        belongs = belongs if beyond else f"axis {axis}"
    other = f", or {name} stands where another input belongs" if _has_like(evidence) else ""
    return f"{fact}, which `forward` keeps apart: {CAUSE.format(over, belongs)}{other}"


def _has_like(evidence: Evidence) -> bool:
    """Whether another input has as many axes, and may have been taken for this one."""
    probe = evidence.probes[0]
    others = [array for place, array in enumerate(probe.point.arrays) if place != evidence.place]
    return any(array.ndim == len(evidence.shape) for array in others)


def _apart(evidence: Evidence, groups: list[tuple[Array, Array]]) -> Iterator[tuple[Array, Array, Array]]:
    """For each entry those that share no axis with it, the outputs of its group, and itself."""
    i, j = np.indices(evidence.shape).reshape(2, -1)
    for rows, columns in groups:
        for one in columns:
            yield np.flatnonzero((i != i[one]) & (j != j[one])), rows, np.array([one])


def _groups_in_words(evidence: Evidence, groups: list[tuple[Array, Array]]) -> tuple[str, int | None]:
    """What the groups are, and along which axis of two they lie, where they are its rows or columns."""
    if all(len(columns) == 1 for _, columns in groups):
        return "entry", None
    if len(evidence.shape) == 2:
        where = np.indices(evidence.shape).reshape(2, -1)
        for axis, what in ((1, "row"), (0, "column")):
            lies = all(len(np.unique(where[1 - axis, columns])) == 1 for _, columns in groups)
            if lies and len(groups) == evidence.shape[1 - axis]:
                return what, axis
    return "group of entries", None


FAMILY = Family("mixing", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
