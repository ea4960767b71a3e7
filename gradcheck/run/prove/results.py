"""A corruption, or a series of one name, tried point by point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gradcheck.checks.interface import Check
from gradcheck.checks.probe import Probe
from gradcheck.defects.family import Corruption
from gradcheck.records.proof import CorruptionResult, Deviation
from gradcheck.run.prove.control import Control


def results_of(
    series: Sequence[Corruption], controls: Sequence[Control], checks: Sequence[Check]
) -> Iterator[CorruptionResult]:
    """A result for each size, down to the first that neither counts nor is caught.

    Parameters
    ----------
    series : sequence of Corruption
        Of one name, the largest first.
    controls : sequence of Control
    checks : sequence of Check
    """
    known: frozenset[str] = frozenset()
    for corruption in series:
        result = CorruptionResult(
            corruption.name, corruption.size, tuple(_deviations(corruption, controls, checks, known))
        )
        if result.missed:
            result = _retry(result, corruption, controls, checks)
        if not result.scored and not result.caught:
            return
        yield result
        known = result.checks


def _deviations(
    corruption: Corruption, controls: Sequence[Control], checks: Sequence[Check], known: frozenset[str]
) -> Iterator[Deviation]:
    """What is seen of a corruption; `known` are the checks that caught the size before.

    That told where they fail: now the first point will do, and the first check.
    """
    found = _point_by_point(corruption, controls, checks, known)
    return _until_caught(found) if known else found


def _point_by_point(
    corruption: Corruption, controls: Sequence[Control], checks: Sequence[Check], known: frozenset[str]
) -> Iterator[Deviation]:
    """All checks that fail at the first point where one does; at the others one is enough."""
    for control in controls:
        likely_first = sorted(checks, key=lambda check: check.name not in known)
        deviation = seen(corruption, control, likely_first, enough=bool(known))
        if deviation:
            yield deviation
            known = known | set(deviation.checks)


def _retry(
    result: CorruptionResult, corruption: Corruption, controls: Sequence[Control], checks: Sequence[Check]
) -> CorruptionResult:
    """The result with `forward` measured anew, up to the first point where that catches it."""
    worth = [control for control in controls if result.scored or control.blurred(corruption.size or 0)]
    again = (seen_anew(corruption, control, checks) for control in worth)
    found = {deviation.case: deviation for deviation in result.deviations}
    found |= {deviation.case: deviation for deviation in _until_caught(filter(None, again))}
    return replace(result, deviations=tuple(found.values()))


def _until_caught(deviations: Iterable[Deviation]) -> Iterator[Deviation]:
    for deviation in deviations:
        yield deviation
        if deviation.checks:
            return


def seen(
    corruption: Corruption, control: Control, checks: Sequence[Check], *, enough: bool = False
) -> Deviation | None:
    """What is seen with the measurement made for the right layer; None where the corruption changes nothing."""
    probe = control.probe.sharing(control.corrupted(corruption.corrupt))
    return control.deviation(corruption.corrupt, probe, checks, enough=enough)


def seen_anew(corruption: Corruption, control: Control, checks: Sequence[Check]) -> Deviation | None:
    """The same with one made for the corrupted layer: what it claims decides where the differences look closely."""
    right = control.probe
    probe = Probe(control.corrupted(corruption.corrupt), right.point, right.thorough, whole=True)
    return control.deviation(corruption.corrupt, probe, checks)
