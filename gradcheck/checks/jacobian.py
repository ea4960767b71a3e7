"""`jacobian`: the analytic Jacobian against the numeric one, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gradcheck.checks import scripts
from gradcheck.checks.derivative import compare_matrix
from gradcheck.checks.interface import Check, not_applicable, passed
from gradcheck.checks.probe import Probe
from gradcheck.records.finding import Finding
from gradcheck.records.report import UNDECLARED

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each differentiable input; none where the layer has no `jacobian`."""
    if probe.usable and CHECK.name in probe.claims:
        yield from compare_matrix(probe, CHECK.name)
    elif probe.usable and probe.subject.has_jacobian:
        refusal = f"a `jacobian` of {probe.entries} entries is too large to be asked for"
        yield passed(probe, CHECK.name, notes=not_applicable([refusal], nothing_left=True))


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that hold the method beside plain central differences."""
    return scripts.derivative.derivative_script(reproducer)


CHECK = Check("jacobian", "`jacobian` equals the numeric Jacobian", run, script, lacking=UNDECLARED)
