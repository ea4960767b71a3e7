"""What becomes of the answer when one call is repeated: on a new object of the layer's class where one can be made."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.answers import parts_of
from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.instances import needed
from gradcheck.adapters.reading import output_of
from gradcheck.checks.probe import Probe
from gradcheck.checks.purity import difference
from gradcheck.defects.diagnosis import Diagnosis, listing
from gradcheck.records.dtypes import is_floating
from gradcheck.text import short

Array = NDArray[Any]
CALLS = 5  # equal ones: four steps between them, equal, random or neither
SAME = 1e-6  # relative difference of steps that are taken for equal
BEYOND = 1e9  # times all that is kept: steps of that size stand out from the rounding of it
HUGE = 1e150  # answers, from which on there is no room for larger ones
RANDOM = 100  # quotient of the largest and the smallest step of random answers, at most
MOVING = 1e-3  # least change of a factor from call to call that is told; less may be a digit that is lost
BY_ARRAY = "`{}` uses a cache that knows its inputs by their array: compare their values"


def renewed(probe: Probe) -> Probe | None:
    """The point with a new object of the layer's class, which no call has changed; None where none is to be had."""
    made = type(probe.subject.layer)
    if made.__module__ == "builtins" or needed(made):
        return None
    layer = attempt(made)
    if isinstance(layer, Breach):
        return None
    subject = replace(probe.subject.uncalled, layer=layer)
    known = [(probe.point.arrays, probe.y)] + [(decoy.arrays, decoy.output) for decoy in probe.decoys[:1]]
    for arrays, output in known:  # what it answered first, before any call of `bprop`, was at the first decoy
        y = attempt(lambda arrays=arrays: output_of(subject, arrays))  # type: ignore[misc]
        if not isinstance(y, Breach) and not isinstance(output, Breach) and difference([y], [output]) == 0:
            return probe.sharing(subject)
    return None


def repeat(probe: Probe, method: str) -> Diagnosis | None:
    """What becomes of the answer when one call is repeated; None when nothing does."""
    new = renewed(probe)
    return (None if new is None else _repeat(new, method)) or _repeat(probe, method)


def _repeat(probe: Probe, method: str) -> Diagnosis | None:
    answers = _repeated(probe, method)
    if answers is None or not np.isfinite(answers).all():
        return None
    sizes = _sizes(answers)
    if not sizes.any():
        return None
    most = float(np.abs(answers).max())
    larger = _repeated(probe, method, BEYOND * most) if method == "bprop" and most < HUGE else None
    if larger is not None:  # beside what earlier calls have added up, small steps are lost
        answers = larger if np.abs(larger).max() > most else answers[:0]
    if (told := _by_rule(answers, method)) is not None:
        return told
    if sizes.all() and sizes.max() < RANDOM * sizes.min():
        again = "; where that is meant, seed the generator inside of `forward`" if method == "forward" else ""
        words = f"`{method}` gives a new answer at each of {CALLS} equal calls: chance, or a state that moves on{again}"
        return Diagnosis("random", words)
    return Diagnosis(
        "memory", f"`{method}` depends on the calls before it: a counter, or something of the last answer that is kept"
    )


def _by_rule(answers: Array, method: str) -> Diagnosis | None:
    """A rule by which each answer follows from the one before, the same for all entries and all steps."""
    steps, sizes = np.diff(answers, axis=0), _sizes(answers)
    if not sizes.size or not sizes.all():
        return None
    if np.allclose(steps, steps[0], rtol=SAME, atol=SAME * sizes[0]):
        words = f"`{method}` adds to what it returned before, or to what it keeps: equal calls grow by equal steps"
        return Diagnosis("accumulates", words)
    factor = float(np.vdot(steps[0], steps[1]) / np.vdot(steps[0], steps[0]))
    powers = factor ** np.arange(len(steps))[:, None]
    if factor < MOVING or abs(factor - 1) < MOVING or not _alike(steps, powers * steps[0]):
        return None
    number = short(float(f"{factor:.4g}"))
    if _alike(answers, factor ** np.arange(len(answers))[:, None] * answers[0]):
        words = f"each of {CALLS} equal calls of `{method}` gives {number} times what the one before gave"
        return Diagnosis("accumulates", f"{words}: a factor that is changed at each call")
    words = f"equal calls of `{method}` move on by steps, each {number} times the one before"
    return Diagnosis("accumulates", f"{words}: a part of what it returned or kept before is added, as by a momentum")


def _alike(a: Array, b: Array) -> bool:
    """Whether two stacks are the same, row by row, but for the last digits."""
    return bool((np.abs(a - b) <= SAME * np.abs(b).max(axis=1, keepdims=True)).all())


def by_array(probe: Probe, method: str) -> Diagnosis | None:
    """Whether an answer goes with the array that is given: it stays when other values are written into that."""
    lead, point = _lead(probe, method), probe.point.arrays
    kept = []  # as long as an array lives no other one has its place in memory
    try:
        for _ in range(CALLS):
            held = [*(v.copy() for v in lead), *(_halved(a) for a in point)]
            before = _flat(probe.subject.call(method, held))
            for array, value in zip(held[len(lead) :], point, strict=True):
                array[...] = value
            after, fresh = (_flat(probe.subject.call(method, one)) for one in (held, [a.copy() for a in held]))
            kept.append(held)
            if np.array_equal(after, before) and not np.array_equal(after, fresh):
                return Diagnosis("stale", BY_ARRAY.format(method))
    except (Breach, ValueError):
        return None
    return None


def _halved(array: Array) -> Array:
    return array / 2 if is_floating(array.dtype) else array.copy()


def moved_by_forward(probe: Probe) -> bool:
    """Whether each call of `forward`, with the same inputs too, changes what `bprop` answers, and no call of that."""
    answers = []
    try:
        for _ in range(CALLS):
            answer(probe, "forward", probe.point.arrays)
            once, again = (answer(probe, "bprop", (*_lead(probe, "bprop"), *probe.point.arrays)) for _ in range(2))
            if not np.array_equal(once, again):
                return False
            answers.append(once)
    except (Breach, ValueError):
        return False
    return bool(_sizes(np.stack(answers)).all())


def one_array(probe: Probe, method: str) -> Diagnosis | None:
    """Whether the gradients of several inputs are handed out in one array."""
    if method != "bprop":
        return None
    given = [np.array(a) for a in (*_lead(probe, method), *probe.point.arrays)]
    raw = attempt(lambda: probe.subject.call(method, given))
    parts = [] if isinstance(raw, Breach) else [np.asarray(part) for part in parts_of(raw)]
    names = [name for name, _, _ in probe.pieces]
    if len(parts) != len(names):
        return None
    for (a, one), (b, other) in itertools.combinations(zip(names, parts, strict=True), 2):
        if one.size and np.may_share_memory(one, other) and np.shares_memory(one, other):
            both = listing((a, b))
            return Diagnosis("buffer", f"the gradients of {both} are one array: the later overwrites the earlier one")
    return None


def answer(probe: Probe, method: str, arguments: Sequence[Array]) -> Array:
    """What a method returns for copies of its arguments, in one row."""
    return _flat(probe.subject.call(method, [a.copy() for a in arguments]))


def _flat(raw: Any) -> Array:
    return np.concatenate([np.asarray(part, dtype=float).reshape(-1) for part in parts_of(raw)])


def _lead(probe: Probe, method: str, size: float = 1.0) -> tuple[Array, ...]:
    return (np.full_like(probe.y, size),) if method == "bprop" else ()


def _repeated(probe: Probe, method: str, size: float = 1.0) -> Array | None:
    """The answers to equal calls, `bprop` for a cotangent of equal entries, shape (calls, n); None if one has none."""
    arguments = (*_lead(probe, method, size), *probe.point.arrays)
    try:
        return np.stack([answer(probe, method, arguments) for _ in range(CALLS)])
    except (Breach, ValueError):
        return None


def _sizes(answers: Array) -> Array:
    """The largest change of each call from the one before."""
    return np.asarray(np.abs(np.diff(answers, axis=0)).max(axis=1, initial=0))
