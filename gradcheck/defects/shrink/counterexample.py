"""From a finding that fails to the smallest point at which the same fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.checks.quiet import quiet
from gradcheck.checks.scripts.cotangents import cotangent
from gradcheck.checks.scripts.failure import Failure
from gradcheck.checks.scripts.pasting import literal, own_names
from gradcheck.defects.shrink.coarse import coarsely_wrong
from gradcheck.defects.shrink.criterion import cause_at, least_length
from gradcheck.defects.shrink.entries import simplify, zero
from gradcheck.defects.shrink.fewer_entries import cut_sizes
from gradcheck.defects.shrink.recheck import Recheck, kinked
from gradcheck.defects.shrink.smallest import Smallest
from gradcheck.errors import UsageError
from gradcheck.records.case import Case
from gradcheck.records.finding import Counterexample, Finding
from gradcheck.records.identity import case_of

Arrays: TypeAlias = Sequence[NDArray[Any]]
Fails: TypeAlias = Callable[[Arrays], bool]
LONGEST = 2000  # characters of a point written out: longer ones nobody copies, and their case draws them again
SHARE = 0.8  # of the time, after which no further point is tried; the rest is for the last look at what was found


def shrink(
    subject: Subject, finding: Finding, seconds: float = 2.0, fresh: Callable[[], Subject] | None = None
) -> Counterexample | None:
    """The smallest point at which a finding's check still fails, in the same way and for the same input.

    Fewer entries come first, then zeros (or what is simplest in a domain), then simple numbers. Points at a kink do not
    count unless the finding's is one, nor do those that would be told as another mistake, or that are too short to show
    what entries make of each other.

    Parameters
    ----------
    subject : Subject
    finding : Finding
        A FAIL of `subject`.
    seconds : float
        When they are over, the smallest point so far stands.
    fresh : callable, optional
        Makes the layer anew. What a layer remembers may let it fail in this process and not in the next one; with
        `fresh`, a point counts only if a layer fails there that has seen nothing else.

    Returns
    -------
    Counterexample or None
        None where the finding does not come back even at its own point.
    """
    with quiet():
        failure = smallest_failure(subject, finding, seconds, fresh)
        return None if failure is None else _counterexample(failure, finding)


def smallest_failure(
    subject: Subject, finding: Finding, seconds: float = 2.0, fresh: Callable[[], Subject] | None = None
) -> Failure | None:
    """The failure at the point that `shrink` describes."""
    until = time.perf_counter() + SHARE * seconds
    sure = Recheck(fresh or (lambda: subject), finding, alone=fresh is None)
    with quiet():
        start = sure.again()
        if start is None:
            return None
        sure = replace(sure, kinks=kinked(start.probe, start.finding), cause=cause_at(start))
        least = least_length(start)
        for fails in _ways(subject, sure, start, until):
            if failure := sure.at(_shrink(Smallest(subject.inputs, start.arrays, fails, least))):
                return failure
    return start


def _ways(subject: Subject, sure: Recheck, start: Failure, until: float) -> Iterator[Fails]:
    """How to tell whether a point fails: in haste where that tells it of the first one, with care, with most care."""
    own = replace(sure, make=lambda: subject, alone=True)
    careful = _limit(until, lambda arrays: own.at(arrays) is not None)
    if coarsely_wrong(subject, start.finding, start.arrays):

        def hasty(arrays: Arrays) -> bool:
            seen = coarsely_wrong(subject, start.finding, arrays)
            return careful(arrays) if seen is None else seen

        yield _limit(until, hasty)
    yield careful
    if not sure.alone:
        yield _limit(until, lambda arrays: sure.at(arrays) is not None)


def _limit(until: float, fails: Fails) -> Fails:
    """The same until the time is over: then nothing fails any more. Points that did not fail are not tried again."""
    passed: set[tuple[object, ...]] = set()

    def limited(arrays: Arrays) -> bool:
        known = tuple((array.shape, array.tobytes()) for array in arrays)
        if known in passed or time.perf_counter() > until:
            return False
        failed = fails(arrays)
        if not failed:
            passed.add(known)
        return failed

    return limited


def _shrink(smallest: Smallest) -> Arrays:
    for step in (cut_sizes, zero, simplify, zero):
        step(smallest)
    return smallest.arrays


def _counterexample(failure: Failure, finding: Finding) -> Counterexample:
    case = replace(failure.probe.point.case, sizes=())
    if not _replays(case):
        return Counterexample(finding.case)
    text = "; ".join(f"{name} = {text}" for name, text in _named(failure))
    return Counterexample(case, text, failure.finding.worst, failure.finding.fault)


def _named(failure: Failure) -> list[tuple[str, str]]:
    names = own_names(failure.probe.subject.inputs)
    named = [(name, literal(array)) for name, array in zip(names, failure.arrays, strict=True)]
    v = cotangent(failure) if failure.finding.check == "bprop" else None
    return named if v is None else [*named, ("v", literal(v))]


def _replays(case: Case) -> bool:
    """Whether the identity of a case leads back to it: it is not too long, and no name in it is mistaken."""
    try:
        return bool(case.values) and len(case.values) <= LONGEST and case_of(case.id) == case
    except UsageError:
        return False
