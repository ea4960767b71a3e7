"""`batch`: where a layer names a batch axis, a batch has the gradients of its items, whatever its size."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.reading import gradients_of, output_of
from gradcheck.adapters.refusal import raised, refuses
from gradcheck.checks import scripts
from gradcheck.checks.bprop import CHECK as BPROP
from gradcheck.checks.interface import Check, failed, not_applicable, passed
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.frozen import dataclass
from gradcheck.inputs.drawing import short
from gradcheck.inputs.points import make_point, ordinary_arrays
from gradcheck.oracle.allowance import REORDERED, ROUNDINGS
from gradcheck.records.case import Point
from gradcheck.records.dtypes import is_floating
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
AXIS = "batch"
COUNTS = (1, 2, 9)  # one item, two, and an odd number that is no other axis's by default
SQUARE = 4  # for all axes, so that one may be taken for another; a larger one costs more and shows no more
ALONE = 1e-6  # difference of outputs, relative to the largest, that items computed alone may have


@dataclass(frozen=True)
class Refusal:
    """What a method does not take: a batch of so many."""

    method: str
    count: int


def run(probe: Probe) -> Iterator[Finding]:
    """One finding; none for layers without an input whose first size is named ``batch``."""
    if not probe.usable or not probe.subject.has_bprop or not _batched(probe):
        return
    if not probe.at_length:
        return
    refused = []
    for sizes in _all_sizes(probe):
        found = _mismatch(probe, sizes)
        if isinstance(found, Refusal):
            refused.append(found)
        fault = found if isinstance(found, Fault) else _wrong(probe, sizes)
        if fault is not None:
            yield failed(probe, CHECK.name, fault.having(sizes=", ".join(f"{name}={length}" for name, length in sizes)))
            return
    yield passed(probe, CHECK.name, notes=_notes(refused, len(_all_sizes(probe))))


def _notes(refused: Sequence[Refusal], tried: int) -> tuple[str, ...]:
    counts: dict[str, list[str]] = {}
    for refusal in refused:
        counts.setdefault(refusal.method, []).append(str(refusal.count))
    told = (f"`{m}` refuses batches of {', '.join(dict.fromkeys(found))}" for m, found in counts.items())
    return not_applicable(told, nothing_left=len(refused) == tried)


def _batched(probe: Probe) -> list[bool]:
    """Which inputs have the batch axis first; an empty list when none has."""
    flags = [bool(one.shape) and one.shape[0] == AXIS for one in probe.subject.inputs]
    return flags if any(flags) else []


def _all_sizes(probe: Probe) -> list[tuple[tuple[str, int], ...]]:
    """One item, two, an odd number, and all axes of one length, so that axes can be taken for each other."""
    sizes = probe.point.case.sizes
    found = [tuple((name, size if name == AXIS else length) for name, length in sizes) for size in COUNTS]
    return [*found, tuple((name, SQUARE) for name, _ in sizes)]


def _wrong(probe: Probe, sizes: tuple[tuple[str, int], ...]) -> Fault | None:
    """What `bprop` gets wrong where all axes are equally long, against the numeric side; None when nothing."""
    if len({length for _, length in sizes}) > 1:
        return None
    point = make_point(probe.subject.inputs, probe.subject.critical, probe.point.case.redrawn(sizes=sizes))
    found = BPROP.run(Probe(probe.subject, point)) if point else ()
    wrong = next((f for f in found if f.verdict is Verdict.FAIL), None)
    return None if wrong is None else Fault.of(FaultKind.BATCH, "bprop", cause=wrong.fault, entry=wrong.worst)


def _mismatch(probe: Probe, sizes: tuple[tuple[str, int], ...]) -> Fault | Refusal | None:
    """How the gradients of a batch differ from those of its items; None when they do not, or need not."""
    arrays, size = _drawn(probe, sizes), dict(sizes)[AXIS]
    if arrays is None:
        return None
    whole = attempt(lambda: output_of(probe.subject, arrays))
    if isinstance(whole, Breach):
        refused = raised(whole) if size == 1 else refuses(whole)
        return Refusal("forward", size) if refused else Fault.of(FaultKind.BATCH, "forward", cause=whole.fault)
    flags = _batched(probe)
    items = [[a[b : b + 1] if on else a for a, on in zip(arrays, flags, strict=True)] for b in range(size)]
    return _off(probe, whole, arrays, items) if _independent(probe, whole, items) else None


def _independent(probe: Probe, whole: Array, items: list[list[Array]]) -> bool:
    """Whether the output of a batch is that of its items; they depend on each other in batch normalisation, say."""
    if whole.ndim == 0 or whole.shape[0] != len(items):
        return False
    outputs = [attempt(lambda item=item: output_of(probe.subject, item)) for item in items]  # type: ignore[misc]
    fitting = [y for y in outputs if not isinstance(y, Breach) and y.shape == (1, *whole.shape[1:])]
    if len(fitting) < len(items):
        return False
    near = max(ALONE, ROUNDINGS * probe.digits.eps) * np.max(np.abs(whole), initial=0)
    return bool(np.all(np.abs(np.concatenate(fitting) - whole) <= near))


def _off(probe: Probe, whole: Array, arrays: tuple[Array, ...], items: list[list[Array]]) -> Fault | Refusal | None:
    """How the gradients of a batch differ from those of its items; `whole` is its output."""
    v = probe.rng(Stream.BATCH).standard_normal(whole.shape).astype(whole.dtype)
    together = attempt(lambda: gradients_of(probe.subject, v, arrays))
    if isinstance(together, Breach):
        return _refused(together, len(items)) or Fault.of(FaultKind.BATCH, "bprop", cause=together.fault)
    apart = [
        attempt(lambda b=b, item=item: gradients_of(probe.subject, v[b : b + 1], item))  # type: ignore[misc]
        for b, item in enumerate(items)
    ]
    for one in apart:
        if isinstance(one, Breach):
            return _refused(one, 1) or Fault.of(FaultKind.BATCH, "bprop", cause=one.fault, item=True)
    return _difference(probe, together, apart, _batched(probe))


def _refused(breach: Breach, count: int) -> Refusal | None:
    """A batch of one that `bprop` refuses; what `forward` takes and `bprop` falls over is none, nor are larger ones."""
    return Refusal("bprop", count) if count == 1 and refuses(breach) else None


def _drawn(probe: Probe, sizes: tuple[tuple[str, int], ...]) -> tuple[Array, ...] | None:
    arrays = ordinary_arrays(probe.subject.inputs, probe.subject.critical, probe.point.case, sizes=sizes)
    return arrays if arrays is not None and probe.subject.is_defined(arrays) else None


def _difference(probe: Probe, together: Sequence[Array], apart: Sequence[Any], batched: list[bool]) -> Fault | None:
    for k, place in enumerate(probe.subject.differentiable):
        parts = [one[k] for one in apart]
        expected = np.concatenate(parts) if batched[place] else np.sum(parts, axis=0)
        error = float(np.max(np.abs(together[k] - expected), initial=0))
        size = float(sum(np.max(np.abs(part), initial=0) for part in parts))
        if not error <= REORDERED * probe.digits.unit * size:
            name = probe.subject.inputs[place].name
            items = Fault.of(FaultKind.ITEMS, "bprop", input=name, batched=batched[place], error=error)
            return Fault.of(FaultKind.BATCH, "bprop", cause=items)
    return None


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for small batches first."""
    sizes = reproducer.failure.probe.point.case.sizes
    for length, count in itertools.product((1, 2, None), (2, 1, 5)):
        wanted = tuple((name, count if name == AXIS else length or own) for name, own in sizes)
        if (point := _point(reproducer, wanted)) is not None:
            yield from _items(reproducer, point)
    for length in (2, SQUARE):
        if (point := _point(reproducer, tuple((name, length) for name, _ in sizes))) is not None:
            yield from _beside_differences(reproducer, point)


def _point(reproducer: Reproducer, sizes: tuple[tuple[str, int], ...]) -> Point | None:
    case = reproducer.failure.probe.point.case.redrawn(sizes=sizes)
    return make_point(reproducer.subject.inputs, reproducer.subject.critical, case)


def _items(reproducer: Reproducer, point: Point) -> Iterator[Lines]:
    arrays = [short(a, 2) if is_floating(a.dtype) else a for a in point.arrays]
    flags = [one.shape[:1] == (AXIS,) for one in reproducer.subject.inputs]
    item = {name: f"{name}[k : k + 1]" for name, on in zip(reproducer.names, flags, strict=True) if on}
    for place in reproducer.subject.differentiable:
        whole, part = reproducer.call("bprop"), reproducer.call("bprop", "v[k : k + 1]", **item)
        joined = "np.concatenate(items)" if flags[place] else "np.sum(items, axis=0)"
        yield [
            *reproducer.given(arrays),
            f"y = {reproducer.call('forward')}",
            "v = np.arange(1.0, y.size + 1).reshape(y.shape)",
            f"batch = {reproducer.part(whole, place)}",
            f"items = [{reproducer.part(part, place)} for k in range(len(y))]",
            f"items = {joined}",
            *scripts.comparing.conclusion("batch", "items", "rtol=1e-6, atol=1e-6 * np.max(np.abs(items))"),
        ]


def _beside_differences(reproducer: Reproducer, point: Point) -> Iterator[Lines]:
    probe = Probe(reproducer.subject, point)
    for finding in BPROP.run(probe):
        if finding.verdict is Verdict.FAIL:
            yield from scripts.derivative.derivative_script(
                scripts.reproducer.Reproducer(scripts.failure.Failure(finding, probe), reproducer.fresh)
            )


CHECK = Check(
    "batch",
    "a batch has the gradients of its items, for batches of 1, 2, odd and square size",
    run,
    script,
    lacking="no batch axis",
    at_length=True,
)
