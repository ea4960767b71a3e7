"""A term of the Jacobian is left out or wrong: a constant, multiples of a known vector, the diagonal."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.corruption import with_matrix
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Corruption, Family, Hypothesis
from gradcheck.defects.where import beside

Array = NDArray[Any]
# Square for some sizes of the batch only; and a term that does not depend on the inputs.
OTHERWISE = ("batch", "constant")
SMALLEST = 3  # entries of a vector from which on it is no accident that another one is its multiple
FEWEST = 12  # wrong entries
POINTS = 3


def constant(evidence: Evidence) -> MatrixDiagnosis | None:
    """A term that is the same at all points, where the derivative itself is not."""
    missing = evidence.missing
    moves = np.abs(evidence.numeric - evidence.numeric[0]) > evidence.limit + evidence.limit[0]
    if missing is None or evidence.failing.sum() < POINTS or not (moves & evidence.away).any():
        return None
    sharpest = evidence.limit.argmin(axis=0)[None]
    same, slack = (np.take_along_axis(a, sharpest, 0) for a in (missing, evidence.limit))
    points = evidence.explained(evidence.numeric - same, np.broadcast_to(slack, missing.shape))
    words = "the two sides differ by the same matrix at every point: a term that does not depend on the inputs"
    return None if points is None else evidence.told("constant-term", words, points)


def multiple(evidence: Evidence) -> MatrixDiagnosis | None:
    """Rows, or columns, each of which lacks a multiple of one known vector."""
    missing = evidence.missing
    if missing is None:
        return None
    for axis, what in ((2, "row"), (1, "column")):
        for name, known in _vectors(evidence, axis) if missing.shape[axis] >= SMALLEST else ():
            if not np.isfinite(known).all():
                continue
            told = np.where(evidence.wrong | evidence.right, known, 0)
            square = (told * told).sum(axis=axis, keepdims=True)
            share = np.nan_to_num((missing * told).sum(axis=axis, keepdims=True) / square)
            points = evidence.explained(evidence.numeric - share * known, evidence.limit)
            wrong = evidence.wrong & (False if points is None else points[:, None, None])
            if points is not None and wrong.sum() >= FEWEST and (wrong & evidence.away).any():  # no part that is masked
                each = f"in each {what} of the Jacobian " if missing.shape[3 - axis] > 1 else ""
                words = f"{each}the two sides differ by a multiple of {name}: a term with it is missing or wrong"
                return evidence.told("multiple", words, points)
    return None


def _vectors(evidence: Evidence, axis: int) -> Iterator[tuple[str, Array]]:
    """Known vectors along the columns (axis 2), or along the rows (axis 1), of a shape that broadcasts."""
    own, name = (evidence.x, evidence.name) if axis == 2 else (evidence.y, evidence.output)
    other, its = (evidence.y, evidence.output) if axis == 2 else (evidence.x, evidence.name)
    found = [
        ("ones", np.ones_like(own)),
        (name, own),
        (f"exp({name})", np.exp(own - own.max(axis=1, keepdims=True))),
        (f"1/{name}", 1 / own),
        (f"{name}^2", own * own),
    ]
    found += [(its, other)] if own.shape == other.shape else []
    found += [(beside_it, values) for beside_it, values, by_column in beside(evidence) if by_column == (axis == 2)]
    for words, values in found:
        yield words, values[:, None, :] if axis == 2 else values[:, :, None]


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """The Jacobian of the outputs by each input without a term; square ones transposed too."""
    for name, change, kind in (
        ("transposed", transposed, "transposed"),
        ("diagonal dropped", without_diagonal, "zero"),
        ("all but the diagonal dropped", diagonal_alone, "zero"),
        ("largest rank-one term dropped", without_rank_one, "rank-one"),
    ):
        yield Corruption(name, partial(with_matrix, subject, change), (kind, *OTHERWISE), whole=True)


def transposed(matrix: Array) -> Array:
    """The transpose of a square matrix; any other as it is."""
    return matrix.T if _square(matrix) else matrix


def without_diagonal(matrix: Array) -> Array:
    """A square matrix with zeros on the diagonal; any other as it is."""
    return np.where(np.eye(len(matrix), dtype=bool), 0, matrix) if _square(matrix) else matrix


def diagonal_alone(matrix: Array) -> Array:
    """A square matrix with zeros off the diagonal; any other as it is."""
    return np.where(np.eye(len(matrix), dtype=bool), matrix, 0) if _square(matrix) else matrix


def without_rank_one(matrix: Array) -> Array:
    """A matrix less the rank-one matrix nearest to it; as it is where it holds no finite numbers."""
    plain = matrix.astype(np.float64)  # numpy.linalg knows no extended precision
    if not plain.size or not np.isfinite(plain).all():
        return matrix
    left, sizes, right = np.linalg.svd(plain, full_matrices=False)
    rest: Array = matrix - (sizes[0] * np.outer(left[:, 0], right[0])).astype(matrix.dtype)
    return rest


def _square(matrix: Array) -> bool:
    rows, columns = matrix.shape
    return bool(rows == columns)


FAMILY = Family("terms", corruptions, (Hypothesis(Claim.TERM, constant), Hypothesis(Claim.TERM, multiple)))
