"""A quick look at a point: plain differences tell a gross error, or none, long before the oracle has a bound for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.contract import Subject
from gradcheck.adapters.reading import gradients_of, jacobians_of, output_of
from gradcheck.checks.matrices import claimed_matrix
from gradcheck.defects.shrink.recheck import COMPARED
from gradcheck.inputs.cotangents import one_hots
from gradcheck.oracle.sampling import WHOLE
from gradcheck.records.dtypes import converted
from gradcheck.records.finding import Finding

Array = NDArray[Any]
# Relative to entries above 1. Of a function of size 1 the mean of both slopes is then right to about eps / STEP = 2e-10
# and STEP**2 = 1e-12, and the two differ by its curvature times STEP: both far below SMALL.
STEP = 1e-6
GROSS = 1e-2  # error, relative to the largest slope, that is no matter of rounding or of a long step
SMALL = 1e-4  # ... and one that may be; between the two, the oracle is asked


def coarsely_wrong(subject: Subject, finding: Finding, arrays: Sequence[Array]) -> bool | None:
    """Whether the derivative that a finding compares is grossly wrong at a point; None where that is not clear.

    Not clear are points where the slopes to both sides differ, where anything is not finite or raises, and where the
    error is neither large nor small.
    """
    if finding.check not in COMPARED or sum(a.size for a in arrays) ** 2 > WHOLE:
        return None
    k = next((k for k in subject.differentiable if subject.inputs[k].name == finding.input), None)
    if k is None:
        return None
    try:
        if not subject.is_defined(arrays):
            return False
        return _wrong(subject, finding.check, converted(arrays, np.float64), k)
    except Breach:
        return None


def _wrong(subject: Subject, check: str, arrays: Sequence[Array], k: int) -> bool | None:
    y = output_of(subject, arrays)
    right, left = _slopes(subject, arrays, k, y)
    middle = (right + left) / 2
    analytic = _claimed(subject, check, arrays, k, y)
    other = _jacobian(subject, arrays, k, y) if check == "agreement" else middle
    if not all(np.isfinite(part).all() for part in (right, left, analytic, other)):
        return None
    size = max(float(np.max(np.abs(part), initial=0)) for part in (middle, analytic))
    if size == 0 or np.max(np.abs(right - left), initial=0) > SMALL * size:
        return None if size else False
    error = float(np.max(np.abs(analytic - other)))
    return True if error > GROSS * size else False if error < SMALL * size else None


def _slopes(subject: Subject, arrays: Sequence[Array], k: int, y: Array) -> tuple[Array, Array]:
    """The slopes to both sides in every entry of an input, each of shape (m, n)."""
    right, left = np.empty((y.size, arrays[k].size)), np.empty((y.size, arrays[k].size))
    for column, value in enumerate(arrays[k].reshape(-1)):
        step = STEP * max(abs(value), 1.0)
        for slopes, h in ((right, step), (left, -step)):
            moved = list(arrays)
            moved[k] = arrays[k].copy()
            moved[k].reshape(-1)[column] = value + h
            slopes[:, column] = (output_of(subject, moved) - y).reshape(-1) / h
    return right, left


def _claimed(subject: Subject, check: str, arrays: Sequence[Array], k: int, y: Array) -> Array:
    """What the method says that a check is about: shape (m, n) for the n entries of one input."""
    if check == "jacobian":
        return _jacobian(subject, arrays, k, y)
    if check == "jvp":
        return claimed_matrix(subject, check, arrays, y, None)[:, _columns(subject, arrays, k)]
    return _rows(subject, arrays, k, y)


def _columns(subject: Subject, arrays: Sequence[Array], k: int) -> slice:
    """Where an input's columns lie in a Jacobian."""
    start = sum(arrays[j].size for j in subject.differentiable if j < k)
    return slice(start, start + arrays[k].size)


def _rows(subject: Subject, arrays: Sequence[Array], k: int, y: Array) -> Array:
    place = subject.differentiable.index(k)
    return np.stack([gradients_of(subject, v, arrays)[place].reshape(-1) for v in one_hots(y.shape)])


def _jacobian(subject: Subject, arrays: Sequence[Array], k: int, y: Array) -> Array:
    part = jacobians_of(subject, arrays, y.shape)[subject.differentiable.index(k)]
    return part.reshape(y.size, -1)
