"""Small functions of numbers that are known, and those of which some values are a multiple."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.evidence import Evidence
from gradcheck.defects.where import over_entries

Array = NDArray[Any]
Form = tuple[str, Callable[[Any], Any]]  # in words, with a place for the name of a number, and as a function
SAMPLE = 60  # entries on which a candidate is tried before it is tried on all
DISTINCT = 5  # different values that it must have taken
SATURATED = 0.5  # share of some values that may be one number, as those of tanh of a norm are
ALIKE = 1e-3  # relative spread of quotients that are worth a test on all entries
FUNCTIONS: tuple[Form, ...] = (
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


@dataclass(frozen=True, eq=False)
class KnownCurve:
    """A function of a known number.

    Attributes
    ----------
    name : str
        What the number is called.
    form : str
        What the function makes of that name.
    function : callable
    values : ndarray
        The number in all entries.
    """

    name: str
    form: str
    function: Callable[[Any], Any]
    values: Array

    @property
    def words(self) -> str:
        """What the curve is called."""
        return self.form.format(self.name)

    @cached_property
    def whole(self) -> Array:
        """The curve in all entries."""
        return np.asarray(self.function(self.values))


@dataclass(frozen=True, eq=False)
class KnownCurves:
    """Functions of known numbers, number by number, and their values in a sample of the entries.

    Attributes
    ----------
    numbers : list of (str, ndarray)
        In words, and in all entries.
    at : tuple of ndarray
        The sample.
    forms : sequence of (str, callable)
        What is made of each number, in words and as a function.
    """

    numbers: list[tuple[str, Array]]
    at: tuple[Array, ...]
    forms: Sequence[Form] = FUNCTIONS

    @cached_property
    def sampled(self) -> Array:
        """The values in the sample, one row for each curve."""
        known = np.stack([values[self.at] for _, values in self.numbers])
        return np.stack([function(known) for _, function in self.forms], axis=1).reshape(-1, known.shape[1])

    def curve(self, row: int) -> KnownCurve:
        """The curve of a row."""
        which, form = divmod(row, len(self.forms))
        name, values = self.numbers[which]
        return KnownCurve(name, *self.forms[form], values)

    def multiples(self, sought: Array) -> Iterator[tuple[float, KnownCurve]]:
        """The constants and the curves that make up what is sought in the sample, the plainest first."""
        quotients = sought / self.sampled
        alike = np.ptp(quotients, axis=1) <= ALIKE * np.abs(quotients).max(axis=1)
        for row in np.flatnonzero(alike).tolist():
            constant = _constant(sought, self.sampled[row])
            if constant:
                yield constant, self.curve(row)


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
