"""Right along the wrong axis: the layer is asked again, with the axes of its inputs exchanged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis

Array = NDArray[Any]
POINTS = 3  # that are asked again
LARGEST = 64  # outputs: each is a call


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Two axes of one length, with which exchanged the analytic side is what the numeric one is without."""
    asked = np.flatnonzero(evidence.failing)[:POINTS]
    if len(asked) < POINTS or len(evidence.numeric[0]) > LARGEST:
        return None
    for a, b in _pairs(evidence.shape):
        if all(_fits(evidence, int(k), a, b) for k in asked):
            points = np.isin(np.arange(len(evidence.probes)), asked)
            words = f"axis {a} and axis {b} are taken for each other: right when both are exchanged in what is given"
            told = evidence.told("axis", words, points)
            return replace(told, points=evidence.failing)
    return None


def _pairs(shape: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    return ((a, b) for a, b in itertools.combinations(range(len(shape)), 2) if shape[a] == shape[b])


def _fits(evidence: Evidence, k: int, a: int, b: int) -> bool:
    """Whether the answers for exchanged inputs, exchanged back, are the numeric derivative at a point."""
    probe, shape = evidence.probes[k], evidence.shape
    exchanged = [x.swapaxes(a, b).copy() if x.shape == shape else x for x in probe.point.arrays]
    answer = evidence.answer(k, exchanged)
    if answer is None:
        return False
    back = answer.reshape(len(answer), *shape).swapaxes(a + 1, b + 1).reshape(answer.shape)
    if probe.y.shape == shape:
        back = back[np.arange(probe.y.size).reshape(shape).swapaxes(a, b).reshape(-1)]
    asked = evidence.wrong[k] | evidence.right[k]
    return bool((np.abs(back - evidence.numeric[k]) <= 2 * evidence.limit[k])[asked].all())


FAMILY = Family("axes", hypotheses=(Hypothesis(Claim.MOVED, diagnose),))
