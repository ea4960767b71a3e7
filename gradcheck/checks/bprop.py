"""`bprop`: the vector-Jacobian product against v . J of the numeric Jacobian."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.checks.derivative import against, compare_matrix
from gradcheck.checks.interface import Check, entry, measured
from gradcheck.checks.probe import Probe
from gradcheck.checks.reading import Breach, attempt
from gradcheck.records import Finding, Verdict


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each differentiable input: every one-hot cotangent, and two random ones."""
    if not probe.usable or not isinstance(probe.gradients, np.ndarray):
        return
    found = {f.input: f for f in compare_matrix(probe, CHECK.name, probe.gradients)}
    for v in (np.ones(probe.y.size), probe.rng(4).standard_normal(probe.y.size)):
        for worse in _for_cotangent(probe, v, "ones" if (v == 1).all() else "random"):
            if worse.verdict is Verdict.FAIL and found[worse.input].verdict is not Verdict.FAIL:
                found[worse.input] = worse
    yield from found.values()


def _for_cotangent(probe: Probe, v: np.ndarray, name: str) -> Iterator[Finding]:
    arrays = probe.point.arrays
    gradient = attempt(lambda: probe.bprop_at(probe.cotangent(v), arrays))
    exact = attempt(lambda: probe.bprop_at(v.reshape(probe.y.shape).astype(probe.exact_dtype), probe.exact_arrays))
    if isinstance(gradient, Breach):
        yield Finding(CHECK.name, Verdict.FAIL, probe.point.case, input=probe.pieces[0][0], sentence=str(gradient))
        return
    exact = gradient if isinstance(exact, Breach) else exact
    for input_name, shape, comparison in against(probe, v, gradient, exact):
        at = 0 if comparison.worst is None else comparison.worst[0]
        worst = f"{entry(input_name, shape, at)} for v = {name}"
        yield measured(probe, CHECK.name, comparison, input=input_name, worst=worst)


CHECK = Check("bprop", "`bprop` equals v . J of the numeric Jacobian", run)
