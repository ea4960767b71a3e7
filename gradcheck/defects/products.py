"""A factor or a term that is a product of two curves; or both sides are such products, and not the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.curves import FUNCTIONS, Form, KnownCurve, KnownCurves
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.missing import explained_mostly
from gradcheck.defects.where import over_entries
from gradcheck.defects.wording import product

Array = NDArray[Any]
SAMPLE = 60  # entries in which a product is looked for before it is tried on all
FEWEST = 8  # of these, with values of their own: of thousands of products none fits so many by accident
SHARP = 1e-6  # relative error bound of the entries that are looked at
ALIKE = 1e-5  # difference of logarithms that are taken for the same
REACH = 0.5  # by which the logarithms of a product must vary
TRIED = 3  # products that fit the sample, and are tried on all entries
DIGITS = 1e-5  # relative error of a product whose constant is fitted to logarithms
FORMS: tuple[Form, ...] = (
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
class _Factors:
    """The number 1, and the curves that have a logarithm in all of the sample: those, and their signs, as rows."""

    curves: Sequence[KnownCurve]
    sizes: Array
    signs: Array

    def words(self, row: int) -> str:
        """What one is called; nothing for 1."""
        return self.curves[row - 1].words if row else ""

    def whole(self, row: int) -> Array:
        """One in all entries."""
        return self.curves[row - 1].whole if row else np.ones(())


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
    factors = _factors(evidence, at)
    for found in _products(numeric / analytic, factors):
        if (points := _explain(evidence, evidence.numeric / found.whole, 1 / found.whole)) is not None:
            return evidence.told("formula", f"a factor {found.words} is missing", points)
    for found in _products(numeric - analytic, factors):
        structure = (evidence.numeric != 0) | (evidence.analytic != 0)
        term = np.where(structure, found.whole, 0)
        if (points := _explain(evidence, evidence.numeric - term, np.ones_like(term))) is not None:
            return evidence.told("formula", f"a term is missing or wrong: {found.words}", points)
    return _both(evidence, at, factors)


def _both(evidence: Evidence, at: tuple[Array, ...], factors: _Factors) -> MatrixDiagnosis | None:
    """What the analytic side is, and what belongs there, where both are products."""
    sides = [[*_multiples(evidence, side[at], at), *_products(side[at], factors)] for side in _sides(evidence)]
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


def _factors(evidence: Evidence, at: tuple[Array, ...]) -> _Factors:
    curves = KnownCurves(list(over_entries(evidence)), at, FORMS)
    sizes = np.log(np.abs(curves.sampled))
    rows = np.flatnonzero(np.isfinite(sizes).all(axis=1))
    one = np.ones((1, len(at[0])))
    return _Factors(
        [curves.curve(row) for row in rows.tolist()],
        np.concatenate([0 * one, sizes[rows]]),
        np.concatenate([one, np.sign(curves.sampled[rows])]),
    )


def _products(sought: Array, factors: _Factors) -> Iterator[Product]:
    """Constants times one curve, or two, that are what is sought in the sample, the plainest first."""
    if not sought.all() or not np.isfinite(sought).all() or not factors.curves:
        return
    size = np.log(np.abs(sought))
    if np.ptp(size) < REACH or len(np.unique(np.round(size, 6))) < FEWEST:
        return
    told = 0
    for i, j in sorted(_pairs(factors.sizes, size).tolist(), key=sum):
        signs = np.sign(sought) * factors.signs[i] * factors.signs[j]
        if (signs == signs[0]).all() and told < TRIED:
            told += 1
            constant = float(signs[0] * np.exp(np.median(size - factors.sizes[i] - factors.sizes[j])))
            yield Product(
                product(constant, _times(factors.words(i), factors.words(j))),
                float(f"{constant:.6g}") * factors.whole(i) * factors.whole(j),
            )


def _pairs(sizes: Array, sought: Array) -> Array:
    """Pairs of rows whose sum is what is sought, but for a constant, shape (K, 2)."""
    steps, wanted = sizes - sizes[:, :1], sought - sought[0]
    most = int(np.abs(wanted).argmax())  # one entry rules out most pairs
    near = np.abs(steps[:, None, most] + steps[None, :, most] - wanted[most]) < ALIKE
    pairs = np.argwhere(np.triu(near))
    fits = np.abs(steps[pairs[:, 0]] + steps[pairs[:, 1]] - wanted) < ALIKE
    return np.asarray(pairs[fits.all(axis=1)])


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
    """The points explained, 0 on both sides among what is predicted."""
    nothing = ~evidence.away & (evidence.analytic == 0)
    return explained_mostly(evidence, np.where(nothing, 0, predicted), evidence.limit * np.abs(by), DIGITS)


FAMILY = Family("products", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
