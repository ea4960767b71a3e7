"""`sizes`: derivatives are right at other lengths too, for one size name at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.checks.bprop import CHECK as BPROP
from gradcheck.checks.interface import Check, plain
from gradcheck.checks.jacobian import CHECK as JACOBIAN
from gradcheck.checks.probe import Probe
from gradcheck.errors import UsageError
from gradcheck.findings import Finding, Verdict
from gradcheck.inputs.points import make_point
from gradcheck.records import Case

STRATEGY = "normal"
LARGEST = 1 << 12  # entries of a Jacobian that is measured once more


def run(probe: Probe) -> Iterator[Finding]:
    """One finding, at normal points of layers that name a size."""
    case = probe.point.case
    if not probe.usable or not probe.thorough or case.strategy != STRATEGY or not case.sizes:
        return
    for name, length in case.sizes:
        for other in (1, 2, length + 1):
            sizes = tuple((n, other if n == name else known) for n, known in case.sizes)
            sentence = _wrong(probe, replace(case, sizes=sizes))
            if sentence:
                yield plain(probe, CHECK.name, Verdict.FAIL, f"with {name}={other} {sentence}")
                return
    yield plain(probe, CHECK.name, Verdict.PASS)


def _wrong(probe: Probe, case: Case) -> str:
    """What is wrong at another case; empty when nothing is, or when the layer does not take such inputs."""
    try:
        point = make_point(probe.subject.inputs, probe.subject.critical, case)
    except UsageError:
        return ""
    there = Probe(probe.subject, point, thorough=False) if point else probe
    if not there.usable or any(matrix.size > LARGEST for matrix in there.claims.values()):
        return ""
    found = (f for check in (JACOBIAN, BPROP) for f in check.run(there) if f.verdict is Verdict.FAIL)
    return next((f"`{f.check}` is wrong, {f.worst}: {f.sentence}" for f in found), "")


CHECK = Check("sizes", "`jacobian` and `bprop` are right at other lengths too", run)
