"""`order2`: `bprop` as a map of (v, x), whose derivative is symmetric in x, and is what `double_bprop` says.

At every v the derivative of v . J by x is the Hessian of v . y: d(v . J)_i / dx_k = d(v . J)_k / dx_i.
A `bprop` that is right at a point and lacks a term which is 0 there is the gradient of nothing, and breaks that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.refusal import unclaimed
from gradcheck.checks import scripts
from gradcheck.checks.claims import claim_comparison, compare_at
from gradcheck.checks.compare import KINKED
from gradcheck.checks.hessian import coordinate, gradient_fails
from gradcheck.checks.interface import Check, failed, measured, not_applicable, passed
from gradcheck.checks.probe import Probe
from gradcheck.records.case import Point
from gradcheck.records.comparison import ComparisonSummary
from gradcheck.records.estimate import Estimate
from gradcheck.records.finding import ORDER2, Finding

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
DOUBLE = "double_bprop"
UNSEEN = 1e-8  # of v: the root of a rounding, which differences leave of factors that cancel, as 1 - tanh(x)^2
SLIGHT = 1e-6  # of the largest: a term that lacks is no smaller, what rounding of tiny gradients leaves is


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for the symmetry, and one for each input of (v, x) where the layer has a double backward.

    There is none where `bprop` itself is wrong.
    """
    if not probe.usable or "bprop" not in probe.claims or gradient_fails(probe):
        return
    from gradcheck.adapters.second import of_bprop  # only where it is asked for: start-up

    v = scripts.second.second_cotangent(probe)
    second = Probe(of_bprop(probe.subject, v), probe.point, thorough=False)
    if second.usable:
        yield _symmetry(probe, second, float(np.max(np.abs(v), initial=0)))
    if probe.subject.offers(DOUBLE):
        yield from _double(probe, v)


def _symmetry(probe: Probe, second: Probe, largest: float) -> Finding:
    """The numeric derivative of `bprop` beside its transpose; `largest` is the largest entry of v."""
    if second.sample is not None:
        refusal = f"the symmetry of {second.y.size} x {second.y.size} second derivatives"
        return passed(probe, CHECK.name, notes=not_applicable([refusal], nothing_left=True))
    one = second.estimate
    # Where the gradient bends there is no Hessian to be symmetric.
    bent = np.logical_or.reduce(one.gap > KINKED * one.reach, axis=1)
    value = np.where(bent[:, None] | bent[None, :], np.inf, one.value)
    # Differences of a gradient keep its rounding, of which an entry that is 0 shows nothing.
    size = max(float(np.max(np.abs(side), initial=0, where=np.isfinite(side))) for side in (second.y, one.value))
    both = Estimate(
        value,
        one.floor + one.floor.T,
        one.gap + one.gap.T,
        np.maximum(np.maximum(one.scale, one.scale.T), size),
        np.maximum(np.maximum(one.reach, one.reach.T), size),
        one.open + one.open.T + SLIGHT * size + UNSEEN * largest,
    )
    found = compare_at(second, value.T, both).summary
    worst = "" if found.worst is None else f"{_term(second, *found.worst)} beside its mirror"
    return measured(probe, CHECK.name, found, input="", worst=worst)


def _term(second: Probe, row: int, column: int) -> str:
    return f"d2(v . y)/d{coordinate(second, row)}d{coordinate(second, column)}"


def _double(probe: Probe, v: Array) -> Iterator[Finding]:
    """`double_bprop` beside the numeric derivative of `bprop`; nothing where the layer says that it has none."""
    from gradcheck.adapters.second import of_both

    point = Point(probe.point.case, (v, *probe.point.arrays))
    both = Probe(of_both(probe.subject, probe.y.shape), point, thorough=False)
    answer = both.answers.get("bprop")
    if isinstance(answer, Breach):
        if not unclaimed(answer):
            fault = replace(answer.fault, method=DOUBLE)
            yield failed(probe, CHECK.name, fault, answer.verdict, input=answer.fault.input)
        return
    if both.usable:
        for name, _, _ in both.pieces:
            found = claim_comparison(both, "bprop", name).summary
            yield measured(probe, CHECK.name, found, input=name, worst=_worst(both, name, found), method=DOUBLE)


def _worst(both: Probe, name: str, found: ComparisonSummary) -> str:
    if found.worst is None or both.sample is not None:
        return name if found.worst is None else f"{name} along a random direction"
    row, column = found.worst[0], found.worst[1] + both.columns(name).start
    return f"{coordinate(both, column)} for u = one-hot {row}"


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that hold second derivatives beside plain central differences of the gradient."""
    return scripts.second.of_order2(reproducer)


CHECK = Check(
    ORDER2,
    "the derivative of `bprop` is symmetric, and what `double_bprop` says",
    run,
    script,
    asked=True,
    lacking="no `bprop`",
)
