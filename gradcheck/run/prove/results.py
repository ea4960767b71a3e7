"""A corruption, or a series of one name, tried point by point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gradcheck.checks.interface import Check
from gradcheck.checks.probe import Probe
from gradcheck.defects.planting.interface import Corruption
from gradcheck.records.proof import CorruptionResult, Deviation
from gradcheck.run.prove.grounds import Ground


def results_of(
    series: Sequence[Corruption], grounds: Sequence[Ground], checks: Sequence[Check]
) -> Iterator[CorruptionResult]:
    """A result for each size, down to the first that neither counts nor is caught.

    Parameters
    ----------
    series : sequence of Corruption
        Of one name, the largest first.
    grounds : sequence of Ground
    checks : sequence of Check
    """
    known: frozenset[str] = frozenset()
    for corruption in series:
        result = CorruptionResult(
            corruption.name, corruption.size, tuple(_deviations(corruption, grounds, checks, known))
        )
        if result.missed:
            result = _retried(result, corruption, grounds, checks)
        if not result.scored and not result.caught:
            return
        yield result
        known = result.checks


def _deviations(
    corruption: Corruption, grounds: Sequence[Ground], checks: Sequence[Check], known: frozenset[str]
) -> Iterator[Deviation]:
    """What is seen of a corruption; `known` are the checks that caught the size before.

    That told where they fail: now the first point will do, and the first check.
    """
    found = _point_by_point(corruption, grounds, checks, known)
    return _until_caught(found) if known else found


def _point_by_point(
    corruption: Corruption, grounds: Sequence[Ground], checks: Sequence[Check], known: frozenset[str]
) -> Iterator[Deviation]:
    """All checks that fail at the first point where one does; at the others one is enough."""
    for ground in grounds:
        likely_first = sorted(checks, key=lambda one: one.name not in known)
        one = seen(corruption, ground, likely_first, enough=bool(known))
        if one:
            yield one
            known = known | set(one.checks)


def _retried(
    result: CorruptionResult, corruption: Corruption, grounds: Sequence[Ground], checks: Sequence[Check]
) -> CorruptionResult:
    """The result with `forward` measured anew, up to the first point where that catches it."""
    worth = [ground for ground in grounds if result.scored or ground.blurred(corruption.size or 0)]
    again = (seen_anew(corruption, ground, checks) for ground in worth)
    found = {one.case: one for one in result.deviations}
    found.update({one.case: one for one in _until_caught(one for one in again if one)})
    return replace(result, deviations=tuple(found.values()))


def _until_caught(deviations: Iterable[Deviation]) -> Iterator[Deviation]:
    for one in deviations:
        yield one
        if one.checks:
            return


def seen(corruption: Corruption, ground: Ground, checks: Sequence[Check], *, enough: bool = False) -> Deviation | None:
    """What is seen with the measurement made for the right layer; None where the corruption changes nothing."""
    probe = ground.probe.sharing(ground.spoiled(corruption.spoil))
    return ground.deviation(corruption.spoil, probe, checks, enough=enough)


def seen_anew(corruption: Corruption, ground: Ground, checks: Sequence[Check]) -> Deviation | None:
    """The same with one made for the corrupted layer: what it claims decides where the differences look closely."""
    right = ground.probe
    probe = Probe(ground.spoiled(corruption.spoil), right.point, right.thorough)
    return ground.deviation(corruption.spoil, probe, checks)
