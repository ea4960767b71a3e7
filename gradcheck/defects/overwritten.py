"""Of several outputs that one entry acts on, only one gives it a gradient: the others are overwritten, not added."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
FEWEST = 4  # entries that are lost, at all points together
SEEN = 2  # points at which some are


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Whether what is lost is lost beside one that is kept, in every column, and that is the first or the last."""
    lost = evidence.wrong & (evidence.analytic == 0)
    labels = any(one.domain == "labels" for one in evidence.probes[0].subject.inputs)  # these say which ones meet
    if labels or (evidence.wrong & ~lost).any() or lost.sum() < FEWEST or evidence.failing.sum() < SEEN:
        return None
    kept = evidence.right & evidence.away
    if (kept.sum(axis=1) > 1).any() or _left_out(evidence, lost, kept):
        return None
    rows = np.arange(lost.shape[1])[None, :, None]
    for which, first in (("last", False), ("first", True)):
        place = _places(evidence, kept, first=first)
        if not (lost & ((rows <= place) if first else (rows >= place))).any():
            words = f"of several outputs that an entry of {evidence.name} acts on, only the {which} gives it a gradient"
            words = f"{words}, as where the others are overwritten and not added"
            return evidence.told("zero", words, evidence.failing, "overwritten")
    return None


def _places(evidence: Evidence, kept: Array, *, first: bool) -> Array:
    """By point and entry of the input, which output gives it a gradient: what is seen, or the one that may at most."""
    acts = np.any(evidence.away, axis=0)
    ends = np.argmax(acts, axis=0) if first else len(acts) - 1 - np.argmax(acts[::-1], axis=0)
    return np.asarray(np.where(kept.any(axis=1), np.argmax(kept, axis=1), ends))[:, None]


def _left_out(evidence: Evidence, lost: Array, kept: Array) -> bool:
    """Whether it is the same outputs everywhere that give nothing, and one place that gives all: no matter of order."""
    axis = (0, 2)
    if (lost.any(axis=axis) & kept.any(axis=axis)).any():
        return False
    meet = np.asarray(lost.any(axis=1))[:, None]
    rows = np.flatnonzero((kept & meet).any(axis=axis))
    return len(np.unique(np.unravel_index(rows, evidence.out)[0] if evidence.out else rows)) < SEEN


FAMILY = Family("overwritten", hypotheses=(Hypothesis(Claim.MOVED, diagnose),))
