"""`vmap`: `forward` of many points at once, where a layer has that, gives what `forward` gives for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.reading import output_of, read_output
from gradcheck.adapters.refusal import unclaimed
from gradcheck.checks import scripts
from gradcheck.checks.decoys import reordered
from gradcheck.checks.interface import Check, entry, failed
from gradcheck.checks.probe import Probe
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
COUNT = 3  # points: this one, its entries in another order, and this one again


def run(probe: Probe) -> Iterator[Finding]:
    """One finding at ordinary points of a layer that has a `vmap`; none for others."""
    if not probe.usable or not probe.at_length or not probe.subject.offers(CHECK.name):
        return
    other = reordered(probe.point.arrays)
    each = [probe.output, attempt(lambda: output_of(probe.subject, other)), probe.output]
    if any(isinstance(y, Breach) or y.shape != probe.y.shape for y in each):
        return  # a layer may refuse such an order
    stacks = [np.stack([a, b, a]) for a, b in zip(probe.point.arrays, other, strict=True)]
    many = attempt(lambda: read_output(probe.subject.call(CHECK.name, stacks)))
    if isinstance(many, Breach):
        if not unclaimed(many):
            yield failed(probe, CHECK.name, _of_vmap(many.fault), Verdict.FAIL)
        return
    yield _compared(probe, many, np.stack([y for y in each if not isinstance(y, Breach)]))


def _compared(probe: Probe, many: Array, each: Array) -> Finding:
    if many.shape != each.shape:
        fault = Fault.of(FaultKind.SHAPE, CHECK.name, found=many.shape, required=each.shape)
        return failed(probe, CHECK.name, fault)
    with np.errstate(all="ignore"):
        error = np.abs(np.asarray(many - each, dtype=float))
        error = np.where((many == each) | (np.isnan(many) & np.isnan(each)), 0, np.nan_to_num(error, nan=np.inf))
    limit = _limit(probe.digits.eps, [*probe.point.arrays, each])
    at, worst = int(np.argmax(error)), float(error.max(initial=0))
    if worst > limit:
        where = entry("y", each.shape, at)
        return failed(probe, CHECK.name, Fault.of(FaultKind.MAPPED, CHECK.name, entry=where, error=worst, count=COUNT))
    return Finding(CHECK.name, Verdict.PASS, probe.point.case, max_abs=worst)


def _limit(eps: float, arrays: list[Array]) -> float:
    """Half the digits of the largest number: sums in another order keep these, another axis leaves none."""
    sizes = (np.max(np.abs(a[np.isfinite(a)]).astype(float), initial=1) for a in arrays if a.dtype.kind == "f")
    return float(np.sqrt(eps) * max(sizes, default=1.0))


def _of_vmap(fault: Fault) -> Fault:
    return Fault(fault.kind, CHECK.name, fault.input, fault.detail, fault.cause)


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that stack the point, its entries in reverse, and the point again."""
    names = reproducer.names
    turned = {name: f"np.flip({name})" for name in names}
    once, other = reproducer.call("forward"), reproducer.call("forward", **turned)
    stacks = {name: f"np.stack([{name}, np.flip({name}), {name}])" for name in names}
    limit = _limit(reproducer.failure.probe.digits.eps, [*reproducer.failure.arrays, reproducer.failure.probe.y])
    yield [
        *reproducer.given(),
        f"many = {reproducer.call('vmap', **stacks)}",
        f"each = np.stack([{once}, {other}, {once}])",
        "assert np.shape(many) == each.shape",
        *scripts.comparing.conclusion("many", "each", f"rtol=0, atol={limit:.1g}"),
    ]


CHECK = Check(
    "vmap", "`vmap` of many points gives what `forward` gives for each", run, script, lacking="none", at_length=True
)
