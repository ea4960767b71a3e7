"""Wrong in what a recurrence carries: in the effect of a step on later ones, or on the outputs from a step on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
Part = tuple[str, Array]  # in words, and where in the matrix
SEEN = 2  # points at which each entry elsewhere must have been seen right
FEWEST = 6  # wrong entries
MOSTLY = 0.5  # least share of the entries in the part, where something can be told, that are wrong at some point


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The smallest part that holds every wrong entry, with all entries elsewhere seen right."""
    wrong, right = np.any(evidence.wrong, axis=0), (evidence.right & evidence.away)[evidence.failing].sum(axis=0)
    live = np.any(evidence.away, axis=0)
    if evidence.wrong.sum() < FEWEST:
        return None
    fitting = [
        (int((live & part).sum()), words, part)
        for words, part in _parts(evidence)
        if not (wrong & ~part).any()
        and (live & ~part).any()
        and (right[live & ~part] >= SEEN).all()
        and (wrong & part).sum() >= MOSTLY * (live & part).sum()
    ]
    if not fitting:
        return None
    _, words, _ = min(fitting, key=lambda one: one[0])
    return evidence.told("", f"wrong only {words}; {evidence.elsewhere}", evidence.failing, "step")


def _parts(evidence: Evidence) -> Iterator[Part]:
    """Parts by the first axis of the output, and of the input where both have as many steps; the diagonal."""
    if evidence.shape == evidence.out and len(evidence.numeric[0]) > 2:  # of two outputs it is no small part
        eye = np.eye(len(evidence.numeric[0]), dtype=bool)
        yield "on the diagonal: in an entry's direct effect on itself", eye
    if len(evidence.out) < 1 or evidence.out[0] < 2:
        return
    steps, y = evidence.out[0], evidence.output
    its = np.indices(evidence.out)[0].reshape(-1)[:, None]
    size = evidence.numeric.shape[2]
    for step in range(1, steps):
        yield f"in what acts on {y}[{step}:], not on {y}[:{step}]", np.repeat(its >= step, size, axis=1)
    if evidence.shape and evidence.shape[0] == steps:
        mine = np.indices(evidence.shape)[0].reshape(-1)[None, :]
        for lag in range(1, steps):
            over = "of an entry" if lag == 1 else f"over {lag} entries or more"
            carried = f"along axis 0{', as of what a recurrence carries' if len(evidence.shape) > 1 else ''}"
            yield f"in the effect {over} on later ones {carried}", its - mine >= lag
            yield f"in the effect {over} on earlier ones {carried}", mine - its >= lag


FAMILY = Family("steps", hypotheses=(Hypothesis(Claim.PART, diagnose),))
