"""A factor or a term of the formula is missing: a small function of a number that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects import coefficients
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.lengths import PLAIN, lengths
from gradcheck.defects.where import over_entries
from gradcheck.text import short

Array = NDArray[Any]
SAMPLE = 60  # entries on which a candidate is tried before it is tried on all
DISTINCT = 5  # different values that it must have taken
MOST_TERMS = 8  # known numbers of which the two sides may be sums
MOST = 0.9  # share of the wrong entries for which there must be a prediction
SATURATED = 0.5  # share of some values that may be one number, as those of tanh of a norm are
ALIKE = 1e-3  # relative spread of quotients that are worth a test on all entries
FUNCTIONS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("{}", lambda u: u),
    ("1/{}", lambda u: 1 / u),
    ("{}^2", lambda u: u * u),
    ("1/{}^2", lambda u: 1 / (u * u)),
    ("sqrt({})", lambda u: np.sqrt(np.abs(u))),
    ("1/sqrt({})", lambda u: 1 / np.sqrt(np.abs(u))),
    ("|{}|", np.abs),
    ("(1 - {})", lambda u: 1 - u),
    ("1/(1 - {})", lambda u: 1 / (1 - u)),
    ("(1 + {})", lambda u: 1 + u),
    ("1/(1 + {})", lambda u: 1 / (1 + u)),
    ("(1 - {}^2)", lambda u: 1 - u * u),
    ("{0} (1 - {0})", lambda u: u * (1 - u)),
    ("exp({})", np.exp),
    ("exp(-{})", lambda u: np.exp(-u)),
    ("cos({})", np.cos),
    ("tanh({})", np.tanh),
    ("log({})", lambda u: np.log(np.abs(u))),
    ("sigmoid({})", lambda u: 1 / (1 + np.exp(-u))),
    ("1/cosh({})", lambda u: 1 / np.cosh(u)),
)


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The factor, or the term, by which the two sides differ."""
    at = _sharpest(evidence)
    if len(at[0]) < DISTINCT:
        return None
    analytic, numeric = evidence.analytic[at], evidence.numeric[at]
    for name, form, function, values in _curves(evidence):
        constant = _constant(numeric / analytic, function(values[at]))
        if constant:
            words = product(constant, form.format(name))
            hint = _length_in(evidence, constant)
            if (found := _factor(evidence, words, constant * function(values), hint)) is not None:
                return found
    for name, values in _values(evidence):
        words, factor = _line_in(numeric / analytic, name, values, at)
        if words and (found := _factor(evidence, words, factor)) is not None:
            return found
    for name, form, function, values in _curves(evidence):
        constant = _constant(numeric - analytic, function(values[at]))
        points = _term(evidence, constant * function(values)) if constant else None
        if points is not None:
            return evidence.told("formula", _of_term(evidence, constant, form.format(name), function(values)), points)
    return None


def _curves(evidence: Evidence) -> Iterator[tuple[str, str, Callable[[Any], Any], Array]]:
    return ((name, *curve, values) for name, values in _values(evidence) for curve in FUNCTIONS)


def _length_in(evidence: Evidence, constant: float) -> str:
    """What length a constant may be, or the divisor: at other lengths it is another one then."""
    known = lengths(evidence).items()
    fits = [
        (length, name) for length, name in known if any(abs(constant / c - 1) < ALIKE for c in (length, 1 / length))
    ]
    return "".join(f" ({length} is {name}, too)" for length, name in fits if length not in PLAIN[:1])


def _line_in(sought: Array, name: str, values: Array, at: tuple[Array, ...]) -> tuple[str, Array]:
    """A constant and a multiple of a number that make up a quotient, in words and in all entries; no words for none."""
    u = values[at]
    if len(np.unique(np.round(u, 9))) < DISTINCT or not np.isfinite(sought).all():
        return "", values
    low, high = int(u.argmin()), int(u.argmax())
    slope = float(f"{(sought[high] - sought[low]) / (u[high] - u[low]):.5g}")
    level = float(f"{np.median(sought - slope * u):.5g}")
    if (
        abs(slope) * np.ptp(u) <= ALIKE * abs(level)
        or not level
        or not np.allclose(level + slope * u, sought, rtol=ALIKE)
    ):
        return "", values
    return f"({short(level)} {'-' if slope < 0 else '+'} {product(abs(slope), name)})", level + slope * values


def _of_term(evidence: Evidence, constant: float, name: str, values: Array) -> str:
    """In words what is wrong with a term: its coefficient, or that it is not there at all."""
    at = _sharpest(evidence)
    others = [(other, known[at]) for other, known in _values(evidence) if other != name][:MOST_TERMS]
    found = coefficients.of_term(evidence.analytic[at], evidence.numeric[at], (name, values[at]), others)
    stands, belongs = found or ("", "")
    if stands and belongs:
        return f"a coefficient or a sign is wrong, as by a bracket: {stands} stands where {belongs} belongs"
    if stands:
        return f"a term is too much: {stands}"
    return f"a term is missing: {belongs}" if belongs else f"a term is missing or wrong: {product(constant, name)}"


def _constant(sought: Array, phi: Array) -> float:
    """The constant that makes one array of another; 0 where there is none, or the other does not vary."""
    if not np.isfinite(phi).all() or not phi.all() or len(np.unique(np.round(phi, 9))) < DISTINCT or _saturated(phi):
        return 0.0
    quotients = sought / phi
    middle, spread = float(np.median(quotients)), float(np.ptp(quotients))
    if not np.isfinite(quotients).all() or spread > ALIKE * abs(middle):
        return 0.0
    nice = float(f"{middle:.5g}")
    return nice if abs(nice - middle) <= spread else middle


def _saturated(phi: Array) -> bool:
    """Whether most of some values are one number: it is no matter of what they are a function of."""
    middle = float(np.median(phi))
    return bool((np.abs(phi - middle) <= ALIKE * abs(middle)).mean() > SATURATED)


def _factor(evidence: Evidence, words: str, factor: Array, hint: str = "") -> MatrixDiagnosis | None:
    nothing = (factor == 0) & ~evidence.away  # whatever the analytic side is there, times 0 it is right
    predicted = np.where(nothing, evidence.analytic, evidence.numeric / factor)
    points = _explain(evidence, predicted, np.where(nothing, 0, evidence.limit / np.abs(factor)))
    return None if points is None else evidence.told("formula", f"a factor {words} is missing{hint}", points)


def _term(evidence: Evidence, term: Array) -> Array | None:
    structure = (evidence.numeric != 0) | (evidence.analytic != 0)
    return _explain(evidence, evidence.numeric - np.where(structure, term, 0), np.zeros(term.shape))


def _explain(evidence: Evidence, predicted: Array, slack: Array) -> Array | None:
    """The points explained, where there is a prediction for nearly all wrong entries: 1/x has none at 0."""
    if np.isfinite(predicted[evidence.wrong]).mean() < MOST:
        return None
    digits = np.minimum(1e-7 * np.abs(predicted), 1e-3 * evidence.error)  # that the known numbers themselves lack
    return evidence.explained(predicted, slack + digits)


def product(constant: float, form: str) -> str:
    """A constant times a curve, in words."""
    rounded = float(f"{constant:.5g}")
    if abs(abs(rounded) - 1) < 1e-4:
        return form if rounded > 0 else f"-{form}"
    return f"{short(rounded)}{form[1:]}" if form.startswith("1/") else f"{short(rounded)} {form}"


def related(evidence: Evidence) -> MatrixDiagnosis | None:
    """Both sides have one curve in common: a + b times the numeric one, or a power of it."""
    at = _sharpest(evidence)
    analytic, numeric = evidence.analytic[at], evidence.numeric[at]
    if len(np.unique(np.round(numeric, 6))) < DISTINCT:
        return None
    return _line(evidence, analytic, numeric) or _power(evidence, analytic, numeric)


def _line(evidence: Evidence, analytic: Array, numeric: Array) -> MatrixDiagnosis | None:
    low, high = int(numeric.argmin()), int(numeric.argmax())
    slope = float(f"{(analytic[high] - analytic[low]) / (numeric[high] - numeric[low]):.7g}")
    level = float(f"{analytic[low] - slope * numeric[low]:.7g}")
    structure = (evidence.analytic != 0) | (evidence.numeric != 0)
    points = evidence.explained(np.where(structure, level + slope * evidence.numeric, 0), abs(slope) * evidence.limit)
    if points is None:
        return None
    size = "" if abs(slope) == 1 else f"{short(abs(slope))} "
    words = f"analytic = {short(level)} {'-' if slope < 0 else '+'} {size}numeric in every entry"
    return evidence.told("affine", words, points)


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


def _sharpest(evidence: Evidence) -> tuple[Array, ...]:
    """The wrong entries of which the numeric side knows the difference best."""
    hit = evidence.telling & evidence.away & np.isfinite(evidence.analytic) & (evidence.analytic != 0)
    at = np.nonzero(hit)
    best = np.argsort(evidence.limit[at] / evidence.error[at], kind="stable")[:SAMPLE]
    return tuple(index[best] for index in at)


def _values(evidence: Evidence) -> Iterator[tuple[str, Array]]:
    """Known numbers, spread over the entries: of the input, the output, other inputs; one number for a whole point."""
    shape = evidence.numeric.shape
    yield from over_entries(evidence)
    for name, number in _numbers(evidence):
        yield name, np.broadcast_to(number[:, None, None], shape)


def _numbers(evidence: Evidence) -> Iterator[tuple[str, Array]]:
    """One number for a point, of each input and of the output."""
    for place, input in enumerate(evidence.probes[0].subject.inputs):
        u = evidence.values(place)
        if u.shape[1] > 1:
            yield f"sum({input.name})", u.sum(axis=1)
            yield f"norm({input.name})", np.linalg.norm(u, axis=1)
            yield f"max({input.name})", u.max(axis=1)
            yield f"max|{input.name}|", np.abs(u).max(axis=1)
        elif u.shape[1] == 1 and place != evidence.place:
            yield input.name, u[:, 0]
    yield f"sum({evidence.output})", evidence.y.sum(axis=1)
    yield f"norm({evidence.output})", np.linalg.norm(evidence.y, axis=1)


FAMILY = Family("formula", hypotheses=(Hypothesis(Claim.TERM, diagnose), Hypothesis(Claim.TERM, related)))
