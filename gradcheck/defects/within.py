"""What is wrong in a part of the matrix that stands for itself: within a step, or in the first one; others follow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects import formula, products
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.position import listed, sliced

Array = NDArray[Any]
FEWEST = 12  # wrong entries in the part
SEEN = 2  # points at which an entry must have been seen right
MOST = 0.5  # least share of the failing points at which the part is wrong


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The factor or the term that is wrong there."""
    for words, part in _parts(evidence):
        inside = replace(evidence, wrong=evidence.wrong & part, right=evidence.right & part)
        share = inside.failing.sum() / max(evidence.failing.sum(), 1)
        if inside.wrong.sum() < FEWEST or share < MOST or not (evidence.wrong & ~part).any():
            continue
        beyond = evidence.wrong & ~part
        for test in (partial(_nothing, beyond=beyond), formula.diagnose, products.diagnose):
            if (found := test(inside)) is not None:
                told = f"one part of what is wrong, {words}: {found.sentence}; the rest may follow from it"
                return evidence.told(found.kind, told, evidence.failing, "part")
    return None


def _nothing(evidence: Evidence, *, beyond: Array) -> MatrixDiagnosis | None:
    """That one side is nothing there, and something elsewhere."""
    sides = (("zero", "gives 0", evidence.analytic != 0), ("extra", "gives something where 0 belongs", evidence.away))
    for kind, words, side in sides:
        alone = not side[evidence.wrong].any() and side[beyond].any()
        if alone and not (evidence.right & evidence.away).any():
            return evidence.told(kind, f"`{evidence.check}` {words}", evidence.failing)
    return None


def columns(evidence: Evidence) -> MatrixDiagnosis | None:
    """Which entries of the input are wrong there, such as the rows of one gate, where nothing more is known."""
    if any(one.domain == "labels" for one in evidence.probes[0].subject.inputs):  # which decide what stands where
        return None
    for words, part in _parts(evidence):
        wrong, right = evidence.wrong & part, evidence.right & evidence.away & part
        bad, good = np.asarray(wrong.any(axis=(0, 1))), np.asarray(right.sum(axis=(0, 1)))
        others = np.any(evidence.live & part, axis=0) & ~bad
        if not sliced(bad, evidence.shape):  # entries here and there are those of these points
            continue
        if wrong.sum() >= FEWEST and (evidence.wrong & ~part).any() and others.any() and (good[others] >= SEEN).all():
            told = f"{words}: in {listed(bad, evidence.shape)} of {evidence.name} and not beside it"
            told = f"one part of what is wrong, {told}; the rest may follow from it"
            return evidence.told("", told, evidence.failing, "part")
    return None


def _parts(evidence: Evidence) -> Iterator[tuple[str, Array]]:
    """Parts in which a mistake shows by itself, in words."""
    shape, out = evidence.shape, evidence.out
    if shape == out and len(evidence.numeric[0]) > 1:
        yield "in an entry's effect on itself", np.eye(len(evidence.numeric[0]), dtype=bool)
    if not out or out[0] < 2:
        return
    its = np.indices(out)[0].reshape(-1)[:, None]
    if shape and shape[0] == out[0]:
        mine = np.indices(shape)[0].reshape(-1)[None, :]
        yield f"in the effect of {evidence.name}[i] on {evidence.output}[i]", its == mine
    size = evidence.numeric.shape[2]
    yield f"in {evidence.output}[0]", np.repeat(its == 0, size, axis=1)
    yield f"in {evidence.output}[{out[0] - 1}]", np.repeat(its == out[0] - 1, size, axis=1)


FAMILY = Family("within", hypotheses=(Hypothesis(Claim.PART, diagnose),))
