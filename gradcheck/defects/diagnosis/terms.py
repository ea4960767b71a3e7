"""A term is missing or wrong: the two sides differ by something constant, or by multiples of a known vector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis.evidence import Evidence
from gradcheck.defects.diagnosis.interface import MatrixDiagnosis
from gradcheck.defects.diagnosis.where import beside

Array = NDArray[Any]
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
            square = (known * known).sum(axis=axis, keepdims=True)
            share = np.nan_to_num((missing * known).sum(axis=axis, keepdims=True) / square)
            points = evidence.explained(evidence.numeric - share * known, evidence.limit)
            if points is not None and evidence.wrong[points].sum() >= FEWEST:
                each = f"in each {what} of the Jacobian " if missing.shape[3 - axis] > 1 else ""
                words = f"{each}the two sides differ by a multiple of {name}: a term of a product, a quotient or a norm"
                return evidence.told("multiple", words, points)
    return None


def _vectors(evidence: Evidence, axis: int) -> Iterator[tuple[str, Array]]:
    """Known vectors along the columns (axis 2), or along the rows (axis 1), of a shape that broadcasts."""
    own, name = (evidence.x, evidence.name) if axis == 2 else (evidence.y, "y")
    other, its = (evidence.y, "y") if axis == 2 else (evidence.x, evidence.name)
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
