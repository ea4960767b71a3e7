"""Wrong where an index names an entry more than once: one of the parts is kept, and the others are lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
FEWEST = 3  # wrong entries
SEEN = 2  # points with some
RIGHT = 6  # that are named once, and right
STRAY = 0.1  # share that may be right by chance though named more than once
REPEATED = "g[i] = v and g[i] += v keep one of them, np.add.at adds all"


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Whether what is named more than once is wrong for some output, and nothing else is."""
    if not evidence.shape or evidence.failing.sum() < SEEN:
        return None
    for name, repeated in _repeats(evidence):
        rows = repeated.shape[1]
        wrong, right = (_by_row(evidence, some, rows) for some in (evidence.wrong, evidence.right & evidence.away))
        missed = repeated & right & ~wrong
        told_apart = not (wrong & ~repeated).any() and missed.sum() <= STRAY * wrong.sum()
        if wrong.sum() >= FEWEST and told_apart and (right & ~repeated).sum() >= RIGHT:
            words = f"wrong where {name} names an entry of {evidence.name} more than once, as {REPEATED}"
            return evidence.told("zero", words, evidence.failing, "repeat")
    return None


def _by_row(evidence: Evidence, some: Array, rows: int) -> Array:
    """Whether there are some, for each row of the outputs and each entry along the first axis of the input."""
    box = some.reshape(len(some), rows, -1, evidence.shape[0], int(np.prod(evidence.shape[1:])))
    return np.asarray(box.any(axis=(2, 4)))


def _repeats(evidence: Evidence) -> Iterator[tuple[str, Array]]:
    """For each index into the first axis what it names more than once: in each row of a batch, and on the whole.

    Masks of shape (P, rows of the outputs, length of the first axis).
    """
    length = evidence.shape[0]
    for place, one in enumerate(evidence.probes[0].subject.inputs):
        shape = evidence.probes[0].point.arrays[place].shape
        if one.domain != "labels" or not shape or evidence.values(place).max(initial=0) >= length:
            continue
        values = evidence.values(place).reshape(len(evidence.x), shape[0], -1)
        if len(shape) > 1 and evidence.out[:1] == shape[:1]:
            yield one.name, _counts(values, length) > 1
        yield one.name, _counts(values.reshape(len(values), 1, -1), length) > 1


def _counts(values: Array, size: int) -> Array:
    """How often each of the numbers below a size occurs along the last axis."""
    return np.asarray((values[..., None] == np.arange(size)).sum(axis=-2))


FAMILY = Family("repeats", hypotheses=(Hypothesis(Claim.MOVED, diagnose),))
