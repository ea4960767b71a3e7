"""`agreement`: `bprop` against v . `jacobian`, to rounding."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradcheck.checks.derivative import agree
from gradcheck.checks.interface import Check
from gradcheck.checks.probe import Probe
from gradcheck.checks.scripts.comparing import between, conclusion
from gradcheck.checks.scripts.pasting import literal
from gradcheck.checks.scripts.reproducer import Lines, Reproducer
from gradcheck.inputs.cotangents import one_hots
from gradcheck.records.finding import Finding

PRODUCT = 64.0  # roundings of the largest entry that a tolerance leaves to the sums of v . J


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each differentiable input; none where the layer lacks one of the two."""
    if probe.usable and {"jacobian", "bprop"} <= probe.claims.keys():
        yield from agree(probe, CHECK.name)


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for every one-hot cotangent, in the point's own digits and in more of them."""
    shape = reproducer.failure.probe.y.shape
    for seen in ([], *reproducer.seen("bprop")):
        for v, dtype in itertools.product([*one_hots(shape), np.ones(shape)], ("", "np.longdouble")):
            yield from _lines(reproducer, literal(v), dtype, seen)


def _lines(reproducer: Reproducer, v: str, dtype: str, seen: Lines) -> Iterator[Lines]:
    (place, *_) = reproducer.places
    lines = [
        *reproducer.given(),
        f"v = {v}",
        *reproducer.cast(dtype),
        *seen,
        f"gradient = {reproducer.part(reproducer.call('bprop'), place)}",
        f"product = np.tensordot(v, {reproducer.part(reproducer.call('jacobian'), place)}, v.ndim)",
    ]
    space, raised = reproducer.run(lines)
    tolerance = None if raised else _tolerance(space["gradient"], space["product"])
    if tolerance is not None:
        yield [*lines, *conclusion("gradient", "product", f"rtol=0, atol={tolerance!r}")]


def _tolerance(gradient: Any, product: Any) -> float | None:
    with np.errstate(all="ignore"):
        size = np.max(np.abs(np.nan_to_num(product, posinf=0, neginf=0)), initial=0)
        error = np.max(np.nan_to_num(np.abs(np.subtract(gradient, product)), nan=np.inf), initial=0)
    return between(PRODUCT * float(np.finfo(np.result_type(product)).eps * size), float(error))


CHECK = Check("agreement", "`bprop` equals v . `jacobian`, to rounding", run, script)
