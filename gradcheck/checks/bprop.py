"""`bprop`: the vector-Jacobian product against v . J of the numeric Jacobian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks import scripts
from gradcheck.checks.claims import compare_at
from gradcheck.checks.compare import KINKED
from gradcheck.checks.derivative import compare_matrix
from gradcheck.checks.interface import Check, failed, measured, seen_entry
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.records.finding import Finding, Verdict

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

RANDOM = "random"  # the detail `cotangent` of a fault that only a random v shows

UNDECIDED = (Verdict.PASS, Verdict.INCONCLUSIVE)


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each differentiable input: every one-hot cotangent, and at ordinary points a random one."""
    if not probe.usable or CHECK.name not in probe.claims:
        return
    found = {f.input: f for f in compare_matrix(probe, CHECK.name)}
    for other in _for_random_cotangent(probe) if probe.thorough else ():
        if other.verdict is Verdict.FAIL and found[other.input].verdict is not Verdict.FAIL:
            found[other.input] = other
    for finding in found.values():
        yield _with_factor(probe, finding) if probe.digits.alone and finding.verdict in UNDECIDED else finding


def _with_factor(probe: Probe, finding: Finding) -> Finding:
    """The finding of an input of which no entry is wrong for certain; a FAIL where all of them share a factor."""
    from gradcheck.checks.factor import common_factor  # only for low precision: start-up

    part = np.s_[:, probe.columns(finding.input)]
    numeric, dtype = probe.estimate.part(part), probe.point.case.dtype
    smooth = np.where(numeric.gap > KINKED * numeric.reach, np.nan, numeric.value)
    fault = common_factor(probe.claims[CHECK.name][part], smooth, numeric.scale, probe.digits.eps, dtype)
    if fault is None:
        return finding
    return replace(
        finding, verdict=Verdict.FAIL, fault=replace(fault, method=CHECK.name, input=finding.input), notes=()
    )


def _for_random_cotangent(probe: Probe) -> Iterator[Finding]:
    weights = probe.rng(Stream.WEIGHTS).standard_normal(probe.projection.rows)
    v = probe.projection.cotangent(weights)
    gradient = attempt(lambda: probe.bprop_at(v, probe.digits.exact_arrays))
    if isinstance(gradient, Breach):
        gradient = attempt(lambda: probe.bprop_at(v, probe.point.arrays))
    if isinstance(gradient, Breach):
        yield failed(probe, CHECK.name, gradient.fault, input=probe.pieces[0][0])
        return
    whole, seen = probe.contracted(weights), probe.projection.of(gradient)
    for name, shape, part in probe.gradients:
        found = compare_at(probe, seen[part], whole.part(part)).summary
        at = 0 if found.worst is None else found.worst[0]
        where = seen_entry(probe, name, shape, at)
        found = replace(found, fault=found.fault and found.fault.having(cotangent=RANDOM))
        yield measured(probe, CHECK.name, found, input=name, worst=f"{where} for a random v")


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that hold the method beside plain central differences."""
    return scripts.derivative.derivative_script(reproducer)


CHECK = Check("bprop", "`bprop` equals v . J of the numeric Jacobian", run, script, lacking="no `bprop`")
