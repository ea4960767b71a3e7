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
from gradcheck.defects.sums import powers_of_sums
from gradcheck.defects.where import over_entries
from gradcheck.defects.wording import line, product, rounded
from gradcheck.text import short

Array = NDArray[Any]
SAMPLE = 60  # entries on which a candidate is tried before it is tried on all
DISTINCT = 5  # different values that it must have taken
MOST_TERMS = 8  # known numbers of which the two sides may be sums
MOST = 0.9  # share of the wrong entries for which there must be a prediction
SATURATED = 0.5  # share of some values that may be one number, as those of tanh of a norm are
FEWEST = 8  # different values of one side of which the other is told to be a line: two constants are fitted
ROUNDING = 1e-8  # relative error of constants fitted to sharp entries
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
    at = sharpest(evidence)
    if len(at[0]) < DISTINCT:
        return None
    return _for_a_number(evidence, at) or _by_a_factor(evidence, at) or _by_a_term(evidence, at)


def _by_a_factor(evidence: Evidence, at: tuple[Array, ...]) -> MatrixDiagnosis | None:
    quotients = evidence.numeric[at] / evidence.analytic[at]
    for name, form, function, values in _curves(evidence):
        constant = _constant(quotients, function(values[at]))
        if constant:
            words = product(constant, form.format(name))
            hint = _length_in(evidence, constant)
            if (found := missing_factor(evidence, words, constant * function(values), hint)) is not None:
                return found
    for name, values in known_numbers(evidence):
        for words, factor, beside in powers_of_sums(quotients, name, values, at):
            hint = f", or a term: {beside} times what stands there" if beside else ""
            if (found := missing_factor(evidence, words, factor, hint)) is not None:
                return found
    return None


def _by_a_term(evidence: Evidence, at: tuple[Array, ...]) -> MatrixDiagnosis | None:
    for name, form, function, values in _curves(evidence):
        constant = _constant(evidence.numeric[at] - evidence.analytic[at], function(values[at]))
        points = without_term(evidence, constant * function(values)) if constant else None
        if points is not None:
            return evidence.told("formula", _of_term(evidence, constant, form.format(name), function(values)), points)
    return None


def _for_a_number(evidence: Evidence, at: tuple[Array, ...]) -> MatrixDiagnosis | None:
    """What stands in the analytic side where one number belongs."""
    analytic, numeric = evidence.analytic[at], evidence.numeric[at]
    if np.ptp(numeric) > ROUNDING * abs(numeric[0]):
        return None
    belongs = short(rounded(float(numeric[0])))
    for words, values in _plain_curves(evidence, analytic, at):
        points = _explain(evidence, np.where(evidence.live, values, 0), np.zeros(values.shape))
        if points is not None:
            return evidence.told("formula", f"`{evidence.check}` gives {words} where {belongs} belongs", points)
    return None


def _plain_curves(evidence: Evidence, side: Array, at: tuple[Array, ...]) -> Iterator[tuple[str, Array]]:
    """Multiples of curves, and powers of sums, that a side is."""
    for name, form, function, values in _curves(evidence):
        if constant := _constant(side, function(values[at])):
            yield product(constant, form.format(name)), constant * function(values)
    for name, values in known_numbers(evidence):
        yield from ((words, whole) for words, whole, _ in powers_of_sums(side, name, values, at))


def _curves(evidence: Evidence) -> Iterator[tuple[str, str, Callable[[Any], Any], Array]]:
    return ((name, *curve, values) for name, values in known_numbers(evidence) for curve in FUNCTIONS)


def _length_in(evidence: Evidence, constant: float) -> str:
    """What length a constant may be, or the divisor: at other lengths it is another one then."""
    known = lengths(evidence).items()
    fits = [
        (length, name) for length, name in known if any(abs(constant / c - 1) < ALIKE for c in (length, 1 / length))
    ]
    return "".join(f" ({length} is {name}, too)" for length, name in fits if length not in PLAIN[:1])


def _of_term(evidence: Evidence, constant: float, name: str, values: Array) -> str:
    """In words what is wrong with a term: its coefficient, or that it is not there at all."""
    at = sharpest(evidence)
    others = [(other, known[at]) for other, known in known_numbers(evidence) if other != name][:MOST_TERMS]
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


def missing_factor(evidence: Evidence, words: str, factor: Array, hint: str = "") -> MatrixDiagnosis | None:
    """That a factor is missing, where that explains the analytic side."""
    nothing = (factor == 0) & ~evidence.away  # whatever the analytic side is there, times 0 it is right
    predicted = np.where(nothing, evidence.analytic, evidence.numeric / factor)
    points = _explain(evidence, predicted, np.where(nothing, 0, evidence.limit / np.abs(factor)))
    return None if points is None else evidence.told("formula", f"a factor {words} is missing{hint}", points)


def without_term(evidence: Evidence, term: Array) -> Array | None:
    """The points at which the analytic side is the numeric one without a term."""
    structure = (evidence.numeric != 0) | (evidence.analytic != 0)
    return _explain(evidence, evidence.numeric - np.where(structure, term, 0), np.zeros(term.shape))


def _explain(evidence: Evidence, predicted: Array, slack: Array) -> Array | None:
    """The points explained, where there is a prediction for nearly all wrong entries: 1/x has none at 0."""
    if np.isfinite(predicted[evidence.wrong]).mean() < MOST:
        return None
    digits = np.minimum(1e-7 * np.abs(predicted), 1e-3 * evidence.error)  # that the known numbers themselves lack
    return evidence.explained(predicted, slack + digits)


def related(evidence: Evidence) -> MatrixDiagnosis | None:
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


def sharpest(evidence: Evidence) -> tuple[Array, ...]:
    """The wrong entries of which the numeric side knows the difference best."""
    hit = evidence.telling & evidence.away & np.isfinite(evidence.analytic) & (evidence.analytic != 0)
    at = np.nonzero(hit)
    best = np.argsort(evidence.limit[at] / evidence.error[at], kind="stable")[:SAMPLE]
    return tuple(index[best] for index in at)


def known_numbers(evidence: Evidence) -> Iterator[tuple[str, Array]]:
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
