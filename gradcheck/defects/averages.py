"""Right for some cotangents only: constant ones, symmetric ones; what bprop makes of v before it uses it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import NEARLY, MatrixDiagnosis
from gradcheck.defects.evidence import TELLING, Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
Mix = tuple[str, str, Array]  # kind, words, and a matrix that acts on the entries of an array
LARGEST = 48  # entries of an array on which such matrices are tried
ALIKE = 6  # sums that agree by no accident


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The linear change of v, or of the gradient, that explains the numbers."""
    if max(evidence.numeric.shape[1:]) > LARGEST or not _stands(evidence):
        return None  # where 0 stands for what belongs, the place says more
    for kind, words, mix in _mixes(evidence.out, "v"):
        points = evidence.explained_by(partial(_on_rows, mix.T), partial(_blurred, _on_rows, mix.T))
        if points is not None:
            return evidence.told(kind, words, points)
    several = len(evidence.numeric[0]) > 1  # rows; the gradient of one number may be a sum of differences by itself
    for kind, words, mix in _mixes(evidence.shape, f"the gradient of {evidence.name}", sums=several):
        points = evidence.explained_by(partial(_on_columns, mix), partial(_blurred, _on_columns, mix))
        if points is not None:
            return evidence.told(kind, words, points)
    for order in transpositions(evidence.out):
        points = _completed(evidence, evidence.analytic[:, order], evidence.limit[:, order])
        if points is not None:
            return evidence.told("symmetric", "the part of v^T is missing: v + v^T belongs where v stands", points)
    return None


def blind(evidence: Evidence) -> MatrixDiagnosis | None:
    """The cotangents for which the answers are right all the same."""
    if max(evidence.numeric.shape[1:]) > LARGEST or not _stands(evidence):
        return None
    for kind, words, seen in _blind(evidence.out):
        points = _same_seen(evidence, seen)
        if points is not None:
            return evidence.told(kind, words, points)
    return None


def _stands(evidence: Evidence) -> bool:
    """Whether the analytic side gives anything where it is wrong, beyond the rounding of a sum that is 0."""
    return bool((np.abs(evidence.analytic) > evidence.limit)[evidence.wrong].any())


def _on_rows(mix: Array, sides: Array) -> Array:
    return np.asarray(mix @ sides)


def _on_columns(mix: Array, sides: Array) -> Array:
    return np.asarray(sides @ mix.T)


def _blurred(act: Callable[[Array, Array], Array], mix: Array, limit: Array) -> Array:
    """The bound on mixed sides; infinite where an unknown one takes part."""
    known = np.isfinite(limit)
    bound = act(np.abs(mix), np.where(known, limit, 0))
    return np.where(act(np.abs(mix), (~known).astype(float)) > 0, np.inf, bound)


OR = {"v": ", or v is ignored"}  # of a cotangent with a single 1 the sum is 1, too


def _mixes(shape: tuple[int, ...], what: str, *, sums: bool = True) -> Iterator[Mix]:
    """What may have become of an array of some shape before it was used."""
    for axis, length in enumerate(shape):
        if length > 1:
            over = f" over axis {axis}" if len(shape) > 1 else ""
            for words, small in _of_axis(f"{what}{over}", length, sums=sums):
                yield "averaged", words, _along(small, shape, axis)
    size = int(np.prod(shape, dtype=int))
    if size > 1 and len(shape) > 1:
        yield "averaged", f"{what} is averaged over all entries", np.full((size, size), 1 / size)
        yield (
            "averaged",
            f"every entry gets the sum of {what} over all entries{OR.get(what, '')}",
            np.ones((size, size)),
        )
    eye = np.eye(size)
    for order in transpositions(shape):
        yield "symmetric", f"{what} is made symmetric", (eye + eye[order]) / 2
        yield "symmetric", f"{what} and its transpose are added", eye + eye[order]
        yield "symmetric", f"the transpose of {what} is taken off it", eye - eye[order]


def _of_axis(what: str, length: int, *, sums: bool) -> Iterator[tuple[str, Array]]:
    ones, first, last = (np.zeros((length, length)) for _ in range(3))
    ones[:] = first[:, 0] = last[:, -1] = 1
    yield f"every entry gets the mean of {what}", ones / length
    yield f"every entry gets the sum of {what}{OR.get(what, '')}", ones
    yield f"the first entry of {what} stands for all", first
    yield f"the last entry of {what} stands for all", last
    yield f"the mean of {what} is taken off", np.eye(length) - ones / length
    if sums:
        yield f"each entry gets the sum of {what} up to it", np.tril(ones)
        yield f"each entry gets the sum of {what} from it on", np.triu(ones)


def _along(small: Array, shape: tuple[int, ...], axis: int) -> Array:
    """A matrix that acts along one axis of an array, for the flat array."""
    if len(shape) == 1:
        return small
    before, after = (int(np.prod(part, dtype=int)) for part in (shape[:axis], shape[axis + 1 :]))
    return np.kron(np.kron(np.eye(before), small), np.eye(after))


def _blind(shape: tuple[int, ...]) -> Iterator[Mix]:
    """Cotangents, as rows, for which the answer may be right though it is wrong for others."""
    size = int(np.prod(shape, dtype=int))
    for order in transpositions(shape):
        yield "symmetric", "right for a symmetric v, and wrong for others", np.eye(size) + np.eye(size)[order]
    for axis, length in enumerate(shape):
        if length > 1:
            along = f" along axis {axis}" if len(shape) > 1 else ""
            yield (
                "ones",
                f"right for a v that is constant{along}, and wrong for others",
                _along(np.ones((length, length)), shape, axis),
            )
    if len(shape) > 1:
        yield "ones", "right for a v whose entries are all equal, and wrong for others", np.ones((1, size))


def transpositions(shape: tuple[int, ...]) -> Iterator[Array]:
    """The order in which the entries of an array stand once two axes of one length are exchanged."""
    order = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    for a, b in itertools.combinations(range(len(shape)), 2):
        if shape[a] == shape[b]:
            yield order.swapaxes(a, b).reshape(-1)


def _completed(evidence: Evidence, other: Array, limit: Array) -> Array | None:
    """The points at which the analytic side and another part make up the numeric one; None where that are too few."""
    asked = (evidence.wrong | evidence.right) & np.isfinite(limit)
    off = np.abs(np.nan_to_num(evidence.analytic + other - evidence.numeric, nan=np.inf))
    points = np.asarray(np.all((off <= evidence.limit + limit) | ~asked, axis=(1, 2)))
    told = (points & evidence.failing).sum() >= NEARLY * evidence.failing.sum()
    return points if told and (evidence.telling & asked)[points].sum() > ALIKE else None


def _same_seen(evidence: Evidence, seen: Array) -> Array | None:
    """The points at which both sides are the same for some cotangents; None where that is no surprise."""
    limit = _blurred(_on_rows, seen, evidence.limit)
    error = np.abs(np.nan_to_num(seen @ (evidence.analytic - evidence.numeric), nan=np.inf))
    size = np.abs(seen) @ np.where(evidence.wrong, evidence.error, 0)
    points = np.asarray(np.all(error <= limit, axis=(1, 2)))
    told = (size > TELLING * limit) & (np.abs(seen @ evidence.numeric) > limit)  # that 0 is 0 would say nothing of v
    enough = np.any(told, axis=(1, 2))[points].sum() >= NEARLY * evidence.failing.sum()
    return points if enough and points.sum() >= NEARLY * len(points) and told[points].sum() > ALIKE else None


FAMILY = Family("averages", hypotheses=(Hypothesis(Claim.MOVED, diagnose), Hypothesis(Claim.PART, blind)))
