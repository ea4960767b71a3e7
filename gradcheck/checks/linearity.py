"""`linearity`: `bprop` is linear in its cotangent, for ordinary, huge, tiny, negative and zero ones alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks import scripts
from gradcheck.checks.interface import Check, failed, passed, seen_entry
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.inputs.cotangents import cotangents, one_hots
from gradcheck.oracle.allowance import REORDERED
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
NEARBY = 1e-3  # how far the inputs are moved, relative to each, so that terms which are equal differ
HUGE = 1e6  # of a cotangent: beyond what layers clip, and its square still fits float32


def run(probe: Probe) -> Iterator[Finding]:
    """One finding: bprop(v) against the sum of v_j bprop(e_j) over the one-hot cotangents e_j.

    All cotangents are tried at ordinary points, and a few at the others, where a branch may be wrong for some signs.
    """
    if not probe.usable or "bprop" not in probe.claims:
        return
    draw = cotangents if probe.at_length else _few
    named = draw((probe.projection.rows,), probe.rng(Stream.COTANGENTS))
    longer = probe.digits.extended and probe.keeps("bprop")
    fault = _deviation(probe, probe.claims["bprop"], probe.point.arrays, probe.point.case.dtype, named, last=not longer)
    if fault is not None and probe.keeps("bprop"):
        fault = _deviation(
            probe, probe.exact["bprop"], probe.digits.exact_arrays, probe.digits.exact_dtype, named, last=True
        )
    yield passed(probe, CHECK.name) if fault is None else failed(probe, CHECK.name, fault)


def _few(shape: tuple[int, ...], rng: np.random.Generator) -> tuple[tuple[str, Array], ...]:
    """Cotangents of either sign, of one sign, and huge ones: drawing all would cost every point."""
    v = rng.standard_normal(shape)
    return ("normal", v), ("negative", -np.abs(v)), ("huge", HUGE * v)


def _deviation(
    probe: Probe, rows: Array, arrays: Sequence[Array], dtype: Any, named: tuple[tuple[str, Array], ...], *, last: bool
) -> Fault | None:
    """What is wrong for the combination of the basis that shows it most; None where nothing is.

    At `last` more rounding is granted: what was seen to change, or, where there are more digits, that of terms which
    cancel at the point.
    """
    with np.errstate(all="ignore"):
        combined = [(name, weights, probe.projection.cotangent(weights).astype(dtype)) for name, weights in named]
    fitting = [one for one in combined if np.isfinite(one[2]).all()]  # a huge cotangent may not fit the dtype
    gradients = []
    for name, _, v in fitting:
        gradient = attempt(lambda v=v: probe.projection.of(probe.bprop_at(v, arrays)))  # type: ignore[misc]
        if isinstance(gradient, Breach):
            return Fault.of(FaultKind.FAILS_FOR_V, "bprop", cause=gradient.fault, v=name)
        gradients.append(gradient)
    got, weights = np.stack(gradients), np.stack([w for _, w, _ in fitting]).astype(dtype)
    with np.errstate(all="ignore"):
        expected = probe.projection.combined(weights, rows)
        largest = np.abs(weights).max(axis=1, initial=0, keepdims=True)
        size = np.maximum(probe.estimate.scale, np.abs(rows))
        bound = REORDERED * probe.digits.unit * largest * probe.projection.combined(np.ones(len(rows)), size)
        bound += probe.digits.precision.normal
        if last and (np.abs(got - expected) > bound).any():
            if probe.digits.extended and probe.keeps("bprop"):
                terms = probe.projection.combined(np.ones(len(rows)), _terms(probe))
                bound = bound + REORDERED * probe.digits.unit * largest * terms
            else:
                bound = bound + 2 * probe.projection.combined(np.abs(weights), probe.wobble("bprop", probe.digits.unit))
        excess = np.where(np.isfinite(expected), np.abs(got - expected) / bound, 0)
        excess = np.where(np.isnan(got) & np.isfinite(expected), np.inf, excess)
    if not excess.size or excess.max() <= 1:
        return None
    which, at = np.unravel_index(int(np.argmax(excess)), excess.shape)
    return _fault(probe, fitting[int(which)][0], int(at), float(got[which, at]), float(expected[which, at]))


def _terms(probe: Probe) -> Array:
    """How large the terms may be that cancel in the gradients: as those are elsewhere, or as rounding shows them.

    Nearby, terms that are equal at the point differ, and with the entries of the inputs in reverse order those do that
    cancel wherever the order is this one, as of a running maximum of what ascends. Inputs near 0 are moved by too
    little to part terms that cancel at 0; there the point's own dtype loses the same terms' digits, in one entry or in
    another.
    """
    lost = np.abs(probe.claims["bprop"] - probe.exact["bprop"])
    most = np.where(np.isfinite(lost), lost, 0).max(axis=1, initial=0, keepdims=True)
    terms: Array = np.maximum(probe.wobble("bprop", NEARBY), most / probe.digits.eps)
    turned = [np.flip(array) for array in probe.digits.exact_arrays]
    said = attempt(lambda: np.abs(probe.claim_at("bprop", turned)))
    return terms if isinstance(said, Breach) else np.fmax(terms, np.where(np.isfinite(said), said, 0).max(initial=0))


def _fault(probe: Probe, v: str, at: int, whole: float, parts: float) -> Fault:
    name, shape, part = next(p for p in probe.gradients if p[2].start <= at < p[2].stop)
    where = seen_entry(probe, name, shape, at - part.start)
    return Fault.of(FaultKind.NOT_LINEAR, "bprop", v=v, entry=where, whole=whole, parts=parts)


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for simple cotangents first, then for those of the check."""
    if reproducer.breaks_contract:
        yield from scripts.contract.contract_script(reproducer)
    for tightness, v, answer in itertools.product(
        scripts.comparing.TIGHTNESS, _cotangents(reproducer), reproducer.answers("bprop")
    ):
        yield [
            *reproducer.given(),
            f"v = {scripts.pasting.literal(v)}",
            f"whole = {answer(reproducer.call('bprop'))}",
            "parts, size = 0 * whole, 0",
            "for i in np.ndindex(v.shape):",
            "    one = np.zeros(v.shape)",
            "    one[i] = 1",
            f"    part = {answer(reproducer.call('bprop', 'one'))}",
            "    parts, size = parts + v[i] * part, size + abs(v[i]) * np.max(np.abs(part))",
            *scripts.comparing.conclusion("whole", "parts", scripts.comparing.relative(tightness, "size")),
        ]
    yield from scripts.purity.purity_script(reproducer)


def _cotangents(reproducer: Reproducer) -> list[Array]:
    shape = reproducer.failure.probe.y.shape
    plain = [factor * np.ones(shape) for factor in (1.0, 0.0, -1.0, HUGE, 1 / HUGE)]
    single = [factor * hot for factor in (2.0, -1.0, HUGE, 1 / HUGE) for hot in one_hots(shape)]
    return [*plain, *single, *(v for _, v in cotangents(shape, reproducer.failure.probe.rng(Stream.COTANGENTS)))]


CHECK = Check(
    "linearity", "`bprop` is linear in v, for huge, tiny, negative and zero v too", run, script, lacking="no `bprop`"
)
