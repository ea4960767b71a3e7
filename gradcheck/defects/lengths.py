"""The lengths of a layer by name, and whether a factor follows them: it is asked with other lengths."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from gradcheck.defects.evidence import Evidence, gather_again

PLAIN = (2, 3, 4)  # factors that need no length to be forgotten
FEWEST = 3  # entries that are still off by the same factor
PART = 0.25  # share of the wrong entries, which may be off by one factor in a part only
ALIKE = 1e-6  # relative difference of factors that are the same


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


def keeps(evidence: Evidence, factor: float) -> bool | None:
    """Whether entries are off by the same factor with other lengths, too; None where that cannot be asked."""
    probe = evidence.probes[0]
    case = probe.point.case
    if not case.sizes:
        return None
    drawn = case.redrawn(sizes=_others(evidence), strategy="normal", scale=1.0)
    other = gather_again(probe, drawn, evidence.check, evidence.name)
    if other is None or any(_is_of(factor, length) for length in lengths(evidence).keys() & lengths(other).keys()):
        return None
    wrong = other.wrong & other.away & np.isfinite(other.analytic)
    room = (1 + abs(factor)) * other.limit + ALIKE * np.abs(other.analytic)
    same = wrong & (other.error_of(factor * other.numeric) <= room)
    return bool(same.sum() >= max(FEWEST, PART * wrong.sum()))


def _others(evidence: Evidence) -> tuple[tuple[str, int], ...]:
    """Other sizes, a little larger, none of which was a length before."""
    taken, found = set(lengths(evidence)), []
    for name, size in evidence.probes[0].point.case.sizes:
        new = next(k for k in itertools.count(size + 1) if k not in taken)
        taken.add(new)
        found.append((name, new))
    return tuple(found)


def _is_of(factor: float, length: int) -> bool:
    """Whether a factor may be made of a length: itself, beside one more or less, or the root of that."""
    made = (length, *(length / k for k in (length - 1, length + 1) if k))
    return any(abs(factor**power / one - 1) < ALIKE for one in made for power in (1, -1, 2, -2))
