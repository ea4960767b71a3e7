"""What the function does not notice, or what its outputs have in common, and the analytic derivative does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import NEARLY, MatrixDiagnosis
from gradcheck.defects.evidence import TELLING, Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
FEWEST = 3  # points


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """A weighted sum of columns, or of rows, that must vanish and does not."""
    for kind, words, weights, axis in _sums(evidence):
        numeric, analytic = ((a * weights).sum(axis=axis) for a in (evidence.numeric, evidence.analytic))
        limit = (evidence.limit * np.abs(weights)).sum(axis=axis)
        size = np.abs(evidence.numeric * weights).max(axis=axis)
        vanishes = np.abs(numeric) <= limit
        telling = np.any((size > TELLING * limit) & vanishes, axis=1)
        broken = np.any(np.abs(analytic) > TELLING * limit, axis=1)
        points = evidence.failing & telling & broken
        if vanishes.all() and points.sum() >= max(FEWEST, NEARLY * evidence.failing.sum()):
            return evidence.told(kind, words, points)
    return None


def _sums(evidence: Evidence) -> Iterator[tuple[str, str, Array, int]]:
    """Kind and words, the weights of the entries, and the axis over which they are summed."""
    name, call, ones = evidence.name, f"`{evidence.check}`", np.ones_like(evidence.numeric)
    if evidence.x.shape[1] > 1:
        words = f"adding a constant to all of {name} changes nothing, yet the rows of {call} do not sum to 0"
        yield "shift-invariance", f"{words}: what some entries gain, others must lose", ones, 2
        words = f"scaling {name} changes nothing, yet {call} along {name} itself is not 0"
        yield (
            "scale-invariance",
            f"{words}: what goes along {name} must cancel",
            evidence.x[:, None] * ones,
            2,
        )
    if evidence.y.shape[1] > 1:
        yield "constant-sum", f"the outputs have a constant sum, yet the columns of {call} do not sum to 0", ones, 1
        words = f"the outputs have a constant norm, yet {call} would change it"
        yield "constant-norm", words, evidence.y[:, :, None] * ones, 1


FAMILY = Family("invariance", hypotheses=(Hypothesis(Claim.PART, diagnose),))
