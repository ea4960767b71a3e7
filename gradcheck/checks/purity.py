"""`purity`: the same call gives the same answer whatever was called in between, and spoils nothing it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.answers import parts_of
from gradcheck.adapters.breach import Breach
from gradcheck.checks import scripts
from gradcheck.checks.decoys import NEARLY_SAME, SAME_ENTRIES, nudged, reordered
from gradcheck.checks.interface import Check, failed, not_applicable, passed, without_room
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.inputs.points import ordinary_arrays
from gradcheck.records.dtypes import is_floating, precision_of
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
Arrays = tuple[Array, ...]
Between = tuple[str, str, Callable[[], list[Array] | None]]
REFILLED = "the same array"  # the detail `seen` of a fault that arrays filled anew show
LAST_BITS = 64.0  # roundings of the largest entry: alignment may change the order of a sum, not its terms


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each method that is not pure, or one PASS."""
    if not probe.usable:
        return
    same_shape = probe.point.case.sizes
    other = _elsewhere(probe, same_shape) if probe.at_length else None
    larger = _elsewhere(probe, _larger(same_shape)) if probe.at_length and same_shape else None
    v = probe.rng(Stream.ORDINARY).standard_normal(probe.y.shape)
    found, refusals = [], without_room(probe)
    for method in ("forward", "bprop") if refusals else ("forward", "bprop", "jacobian"):
        if probe.may_call(method):
            lead = (v.astype(probe.y.dtype),) if method == "bprop" else ()
            fault = _impurity(probe, method, lead, other, larger)
            if fault is not None:
                found.append(failed(probe, CHECK.name, fault))
    yield from found or [passed(probe, CHECK.name, notes=not_applicable(refusals, nothing_left=False))]


def _elsewhere(probe: Probe, sizes: tuple[tuple[str, int], ...]) -> Arrays | None:
    """Ordinary inputs that are not the point's, of given sizes."""
    subject, case = probe.subject, probe.point.case
    return ordinary_arrays(subject.inputs, subject.critical, case, sizes=sizes, seed=case.seed + 1)


def _larger(sizes: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    return tuple((name, length + 1) for name, length in sizes)


def _impurity(probe: Probe, method: str, lead: Arrays, other: Arrays | None, larger: Arrays | None) -> Fault | None:
    """What is impure about a method; None when nothing is."""
    point = (*lead, *probe.point.arrays)
    try:
        given = [a.copy() for a in point]
        first = _answers(probe.subject.call(method, given))
        kept = [a.copy() for a in first]
        if changed := [k for k, (a, b) in enumerate(zip(given, point, strict=True)) if not _same(a, b)]:
            argument = _argument(probe, method, changed[0])
            return Fault.of(FaultKind.IN_PLACE, method, argument=argument)
        disturbances = _disturbances(probe, method, lead, other, larger)
        disturbed = _disturbance(probe, method, point, disturbances, first, kept)
        if disturbed is not None or not probe.at_length:
            return disturbed
        if (jitter := _first_call(probe, method, kept)) > 0:
            return Fault.of(FaultKind.FIRST_CALL, method, error=jitter)
        return _overwriting(probe, method, point, first, kept)
    except Breach as breach:
        return Fault.of(FaultKind.FAILS_AGAIN, method, cause=breach.fault)


def _disturbance(
    probe: Probe, method: str, point: Arrays, disturbances: Iterator[Between], first: list[Array], kept: list[Array]
) -> Fault | None:
    """What other calls change, in the answer that was returned or in the next one; `kept` is a copy of the `first`."""
    for after, seen, between in disturbances:
        again = between() or [a.copy() for a in point]
        if not all(map(_same, first, kept)):
            return Fault.of(FaultKind.SHARED_ARRAY, method)
        if (jitter := difference(_answers(probe.subject.call(method, again)), kept)) > 0:
            return Fault.of(FaultKind.OTHER_ANSWER, method, after=after, seen=seen, error=jitter)
    return None


def _overwriting(probe: Probe, method: str, point: Arrays, first: list[Array], kept: list[Array]) -> Fault | None:
    """What overwriting the `first` answer changes in the next one."""
    for array in first:
        if array.flags.writeable:
            array[...] = np.nan
    if (jitter := difference(_answers(probe.subject.call(method, [a.copy() for a in point])), kept)) > 0:
        return Fault.of(FaultKind.OVERWRITTEN, method, error=jitter)
    return None


def _first_call(probe: Probe, method: str, now: list[Array]) -> float:
    """How far the first answers to the point and to its decoys are from later ones."""
    most = difference(now, [probe.y]) if method == "forward" else 0.0
    for decoy in probe.decoys:
        if method == "forward" and not isinstance(decoy.output, Breach):
            most = max(most, difference(_answers(probe.subject.forward(decoy.arrays)), [decoy.output]))
        if method == "bprop" and isinstance(decoy.gradients, list):
            again = probe.subject.bprop(np.ones_like(decoy.output), decoy.arrays)
            most = max(most, difference(_answers(again), decoy.gradients))
    return most


def _disturbances(
    probe: Probe, method: str, lead: Arrays, other: Arrays | None, larger: Arrays | None
) -> Iterator[Between]:
    """What may come between two equal calls: in words, what inputs are seen, and an action.

    The action may name the arrays to call with next.
    """
    if not probe.at_length:
        yield "when called twice", "", lambda: None
        return
    if method != "bprop" and probe.subject.has_bprop:  # first: it may work in the array that was returned last
        ones = np.ones_like(probe.y)
        yield "once `bprop` has been called", "", partial(_call, probe, "bprop", (ones,), probe.point.arrays)
    yield "when called twice", "", lambda: None
    if lead:
        another = (-3 * lead[0],)
        yield "once it has been called with another v", "", partial(_call, probe, method, another, probe.point.arrays)
    decoys = [("other inputs", other), (SAME_ENTRIES, reordered(probe.point.arrays))]
    decoys += [(NEARLY_SAME, nudged(probe.point.arrays)), ("inputs of another shape", larger)]
    for seen, arrays in decoys:
        if arrays is not None:
            yield f"once `forward` has been called with {seen}", seen, partial(_call, probe, "forward", (), arrays)
            if arrays is not larger:
                yield f"once it has been called with {seen}", seen, partial(_call, probe, method, lead, arrays)
    if other is not None:
        yield "in the array that held other inputs before", REFILLED, lambda: _refilled(probe, lead, other)


def _call(probe: Probe, method: str, lead: tuple[Array, ...], arrays: Sequence[Array]) -> None:
    """Call and forget; inputs that the method does not take are no matter of purity."""
    try:
        probe.subject.call(method, [a.copy() for a in (*lead, *arrays)])
    except Breach:
        return


def _refilled(probe: Probe, lead: tuple[Array, ...], other: Sequence[Array]) -> list[Array]:
    """Arrays with which `forward` was called when they held other inputs, and that now hold the point's."""
    arrays = [a.copy() for a in other]
    try:
        probe.subject.call("forward", arrays)
    except Breach:
        return [a.copy() for a in (*lead, *probe.point.arrays)]
    for array, value in zip(arrays, probe.point.arrays, strict=True):
        array[...] = value
    return [*(a.copy() for a in lead), *arrays]


def _answers(raw: Any) -> list[Array]:
    """The arrays of an answer, not copied."""
    return [np.asarray(one) for one in parts_of(raw)]


def _same(a: Array, b: Array) -> bool:
    if a.shape != b.shape:
        return False
    return bool(np.asarray(a == b).all()) or np.array_equal(a, b, equal_nan=is_floating(a.dtype))


def difference(again: list[Array], first: list[Array]) -> float:
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
    """The name of the input at a position among the arguments; empty for the cotangent."""
    names = [one.name for one in probe.subject.inputs]
    return ["", *names][position] if method == "bprop" else names[position]


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that call the same twice, with something in between."""
    return scripts.purity.purity_script(reproducer)


CHECK = Check("purity", "the same call gives the same answer, and spoils nothing that it was given", run, script)
