"""A factor or a term that is a product of two curves; or both sides are such products, and not the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.formula import FUNCTIONS
from gradcheck.defects.where import over_entries
from gradcheck.defects.wording import product

Array = NDArray[Any]
SAMPLE = 60  # entries in which a product is looked for before it is tried on all
FEWEST = 8  # of these, with values of their own: of thousands of products none fits so many by accident
SHARP = 1e-6  # relative error bound of the entries that are looked at
ALIKE = 1e-5  # difference of logarithms that are taken for the same
REACH = 0.5  # by which the logarithms of a product must vary
TRIED = 3  # products that fit the sample, and are tried on all entries
FORMS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    *FUNCTIONS,
    ("{}^3", lambda u: u**3),
    ("log(1 - {})", lambda u: np.log(np.abs(1 - u))),
    ("sin({})", np.sin),
    ("sigmoid(-{})", lambda u: 1 / (1 + np.exp(u))),
    ("sigmoid'({})", lambda u: 1 / (2 + np.exp(u) + np.exp(-u))),
    ("(1 - tanh({})^2)", lambda u: 1 / np.cosh(u) ** 2),
    ("(1 + {}^2)", lambda u: 1 + u * u),
    ("1/(1 + {}^2)", lambda u: 1 / (1 + u * u)),
    ("(1 + |{}|)", lambda u: 1 + np.abs(u)),
    ("1/(1 + |{}|)", lambda u: 1 / (1 + np.abs(u))),
    ("(1 - {})^2", lambda u: (1 - u) ** 2),
)
MULTIPLES = ("sigmoid({})", lambda u: np.log(u / (1 - u))), ("exp({})", np.log)  # a curve of k u, and its inverse


@dataclass(frozen=True, eq=False)
class _Curve:
    """A function of a known number: in words, in all entries, and its logarithm and sign in the sample."""

    words: str
    whole: Array
    size: Array
    sign: Array


@dataclass(frozen=True, eq=False)
class Product:
    """A constant times curves or powers: in words, and in all entries."""

    words: str
    whole: Array


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The factor, the term, or what stands on either side."""
    at = sample(evidence)
    if len(at[0]) < FEWEST:
        return None
    analytic, numeric = evidence.analytic[at], evidence.numeric[at]
    curves = [curve for curve in _curves(evidence, at) if np.isfinite(curve.size).all()]
    for found in _products(numeric / analytic, curves):
        if (points := _explain(evidence, evidence.numeric / found.whole, 1 / found.whole)) is not None:
            return evidence.told("formula", f"a factor {found.words} is missing", points)
    for found in _products(numeric - analytic, curves):
        structure = (evidence.numeric != 0) | (evidence.analytic != 0)
        term = np.where(structure, found.whole, 0)
        if (points := _explain(evidence, evidence.numeric - term, np.ones_like(term))) is not None:
            return evidence.told("formula", f"a term is missing or wrong: {found.words}", points)
    return _both(evidence, at, curves)


def _both(evidence: Evidence, at: tuple[Array, ...], curves: Sequence[_Curve]) -> MatrixDiagnosis | None:
    """What the analytic side is, and what belongs there, where both are products."""
    sides = [[*_multiples(evidence, side[at], at), *_products(side[at], curves)] for side in _sides(evidence)]
    for stands in sides[0]:
        for belongs in sides[1]:
            ratio = stands.whole / belongs.whole
            points = _explain(evidence, evidence.numeric * ratio, ratio)
            if points is not None:
                words = f"{stands.words} stands where {belongs.words} belongs"
                return evidence.told("formula", f"`{evidence.check}` is wrong by its formula: {words}", points)
    return None


def _sides(evidence: Evidence) -> tuple[Array, Array]:
    return evidence.analytic, evidence.numeric


def sample(evidence: Evidence) -> tuple[Array, ...]:
    """Sharp wrong entries, spread over their sizes."""
    sharp = evidence.limit < SHARP * np.minimum(evidence.error, np.abs(evidence.numeric))
    at = np.nonzero(sharp & evidence.telling & np.isfinite(evidence.analytic) & (evidence.analytic != 0))
    order = np.argsort(np.abs(evidence.numeric[at]), kind="stable")
    chosen = order[np.unique(np.linspace(0, len(order) - 1, SAMPLE).astype(int))] if len(order) else order
    return tuple(index[chosen] for index in at)


def _curves(evidence: Evidence, at: tuple[Array, ...]) -> Iterator[_Curve]:
    for name, values in over_entries(evidence):
        for form, function in FORMS:
            whole = function(values)
            yield _Curve(form.format(name), whole, np.log(np.abs(whole[at])), np.sign(whole[at]))


def _products(sought: Array, curves: Sequence[_Curve]) -> Iterator[Product]:
    """Constants times one curve, or two, that are what is sought in the sample, the plainest first."""
    if not sought.all() or not np.isfinite(sought).all() or not curves:
        return
    size, ones = np.log(np.abs(sought)), np.ones_like(sought)
    if np.ptp(size) < REACH or len(np.unique(np.round(size, 6))) < FEWEST:
        return
    every = [_Curve("", np.ones(()), 0 * size, ones), *curves]
    steps = np.stack([curve.size - curve.size[0] for curve in every])
    wanted = size - size[0]
    fits = np.ones((len(every), len(every)), dtype=bool)
    for k in range(len(wanted)):
        fits &= np.abs(steps[:, None, k] + steps[None, :, k] - wanted[k]) < ALIKE
    pairs = sorted(np.argwhere(np.triu(fits)).tolist(), key=sum)
    told = 0
    for i, j in pairs:
        first, second = every[i], every[j]
        signs = np.sign(sought) * first.sign * second.sign
        if (signs == signs[0]).all() and told < TRIED:
            told += 1
            constant = float(signs[0] * np.exp(np.median(size - first.size - second.size)))
            yield Product(
                product(constant, _times(first.words, second.words)),
                float(f"{constant:.6g}") * first.whole * second.whole,
            )


def _times(first: str, second: str) -> str:
    """A product of two curves, in words: ``x / y``."""
    if first.startswith("1/") and second and not second.startswith("1/"):
        first, second = second, first
    if first and second.startswith("1/"):
        both = first.startswith("1/")
        return f"1/({first[2:]} {second[2:]})" if both else f"{first} / {second[2:]}"
    return " ".join(words for words in (first, second) if words)


def _multiples(evidence: Evidence, side: Array, at: tuple[Array, ...]) -> Iterator[Product]:
    """Curves of a multiple of a number."""
    for name, values in over_entries(evidence):
        for form, inverse in MULTIPLES:
            quotients = inverse(side) / values[at]
            if np.isfinite(quotients).all() and np.ptp(quotients) < ALIKE * abs(quotients[0]):
                k = float(f"{np.median(quotients):.5g}")
                u = product(k, name)
                function = next(f for words, f in FUNCTIONS if words == form)
                yield Product(form.format(u), function(k * values))


def _explain(evidence: Evidence, predicted: Array, by: Array) -> Array | None:
    """The points explained, where there is a prediction for nearly all wrong entries."""
    nothing = ~evidence.away & (evidence.analytic == 0)
    predicted = np.where(nothing, 0, predicted)
    if np.isfinite(predicted[evidence.wrong]).mean() < 0.9:
        return None
    digits = np.minimum(1e-5 * np.abs(predicted), 1e-3 * evidence.error)
    return evidence.explained(predicted, evidence.limit * np.abs(by) + digits)


FAMILY = Family("products", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
