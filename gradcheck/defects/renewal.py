"""What is wrong even where `forward` has just been called with the same inputs: no matter of what it left there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from gradcheck.adapters.contract import Subject
from gradcheck.checks import CHECKS
from gradcheck.checks.probe import Probe
from gradcheck.defects.corruption import Corrupted
from gradcheck.defects.diagnosis import Diagnosis, Failures
from gradcheck.defects.drift import SHOWN_BY
from gradcheck.defects.memory import LEFT
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict

Array = NDArray[Any]


def remaining(failures: Failures, told: Mapping[int, Diagnosis]) -> Failures | None:
    """What is left of some failures once `forward` runs right before each `bprop`, with points of such a layer.

    Parameters
    ----------
    failures : Failures
    told : mapping of int to Diagnosis
        What `purity` told, and what was taken for a consequence of it.

    Returns
    -------
    Failures or None
        None where `bprop` does not use what the latest `forward` left.
    """
    if LEFT not in told.values():
        return None
    probes = {p.point.case: p.sharing(_renewing(p.subject)) for p in failures.probes if p.usable}
    suspects = {k: f for k, f in failures.of(*SHOWN_BY).items() if told.get(k) == LEFT and f.case in probes}
    again: dict[tuple[str, Case], dict[str, Finding]] = {}
    for f in suspects.values():
        if (f.check, f.case) not in again:
            again[f.check, f.case] = {g.input: g for g in _failing(f.check, probes[f.case])}
    still = {k: again[f.check, f.case][f.input] for k, f in suspects.items() if f.input in again[f.check, f.case]}
    others = {k: f for k, f in failures.findings.items() if k not in suspects}
    fresh = tuple(probes.get(p.point.case, p) for p in failures.probes)
    return replace(failures, findings={**others, **still}, probes=fresh)


def without(told: Mapping[int, Diagnosis], left: Failures) -> dict[int, Diagnosis]:
    """What was told, but of the failures that are left."""
    still = left.of(*SHOWN_BY)
    return {k: one for k, one in told.items() if one != LEFT or k not in still}


def _failing(check: str, probe: Probe) -> list[Finding]:
    return [found for found in CHECKS[check].run(probe) if found.verdict is Verdict.FAIL]


def _renewing(subject: Subject) -> Subject:
    """The layer with a `bprop` that is never called but right after `forward` with the same inputs."""
    layer = subject.layer

    def bprop(v: Array, *arrays: Array) -> Any:
        layer.forward(*(array.copy() for array in arrays))
        return layer.bprop(v, *arrays)

    return replace(subject, layer=Corrupted(layer, bprop=bprop))
