"""Whether a factor or a term that is missing explains the analytic side."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence

Array = NDArray[Any]
MOST = 0.9  # share of the wrong entries for which there must be a prediction
DIGITS = 1e-7  # relative error of the known numbers themselves, and of a constant that is fitted


def missing_factor(evidence: Evidence, words: str, factor: Array, hint: str = "") -> MatrixDiagnosis | None:
    """That a factor is missing, where that explains the analytic side."""
    nothing = (factor == 0) & ~evidence.away  # whatever the analytic side is there, times 0 it is right
    predicted = np.where(nothing, evidence.analytic, evidence.numeric / factor)
    points = explained_mostly(evidence, predicted, np.where(nothing, 0, evidence.limit / np.abs(factor)))
    return None if points is None else evidence.told("formula", f"a factor {words} is missing{hint}", points)


def without_term(evidence: Evidence, term: Array) -> Array | None:
    """The points at which the analytic side is the numeric one without a term."""
    structure = (evidence.numeric != 0) | (evidence.analytic != 0)
    return explained_mostly(evidence, evidence.numeric - np.where(structure, term, 0), np.zeros(term.shape))


def explained_mostly(evidence: Evidence, predicted: Array, slack: Array, digits: float = DIGITS) -> Array | None:
    """The points explained, where there is a prediction for nearly all wrong entries: 1/x has none at 0.

    Parameters
    ----------
    evidence : Evidence
    predicted, slack : ndarray, shape (P, m, n)
        As for `Evidence.explained`.
    digits : float
        What a prediction may be off by, relative to it.
    """
    if np.isfinite(predicted[evidence.wrong]).mean() < MOST:
        return None
    lacking = np.minimum(digits * np.abs(predicted), 1e-3 * evidence.error)
    return evidence.explained(predicted, slack + lacking)
