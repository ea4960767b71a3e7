"""Both sides have one curve in common: the analytic one is a line of the numeric one, or a power of it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.curves import ALIKE, DISTINCT, sharpest
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.wording import line, rounded
from gradcheck.text import short

Array = NDArray[Any]
FEWEST = 8  # different values of one side of which the other is told to be a line: two constants are fitted
ROUNDING = 1e-8  # relative error of constants fitted to sharp entries


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """Both sides have one curve in common: a + b times the numeric one, or a power of it."""
    at = sharpest(evidence)
    analytic, numeric = evidence.analytic[at], evidence.numeric[at]
    if len(np.unique(np.round(numeric, 6))) < DISTINCT:
        return None
    return _line(evidence, analytic, numeric) or _power(evidence, analytic, numeric)


def _line(evidence: Evidence, analytic: Array, numeric: Array) -> MatrixDiagnosis | None:
    low, high = int(numeric.argmin()), int(numeric.argmax())
    slope = float((analytic[high] - analytic[low]) / (numeric[high] - numeric[low]))
    level = float(np.median(analytic - slope * numeric))
    structure = (evidence.analytic != 0) | (evidence.numeric != 0)
    predicted = np.where(structure, level + slope * evidence.numeric, 0)
    digits = np.minimum(ROUNDING * np.abs(predicted), 1e-3 * evidence.error)  # that the two constants lack
    points = evidence.explained(predicted, abs(slope) * evidence.limit + digits)
    if points is None or len(np.unique(np.round(numeric, 6))) < FEWEST:
        return None
    words = f"analytic = {line(level, slope, 'numeric')} in every entry"
    return evidence.told("affine", words + _about(level, slope), points)


def _about(level: float, slope: float) -> str:
    """The number that both sides hold beside the part that is off by a factor, where it is a plain one."""
    if min(abs(slope - 1), abs(slope + 1)) <= ALIKE:
        return ""
    constant = level / (1 - slope)
    plain = round(constant, 2)
    if not plain or abs(plain - constant) > ROUNDING * max(1, abs(constant)):
        return ""
    beside = f"{'+' if plain < 0 else '-'} {short(abs(plain))}"
    factor = short(rounded(slope))
    return f": analytic {beside} = {factor} (numeric {beside}), as where one of two terms is off by a factor"


def _power(evidence: Evidence, analytic: Array, numeric: Array) -> MatrixDiagnosis | None:
    power = float(np.median(np.log(np.abs(analytic)) / np.log(np.abs(numeric))))
    if not np.isfinite(power):
        return None
    fraction = Fraction(power).limit_denominator(4)
    power = float(fraction)
    if fraction in (0, 1) or not np.allclose(np.abs(numeric) ** power, np.abs(analytic), rtol=1e-6):
        return None
    whole = np.sign(evidence.analytic) * np.abs(evidence.numeric) ** power
    slack = np.abs(power * whole / np.where(evidence.numeric != 0, evidence.numeric, 1)) * evidence.limit
    points = evidence.explained(whole, slack)
    words = f"the power is off: |analytic| = |numeric|^({fraction}) in every entry"
    return None if points is None else evidence.told("affine", words, points)


FAMILY = Family("affine", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
