"""An eps on one side only, in a quotient of whole rows: the error fades as a variance, a norm, a probability grows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.text import magnitude

Array = NDArray[Any]
SMALL = 0.1  # relative error up to which it is in proportion to the eps
WIDEST = 0.1  # a number above it is no eps
LARGEST = 1e-2  # relative error of half of the groups, at most: what is further off is no matter of an eps
FEWEST = 5  # groups of entries
# By what products of error and statistic may differ at most, and by what the errors must, for that to be no accident:
# a quotient of the output has exactly eps / statistic, the derivative of a normalised row one to three times as much.
PROPORTIONS = ((1.05, 4.0), (6.0, 100.0))


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The statistic that is in inverse proportion to the relative errors of its group of entries."""
    for words, statistic, error in _groups(evidence):
        shown = (error > 0) & (error < SMALL) & np.isfinite(statistic) & (statistic > 0)
        if shown.sum() < FEWEST or np.median(error[shown]) > LARGEST:
            continue
        product = error[shown] * statistic[shown]
        spread, reach = product.max() / product.min(), error[shown].max() / error[shown].min()
        eps = float(np.median(product))
        if eps <= WIDEST and any(spread <= most and reach >= least for most, least in PROPORTIONS):
            told = f"an eps on one side only, or two of them: the relative error is about {magnitude(eps)} over {words}"
            return evidence.told("eps", told, evidence.failing & np.isfinite(evidence.analytic).all(axis=(1, 2)))
    return None


def _groups(evidence: Evidence) -> Iterator[tuple[str, Array, Array]]:
    """Statistics in words, of groups of entries of the input or of single outputs, and the relative errors there."""
    wrong = np.where(evidence.wrong, evidence.error, 0)
    size = np.where(evidence.right | evidence.wrong, np.abs(evidence.numeric), 0)
    for axis in range(-1, 1) if len(evidence.shape) > 1 else (-1,) if evidence.shape else ():
        x, error = (_by_groups(a, evidence.shape, axis) for a in (evidence.x, wrong.max(axis=1)))
        scale = _by_groups(size.max(axis=1), evidence.shape, axis)
        what = evidence.name if len(evidence.shape) == 1 else f"a row of {evidence.name}"
        what = f"a column of {evidence.name}" if axis == 0 and len(evidence.shape) > 1 else what
        relative = error.max(axis=-1) / np.maximum(scale.max(axis=-1), np.finfo(float).tiny)
        if x.shape[-1] > 1:
            if axis == -1:
                yield from ((words, p.reshape(relative.shape), relative) for words, p in _probabilities(evidence, x))
            yield f"the variance of {what}", x.var(axis=-1), relative
            yield f"the mean square of {what}", (x * x).mean(axis=-1), relative
            yield f"the norm of {what}", np.linalg.norm(x, axis=-1), relative
    relative = wrong.max(axis=2) / np.maximum(size.max(axis=2), np.finfo(float).tiny)
    yield "exp(y)", np.exp(evidence.y), relative
    yield "exp(-y)", np.exp(-evidence.y), relative


def _probabilities(evidence: Evidence, x: Array) -> Iterator[tuple[str, Array]]:
    """What softmax makes of the entries that labels name."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    for place, other in enumerate(evidence.probes[0].subject.inputs):
        labels = evidence.values(place)
        if other.domain == "labels" and labels.shape == x.shape[:-1]:
            named = np.take_along_axis(e, labels.astype(int)[..., None], -1)[..., 0] / e.sum(axis=-1)
            yield f"softmax({evidence.name})[{other.name}]", named


def _by_groups(values: Array, shape: tuple[int, ...], axis: int) -> Array:
    """Values of the entries, shape (P, n), by groups along an axis of the input: shape (P, groups, length)."""
    box = values.reshape(len(values), *shape)
    moved = np.moveaxis(box, axis if axis < 0 else axis + 1, -1)
    return moved.reshape(len(values), -1, moved.shape[-1])


FAMILY = Family("softening", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
