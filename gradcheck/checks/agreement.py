"""`agreement`: `bprop` against v . `jacobian`, to rounding."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.checks.derivative import agree
from gradcheck.checks.interface import Check
from gradcheck.checks.probe import Probe
from gradcheck.records.finding import Finding


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each differentiable input; none where the layer lacks one of the two."""
    if probe.usable and {"jacobian", "bprop"} <= probe.claims.keys():
        yield from agree(probe, CHECK.name)


CHECK = Check("agreement", "`bprop` equals v . `jacobian`, to rounding", run)
