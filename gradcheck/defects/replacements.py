"""A few numbers that stand where a few others belong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects import where
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.relation import Relation
from gradcheck.text import short

Array = NDArray[Any]
FEWEST = 4  # wrong entries with one pair of numbers
SEEN = 3  # points with wrong entries
MOST = 3  # pairs that a person takes in
CLOSE = 1e-9  # relative difference of what is one number but for rounding
DIGITS = 4  # that are told
THRESHOLDS = ("large", "small", "outside", "band")  # one of two numbers or the other: any will do


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The pairs of numbers, and where each stands, if all wrong entries hold one of two or three."""
    pairs = _pairs(evidence)
    if pairs is None or evidence.failing.sum() < SEEN:
        return None
    told = [
        f"{_short(given)} where {_short(belongs)} belongs{_place(evidence, mask)}" for given, belongs, mask in pairs
    ]
    (a, b, _), (c, d, _), *more = pairs
    crossed = not more and _near(a, d) and _near(b, c)
    words = f"`{evidence.check}` gives {'; '.join(told)}{': the two numbers are exchanged' if crossed else ''}"
    return evidence.told("pairs", words, evidence.failing)


def _pairs(evidence: Evidence) -> list[tuple[float, float, Array]] | None:
    """What is given, what belongs there, and in which wrong entries; None where that are too many, or one alone."""
    left = evidence.wrong.copy()
    found: list[tuple[float, float, Array]] = []
    while left.any() and len(found) < MOST:
        at = np.unravel_index(np.argmin(np.where(left, evidence.limit, np.inf)), left.shape)
        given, belongs = float(evidence.analytic[at]), float(evidence.numeric[at]) if evidence.away[at] else 0.0
        if not np.isfinite(given):
            return None
        slack = evidence.limit + CLOSE * abs(belongs)
        same = np.abs(evidence.analytic - given) <= CLOSE * abs(given)
        mask = left & same & (np.abs(evidence.numeric - belongs) <= slack)
        if mask.sum() < FEWEST:
            return None
        found.append((given, belongs, mask))
        left &= ~mask
    numbers = any(given and belongs for given, belongs, _ in found)  # else it is a matter of where they go
    return found if len(found) > 1 and numbers and not left.any() else None


def _place(evidence: Evidence, mine: Array) -> str:
    """Where one of the pairs stands, in words; empty where that is not known."""
    others = (evidence.wrong & ~mine) | (evidence.right & evidence.live)
    region = where.region_of(replace(evidence, wrong=mine, right=others), Relation("constant", "", others))
    return f", {region.words}" if region and region.kind not in THRESHOLDS else ""


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= CLOSE * max(abs(a), abs(b))


def _short(number: float) -> str:
    return short(float(f"{number:.{DIGITS}g}"))


FAMILY = Family("pairs", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
