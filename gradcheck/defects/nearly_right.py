"""Nearly right: few digits, an eps, a constant with a slip of the pen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.where import over_entries
from gradcheck.text import magnitude

Array = NDArray[Any]
Curve = Callable[[Array], Array]
CLOSE = 1e-2  # error relative to the size of its row up to which a formula is nearly right
LOST = 1e3 * float(np.finfo(np.float32).eps)  # relative error that float32 on the way may amount to
FEWEST = 4
MOST = 0.9  # share of the wrong entries that are numbers of a shorter dtype
LAST_BITS = 7
EPS_FEWEST, EPS_MOST, EPS_ROOM, EPS_ALIKE = 6, 0.97, 0.5, 1e-4
DIFFERS = "an eps or a constant differs, or is on one side only: in"
TRANSFORMS: tuple[tuple[str, Curve, Curve], ...] = (  # in words, the curve, and the size of its derivative
    ("denominators: 1/analytic - 1/numeric", lambda d: 1 / d, lambda d: 1 / d**2),
    ("denominators: 1/|analytic| - 1/|numeric|", lambda d: 1 / np.abs(d), lambda d: 1 / d**2),
    ("radicands: 1/analytic^2 - 1/numeric^2", lambda d: 1 / d**2, lambda d: 2 / np.abs(d) ** 3),
    ("logarithms: exp(analytic) - exp(numeric)", np.exp, np.exp),
    ("logarithms: exp(-analytic) - exp(-numeric)", lambda d: np.exp(-d), lambda d: np.exp(-d)),
)


def few_digits(evidence: Evidence) -> MatrixDiagnosis | None:
    """Values that have been through float32 or float16 at a point of more digits."""
    hit = evidence.wrong
    if evidence.probes[0].digits.low or hit.sum() < FEWEST:
        return None
    plain, relative = evidence.plain[hit], (evidence.error / np.abs(evidence.numeric))[hit]
    typical = float(np.median(relative))
    for dtype, bits in ((np.float32, np.int32), (np.float16, np.int16)):
        short = plain.astype(dtype)
        used = (short.view(bits).astype(np.int64) & LAST_BITS) != 0  # numbers of few digits, such as 1, are no sign
        if (short.astype(float) == plain).mean() >= MOST and used.mean() >= 0.5 and typical <= np.finfo(dtype).eps:
            words = f"rounded to {np.dtype(dtype).name}: the wrong entries are numbers of it, off by relative"
            return evidence.told("few-digits", f"{words} {magnitude(typical)}", evidence.failing)
    return None


def eps(evidence: Evidence) -> MatrixDiagnosis | None:
    """A constant by which denominators, or what stands below a root or in a logarithm, differ."""
    hit = evidence.telling & evidence.away & (evidence.analytic != 0)
    if hit.sum() < EPS_FEWEST:
        return None
    if (np.sign(evidence.analytic) != np.sign(evidence.numeric))[hit].any():
        return _eps(evidence, hit, TRANSFORMS[1:])
    return _eps(evidence, hit, TRANSFORMS) or _eps_below(evidence, hit)


def _eps(evidence: Evidence, hit: Array, transforms: Sequence[tuple[str, Curve, Curve]]) -> MatrixDiagnosis | None:
    for words, curve, slope in transforms:
        difference = curve(evidence.analytic) - curve(evidence.numeric)
        bound = 2 * slope(evidence.numeric) * evidence.limit
        constant = _common(difference[hit], bound[hit])
        if constant and _holds(evidence, hit, difference, bound, constant):
            told = f"{DIFFERS} {words} is {magnitude(constant)} everywhere"
            return evidence.told("eps", told, evidence.failing)
    return None


def _eps_below(evidence: Evidence, hit: Array) -> MatrixDiagnosis | None:
    """The same beside a numerator that is a known number, as of t / (p + eps)."""
    for words, curve, slope in (TRANSFORMS[0], TRANSFORMS[2]):
        difference = curve(evidence.analytic) - curve(evidence.numeric)
        bound = 2 * slope(evidence.numeric) * evidence.limit
        for name, values in over_entries(evidence):
            for form, power in (("/{}", -1), (" {}", 1), ("/{}^2", -2)):
                share = values.astype(float) ** power
                constant = _common((difference / share)[hit], (bound / np.abs(share))[hit])
                if constant and _holds(evidence, hit, difference / share, bound / np.abs(share), constant):
                    told = f"{words} is {magnitude(constant)}{form.format(name)} everywhere"
                    return evidence.told("eps", f"{DIFFERS} {told}", evidence.failing)
    return None


def _common(difference: Array, bound: Array) -> float:
    """What the sharpest of some differences have in common; 0 where there is nothing."""
    clear = np.nan_to_num(np.abs(difference / bound), nan=0, posinf=0)
    constant = float(np.median(difference[np.argsort(-clear)[:9]]))
    return constant if clear.any() and np.isfinite(constant) else 0.0


def _holds(evidence: Evidence, hit: Array, difference: Array, bound: Array, constant: float) -> bool:
    """Whether the constant fits nearly all entries, and derivatives of sizes different enough to be no accident."""
    asked = (evidence.wrong | evidence.right) & evidence.away
    fits = np.abs(difference - constant) <= bound + EPS_ALIKE * abs(constant)
    strong = hit & (np.abs(difference) > 10 * bound)
    if strong.sum() < EPS_FEWEST or not fits[strong].all():
        return False
    return bool(fits[asked].mean() > EPS_MOST and np.ptp(np.log(np.abs(evidence.numeric[strong]))) > EPS_ROOM)


def nearly(evidence: Evidence) -> MatrixDiagnosis | None:
    """A formula that is right but for something small."""
    row = np.abs(evidence.numeric).max(axis=2, keepdims=True)
    relative = (evidence.error / row)[evidence.wrong]
    if len(relative) < FEWEST or not np.isfinite(relative).all() or relative.max() > CLOSE:
        return None
    few = "digits are lost, or " if relative.max() <= LOST else ""
    words = f"nearly right: {few}a constant, an eps or a small term differs; the error is relative"
    return evidence.told("nearly", f"{words} {magnitude(float(relative.max()))} at most", evidence.failing)


FAMILY = Family(
    "digits",
    hypotheses=(Hypothesis(Claim.WHOLE, few_digits), Hypothesis(Claim.TERM, eps), Hypothesis(Claim.PART, nearly)),
)
