"""`linearity`: `bprop` is linear in its cotangent, for ordinary, huge, tiny, negative and zero ones alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.interface import Check, entry, plain
from gradcheck.checks.probe import Probe
from gradcheck.checks.reading import Breach, attempt
from gradcheck.inputs.cotangents import cotangents
from gradcheck.records import Finding, Verdict
from gradcheck.text import magnitude

Array = NDArray[Any]
ROUNDINGS = 256.0


def run(probe: Probe) -> Iterator[Finding]:
    """One finding: bprop(v) against the sum of v_j bprop(e_j) over the one-hot cotangents e_j."""
    if not probe.usable or "bprop" not in probe.claims:
        return
    named = cotangents(probe.y.shape, probe.rng(5))
    sentence = _deviation(probe, probe.claims["bprop"], probe.point.arrays, probe.point.case.dtype, named)
    if sentence:
        sentence = _deviation(probe, probe.exact["bprop"], probe.exact_arrays, probe.exact_dtype, named)
    yield plain(probe, CHECK.name, Verdict.FAIL if sentence else Verdict.PASS, sentence)


def _deviation(
    probe: Probe, rows: Array, arrays: Sequence[Array], dtype: Any, named: tuple[tuple[str, Array], ...]
) -> str:
    """What is wrong for the cotangent that shows it most; empty where nothing is."""
    v = np.stack([one.reshape(-1) for _, one in named]).astype(dtype)
    usable = np.isfinite(v).all(axis=1)  # a huge cotangent may not fit the dtype
    gradients = []
    for one, (name, shaped) in zip(v[usable], (pair for pair, on in zip(named, usable, strict=True) if on), strict=True):
        gradient = attempt(lambda one=one, shaped=shaped: probe.bprop_at(one.reshape(shaped.shape), arrays))  # type: ignore[misc]
        if isinstance(gradient, Breach):
            return f"for v = {name}: {gradient}"
        gradients.append(gradient)
    got, names = np.stack(gradients), [name for (name, _), on in zip(named, usable, strict=True) if on]
    with np.errstate(all="ignore"):
        expected = v[usable] @ rows
        largest = np.abs(v[usable]).max(axis=1, initial=0, keepdims=True)
        bound = ROUNDINGS * probe.unit * largest * np.maximum(probe.estimate.scale, np.abs(rows)).sum(axis=0)
        bound += np.finfo(probe.point.case.dtype).tiny
        if (np.abs(got - expected) > bound).any() and not probe.extended:
            bound = bound + 2 * (np.abs(v[usable]) @ probe.wobble("bprop"))
        excess = np.where(np.isfinite(expected), np.abs(got - expected) / bound, 0)
        excess = np.where(np.isnan(got) & np.isfinite(expected), np.inf, excess)
    if not excess.size or excess.max() <= 1:
        return ""
    which, at = np.unravel_index(int(np.argmax(excess)), excess.shape)
    name, shape, part = next(p for p in probe.pieces if p[2].start <= at < p[2].stop)
    left, right = float(got[which, at]), float(expected[which, at])
    where = entry(name, shape, int(at) - part.start)
    return (
        f"`bprop` is not linear in v: for v = {names[which]} it gives {where} = {left:.6g}, "
        f"its one-hot cotangents sum to {right:.6g}, error {magnitude(abs(left - right))}"
    )


CHECK = Check("linearity", "`bprop` is linear in v, for huge, tiny, negative and zero v too", run)
