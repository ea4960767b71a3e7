"""A matrix inside is transposed: between factors of the rows and of the columns, as slopes before and after it are."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
SMALLEST, LARGEST = 3, 64  # rows from which two free factors for a row are no accident, and for which they are fitted
PAIRS = 6  # entries off the diagonal that both sides have, at least: with fewer everything fits
DIGITS = 1e-6  # relative, that the fitted factors lack


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The transposed matrix, each entry times the factor of its column and divided by that of its row."""
    m, n = evidence.numeric.shape[1:]
    if m != n or not SMALLEST <= m <= LARGEST:
        return None
    turned = evidence.numeric.swapaxes(1, 2)
    if (np.abs(evidence.numeric - turned) <= evidence.limit + evidence.limit.swapaxes(1, 2)).all():
        return None  # what is symmetric is its own transpose
    predicted = np.full(evidence.numeric.shape, np.nan)
    slack = np.zeros(evidence.numeric.shape)
    for k in np.flatnonzero(evidence.failing):
        ratio = _factors(evidence.analytic[k], evidence.numeric[k].T, evidence.away[k].T)
        if ratio is not None:
            predicted[k] = evidence.numeric[k].T * ratio
            slack[k] = evidence.limit[k].T * ratio + DIGITS * np.abs(predicted[k])
    fitted = np.isfinite(predicted).all(axis=(1, 2))
    if (fitted & evidence.failing).sum() < 0.5 * evidence.failing.sum():
        return None
    points = evidence.explained(predicted, slack)
    if points is None:
        return None
    words = "analytic = numeric^T but for a factor of each row and column, as where a matrix inside is transposed, or "
    words += "steps are undone in the wrong order"
    return evidence.told("transposed", words, points)


def _factors(analytic: Array, turned: Array, known: Array) -> Array | None:
    """Positive factors d_k / d_j that make one matrix of another, by logarithms; None where too little is known."""
    rows, columns = np.nonzero(known & ~np.eye(len(known), dtype=bool) & (analytic != 0))
    if len(rows) < max(PAIRS, 2 * len(known)):
        return None
    incidence = np.zeros((len(rows), len(known)))
    incidence[np.arange(len(rows)), columns] += 1
    incidence[np.arange(len(rows)), rows] -= 1
    found = np.linalg.lstsq(incidence, np.log(np.abs(analytic / turned)[rows, columns]), rcond=None)[0]
    return np.exp(found[None, :] - found[:, None])


FAMILY = Family("inner", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
