"""The two sides differ by two terms, as where one term of a sum stands for another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.curves import FUNCTIONS, KnownCurve, KnownCurves, known_numbers
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.missing import without_term
from gradcheck.defects.products import sample
from gradcheck.defects.wording import powers_of, product, rounded

Array = NDArray[Any]
FEWEST = 12  # entries with values of their own: two constants are fitted, and some 10^5 pairs are tried
EXACT = 1e-6  # relative residual of a sum that is none
ROUGH = 1e-9  # the same of squares, as normal equations give it
COUNTS = 1e-2  # share of a sum from which on, in some entry, each of two terms counts
APART = 1e-6  # 1 - squared cosine of two terms that are told from each other
CUBE = 3  # the one power that is no function of the list
CUBES = (CUBE, -CUBE)
POWERS = (1, -1, 2, -2, *CUBES, 0.5, -0.5)
MOST = 8  # numbers of which products are formed
BLOCK = 64  # rows of a table of pairs that are worked out together: of 2,000 terms, 1 MB
TRIED = 4  # pairs that fit the sample, and are tried on all entries


@dataclass(frozen=True, eq=False)
class _Powers:
    """A product of powers of known numbers, which have names and values in all entries."""

    names: Sequence[str]
    values: Sequence[Array]
    powers: Sequence[float]

    @property
    def words(self) -> str:
        """What it is called."""
        return powers_of(self.names, self.powers)

    @property
    def whole(self) -> Array:
        """It in all entries."""
        return np.asarray(reduce(np.multiply, [v**p for v, p in zip(self.values, self.powers, strict=True)]))


Term = KnownCurve | _Powers


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The two terms."""
    at = sample(evidence)
    sought = evidence.numeric[at] - evidence.analytic[at]
    if len(np.unique(np.round(sought, 9))) < FEWEST:
        return None
    terms, sampled = _terms(evidence, at)
    for i, j, constants in itertools.islice(_pairs(sampled / sought), TRIED):
        both = (terms[i], terms[j])
        whole = constants[0] * both[0].whole + constants[1] * both[1].whole
        if (points := without_term(evidence, whole)) is not None:
            words = _sum(product(c, term.words) for c, term in zip(constants, both, strict=True))
            told = f"numeric - analytic = {words} in every entry: terms are missing or wrong, or one stands for another"
            return evidence.told("formula", told, points)
    return None


def _terms(evidence: Evidence, at: tuple[Array, ...]) -> tuple[list[Term], Array]:
    """Known numbers, functions of them, products of powers of two, the plainest first; and their values in a sample."""
    numbers = [one for one in known_numbers(evidence) if " " not in one[0] or " - " in one[0]][:MOST]
    known = np.stack([values[at] for _, values in numbers])
    curves = KnownCurves(numbers, at, FUNCTIONS)
    terms: list[Term] = []
    rows: list[Array] = []
    for k, (name, values) in enumerate(numbers):
        of_it = range(k * len(FUNCTIONS), (k + 1) * len(FUNCTIONS))
        terms += [*map(curves.curve, of_it), *(_Powers([name], [values], [p]) for p in CUBES)]
        rows += [curves.sampled[of_it], *(known[k : k + 1] ** p for p in CUBES)]
    powers = np.stack([known**p for p in POWERS], axis=1)
    for i, j in itertools.combinations(range(len(numbers)), 2):
        (name, values), (its, near) = numbers[i], numbers[j]
        terms += [_Powers([name, its], [values, near], both) for both in itertools.product(POWERS, POWERS)]
        rows.append((powers[i][:, None] * powers[j][None]).reshape(-1, known.shape[1]))
    return terms, np.concatenate(rows)


def _pairs(shares: Array) -> Iterator[tuple[int, int, Array]]:
    """Two rows and their constants that make up 1, the plainest first."""
    rows = np.flatnonzero(np.isfinite(shares).all(axis=1) & shares.any(axis=1))
    norms = np.linalg.norm(shares[rows], axis=1)
    unit, count = shares[rows] / norms[:, None], shares.shape[1]
    for a, b in sorted(_fitting(unit), key=lambda pair: rows[pair[0]] + rows[pair[1]]):
        both = unit[[a, b]].T
        constants = np.linalg.lstsq(both, np.ones(count), rcond=None)[0]
        parts = np.abs(both * constants)
        if np.abs(both @ constants - 1).max() <= EXACT and (parts.max(axis=0) > COUNTS).all():
            constants = constants / norms[[a, b]]
            plain = np.array([rounded(c) for c in constants])
            good = np.abs(shares[rows[[a, b]]].T @ plain - 1).max() <= EXACT
            yield int(rows[a]), int(rows[b]), plain if good else constants


def _fitting(unit: Array) -> Iterator[tuple[int, int]]:
    """Two of some rows of length 1 that nearly make up 1: blocks of the normal equations that stay in the cache."""
    target = unit.sum(axis=1)
    most = (1 - ROUGH) * unit.shape[1]
    for start in range(0, len(unit), BLOCK):
        stop = start + BLOCK
        gram, mine, its = unit[start:stop] @ unit[start:].T, target[start:stop, None], target[start:]
        explained = mine**2 + its**2 - 2 * gram * mine * its
        clear = 1 - gram * gram
        fits = (clear > APART) & (explained >= most * clear)
        yield from ((start + i, start + j) for i, j in np.argwhere(np.triu(fits, 1)).tolist())


def _sum(words: Iterable[str]) -> str:
    """Two terms, the positive one in front: ``exp(u) - u``."""
    first, second = sorted(words, key=lambda one: one.startswith("-"))
    return f"{first} - {second[1:]}" if second.startswith("-") else f"{first} + {second}"


FAMILY = Family("exchanged", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
