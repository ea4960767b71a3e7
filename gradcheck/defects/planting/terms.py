"""A term of the Jacobian left out, or the Jacobian transposed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.planting.interface import Corruption
from gradcheck.defects.planting.spoiling import with_matrix

Array = NDArray[Any]


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """The Jacobian of the outputs by each input without a term; square ones transposed too."""
    for name, change in (
        ("transposed", transposed),
        ("diagonal dropped", without_diagonal),
        ("all but the diagonal dropped", diagonal_alone),
        ("largest rank-one term dropped", without_rank_one),
    ):
        yield Corruption(name, partial(with_matrix, subject, change), whole=True)


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
