"""`sizes`: derivatives are right at other lengths too, for one size name at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.adapters.breach import Breach
from gradcheck.checks.bprop import CHECK as BPROP
from gradcheck.checks.contract import CHECK as CONTRACT
from gradcheck.checks.interface import Check, passed
from gradcheck.checks.jacobian import CHECK as JACOBIAN
from gradcheck.checks.probe import Probe
from gradcheck.errors import UsageError
from gradcheck.inputs.points import make_point
from gradcheck.records.case import Case
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict

STRATEGY = "normal"
LARGEST = 1 << 12  # entries of a Jacobian that is measured once more: each length costs what a point does


def run(probe: Probe) -> Iterator[Finding]:
    """A PASS, at normal points of layers that name a size; or what `jacobian` and `bprop` find at other lengths.

    There is no finding where the derivatives are wrong as it is.
    """
    case = probe.point.case
    if not probe.usable or not probe.at_length or case.strategy != STRATEGY or not case.sizes or any(_failures(probe)):
        return
    for name, length in case.sizes:
        for other in (1, 2, length + 1):
            sizes = tuple((n, other if n == name else known) for n, known in case.sizes)
            if wrong := list(_failures_at(probe, replace(case, sizes=sizes))):
                yield from wrong
                return
    yield passed(probe, CHECK.name)


def _failures_at(probe: Probe, case: Case) -> Iterator[Finding]:
    """What is wrong at another case; nothing where the layer does not take such inputs."""
    try:
        point = make_point(probe.subject.inputs, probe.subject.critical, case)
    except UsageError:
        return
    there = Probe(probe.subject, point, thorough=False) if point else probe
    if isinstance(there.output, Breach):
        return
    entries = there.y.size * sum(point.arrays[k].size for k in probe.subject.differentiable) if point else 0
    if entries > LARGEST:
        return
    if there.usable:
        yield from _failures(there)
    elif not probe.subject.assumed:
        yield from (f for f in CONTRACT.run(there) if f.fault and _leaves_out_an_axis(f.fault))


def _leaves_out_an_axis(fault: Fault) -> bool:
    """Whether a method returns all numbers, and leaves out an axis of length 1: it takes such inputs."""
    if fault.kind is not FaultKind.SHAPE:
        return False
    found, required = ([n for n in fault[key] if n != 1] for key in ("found", "required"))
    return found == required


def _failures(probe: Probe) -> Iterator[Finding]:
    return (f for check in (JACOBIAN, BPROP) for f in check.run(probe) if f.verdict is Verdict.FAIL)


CHECK = Check(
    "sizes", "`jacobian` and `bprop` are right at other lengths too", run, lacking="no other length", at_length=True
)
