"""Every entry is off by one factor: the sign, a constant, a length."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from gradcheck.defects.diagnosis.evidence import Evidence
from gradcheck.defects.diagnosis.interface import MatrixDiagnosis
from gradcheck.text import magnitude, short

PLAIN = (2, 3, 4)  # factors that need no length to be forgotten
Factor = tuple[float, str, str]  # the factor, its kind, and words


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
    known = {length: f" ({length} is {name})" for length, name in _lengths(evidence).items()}
    for number in sorted({*PLAIN, *known}, key=lambda k: (k not in PLAIN, k)):
        yield float(number), "factor", f"too large by the factor {number}{known.get(number, '')}"
        yield 1 / number, "factor", f"too small: a factor {number} is missing{known.get(number, '')}"
    for number, hint in known.items():
        yield number**0.5, "factor", f"too large by the factor sqrt({number}){hint}"
        yield number**-0.5, "factor", f"too small: a factor sqrt({number}) is missing{hint}"
        for a, b in ((number - 1, number), (number, number - 1), (number + 1, number), (number, number + 1)):
            if min(a, b) > 1:
                yield b / a, "factor", f"off by a constant factor: analytic = {b}/{a} numeric{hint}"
    yield from _common(evidence)


def _lengths(evidence: Evidence) -> dict[int, str]:
    """The lengths above 1 of the layer, and products of them, in words: ``the length of n``."""
    named = [(f"the length of {name}", size) for name, size in evidence.probes[0].point.case.sizes]
    axes = [("the length of an axis", size) for size in (*evidence.shape, *evidence.out)]
    whole = [("the number of entries", int(np.prod(shape))) for shape in (evidence.shape, evidence.out)]
    pairs = [(f"{a} times {b}", m * n) for (a, m), (b, n) in itertools.combinations(named, 2)]
    found: dict[int, str] = {}
    for name, size in (*named, *axes, *whole, *pairs):
        if size > 1:
            found.setdefault(int(size), name)
    return found


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
