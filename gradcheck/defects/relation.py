"""What the wrong entries have in common: all are zero, have the other sign, are no numbers.

A relation also says in which right entries it would show: only those can tell where it holds and where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.compare import KINKED
from gradcheck.defects.evidence import Evidence
from gradcheck.defects.factors import factors, in_words
from gradcheck.text import short

Array = NDArray[Any]
FEWEST = 3  # entries that have one number in common
ONE_NUMBER = 1e-6  # relative spread of numbers that are the same
EXCEPTIONS = 0.03  # share of the wrong entries that a relation need not explain: the numeric side has its limits


@dataclass(frozen=True, eq=False)
class Relation:
    """What holds in the wrong entries.

    Attributes
    ----------
    kind, words : str
        Empty where nothing is known but that they are wrong.
    shows : ndarray of bool, shape (P, m, n)
        The right entries in which it would have shown.
    """

    kind: str
    words: str
    shows: Array


LEVEL = "level"  # tells something only together with a region


def relation_of(evidence: Evidence) -> Relation:
    """The plainest relation that holds in the wrong entries by itself."""
    return next(relation for relation in relations_of(evidence) if relation.kind != LEVEL)


def relations_of(evidence: Evidence) -> Iterator[Relation]:
    """The relations that hold in the wrong entries, the plainest first."""
    analytic, numeric, limit, wrong = evidence.analytic, evidence.numeric, evidence.limit, evidence.wrong
    right = evidence.right & evidence.live
    call = f"`{evidence.check}`"
    if _all(~np.isfinite(analytic), wrong):
        yield Relation("nan", f"{call} gives no finite number", right)
    if _all(evidence.gap > KINKED * np.maximum(np.abs(analytic), np.abs(numeric)), wrong):
        words = f"at a kink {call} gives what does not lie between the slopes of the two sides,"
        yield Relation("kink", words, right & (np.abs(analytic - numeric) <= evidence.gap))
    if _all(analytic == 0, wrong):
        yield Relation("zero", f"{call} gives 0", right & (np.abs(numeric) > 2 * limit))
    yield from _constants(evidence, right)
    if _all(~evidence.away, wrong) and not _is_one_number(numeric[wrong]):
        told = right & (evidence.away | (analytic == 0))  # what is too little to be seen may be wrong, too
        yield Relation("extra", f"{call} gives something where 0 belongs,", told)
    some = _some(evidence)
    for one in factors(evidence) if np.count_nonzero(evidence.telling) >= FEWEST else ():
        factor = one.value
        fits = np.abs(analytic[some] - factor * numeric[some]) <= (1 + abs(factor)) * limit[some]
        if fits.any() and _all(evidence.error_of(factor * numeric) <= (1 + abs(factor)) * limit, evidence.telling):
            words = in_words(evidence, one)
            yield Relation(one.kind, words, right & (np.abs(factor - 1) * np.abs(numeric) > 2 * limit))
    yield from _offset(evidence, right)
    relative = np.where(wrong, evidence.error, np.inf) / np.where(numeric != 0, np.abs(numeric), np.nan)
    least = np.nanmin(relative, initial=np.inf)
    yield Relation("", "", right & (np.abs(numeric) > 2 * limit) & (least * np.abs(numeric) > 2 * limit))


def _some(evidence: Evidence) -> tuple[Array, ...]:
    """Telling entries, so many that what explains none of them has too many exceptions."""
    at = np.nonzero(evidence.telling)
    return tuple(index[: int(EXCEPTIONS * len(index)) + 1] for index in at)


def _is_one_number(numeric: Array) -> bool:
    """Whether what belongs somewhere is the same number other than 0, however wide its bound beside what is given."""
    return bool(numeric.all() and np.ptp(numeric) <= ONE_NUMBER * np.abs(numeric).max())


def _constants(evidence: Evidence, right: Array) -> Iterator[Relation]:
    """One number in place of another one."""
    wrong, limit = evidence.wrong, evidence.limit
    given, required = evidence.analytic[wrong], evidence.numeric[wrong]
    if len(given) < FEWEST or not np.isfinite(given).all() or np.ptp(given) > 1e-12 * abs(given[0]):
        return
    belongs = 0.0 if (np.abs(required) <= limit[wrong]).all() else float(f"{np.median(required):.7g}")
    if not (np.abs(required - belongs) <= limit[wrong]).all():
        if given[0] and np.ptp(required) > 0:
            words = f"`{evidence.check}` gives {short(float(f'{given[0]:.7g}'))}"
            shows = right & (np.abs(given[0] - evidence.numeric) > 2 * limit)
            yield Relation(LEVEL, words, shows & (evidence.gap <= KINKED * np.abs(evidence.analytic)))
    else:
        words = f"`{evidence.check}` gives {short(float(f'{given[0]:.7g}'))} where {short(belongs)} belongs,"
        smooth = evidence.gap <= KINKED * np.abs(evidence.analytic)  # beside a kink either slope may pass
        yield Relation("constant", words, right & (smooth | (np.abs(given[0] - evidence.numeric) > 2 * limit)))


def _offset(evidence: Evidence, right: Array) -> Iterator[Relation]:
    """A difference that the numbers themselves have in common."""
    hit = evidence.telling & np.isfinite(evidence.analytic)
    if np.count_nonzero(hit) <= FEWEST:
        return
    sharpest = np.argsort(evidence.limit[hit])[:25]
    offset = float(np.median((evidence.analytic - evidence.numeric)[hit][sharpest]))
    if _all(evidence.error_of(evidence.numeric + offset) <= 2 * evidence.limit, evidence.telling):
        number = f"{'-' if offset < 0 else '+'} {short(float(f'{abs(offset):.4g}'))}"
        moves = np.abs(evidence.numeric - evidence.numeric[0]) > evidence.limit + evidence.limit[0]
        what = "a constant is missing or too much: " if moves.any() else ""  # every entry of a linear layer is one
        words = f"{what}analytic = numeric {number}"
        yield Relation("offset", words, right & (abs(offset) > 2 * evidence.limit))


def _all(holds: Array, among: Array) -> bool:
    count = int(among.sum())
    return bool(count and (holds & among).sum() >= (1 - EXCEPTIONS) * count)
