"""Every entry is off by one factor: the sign, 1 + e, a constant, a length."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.corruption import METHODS, Corrupted, with_outputs, with_parts
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Corruption, Family, Hypothesis
from gradcheck.text import magnitude, short

Array = NDArray[Any]
DECADES = tuple(float(f"1e-{power}") for power in range(3, 16))
FACTOR = "factor 1 + e"
# A derivative that does not depend on the inputs is off by a constant, too.
SIGN, FACTORS = ("sign", "constant"), ("factor", "constant")
ALONE = {method: f"{FACTOR} in `{method}` alone" for method in METHODS}
PLAIN = (2, 3, 4)  # factors that need no length to be forgotten
Factor = tuple[float, str, str]  # the factor, its kind, and words


def corruptions(subject: Subject) -> Iterator[Corruption]:
    """The sign, and a factor on every entry, in one method alone, on one entry of each input, on one output."""
    names = [subject.inputs[k].name for k in subject.differentiable]
    yield Corruption("sign flipped", partial(scaled, subject, -1.0), SIGN)
    for k, name in enumerate(names):
        yield Corruption(f"sign flipped in one entry of {name}", partial(one_entry, subject, k, -1.0), SIGN)
    yield from _series(FACTOR, partial(scaled, subject))
    if subject.has_bprop and subject.has_jacobian:
        for method, name in ALONE.items():
            yield from _series(name, partial(scaled, subject, methods=(method,)))
    for k, name in enumerate(names):
        yield from _series(f"{FACTOR} in one entry of {name}", partial(one_entry, subject, k))
    yield from _series(f"{FACTOR} in one output", partial(one_output, subject))


def _series(name: str, corrupt: Callable[[float], Corrupted]) -> Iterator[Corruption]:
    return (Corruption(name, partial(corrupt, 1 + e), FACTORS, size=e) for e in DECADES)


def scaled(subject: Subject, factor: float, methods: Sequence[str] = METHODS) -> Corrupted:
    """Every gradient that the methods return, times a factor."""
    return with_parts(subject, lambda parts, _: [factor * part for part in parts], methods)


def one_entry(subject: Subject, which: int, factor: float) -> Corrupted:
    """The derivatives by one entry of one input, times a factor."""
    place = subject.differentiable[which]

    def change(parts: list[Array], arrays: Sequence[Array]) -> list[Array]:
        parts[which] = parts[which] * at_middle(np.shape(arrays[place]), factor, parts[which].dtype)
        return parts

    return with_parts(subject, change)


def one_output(subject: Subject, factor: float) -> Corrupted:
    """The derivatives of one output, times a factor."""
    return with_outputs(subject, lambda rows: (rows.T * at_middle(rows.shape[:1], factor, rows.dtype)).T)


def at_middle(shape: tuple[int, ...], value: float, dtype: Any) -> Array:
    """An array of ones, but for one entry."""
    array = np.ones(shape, dtype)
    array.reshape(-1)[array.size // 2 : array.size // 2 + 1] = value
    return array


def diagnose(evidence: Evidence) -> MatrixDiagnosis | None:
    """The sign, or a factor: named if it is a small number or a length of the layer."""
    for factor, kind, words in factors(evidence):
        points = evidence.explained(factor * evidence.numeric, abs(factor) * evidence.limit)
        if points is not None:
            return evidence.told(kind, words, points)
    return None


def factors(evidence: Evidence) -> Iterator[Factor]:
    """Factors with a name, the plainest first, then the one that the numbers themselves have in common."""
    yield -1.0, "sign", "the sign is flipped: analytic = -numeric"
    known = {length: f" ({length} is {name})" for length, name in lengths(evidence).items()}
    for number in sorted({*PLAIN, *known}, key=lambda k: (k not in PLAIN, k)):
        yield float(number), "factor", f"too large by the factor {number}{known.get(number, '')}"
        yield 1 / number, "factor", f"too small: a factor {number} is missing{known.get(number, '')}"
    for number, hint in known.items():
        yield number**0.5, "factor", f"too large by the factor sqrt({number}){hint}"
        yield number**-0.5, "factor", f"too small: a factor sqrt({number}) is missing{hint}"
        for a, b in ((number - 1, number), (number, number - 1), (number + 1, number), (number, number + 1)):
            if min(a, b) > 1:
                ddof = f": as divisions by {a} and {b}, of which `ddof` decides, differ" if number > min(a, b) else ""
                for form, power in (("{}/{}", 1.0), ("sqrt({}/{})", 0.5)):
                    words = f"off by a constant factor: analytic = {form.format(b, a)} numeric{hint}{ddof}"
                    yield (b / a) ** power, "factor", words
    yield from _common(evidence)


def lengths(evidence: Evidence) -> dict[int, str]:
    """The lengths above 1 of the layer, and products of them, in words: ``the length of n``."""
    named = [(f"the length of {name}", size) for name, size in evidence.probes[0].point.case.sizes]
    axes = [("the length of an axis", size) for size in (*evidence.shape, *evidence.out)]
    whole = [("the number of entries", int(np.prod(shape))) for shape in (evidence.shape, evidence.out)]
    pairs = [(f"{a} times {b}", m * n) for (a, m), (b, n) in itertools.combinations(named, 2)]
    found: dict[int, str] = {}
    for name, size in (*_together(named), *axes, *whole, *pairs):
        if size > 1:
            found.setdefault(int(size), name)
    return found


def _together(named: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Lengths in words, those that are the same together: which of them it is the numbers do not tell."""
    for size in dict.fromkeys(size for _, size in named):
        yield " and ".join(name for name, its in named if its == size), size


def _common(evidence: Evidence) -> Iterator[Factor]:
    hit = evidence.telling & evidence.away & np.isfinite(evidence.analytic)
    if not hit.any():
        return
    analytic, numeric = evidence.analytic[hit], evidence.numeric[hit]
    best = np.argsort(evidence.limit[hit] / np.abs(numeric))[:25]
    factor = float(np.median((analytic / numeric)[best]))
    if factor:
        yield factor, "factor", _in_words(factor)


def _in_words(factor: float) -> str:
    """A factor without a name; near 1 by how far it is from that."""
    near = abs(factor - 1) < 1e-3
    number = f"(1 {'-' if factor < 1 else '+'} {magnitude(abs(factor - 1))})" if near else short(float(f"{factor:.6g}"))
    return f"off by a constant factor: analytic = {number} numeric"


FAMILY = Family("factors", corruptions, (Hypothesis(Claim.WHOLE, diagnose),))
