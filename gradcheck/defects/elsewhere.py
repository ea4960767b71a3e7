"""The least that can be said: what is not wrong."""

from __future__ import annotations

import numpy as np

from gradcheck.defects.diagnosis import NEARLY, MatrixDiagnosis, listing
from gradcheck.defects.evidence import Evidence, gather
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.text import magnitude

SLIGHT = 1e-2  # relative error up to which lost digits, as of float16, or a small term may be all that is wrong
SEEN = 5  # points from which on a statement about all of them is safe


def elementwise(evidence: Evidence) -> MatrixDiagnosis | None:
    """Each output depends on one entry, and the zeros are right: it is the formula of the slope."""
    size = len(evidence.numeric[0])
    if evidence.shape != evidence.out or size < 3 or evidence.failing.sum() < SEEN:
        return None
    if evidence.wrong.sum() < (evidence.right & evidence.live).sum():
        return None
    off = ~np.eye(size, dtype=bool)
    if evidence.wrong[:, off].any() or (np.abs(evidence.numeric) > evidence.limit)[:, off].any():
        return None
    where = "the slope is wrong for most values, and 0 is right where entries do not act on each other"
    words = f"{where}: its formula is wrong, or an array in it"
    if (most := _relative(evidence)) < SLIGHT:
        small = "digits are lost, or a small term or factor is wrong"
        words = f"nearly right, off by relative {magnitude(most)} or so: {small}"
    return evidence.told("slope", words, evidence.failing)


def _relative(evidence: Evidence) -> float:
    """The relative error that hardly any wrong entry exceeds."""
    size = np.abs(evidence.numeric).max(axis=(1, 2), keepdims=True)
    share = (evidence.error / np.where(size > 0, size, np.nan))[evidence.wrong]
    return float(np.nanquantile(share, NEARLY)) if np.isfinite(share).any() else np.inf


def other_inputs(evidence: Evidence) -> MatrixDiagnosis | None:
    """Which of the gradients are wrong, and which are right at every point."""
    names = [name for name, _, _ in evidence.probes[0].pieces]
    right = [name for name in names if name != evidence.name and _is_right(evidence, name)]
    wrong = [name for name in names if name == evidence.name or _is_wrong(evidence, name)]
    if not right or evidence.failing.sum() < SEEN:
        return None
    only = f"the gradient of {wrong[0]} is" if len(wrong) == 1 else f"the gradients of {listing(wrong)} are"
    only = f"{'only ' if len(right) + len(wrong) == len(names) else ''}{only} wrong"
    rest = f"that of {right[0]} is" if len(right) == 1 else f"those of {listing(right)} are"
    return evidence.told("input", f"{only}; {rest} right at every point", evidence.failing)


def _is_wrong(evidence: Evidence, name: str) -> bool:
    other = gather(evidence.probes, evidence.check, name)
    return other is not None and bool(other.failing.any())


def _is_right(evidence: Evidence, name: str) -> bool:
    """Whether another input's gradient is right at every point, and where this one's is wrong mostly known to be."""
    other = gather(evidence.probes, evidence.check, name)
    return other is not None and not other.failing.any() and bool(other.right[evidence.failing].mean() > 0.5)


FAMILY = Family("elsewhere", hypotheses=(Hypothesis(Claim.PART, elementwise),))
