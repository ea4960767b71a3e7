"""What a smaller point must still tell: the same diagnosis, and how entries of one axis act on each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.scripts.failure import Failure

Array = NDArray[Any]

PAIR = 2  # places of an axis: the fewest that tell a sum from its terms, or one entry from another
ALONE = 1


def cause_at(failure: Failure) -> str:
    """The kind of the diagnosis that one point alone allows; empty where it shows too little for any.

    Where the wrong entries lie does not count: of few entries, all are a row, a column or the diagonal.
    """
    from gradcheck.defects.recognise import diagnoses  # only where something fails: start-up

    told = diagnoses((failure.finding,), (failure.probe,)).get(0)
    return told.kind if told else ""


def least_length(failure: Failure) -> int:
    """The length down to which an axis may be cut: one place of it says all only where no entry acts on others."""
    probe = failure.probe
    if not probe.usable or probe.sample is not None:
        return PAIR
    matrices = [probe.estimate.value, *probe.claims.values()]
    parts = (matrix[:, part] for matrix in matrices for _, _, part in probe.pieces)
    return PAIR if any(_shares(part) for part in parts) else ALONE


def _shares(matrix: Array) -> bool:
    """Whether any row or column has several entries that are not zero."""
    return any(bool((np.count_nonzero(matrix, axis=axis) > 1).any()) for axis in (0, 1))
