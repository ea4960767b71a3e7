"""A factor or a term of the formula is missing: a small function of a number that is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects import coefficients
from gradcheck.defects.curves import ALIKE, DISTINCT, KnownCurve, KnownCurves, known_numbers, sharpest
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.lengths import PLAIN, lengths
from gradcheck.defects.missing import explained_mostly, missing_factor, without_term
from gradcheck.defects.sums import powers_of_sums
from gradcheck.defects.wording import product, rounded
from gradcheck.text import short

Array = NDArray[Any]
MOST_TERMS = 8  # known numbers of which the two sides may be sums
ONE_NUMBER = 1e-8  # relative spread of sharp entries that are one number


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The factor, or the term, by which the two sides differ."""
    at = sharpest(evidence)
    if len(at[0]) < DISTINCT:
        return None
    curves = KnownCurves(list(known_numbers(evidence)), at)
    return _for_a_number(evidence, curves) or _by_a_factor(evidence, curves) or _by_a_term(evidence, curves)


def _by_a_factor(evidence: Evidence, curves: KnownCurves) -> MatrixDiagnosis | None:
    quotients = evidence.numeric[curves.at] / evidence.analytic[curves.at]
    for constant, curve in curves.multiples(quotients):
        words, hint = product(constant, curve.words), _length_in(evidence, constant)
        if (found := missing_factor(evidence, words, constant * curve.whole, hint)) is not None:
            return found
    for name, values in curves.numbers:
        for words, factor, beside in powers_of_sums(quotients, name, values, curves.at):
            hint = f", or a term: {beside} times what stands there" if beside else ""
            if (found := missing_factor(evidence, words, factor, hint)) is not None:
                return found
    return None


def _by_a_term(evidence: Evidence, curves: KnownCurves) -> MatrixDiagnosis | None:
    for constant, curve in curves.multiples(evidence.numeric[curves.at] - evidence.analytic[curves.at]):
        points = without_term(evidence, constant * curve.whole)
        if points is not None:
            return evidence.told("formula", _of_term(evidence, constant, curve, curves), points)
    return None


def _for_a_number(evidence: Evidence, curves: KnownCurves) -> MatrixDiagnosis | None:
    """What stands in the analytic side where one number belongs."""
    analytic, numeric = evidence.analytic[curves.at], evidence.numeric[curves.at]
    if np.ptp(numeric) > ONE_NUMBER * abs(numeric[0]):
        return None
    belongs = short(rounded(float(numeric[0])))
    for words, values in _plain_curves(curves, analytic):
        points = explained_mostly(evidence, np.where(evidence.live, values, 0), np.zeros(values.shape))
        if points is not None:
            return evidence.told("formula", f"`{evidence.check}` gives {words} where {belongs} belongs", points)
    return None


def _plain_curves(curves: KnownCurves, side: Array) -> Iterator[tuple[str, Array]]:
    """Multiples of curves, and powers of sums, that a side is."""
    for constant, curve in curves.multiples(side):
        yield product(constant, curve.words), constant * curve.whole
    for name, values in curves.numbers:
        yield from ((words, whole) for words, whole, _ in powers_of_sums(side, name, values, curves.at))


def _length_in(evidence: Evidence, constant: float) -> str:
    """What length a constant may be, or the divisor: at other lengths it is another one then."""
    known = lengths(evidence).items()
    fits = [
        (length, name) for length, name in known if any(abs(constant / c - 1) < ALIKE for c in (length, 1 / length))
    ]
    return "".join(f" ({length} is {name}, too)" for length, name in fits if length not in PLAIN[:1])


def _of_term(evidence: Evidence, constant: float, curve: KnownCurve, curves: KnownCurves) -> str:
    """In words what is wrong with a term: its coefficient, or that it is not there at all."""
    at = curves.at
    others = [(other, known[at]) for other, known in curves.numbers if other != curve.words][:MOST_TERMS]
    found = coefficients.of_term(evidence.analytic[at], evidence.numeric[at], (curve.words, curve.whole[at]), others)
    stands, belongs = found or ("", "")
    if stands and belongs:
        return f"a coefficient or a sign is wrong, as by a bracket: {stands} stands where {belongs} belongs"
    if stands:
        return f"a term is too much: {stands}"
    return (
        f"a term is missing: {belongs}" if belongs else f"a term is missing or wrong: {product(constant, curve.words)}"
    )


FAMILY = Family("formula", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
