"""Gradients that stand in the order of the sorted input, or in that of its inverse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
SHORTEST = 3  # entries of a row: of two, an order is its own inverse


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The order, of each point's own, in which the columns are right."""
    if not evidence.shape or evidence.shape[-1] < SHORTEST:
        return None
    rows = evidence.x.reshape(len(evidence.x), -1, evidence.shape[-1])
    tied = np.any(np.diff(np.sort(rows, axis=-1), axis=-1) == 0, axis=(1, 2))  # more than one order is right there
    for words, order in _orders(np.argsort(rows, axis=-1, kind="stable"), evidence.name):
        start = np.arange(rows.shape[1])[:, None] * rows.shape[-1]
        index = (start + order).reshape(len(rows), 1, -1)
        moved, slack = (np.take_along_axis(side, index, axis=2) for side in (evidence.numeric, evidence.limit))
        points = evidence.explained(moved, np.where(tied[:, None, None], np.inf, slack))
        if points is not None:
            return evidence.told("permutation", words, points)
    return None


def _orders(order: Array, name: str) -> Iterator[tuple[str, Array]]:
    """Where each entry of the gradient comes from."""
    back = np.argsort(order, axis=-1)
    confused = (
        f"the order in which {name} is sorted is taken for its inverse: g[order] = v puts back what {name}[order] took"
    )
    yield confused, np.take_along_axis(order, order, -1)
    yield confused, np.take_along_axis(back, back, -1)
    yield f"the gradient of {name} is left in the order of the sorted entries: g[order] = v puts it back", order
    yield f"the gradient of {name} is put in order twice, or though nothing was sorted", back


FAMILY = Family("sorting", hypotheses=(Hypothesis(Claim.MOVED, diagnose),))
