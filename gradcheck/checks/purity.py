"""`purity`: the same call gives the same answer whatever was called in between, and spoils nothing it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.reading import Breach, parts_of
from gradcheck.checks.decoys import nudged, reordered
from gradcheck.checks.interface import Check, plain
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.errors import CallError
from gradcheck.inputs.points import ordinary_arrays
from gradcheck.records.dtypes import is_floating, precision_of
from gradcheck.records.finding import Finding, Verdict
from gradcheck.text import magnitude

Array = NDArray[Any]
Arrays = tuple[Array, ...]
Between = tuple[str, Callable[[], list[Array] | None]]
LAST_BITS = 64.0  # roundings of the largest entry: alignment may change the order of a sum, not its terms


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each method that is not pure, or one PASS."""
    if not probe.usable:
        return
    same_shape = probe.point.case.sizes
    other = _elsewhere(probe, same_shape) if probe.thorough else None
    larger = _elsewhere(probe, _larger(same_shape)) if probe.thorough and same_shape else None
    v = probe.rng(Stream.ORDINARY).standard_normal(probe.y.shape)
    found = []
    for method in ("forward", "bprop", "jacobian"):
        if callable(getattr(probe.subject.layer, method, None)):
            lead = (v.astype(probe.y.dtype),) if method == "bprop" else ()
            sentence = _impurity(probe, method, lead, other, larger)
            if sentence:
                found.append(plain(probe, CHECK.name, Verdict.FAIL, f"`{method}` {sentence}"))
    yield from found or [plain(probe, CHECK.name, Verdict.PASS)]


def _elsewhere(probe: Probe, sizes: tuple[tuple[str, int], ...]) -> Arrays | None:
    """Ordinary inputs that are not the point's, of given sizes."""
    subject, case = probe.subject, probe.point.case
    return ordinary_arrays(subject.inputs, subject.critical, case, sizes=sizes, seed=case.seed + 1)


def _larger(sizes: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    return tuple((name, length + 1) for name, length in sizes)


def _impurity(probe: Probe, method: str, lead: Arrays, other: Arrays | None, larger: Arrays | None) -> str:
    """What is impure about a method; empty when nothing is."""
    point = (*lead, *probe.point.arrays)
    try:
        given = [a.copy() for a in point]
        first = _answers(probe.subject.call(method, given))
        kept = [a.copy() for a in first]
        if changed := [k for k, (a, b) in enumerate(zip(given, point, strict=True)) if not _same(a, b)]:
            return f"changes {_argument(probe, method, changed[0])} in place"
        disturbances = _disturbances(probe, method, lead, other, larger)
        disturbed = _disturbed(probe, method, point, disturbances, first, kept)
        if disturbed or not probe.thorough:
            return disturbed
        if (jitter := _first_call(probe, method, kept)) > 0:
            return f"gave another answer when it was first called: it differs by {magnitude(jitter)}"
        return _overwritten(probe, method, point, first, kept)
    except CallError as error:
        return f"fails when it is called again: {error}"


def _disturbed(
    probe: Probe, method: str, point: Arrays, disturbances: Iterator[Between], first: list[Array], kept: list[Array]
) -> str:
    """What other calls change, in the answer that was returned or in the next one; `kept` is a copy of the `first`."""
    for words, between in disturbances:
        again = between() or [a.copy() for a in point]
        if not all(map(_same, first, kept)):
            return "returned an array that a later call changes"
        if (jitter := _difference(_answers(probe.subject.call(method, again)), kept)) > 0:
            return f"gives another answer to the same inputs {words}: it differs by {magnitude(jitter)}"
    return ""


def _overwritten(probe: Probe, method: str, point: Arrays, first: list[Array], kept: list[Array]) -> str:
    """What overwriting the `first` answer changes in the next one."""
    for array in first:
        if array.flags.writeable:
            array[...] = np.nan
    if (jitter := _difference(_answers(probe.subject.call(method, [a.copy() for a in point])), kept)) > 0:
        return f"gives another answer once the array it returned was overwritten: it differs by {magnitude(jitter)}"
    return ""


def _first_call(probe: Probe, method: str, now: list[Array]) -> float:
    """How far the first answers to the point and to its decoys are from later ones."""
    most = _difference(now, [probe.y]) if method == "forward" else 0.0
    for decoy in probe.decoys:
        if method == "forward" and not isinstance(decoy.output, Breach):
            most = max(most, _difference(_answers(probe.subject.forward(decoy.arrays)), [decoy.output]))
        if method == "bprop" and isinstance(decoy.gradients, list):
            again = probe.subject.bprop(np.ones_like(decoy.output), decoy.arrays)
            most = max(most, _difference(_answers(again), decoy.gradients))
    return most


def _disturbances(
    probe: Probe, method: str, lead: Arrays, other: Arrays | None, larger: Arrays | None
) -> Iterator[Between]:
    """What may come between two equal calls, in words and as an action; it may name the arrays to call with next."""
    if not probe.thorough:
        yield "when called twice", lambda: None
        return
    if method != "bprop" and probe.subject.has_bprop:  # first: it may work in the array that was returned last
        ones = np.ones_like(probe.y)
        yield "once `bprop` has been called", partial(_call, probe, "bprop", (ones,), probe.point.arrays)
    yield "when called twice", lambda: None
    if lead:
        another = (-3 * lead[0],)
        yield "once it has been called with another v", partial(_call, probe, method, another, probe.point.arrays)
    decoys = [("other inputs", other), ("the same entries in another order", reordered(probe.point.arrays))]
    decoys += [("nearly the same inputs", nudged(probe.point.arrays)), ("inputs of another shape", larger)]
    for words, arrays in decoys:
        if arrays is not None:
            yield f"once `forward` has been called with {words}", partial(_call, probe, "forward", (), arrays)
            if arrays is not larger:
                yield f"once it has been called with {words}", partial(_call, probe, method, lead, arrays)
    if other is not None:
        yield "in the array that held other inputs before", lambda: _refilled(probe, lead, other)


def _call(probe: Probe, method: str, lead: tuple[Array, ...], arrays: Sequence[Array]) -> None:
    """Call and forget; inputs that the method does not take are no matter of purity."""
    try:
        probe.subject.call(method, [a.copy() for a in (*lead, *arrays)])
    except CallError:
        return


def _refilled(probe: Probe, lead: tuple[Array, ...], other: Sequence[Array]) -> list[Array]:
    """Arrays with which `forward` was called when they held other inputs, and that now hold the point's."""
    arrays = [a.copy() for a in other]
    try:
        probe.subject.call("forward", arrays)
    except CallError:
        return [a.copy() for a in (*lead, *probe.point.arrays)]
    for array, value in zip(arrays, probe.point.arrays, strict=True):
        array[...] = value
    return [*(a.copy() for a in lead), *arrays]


def _answers(raw: Any) -> list[Array]:
    """The arrays of an answer, not copied."""
    return [np.asarray(one) for one in parts_of(raw)]


def _same(a: Array, b: Array) -> bool:
    return a.shape == b.shape and np.array_equal(a, b, equal_nan=is_floating(a.dtype))


def _difference(again: list[Array], first: list[Array]) -> float:
    """The largest difference of two answers that is more than the last bits; 0 where there is none."""
    most = 0.0
    for a, b in zip(again, first, strict=False):
        if a.shape != b.shape:
            return float("inf")
        if not _same(a, b):
            error = np.abs(a - b)
            size = np.max(np.abs(b), initial=0, where=np.isfinite(b))
            if not np.all(error <= LAST_BITS * precision_of(b.dtype).eps * size):
                most = max(most, float(np.nan_to_num(error, nan=np.inf).max()))
    return most if len(again) == len(first) else float("inf")


def _argument(probe: Probe, method: str, position: int) -> str:
    if method == "bprop":
        return "the cotangent v" if position == 0 else f"its input {probe.subject.inputs[position - 1].name}"
    return f"its input {probe.subject.inputs[position].name}"


CHECK = Check("purity", "the same call gives the same answer, and spoils nothing that it was given", run)
