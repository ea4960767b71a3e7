"""Losses of labels: the gradient of a row as a sum of softmax, of what the label names, and of ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.bases import Sum, Terms, coefficients
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.text import short

Array = NDArray[Any]
FEWEST = 8  # rows that are looked at
SHARP = 1e-9  # error bound, relative to the largest entry, of rows that are looked at
CLOSE = 1e-5  # relative difference of coefficients that are taken for the same


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The term that is missing, too much or off by a factor."""
    for name, labels in _labels(evidence):
        sides = _rows(evidence)
        if sides is None:
            continue
        analytic, numeric, x, sharp = sides
        terms = _terms(evidence.name, name, x, np.eye(x.shape[1])[labels.reshape(-1).astype(int)])
        terms = [(words, matrix[sharp], power) for words, matrix, power in terms]
        one, other = (coefficients(side[sharp][:, None], terms) for side in (analytic, numeric))
        good = one.fits & other.fits
        if good.sum() >= max(FEWEST, 0.9 * one.usable.sum()) and other.clear[good].any():
            parts = list(_told([words for words, _, _ in terms], one.at(good), other.at(good)))
            words = "; ".join(parts) if all(parts) else ""
            if words:
                return evidence.told("term", words, evidence.failing)
    return None


def _labels(evidence: Evidence) -> Iterator[tuple[str, Array]]:
    """Inputs that name an entry of each row, shape (P, rows)."""
    for place, other in enumerate(evidence.probes[0].subject.inputs):
        shape = evidence.probes[0].point.arrays[place].shape
        beside = other.domain == "labels" and len(evidence.shape) > 0 and shape == evidence.shape[:-1]
        if beside and (evidence.values(place) < evidence.shape[-1]).all():
            yield other.name, evidence.values(place)


def _rows(evidence: Evidence) -> tuple[Array, Array, Array, Array] | None:
    """Both sides and the input by rows, shape (G, L), and which of the rows are sharp; None for other outputs."""
    length = evidence.shape[-1]
    count = evidence.x.shape[1] // max(length, 1)
    if evidence.out not in ((), evidence.shape[:-1]) or length < 2:
        return None
    boxes = [
        side.reshape(len(side), -1, count, length) for side in (evidence.analytic, evidence.numeric, evidence.limit)
    ]
    own = np.arange(count)
    apart = np.repeat(~np.eye(count, dtype=bool), length, axis=1)
    if evidence.out and (evidence.wrong | evidence.away)[:, apart].any():
        return None
    analytic, numeric, limit = (
        (box[:, own, own] if box.shape[1] == count else box[:, 0]).reshape(-1, length) for box in boxes
    )
    size = np.abs(numeric).max(axis=1)
    sharp = (limit.max(axis=1) < SHARP * size) & np.isfinite(analytic).all(axis=1)
    return analytic, numeric, evidence.x.reshape(-1, length), sharp


def _terms(name: str, label: str, x: Array, hot: Array) -> Terms:
    e = np.exp(x - x.max(axis=1, keepdims=True))
    found = (
        (f"softmax({name})", e / e.sum(axis=1, keepdims=True)),
        (f"1 in the entry that {label} names", hot),
        ("the same in every entry", np.ones_like(x)),
    )
    return [(words, values[:, None], 1) for words, values in found]


def _told(names: list[str], analytic: Sum, numeric: Sum) -> Iterator[str]:
    for k, name in enumerate(names):
        stands, belongs = analytic.found[:, k], numeric.found[:, k]
        clear = analytic.clear[:, k] | numeric.clear[:, k]
        if not clear.any():
            continue
        if not stands.any() or not belongs.any():
            yield f"a term with {name} is {'too much' if stands.any() else 'missing'}"
            continue
        ratio = (stands / belongs)[clear]
        middle = float(np.median(ratio))
        if np.abs(ratio - 1).max() > CLOSE:
            alike = np.ptp(ratio) <= CLOSE * abs(middle)  # what is off by more than a factor is no matter of terms
            yield f"the term with {name} is off by the factor {short(float(f'{middle:.5g}'))}" if alike else ""


FAMILY = Family("labels", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
