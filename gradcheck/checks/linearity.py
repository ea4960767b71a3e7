"""`linearity`: `bprop` is linear in its cotangent, for ordinary, huge, tiny, negative and zero ones alike."""

from __future__ import annotations

from collections.abc import Iterator
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
    if not probe.usable or not isinstance(probe.gradients, np.ndarray) or not np.isfinite(probe.claims["bprop"]).all():
        return
    worst, sentence = 0.0, ""
    for name, v in cotangents(probe.y.shape, probe.rng(5)):
        breach, ratio = _deviation(probe, name, v)
        if ratio > max(worst, 1.0):
            worst, sentence = ratio, breach
    verdict = Verdict.FAIL if sentence else Verdict.PASS
    yield plain(probe, CHECK.name, verdict, sentence)


def _deviation(probe: Probe, name: str, v: Array) -> tuple[str, float]:
    """What is wrong for one cotangent, and how many times what rounding allows; no more than 1 where nothing is."""
    gradient = attempt(lambda: probe.bprop_at(v.astype(probe.exact_dtype), probe.exact_arrays))
    if isinstance(gradient, Breach):
        return f"for v = {name}: {gradient}", np.inf
    flat = v.reshape(-1).astype(probe.exact_dtype)
    rows = probe.claims["bprop"]
    expected = flat @ rows
    with np.errstate(all="ignore"):
        scale = np.abs(flat) @ np.maximum(probe.estimate.scale, np.abs(rows))
        error = np.abs(gradient - expected)
        bound = ROUNDINGS * probe.unit * scale + np.finfo(probe.point.case.dtype).tiny
        ratio = np.where(np.isnan(gradient), np.inf, error / bound)
        if ratio.max(initial=0) > 1 and not probe.extended:
            bound = bound + 2 * (np.abs(flat) @ probe.wobble("bprop"))
            ratio = np.where(np.isnan(gradient), np.inf, error / bound)
    if not ratio.size:
        return "", 0.0
    at = int(np.argmax(ratio))
    input_name, shape, part = next(p for p in probe.pieces if p[2].start <= at < p[2].stop)
    where = entry(input_name, shape, at - part.start)
    sides = f"{float(gradient[at]):.6g}, its one-hot cotangents sum to {float(expected[at]):.6g}"
    return f"`bprop` is not linear in v: for v = {name} it gives {where} = {sides}, error {magnitude(float(error[at]))}", float(ratio[at])


CHECK = Check("linearity", "`bprop` is linear in v, for huge, tiny, negative and zero v too", run)
