"""The lengths of a layer by name, and which of them a factor follows: it is asked with other lengths."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import numpy as np

from gradcheck.defects.evidence import Evidence, gather_again

Measure = tuple[str, int]  # what has a length, in words, and the length
PLAIN = (2, 3, 4)  # factors that need no length to be forgotten
FEWEST = 3  # entries that are still off by the same factor
PART = 0.25  # share of the wrong entries, which may be off by one factor in a part only
ALIKE = 1e-6  # relative difference of factors that are the same
# What a length, or two, make: factors up to a power.
OF_ONE: tuple[Callable[[int], float], ...] = (
    float,
    lambda n: n / (n - 1) if n > 1 else 0.0,
    lambda n: n / (n + 1),
)
POWERS = (1.0, -1.0, 0.5, -0.5)


def lengths(evidence: Evidence) -> dict[int, str]:
    """The lengths above 1 of the layer, and products of them, in words: ``the length of n``."""
    return _by_length(_named(evidence), _others(evidence))


def following(evidence: Evidence, factor: float) -> dict[int, str] | None:
    """The lengths that a factor is made of, where those of them make the factor with other lengths, too.

    Parameters
    ----------
    evidence : Evidence
    factor : float
        By which its wrong entries are off.

    Returns
    -------
    dict of int to str or None
        None where that cannot be asked; empty where the factor follows no length.
    """
    probe = evidence.probes[0]
    case = probe.point.case
    drawn = case.redrawn(sizes=_longer(evidence), strategy="normal", scale=1.0)
    again = gather_again(probe, drawn, evidence.check, evidence.name) if case.sizes else None
    if again is None:
        return None

    def follow(make: Callable[..., float], now: Iterable[int], then: Iterable[int]) -> bool:
        return any(_is(make(*now) ** p, factor) and _holds(again, make(*then) ** p) for p in POWERS if make(*now))

    found = []
    for measures, later in ((_named(evidence), _named(again)), (_others(evidence), _others(again))):
        pairs = list(zip(measures, later, strict=True))
        found.append([a for a, b in pairs if any(follow(make, a[1:], b[1:]) for make in OF_ONE)])
    named, others = found
    if not named:
        for (a, its), (b, other) in itertools.combinations(zip(_named(evidence), _named(again), strict=True), 2):
            if follow(lambda m, n: m / n, (a[1], b[1]), (its[1], other[1])):
                named += [a, b]
    return _by_length(named, others)


def _named(evidence: Evidence) -> list[Measure]:
    return [(f"the length of {name}", size) for name, size in evidence.probes[0].point.case.sizes]


def _others(evidence: Evidence) -> list[Measure]:
    """Axes, whole arrays, and products of two lengths."""
    axes = [("the length of an axis", size) for size in (*evidence.shape, *evidence.out)]
    whole = [("the number of entries", int(np.prod(shape))) for shape in (evidence.shape, evidence.out)]
    products = [(f"{a} times {b}", m * n) for (a, m), (b, n) in itertools.combinations(_named(evidence), 2)]
    return [*axes, *whole, *products]


def _by_length(named: Iterable[Measure], others: Iterable[Measure]) -> dict[int, str]:
    """The words by length; named ones that are the same together: which of them it is the numbers do not tell."""
    alike: dict[int, list[str]] = {}
    for name, size in named:
        alike.setdefault(size, []).append(name)
    found = {size: " and ".join(dict.fromkeys(names)) for size, names in alike.items()}
    for name, size in others:
        found.setdefault(size, name)
    return {size: name for size, name in found.items() if size > 1}


def _longer(evidence: Evidence) -> tuple[tuple[str, int], ...]:
    """Other sizes, a little larger, none of which was a length before."""
    taken, found = set(lengths(evidence)), []
    for name, size in evidence.probes[0].point.case.sizes:
        new = next(k for k in itertools.count(size + 1) if k not in taken)
        taken.add(new)
        found.append((name, new))
    return tuple(found)


def _is(value: float, factor: float) -> bool:
    return abs(value - factor) <= ALIKE * abs(factor)


def _holds(evidence: Evidence, factor: float) -> bool:
    """Whether a part of the wrong entries is off by a factor."""
    wrong = evidence.wrong & evidence.away & np.isfinite(evidence.analytic)
    room = (1 + abs(factor)) * evidence.limit + ALIKE * np.abs(evidence.analytic)
    same = wrong & (evidence.error_of(factor * evidence.numeric) <= room)
    return bool(same.sum() >= max(FEWEST, PART * wrong.sum()))
