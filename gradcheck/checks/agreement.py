"""`agreement`: `bprop` against v . `jacobian`, and `jvp` against both, to rounding."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.checks import scripts
from gradcheck.checks.derivative import agree
from gradcheck.checks.interface import Check
from gradcheck.checks.probe import Probe
from gradcheck.inputs.cotangents import one_hots
from gradcheck.records.finding import Finding

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

PRODUCT = 64.0  # roundings of the largest entry that a tolerance leaves to the sums of v . J
PAIRS = (("bprop", "jacobian"), ("jvp", "bprop"), ("jvp", "jacobian"))


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each differentiable input and each pair of methods that the layer has.

    That v . jvp(t) = bprop(v) . t for every v and t is that both are one matrix: of three methods two pairs tell all.
    """
    if probe.usable:
        for pair in [pair for pair in PAIRS if probe.claims.keys() >= set(pair)][:2]:
            yield from agree(probe, CHECK.name, pair)


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for every one-hot cotangent, in the point's own digits and in more of them."""
    shape, subject = reproducer.failure.probe.y.shape, reproducer.subject
    if subject.has_jacobian and subject.has_bprop:
        for seen in ([], *reproducer.seen("bprop")):
            for v, dtype in itertools.product([*one_hots(shape), np.ones(shape)], ("", "np.longdouble")):
                yield from _lines(reproducer, scripts.pasting.literal(v), dtype, seen)
    if subject.offers("jvp"):
        for t, dtype in itertools.product(scripts.tangents.tangents(reproducer), ("", "np.longdouble")):
            for v in [*one_hots(shape), np.ones(shape)] if subject.has_bprop else [None]:
                yield from _of_tangent(reproducer, t, v, dtype)


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
    yield from _concluded(reproducer, lines, "gradient", "product")


def _of_tangent(reproducer: Reproducer, t: Lines, v: Any, dtype: str) -> Iterator[Lines]:
    """v . jvp(t) beside bprop(v) . t, or jvp(t) beside J . t for a layer that has no `bprop`."""
    places, arrays = reproducer.subject.differentiable, reproducer.failure.arrays
    answer, change = ("matrix", reproducer.call("jvp")) if v is None else ("gradient", reproducer.call("bprop"))
    pairs = [(f"{reproducer.part(answer, k)}, {reproducer.part('tangent', k)}", arrays[k].ndim) for k in places]
    if v is None:
        made = [f"matrix = {reproducer.call('jacobian')}", f"change = {change}"]
        terms = [f"np.tensordot({pair}, {axes})" for pair, axes in pairs]
    else:
        made = [
            f"v = {scripts.pasting.literal(v)}",
            f"gradient = {change}",
            f"change = np.vdot(v, {reproducer.call('jvp')})",
        ]
        terms = [f"np.vdot({pair})" for pair, _ in pairs]
    lines = [*reproducer.given(), *t, *reproducer.cast(dtype), *made, f"product = {' + '.join(terms)}"]
    yield from _concluded(reproducer, lines, "change", "product")


def _concluded(reproducer: Reproducer, lines: Lines, left: str, right: str) -> Iterator[Lines]:
    space, raised = reproducer.run(lines)
    tolerance = None if raised else _tolerance(space[left], space[right])
    if tolerance is not None:
        yield [*lines, *scripts.comparing.conclusion(left, right, f"rtol=0, atol={tolerance!r}")]


def _tolerance(gradient: Any, product: Any) -> float | None:
    with np.errstate(all="ignore"):
        size = np.max(np.abs(np.nan_to_num(product, posinf=0, neginf=0)), initial=0)
        error = np.max(np.nan_to_num(np.abs(np.subtract(gradient, product)), nan=np.inf), initial=0)
    return scripts.comparing.between(PRODUCT * float(np.finfo(np.result_type(product)).eps * size), float(error))


CHECK = Check(
    "agreement",
    "`bprop` equals v . `jacobian`, and `jvp` J . t, to rounding",
    run,
    script,
    lacking="one derivative alone",
)
