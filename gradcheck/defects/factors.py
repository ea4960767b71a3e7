"""Every entry is off by one factor: the sign, 1 + e, a constant, a length."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.defects.corruption import METHODS, Corrupted, with_outputs, with_parts
from gradcheck.defects.diagnosis import MatrixDiagnosis
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.family import Claim, Corruption, Family, Hypothesis
from gradcheck.defects.lengths import PLAIN, following, lengths
from gradcheck.text import magnitude, short

Array = NDArray[Any]
DECADES = tuple(float(f"1e-{power}") for power in range(3, 16))
FACTOR = "factor 1 + e"
# A derivative that does not depend on the inputs is off by a constant, too.
SIGN, FACTORS = ("sign", "constant"), ("factor", "constant")
SAME = 1e-9  # relative difference of factors that one formula makes
ALONE = {method: f"{FACTOR} in `{method}` alone" for method in METHODS}


@dataclass(frozen=True)
class Factor:
    """A factor by which everything may be off.

    Attributes
    ----------
    value : float
    words : str
    of_length : str
        What is said of a length that it is made of, behind the words.
    plainly : str
        The words in their place where it is made of none; empty for the same ones.
    kind : str
    """

    value: float
    words: str
    of_length: str = ""
    plainly: str = ""
    kind: str = "factor"

    @property
    def plain(self) -> str:
        """What is said of it as a number."""
        return self.plainly or self.words


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
    first = [_worst(evidence, k) for k in evidence.decisive.tolist()]
    for factor in factors(evidence):
        value = factor.value
        if not any(_fits(value, *sides) for sides in first):
            continue
        points = evidence.explained(value * evidence.numeric, abs(value) * evidence.limit)
        if points is not None:
            return evidence.told(factor.kind, in_words(evidence, factor), points)
    return None


def _worst(evidence: Evidence, point: int) -> tuple[float, float, float]:
    """The two sides and the limit of the wrong entry of a point that is off the furthest."""
    excess = np.where(evidence.wrong[point], evidence.error[point] / evidence.limit[point], -1)
    row, column = divmod(int(excess.argmax()), excess.shape[1])
    analytic, numeric, limit = (
        side[point, row, column] for side in (evidence.analytic, evidence.numeric, evidence.limit)
    )
    return float(analytic), float(numeric), float(limit)


def _fits(factor: float, analytic: float, numeric: float, limit: float) -> bool:
    """Whether an entry is off by a factor."""
    return abs(analytic - factor * numeric) <= limit + abs(factor) * limit


def in_words(evidence: Evidence, factor: Factor) -> str:
    """What is said of a factor: of a length only where it follows it with other lengths, too."""
    if not factor.of_length:
        return factor.words
    named = following(evidence, factor.value)
    if named is None:
        return f"{factor.words}{factor.of_length}{', or a constant is wrong' if factor.plainly else ''}"
    same = (f for f in _of_lengths(named) if f.of_length and abs(f.value - factor.value) < SAME * factor.value)
    found = next(same, None)
    return factor.plain if found is None else found.words + found.of_length


def factors(evidence: Evidence) -> Iterator[Factor]:
    """Factors with a name, the plainest first, then the one that the numbers themselves have in common."""
    yield Factor(-1.0, "the sign is flipped: analytic = -numeric", kind="sign")
    yield from _of_lengths(lengths(evidence))
    yield from _common(evidence)


def _of_lengths(named: dict[int, str]) -> Iterator[Factor]:
    """The factors that lengths make, and small ones that need none."""
    known = {length: f" ({length} is {name})" for length, name in named.items()}
    for number in sorted({*PLAIN, *known}, key=lambda k: (k not in PLAIN, k)):
        hint = known.get(number, "")
        yield Factor(float(number), f"too large by the factor {number}", hint)
        yield Factor(1 / number, f"too small: a factor {number} is missing", hint)
    for number, hint in known.items():
        yield Factor(number**0.5, f"too large by the factor sqrt({number})", hint)
        yield Factor(number**-0.5, f"too small: a factor sqrt({number}) is missing", hint)
        for a, b in ((number - 1, number), (number, number - 1), (number + 1, number), (number, number + 1)):
            if min(a, b) > 1:
                yield from _quotient(a, b, named)
    for a, b in itertools.permutations(known, 2):
        if a % b and b % a:
            yield from _quotient(a, b, named)


def _quotient(a: int, b: int, named: dict[int, str]) -> Iterator[Factor]:
    of_length = _lengths_in(a, b, named)
    for form, power in (("{}/{}", 1.0), ("sqrt({}/{})", 0.5)):
        value = (b / a) ** power
        words = f"off by a constant factor: analytic = {form.format(b, a)} numeric"
        yield Factor(value, words, of_length, plainly=_number_of(value))


def _lengths_in(a: int, b: int, known: dict[int, str]) -> str:
    """What is said of a quotient of two numbers, one of which is a length."""
    named = " and ".join(f"{number} is {known[number]}" for number in sorted((a, b)) if number in known)
    if a in known and b in known:
        return f" ({named}): one stands for the other{', or `ddof` differs' if abs(a - b) == 1 else ''}"
    ddof = f": as divisions by {a} and {b}, of which `ddof` decides, differ" if max(a, b) in known else ""
    return f" ({named}){ddof}"


def _common(evidence: Evidence) -> Iterator[Factor]:
    given = np.abs(evidence.analytic) > evidence.limit  # else any small factor would fit
    hit = evidence.telling & evidence.away & given & np.isfinite(evidence.analytic)
    if not hit.any():
        return
    analytic, numeric = evidence.analytic[hit], evidence.numeric[hit]
    best = np.argsort(evidence.limit[hit] / np.abs(numeric))[:25]
    factor = float(np.median((analytic / numeric)[best]))
    if factor:
        yield Factor(factor, _number_of(factor))


def _number_of(factor: float) -> str:
    """A factor without a name; near 1 by how far it is from that."""
    near = abs(factor - 1) < 1e-3
    number = f"(1 {'-' if factor < 1 else '+'} {magnitude(abs(factor - 1))})" if near else short(float(f"{factor:.6g}"))
    return f"off by a constant factor: analytic = {number} numeric"


FAMILY = Family("factors", corruptions, (Hypothesis(Claim.WHOLE, diagnose),))
