"""The two sides differ by two terms, as where one term of a sum stands for another."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Family, Hypothesis
from gradcheck.defects.formula import FUNCTIONS, known_numbers, without_term
from gradcheck.defects.products import sample
from gradcheck.defects.wording import powers_of, product, rounded

Array = NDArray[Any]
Choice = Callable[[Array], Array]
Term = tuple[str, Callable[[Choice], Array]]  # in words, and its values where a choice picks those of the numbers
FEWEST = 12  # entries with values of their own: two constants are fitted, and some 10^5 pairs are tried
EXACT = 1e-6  # relative residual of a sum that is none
ROUGH = 1e-9  # the same of squares, as normal equations give it
COUNTS = 1e-2  # share of a sum from which on, in some entry, each of two terms counts
APART = 1e-6  # 1 - squared cosine of two terms that are told from each other
CUBE = 3  # the one power that is no function of the list
POWERS = (1, -1, 2, -2, CUBE, -CUBE, 0.5, -0.5)
MOST = 8  # numbers of which products are formed
TRIED = 4  # pairs that fit the sample, and are tried on all entries


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The two terms."""
    at = sample(evidence)
    sought = evidence.numeric[at] - evidence.analytic[at]
    if len(np.unique(np.round(sought, 9))) < FEWEST:
        return None
    terms = list(_terms(evidence))
    for first, second, constants in itertools.islice(_pairs(sought, terms, at), TRIED):
        whole = constants[0] * first[1](_all) + constants[1] * second[1](_all)
        if (points := without_term(evidence, whole)) is not None:
            words = _sum(product(c, words) for c, (words, _) in zip(constants, (first, second), strict=True))
            told = f"numeric - analytic = {words} in every entry: terms are missing or wrong, or one stands for another"
            return evidence.told("formula", told, points)
    return None


def _terms(evidence: Evidence) -> Iterator[Term]:
    """Known numbers, functions of them, and products of powers of two, the plainest first."""
    numbers = [one for one in known_numbers(evidence) if " " not in one[0] or " - " in one[0]][:MOST]
    for name, values in numbers:
        yield from ((form.format(name), partial(_curve, function, values)) for form, function in FUNCTIONS)
        cubes = (p for p in POWERS if abs(p) == CUBE)
        yield from ((powers_of([name], [p]), partial(_curve, partial(_raised, p), values)) for p in cubes)
    for (name, values), (its, near) in itertools.combinations(numbers, 2):
        for p, q in itertools.product(POWERS, POWERS):
            yield powers_of([name, its], [p, q]), partial(_product, values, p, near, q)


def _all(values: Array) -> Array:
    return values


def _curve(function: Callable[[Array], Array], values: Array, choice: Choice) -> Array:
    return np.asarray(function(choice(values)))


def _raised(power: float, values: Array) -> Array:
    return np.asarray(values**power)


def _product(values: Array, p: float, near: Array, q: float, choice: Choice) -> Array:
    return np.asarray(choice(values) ** p * choice(near) ** q)


def _pairs(sought: Array, terms: Sequence[Term], at: tuple[Array, ...]) -> Iterator[tuple[Term, Term, Array]]:
    """Two terms and their constants that make up what is sought, by relative errors, the plainest first."""
    if len(terms) < 2:
        return
    columns = np.stack([values(lambda number: number[at]) / sought for _, values in terms], axis=1)
    columns = np.where(np.isfinite(columns).all(axis=0), columns, 0)
    norms = np.linalg.norm(columns, axis=0)
    norms[norms == 0] = 1
    unit, count = columns / norms, len(sought)
    target, gram = unit.sum(axis=0), unit.T @ unit
    clear = 1 - gram * gram
    explained = target[:, None] ** 2 + target[None] ** 2 - 2 * gram * target[:, None] * target[None]
    fits = (clear > APART) & (explained >= (1 - ROUGH) * count * clear)
    for i, j in sorted(np.argwhere(np.triu(fits, 1)).tolist(), key=sum):
        both = unit[:, [i, j]]
        constants = np.linalg.lstsq(both, np.ones(count), rcond=None)[0]
        shares = np.abs(both * constants)
        if np.abs(both @ constants - 1).max() <= EXACT and (shares.max(axis=0) > COUNTS).all():
            constants = constants / norms[[i, j]]
            plain = np.array([rounded(c) for c in constants])
            good = np.abs(columns[:, [i, j]] @ plain - 1).max() <= EXACT
            yield terms[i], terms[j], plain if good else constants


def _sum(words: Iterable[str]) -> str:
    """Two terms, the positive one in front: ``exp(u) - u``."""
    first, second = sorted(words, key=lambda one: one.startswith("-"))
    return f"{first} - {second[1:]}" if second.startswith("-") else f"{first} + {second}"


FAMILY = Family("exchanged", hypotheses=(Hypothesis(Claim.TERM, diagnose),))
