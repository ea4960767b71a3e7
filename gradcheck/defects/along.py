"""What the two sides, or their difference, are multiples of along an axis: an outer product with another array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects import within
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import TELLING, Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.indexing import INNER, OUTER, arrays

Array = NDArray[Any]
FEWEST = 12  # lines of at least two entries far off 0: as many multiples of one array are no accident
POINTS = 3  # at which such lines are
AXES = 4  # of the matrix, at most
STRONG = 1e-3  # of the largest entry, from which on one of the array counts
ROUNDINGS = 64  # of the largest entry of a line, that its entries lack


@dataclass(frozen=True, eq=False)
class _Line:
    """An array along whose last axis lines of the matrix may lie.

    Attributes
    ----------
    words : str
        ``K[i,:]``.
    axis : int
        Of the matrix, of those of the output and of the input.
    values : ndarray
        It spread over the axes of the matrix, behind the one of the points.
    """

    words: str
    axis: int
    values: Array


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Which factor of an outer product is taken for another one, or which one the difference has."""
    shape = (*evidence.out, *evidence.shape)
    if not evidence.shape or not 1 < len(shape) <= AXES or evidence.missing is None:
        return None
    lines = list(_lines(evidence))
    hits = {
        name: [line for line in lines if _aligned(evidence, side, line)]
        for name, side in (("stands", evidence.analytic), ("belongs", evidence.numeric))
    }
    for belongs in hits["belongs"]:
        for stands in hits["stands"]:
            if stands.axis == belongs.axis and stands not in hits["belongs"] and belongs not in hits["stands"]:
                where = _where(evidence, belongs.axis)
                words = f"{where}, `{evidence.check}` gives multiples of {stands.words} where those of {belongs.words}"
                return evidence.told("outer", f"{words} belong", evidence.failing)
    both = [line for line in hits["belongs"] if line in hits["stands"]]
    missing = [line for line in lines if _aligned(evidence, evidence.missing, line)]
    if not (both or missing) or within.diagnose(evidence) is not None:  # what shows in a part by itself says more
        return None
    if any(line not in both for line in missing):
        words = f"the two sides differ by a term that is a multiple of {_told(evidence, _one_each(missing))}"
        return evidence.told("outer", words, evidence.failing, "term")
    words = f"both sides are multiples of {_told(evidence, both)}: what that is multiplied by is wrong"
    return evidence.told("outer", words, evidence.failing, "other")


def _told(evidence: Evidence, lines: Sequence[_Line]) -> str:
    return " and ".join(f"{line.words} {_where(evidence, line.axis)}" for line in lines)


def _one_each(lines: Sequence[_Line]) -> list[_Line]:
    return list({line.axis: line for line in reversed(lines)}.values())[::-1]


def _where(evidence: Evidence, axis: int) -> str:
    """An axis of the matrix in words."""
    of_input = axis >= len(evidence.out)
    name, shape = (evidence.name, evidence.shape) if of_input else (evidence.output, evidence.out)
    along = f" axis {axis - len(evidence.out) * of_input} of" if len(shape) > 1 else ""
    return f"along{along} {name}"


def _lines(evidence: Evidence) -> Iterator[_Line]:
    """Arrays with the axes of the matrix that theirs may be: the last one along the lines, another beside it."""
    lengths = (*evidence.out, *evidence.shape)
    points = len(evidence.probes)
    for name, shape, values in arrays(evidence):
        if not 1 <= len(shape) <= 2 or min(shape) < 2:
            continue
        box = values.reshape(points, *shape)
        for last in range(len(shape)):
            turned = np.moveaxis(box, last + 1, -1)
            for axis, length in enumerate(lengths):
                if length != shape[last]:
                    continue
                if len(shape) == 1:
                    yield _Line(name, axis, _spread(turned, (axis,), len(lengths)))
                    continue
                for beside, other in enumerate(lengths):
                    if beside != axis and other == shape[1 - last]:
                        index = _letter(evidence, beside)
                        words = f"{name}[{index},:]" if last else f"{name}[:,{index}]"
                        yield _Line(words, axis, _spread(turned, (beside, axis), len(lengths)))


def _letter(evidence: Evidence, axis: int) -> str:
    deep = len(evidence.out)
    return OUTER[axis] if axis < deep else INNER[axis - deep]


def _spread(values: Array, axes: Sequence[int], count: int) -> Array:
    """Values whose axes behind the first one are some of those of the matrix, in their places."""
    order = np.argsort(axes)
    values = values.transpose(0, *(order + 1))
    shape = [1] * count
    for axis, length in zip(sorted(axes), values.shape[1:], strict=True):
        shape[axis] = length
    return values.reshape(len(values), *shape)


def _aligned(evidence: Evidence, side: Array, line: _Line) -> bool:
    """Whether each line of a side is a multiple of the array, at every point where all of it is known."""
    points = np.flatnonzero(evidence.failing & (evidence.wrong | evidence.right).all(axis=(1, 2)))
    box, axis = (len(points), *evidence.out, *evidence.shape), line.axis + 1
    if len(points) < POINTS:
        return False
    values, found, limit = line.values[points], side[points].reshape(box), evidence.limit[points].reshape(box)
    largest = np.abs(values).max(axis=axis, keepdims=True)
    norm = np.maximum((values * values).sum(axis=axis, keepdims=True), np.finfo(float).tiny)
    size = (found * values).sum(axis=axis, keepdims=True) / norm
    slack = limit + np.abs(values) * (limit * np.abs(values)).sum(axis=axis, keepdims=True) / norm
    slack = slack + ROUNDINGS * np.finfo(float).eps * np.abs(found).max(axis=axis, keepdims=True)
    if not (np.abs(found - size * values) <= slack).all():
        return False
    dense = (np.abs(values) > STRONG * largest).sum(axis=axis, keepdims=True) > 1
    far = (np.abs(found) > TELLING * slack).sum(axis=axis, keepdims=True) > 1
    telling = dense & far
    seen = telling.reshape(len(points), -1).sum(axis=1)
    return bool(seen.sum() >= FEWEST and (seen > 0).sum() >= POINTS)


FAMILY = Family("along", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
