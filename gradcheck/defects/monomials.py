"""A factor or a term that is a product of small powers of two or three known numbers, or of plain functions of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.curves import known_numbers
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.missing import missing_factor, without_term
from gradcheck.defects.products import Product, sample
from gradcheck.defects.wording import powers_of, product, rounded

Array = NDArray[Any]
FEWEST = 10  # entries with values of their own: three powers and a constant are fitted, and thousands are tried
HIGHEST = 4.0, 12.0  # power of a number, and of a plain sum such as the 1 + r of an interest rate
ALIKE = 1e-5  # difference of logarithms that are taken for the same
NEAR = 1e-3  # distance of a fitted power from a half of a whole number that is worth a test
REACH = 0.3  # by which the logarithms must vary
INDEPENDENT = 1e-8  # least determinant of the correlations of numbers whose powers can be told
TRIED = 4  # products that fit the sample, and are tried on all entries
LARGEST = 3  # numbers of a product
MOST = 32  # numbers, and functions of them, of which products are formed: threes of them are some 10^4
CURVED: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("(1 - {})", lambda u: 1 - u),
    ("(1 + {})", lambda u: 1 + u),
    ("(1 - {}^2)", lambda u: 1 - u * u),
    ("(1 + {}^2)", lambda u: 1 + u * u),
    ("exp({})", np.exp),
    ("log({})", lambda u: np.log(np.abs(u))),
    ("cos({})", np.cos),
    ("sin({})", np.sin),
)


@dataclass(frozen=True, eq=False)
class _Base:
    """A number of which powers are taken: in words, the number it is a function of, and the logarithm of its size."""

    words: str
    values: Array
    function: Callable[[Any], Any]
    size: Array
    curved: bool

    @property
    def whole(self) -> Array:
        return np.asarray(self.function(self.values))


@dataclass(frozen=True, eq=False)
class _Choices:
    """The numbers of which products may be formed, the plain ones first, and what their logarithms have in common."""

    bases: Sequence[_Base]

    @cached_property
    def logs(self) -> Array:
        """The logarithms beside their mean, one column for each number."""
        logs = np.stack([base.size for base in self.bases], axis=1)
        return np.asarray(logs - logs.mean(axis=0))

    @cached_property
    def norms(self) -> Array:
        """The lengths of these columns."""
        return np.asarray(np.linalg.norm(self.logs, axis=0))

    @cached_property
    def unit(self) -> Array:
        """The columns of length 1."""
        return np.asarray(self.logs / self.norms)

    @cached_property
    def highest(self) -> Array:
        """The highest power that each may have."""
        return np.array([HIGHEST[base.curved] for base in self.bases])

    @cached_property
    def clear(self) -> list[tuple[Array, Array]]:
        """For one, two and three numbers: those that are told from each other, and their correlations."""
        gram, plain = self.unit.T @ self.unit, sum(not base.curved for base in self.bases)
        found = []
        for count in range(1, LARGEST + 1):
            every = _subsets(plain, len(self.bases), count)
            correlations = gram[every[:, :, None], every[:, None, :]]
            clear = np.linalg.det(correlations) > INDEPENDENT
            found.append((every[clear], correlations[clear]))
        return found


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The factor that is missing, or the term."""
    at = sample(evidence)
    if len(at[0]) < FEWEST:
        return None
    choices = _Choices(_bases(evidence, at))
    analytic, numeric = evidence.analytic[at], evidence.numeric[at]
    for found in _monomials(numeric / analytic, choices, at):
        if (told := missing_factor(evidence, found.words, found.whole)) is not None:
            return told
    for found in _monomials(numeric - analytic, choices, at):
        if (points := without_term(evidence, found.whole)) is not None:
            return evidence.told("formula", f"a term is missing or wrong: {found.words}", points)
    return None


def _bases(evidence: Evidence, at: tuple[Array, ...]) -> list[_Base]:
    """The known numbers that are nowhere 0 in the sample and no product of others, and then functions of them."""
    plain: list[_Base] = []
    curved: list[_Base] = []
    for name, values in known_numbers(evidence):
        if " " in name and " - " not in name:
            continue
        forms: list[tuple[str, Callable[[Any], Any]]] = [
            ("{}", np.asarray),
            *(CURVED if "(" not in name else CURVED[:4]),
        ]
        for k, (form, function) in enumerate(forms):
            size = np.log(np.abs(function(values[at])))
            if np.isfinite(size).all() and np.ptp(size) > ALIKE:
                (curved if k else plain).append(_Base(form.format(name), values, function, size, curved=k > 0))
    return [*plain[:MOST], *curved[:MOST]]


def _monomials(sought: Array, choices: _Choices, at: tuple[Array, ...]) -> Iterator[Product]:
    """Those that are what is sought in the sample, the plainest first."""
    if not sought.all() or not np.isfinite(sought).all():
        return
    size = np.log(np.abs(sought))
    if np.ptp(size) < REACH or len(np.unique(np.round(size, 6))) < FEWEST:
        return
    told, bases = 0, choices.bases
    for chosen, powers in sorted(_fits(size, choices), key=lambda fit: _cost(bases, *fit)):
        if told < TRIED and (found := _monomial(sought, [bases[k] for k in chosen], powers, at)) is not None:
            told += 1
            yield found


def _fits(size: Array, choices: _Choices) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Up to three bases and their powers, whose logarithms make up those that are sought, but for a constant."""
    if not choices.bases:
        return
    wanted = size - size.mean()
    target = choices.unit.T @ wanted
    for chosen, correlations in choices.clear:
        powers = np.linalg.solve(correlations, target[chosen][:, :, None])[:, :, 0] / choices.norms[chosen]
        halves = np.round(2 * powers) / 2
        near = (np.abs(powers - halves) < NEAR) & (halves != 0) & (np.abs(halves) <= choices.highest[chosen])
        for k in np.flatnonzero(near.all(axis=1)):
            if np.abs(choices.logs[:, chosen[k]] @ halves[k] - wanted).max() < ALIKE:
                yield tuple(chosen[k].tolist()), halves[k]


def _subsets(plain: int, every: int, count: int) -> Array:
    """Positions of one, two or three numbers, in ascending order; if of several, the first is one of the plain ones."""
    if count == 1:
        return np.arange(every)[:, None]
    at = np.indices((plain, *[every] * (count - 1))).reshape(count, -1)
    return np.asarray(at[:, np.all(np.diff(at, axis=0) > 0, axis=0)].T)


def _cost(bases: Sequence[_Base], chosen: tuple[int, ...], powers: Array) -> tuple[float, ...]:
    """What makes a product less plain: more numbers, functions, high powers and roots."""
    return len(chosen), sum(bases[k].curved for k in chosen), float(np.abs(powers).sum()), float((powers % 1 > 0).sum())


def _monomial(sought: Array, bases: Sequence[_Base], powers: Array, at: tuple[Array, ...]) -> Product | None:
    """The product with its constant, sizes in place of numbers where signs ask for it; None where they fit no way."""
    odd = [k for k, power in enumerate(powers) if power % 2 == 1]
    for count in range(len(odd) + 1):
        for some in itertools.combinations(odd, count):
            sized = [
                (k in some or power % 1 > 0) and bool((base.whole < 0).any())
                for k, (base, power) in enumerate(zip(bases, powers, strict=True))
            ]
            values = [np.abs(base.whole) if own else base.whole for base, own in zip(bases, sized, strict=True)]
            whole = np.prod([value**power for value, power in zip(values, powers, strict=True)], axis=0)
            quotients = sought / whole[at]
            constant = float(np.median(quotients))
            if (np.sign(quotients) == np.sign(constant)).all():
                plain = rounded(constant)
                constant = plain if abs(plain / constant - 1) < ALIKE else constant
                words = [_sized(base.words) if own else base.words for base, own in zip(bases, sized, strict=True)]
                return Product(product(constant, powers_of(words, powers)), constant * whole)
    return None


def _sized(words: str) -> str:
    return f"|{words.removeprefix('(').removesuffix(')') if words.startswith('(') else words}|"


FAMILY = Family("monomials", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
