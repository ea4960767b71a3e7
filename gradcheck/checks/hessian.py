"""`hessian` and `hvp` of a single number: both against the numeric derivative of its gradient, and H against H^T."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.refusal import unclaimed
from gradcheck.checks import scripts
from gradcheck.checks.claims import beside, claim_comparison, compare_at
from gradcheck.checks.interface import Check, entry, failed, measured, not_applicable, passed
from gradcheck.checks.probe import REQUIRED, Probe
from gradcheck.records.comparison import ComparisonSummary
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import UNDECLARED

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
METHODS = {"hessian": "jacobian", "hvp": "jvp"}  # and what each is of the gradient


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each method and differentiable input, and one for a Hessian that is not symmetric.

    There is none where the gradient itself is wrong: what its derivative says is then of no use.
    """
    offered = [method for method in METHODS if probe.subject.offers(method)]
    if not offered or not probe.usable or gradient_fails(probe):
        return
    if probe.y.size != 1:
        refusals = [f"`{method}` of an output of {probe.y.size} entries" for method in offered]
        yield passed(probe, CHECK.name, notes=not_applicable(refusals, nothing_left=True))
        return
    from gradcheck.adapters.second import of_scalar  # few layers have either method: start-up

    second = Probe(of_scalar(probe.subject, probe.y.shape), probe.point, thorough=False)
    if isinstance(second.output, Breach) or not np.isfinite(second.y).all():
        return  # what `contract` tells of the gradient
    breaches = {m: second.answers[METHODS[m]] for m in offered if METHODS[m] in second.answers}
    for answer in breaches.values():
        if isinstance(answer, Breach) and not unclaimed(answer):
            yield failed(probe, CHECK.name, answer.fault, answer.verdict)
    if second.usable:
        for method in (m for m in offered if METHODS[m] in second.claims):
            yield from _compared(probe, second, method)


def gradient_fails(probe: Probe) -> bool:
    """Whether a method that says what the gradient is has been seen to be wrong at the point."""
    claims = [name for name in REQUIRED if name in probe.claims]
    pairs = ((claim, name) for claim in claims for name, _, _ in probe.pieces)
    return any(claim_comparison(probe, claim, name).summary.verdict is Verdict.FAIL for claim, name in pairs)


def _compared(probe: Probe, second: Probe, method: str) -> Iterator[Finding]:
    right = True
    for name, _, _ in second.pieces:
        found = claim_comparison(second, METHODS[method], name).summary
        right &= found.verdict is not Verdict.FAIL
        yield measured(probe, CHECK.name, found, input=name, worst=_label(second, method, name, found), method=method)
    if right and method == "hessian" and second.sample is None:
        yield from _asymmetry(probe, second)


def _asymmetry(probe: Probe, second: Probe) -> Iterator[Finding]:
    """What two mirrored entries of a Hessian differ by beyond rounding, where differences would not show it."""
    matrix = (second.exact if second.digits.extended else second.claims)["jacobian"]
    wobble: Array | float = 0.0 if second.digits.extended else second.wobble("jacobian", second.digits.unit)
    gap = np.maximum(second.estimate.gap, second.estimate.gap.T)
    found = compare_at(second, matrix, beside(second.estimate, matrix.T, gap), wobble).summary
    if found.verdict is Verdict.FAIL:
        worst = f"{_second_label(second, *found.worst)} beside its mirror" if found.worst else ""
        yield measured(probe, CHECK.name, found, input="", worst=worst, method="hessian")


def _label(second: Probe, method: str, name: str, found: ComparisonSummary) -> str:
    if found.worst is None or second.sample is not None:
        return name if found.worst is None else f"{name} along a random direction"
    row, column = found.worst[0], found.worst[1] + second.columns(name).start
    if method == "hessian":
        return _second_label(second, row, column)
    return f"{coordinate(second, row)} for t = one-hot {coordinate(second, column)}"


def _second_label(second: Probe, row: int, column: int) -> str:
    return f"d2y/d{coordinate(second, row)}d{coordinate(second, column)}"


def coordinate(probe: Probe, flat: int) -> str:
    """The entry of an input that a column of the Jacobian belongs to."""
    name, shape, part = next(piece for piece in probe.pieces if piece[2].start <= flat < piece[2].stop)
    return entry(name, shape, flat - part.start)


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that hold second derivatives beside plain central differences of the gradient."""
    return scripts.second.of_hessian(reproducer)


CHECK = Check(
    "hessian", "`hessian` and `hvp` equal the numeric derivative of the gradient", run, script, lacking=UNDECLARED
)
