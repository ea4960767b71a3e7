"""The edit of `bprop` with which it is right at the points that were looked at, if a single one is enough."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from types import FunctionType, MethodType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import Subject
from gradcheck.checks.matrices import gradient_row
from gradcheck.checks.probe import Probe
from gradcheck.defects.corruption import Corrupted
from gradcheck.defects.diagnosis import NEARLY, Diagnosis, Failures
from gradcheck.defects.evidence import gather
from gradcheck.defects.repair.edits import Edit, first_edit
from gradcheck.defects.repair.source import ends

Array = NDArray[Any]
MOST = 4000  # edits that are tried: each costs a call and a compilation, some half a millisecond together
FEWEST = 3  # points at which a right edit must mend what was wrong
LONGEST = 5.0  # seconds of calls of a slow layer, beyond which no more edits are tried
ROOM = 4.0  # limits of an entry: those of a row are combined with random weights
SEED = 20  # of the cotangents
# What says itself what to write, where it is true of every entry; and what is no matter of a formula.
PLAIN = frozenset({"sign", "factor", "constant", "swapped", "transposed", "few-digits", "stale", "frozen"})
SINGULAR = frozenset({"nan", "overflow", "cancellation", "tie", "kink"})


@dataclass(frozen=True, eq=False)
class _Point:
    """A point, a cotangent, the right answer and the room around it; what nothing is known of has infinite room."""

    probe: Probe
    v: Array
    answer: Array
    room: Array

    def row(self, subject: Subject) -> Array | None:
        """What a layer answers; None where that is no gradient."""
        said = attempt(lambda: gradient_row(subject, self.v, self.probe.point.arrays, self.probe.y))
        return None if isinstance(said, Breach) or said.shape != self.answer.shape else said

    def fits(self, row: Array | None) -> bool:
        """Whether an answer is right."""
        return row is not None and bool((np.abs(row - self.answer) <= self.room).all())

    def accepts(self, subject: Subject) -> bool:
        """Whether a layer gives the right answer."""
        return self.fits(self.row(subject))


def mended(failures: Failures, told: Mapping[int, Diagnosis], settled: Collection[int]) -> dict[int, Diagnosis]:
    """What is said of failures of `bprop` by an edit with which it is right, where nothing plainer is told of them.

    Parameters
    ----------
    failures : Failures
    told : mapping of int to Diagnosis
        What is told of them by now.
    settled : collection of int
        Those whose cause is known to be no formula.
    """
    mine = {k: f for k, f in failures.of("bprop").items() if f.case in failures.probe and k not in settled}
    weak = {k: f for k, f in mine.items() if k not in told or not _is_plain(told[k])}
    function = _own_bprop(failures.probes)
    if not weak or function is None:
        return {}
    subject = failures.probes[0].subject
    failing = {f.case for f in mine.values()}
    rows = [(one, one.row(subject)) for one in _points(failures.probes)]
    right = [one for one, row in rows if one.fits(row)]
    finite = [one for one, row in rows if row is not None and np.isfinite(row).all() and not one.fits(row)]
    wrong = [one for one in finite if one.probe.point.case in failing]
    edit = _found(subject, function, wrong, right) if len(wrong) >= FEWEST else None
    if edit is None:
        return {}
    words = f"`bprop` is right {edit.words} ({Path(function.__code__.co_filename).name}:{edit.line})"
    cases = {point.probe.point.case for point in wrong}
    return {
        k: replace(told.get(k) or Diagnosis("edit", ""), sentence=words) for k, f in weak.items() if f.case in cases
    }


def _is_plain(diagnosis: Diagnosis) -> bool:
    return diagnosis.name in PLAIN or diagnosis.kind in SINGULAR


def _own_bprop(probes: Sequence[Probe]) -> FunctionType | None:
    """The method of a layer's class; None where it is none, or another stands in its place."""
    layer = probes[0].subject.layer if probes else None
    function = None if "bprop" in getattr(layer, "__dict__", {}) else getattr(type(layer), "bprop", None)
    return function if isinstance(function, FunctionType) and ends(function, type(layer)) else None


def _points(probes: Sequence[Probe]) -> Iterator[_Point]:
    """Each point where something is known, with a random cotangent."""
    rng = np.random.default_rng(SEED)
    for probe in probes:
        names = [name for name, _, _ in probe.pieces] if probe.usable and probe.sample is None else []
        parts = [gather([probe], "bprop", name) for name in names]
        if not parts or None in parts:
            continue
        numeric, limit = (np.concatenate([getattr(p, side)[0] for p in parts], axis=1) for side in ("numeric", "limit"))
        v = rng.standard_normal(len(numeric))
        room = ROOM * np.abs(v) @ limit
        if np.isfinite(room).any():
            yield _Point(probe, v, v @ numeric, np.where(np.isnan(room), np.inf, room))


def _found(subject: Subject, function: FunctionType, wrong: list[_Point], right: list[_Point]) -> Edit | None:
    """The first edit that mends nearly all points, and harms hardly any."""
    first = min(wrong, key=lambda point: np.log(np.abs(point.answer).max(initial=1e-300)) ** 2)

    def accepts(edited: FunctionType) -> bool:
        other = replace(subject, layer=Corrupted(subject.layer, bprop=MethodType(edited, subject.layer)))
        return first.accepts(other) and all(_share(some, other) >= NEARLY for some in (wrong, [*wrong, *right]))

    cost = min(_seconds(lambda: first.accepts(subject)) for _ in range(3))
    forward = getattr(type(subject.layer), "forward", None)
    beside = forward if isinstance(forward, FunctionType) else None
    return first_edit(function, beside, accepts, int(min(MOST, LONGEST / max(cost, LONGEST / MOST))))


def _seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def _share(points: list[_Point], subject: Subject) -> float:
    return sum(point.accepts(subject) for point in points) / len(points)
