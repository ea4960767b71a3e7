"""The two sides differ by an outer product, as a forgotten sum, mean, maximum or norm leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.indexing import arrays
from gradcheck.defects.where import spread

Array = NDArray[Any]
SMALLEST = 3  # rows and columns of a block from which on it is no accident that it has rank one
MOST = 0.9  # share of the wrong part of the matrix that such blocks must make up
ALIGNED = 1e-6  # 1 - cosine of vectors that are taken for multiples of each other
STRONG = 1e4  # size of a product, in multiples of what is not known of it, from which on its vectors are no noise
FEWEST = 3  # points at which the vectors of a term must be seen
ROUNDINGS = 32  # of the largest entry, that singular vectors lack
ROWS = 4  # of an array, each of which may be a vector of the term, at most
ONES = "ones"


@dataclass(frozen=True, eq=False)
class _Product:
    """One outer product at each of P points: at some rows and columns, with its vectors, its size, and its noise."""

    rows: Array
    columns: Array
    left: Array
    right: Array
    size: Array
    noise: Array

    @property
    def whole(self) -> Array:
        return self.left[:, :, None] * self.size[:, None, None] * self.right[:, None]


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """A difference of rank one, in the whole matrix or in each block that wrong entries connect."""
    blocks = blocks_of(np.asarray(np.any(evidence.wrong, axis=0)))
    big = [(rows, columns) for rows, columns in blocks if min(len(rows), len(columns)) >= SMALLEST]
    missing = evidence.missing
    if missing is None or not big or _area(big) < MOST * _area(blocks):
        return None
    products = [_product(missing, evidence.limit, rows, columns) for rows, columns in big]
    fitted = np.zeros_like(missing)
    for one in products:
        fitted[np.ix_(np.arange(len(missing)), one.rows, one.columns)] = one.whole
    rounding = ROUNDINGS * np.finfo(float).eps * np.abs(missing).max(axis=(1, 2), keepdims=True)
    exact = evidence.explained(evidence.numeric - fitted, evidence.limit)
    points = evidence.explained(evidence.numeric - fitted, evidence.limit + rounding) if exact is None else exact
    if points is None or evidence.wrong[points].sum() < 2 * SMALLEST * SMALLEST:
        return None
    whole = points & (evidence.wrong | evidence.right).all(axis=(1, 2))  # where nothing is unknown, if anywhere
    sure = whole if whole.any() else points
    sides = _name(evidence, products, sure, left=True), _name(evidence, products, sure, left=False)
    words = f"the two sides differ by a term of rank one{' in each block' if len(big) > 1 else ''}: "
    about = " (ones come from a sum or a mean)" if ONES in sides else ""
    return evidence.told("rank-one", f"{words}{' times '.join(s or 'a vector' for s in sides)}{about}", points)


def _area(blocks: list[tuple[Array, Array]]) -> int:
    return sum(len(rows) * len(columns) for rows, columns in blocks)


def _product(missing: Array, limit: Array, rows: Array, columns: Array) -> _Product:
    """The best one, by singular values."""
    block = np.ix_(np.arange(len(missing)), rows, columns)
    u, s, vt = np.linalg.svd(missing[block], full_matrices=False)
    known = np.where(np.isfinite(limit[block]), limit[block], 0)
    return _Product(rows, columns, u[:, :, 0], vt[:, 0], s[:, 0], np.linalg.norm(known, axis=(1, 2)))


def blocks_of(wrong: Array) -> list[tuple[Array, Array]]:
    """Rows and columns that wrong entries connect."""
    left, found = set(np.flatnonzero(wrong.any(axis=1)).tolist()), []
    while left:
        rows: Array = np.zeros(len(wrong), dtype=bool)
        columns: Array = np.zeros(wrong.shape[1], dtype=bool)
        rows[left.pop()] = True
        while (wrong[rows] & ~columns).any():
            columns = np.asarray(wrong[rows].any(axis=0))
            rows = np.asarray(wrong[:, columns].any(axis=1))
        left -= set(np.flatnonzero(rows).tolist())
        found.append((np.flatnonzero(rows), np.flatnonzero(columns)))
    return found


def _name(evidence: Evidence, products: list[_Product], points: Array, *, left: bool) -> str:
    """What the vectors along the outputs, or along the input, are multiples of; empty where nothing fits."""
    for name, values in _candidates(evidence, left=left):
        parts = ((p.left, p.rows, p) if left else (p.right, p.columns, p) for p in products)
        if all(_aligned(v, values[:, index], points & (p.size > STRONG * p.noise)) for v, index, p in parts):
            return name
    return ""


def _candidates(evidence: Evidence, *, left: bool) -> Iterator[tuple[str, Array]]:
    x, y = (evidence.name, evidence.x), (evidence.output, evidence.y)
    (side, own), (beside, other) = (y, x) if left else (x, y)
    yield ONES, np.ones_like(own)
    yield side, own
    if own.shape == other.shape:
        name, values = y
        yield beside, other
        yield f"{name} (1 - {name})", values * (1 - values)
        yield f"{name}^2", values * values
    yield f"{side} less its mean", own - own.mean(axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        yield f"1/{side}", 1 / own
    yield from _beside(evidence, evidence.out if left else evidence.shape, side)


def _beside(evidence: Evidence, target: tuple[int, ...], side: str) -> Iterator[tuple[str, Array]]:
    """Other arrays, and single rows of those of several, spread over the entries of the output or of the input."""
    size = int(np.prod(target))
    for name, shape, values in arrays(evidence):
        if name != side and (near := spread(values, shape, target)) is not None:
            yield name, near
        if len(shape) > 1 and shape[0] <= ROWS and shape[1:] == target[len(target) - len(shape) + 1 :]:
            for k, row in enumerate(np.moveaxis(values.reshape(len(values), *shape), 1, 0)):
                flat = row.reshape(len(values), -1)
                yield f"{name}[{k}]", np.tile(flat, size // flat.shape[1])


def _aligned(vectors: Array, values: Array, points: Array) -> bool:
    """Whether vectors, shape (P, k), are multiples of finite values of the same shape at some of the points."""
    product = np.abs((vectors * values).sum(axis=1))
    length = np.linalg.norm(vectors, axis=1) * np.linalg.norm(values, axis=1)
    aligned = (product >= (1 - ALIGNED) * length) & np.isfinite(length)
    return bool(aligned[points].all() and points.sum() >= FEWEST)


FAMILY = Family("outer", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
