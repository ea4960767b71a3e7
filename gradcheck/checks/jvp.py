"""`jvp`: the Jacobian-vector product against J . t of the numeric Jacobian."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks import scripts
from gradcheck.checks.claims import compare_at
from gradcheck.checks.derivative import compare_matrix
from gradcheck.checks.interface import Check, failed, measured, output_entry
from gradcheck.checks.matrices import tangent_column
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.oracle.allowance import ROUNDINGS
from gradcheck.records.comparison import ComparisonSummary
from gradcheck.records.estimate import Estimate
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.report import UNDECLARED

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
STEPS = (1e-5, 1e-6, 1e-4, 1e-3, 1e-7, 1e-8)  # about eps^(1/3) first


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each differentiable input: every one-hot tangent, and at ordinary points a random one of all."""
    if not probe.usable or CHECK.name not in probe.claims:
        return
    found = list(compare_matrix(probe, CHECK.name))
    yield from found
    if probe.at_length and probe.sample is None and not any(one.verdict is Verdict.FAIL for one in found):
        yield from _for_random_tangent(probe)


def _for_random_tangent(probe: Probe) -> Iterator[Finding]:
    """What fails for a random tangent alone, as of a `jvp` that is not linear in it."""
    t = probe.rng(Stream.TANGENT).standard_normal((probe.gradients[-1][2].stop,))
    change = attempt(lambda: tangent_column(probe.subject, t, probe.digits.exact_arrays, probe.y))
    if isinstance(change, Breach):
        change = attempt(lambda: tangent_column(probe.subject, t, probe.point.arrays, probe.y))
    if isinstance(change, Breach):
        yield failed(probe, CHECK.name, change.fault)
        return
    found = compare_at(
        probe, change[:, None], probe.sparse.along(t) if probe.sparse else along(probe.estimate, t)
    ).summary
    if found.verdict is Verdict.FAIL:
        yield measured(probe, CHECK.name, found, input="", worst=_place(probe, found))


def along(estimate: Estimate, t: Array) -> Estimate:
    """The estimate of J . t for a tangent of shape (n,): shape (m, 1)."""
    size = np.abs(t)[:, None]
    sides = (estimate.floor, estimate.gap, estimate.scale, estimate.reach, estimate.open)
    floor, gap, scale, reach, open_ = (side @ size for side in sides)
    return Estimate(estimate.value @ t[:, None], floor, gap, scale, reach, open_)


def _place(probe: Probe, found: ComparisonSummary) -> str:
    return f"{output_entry(probe, 0 if found.worst is None else found.worst[0])} for a random t"


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines that hold `jvp` beside plain central differences along a tangent."""
    if reproducer.breaks_contract:
        yield from scripts.contract.contract_script(reproducer)
        return
    for parts in scripts.tangents.parts_of_tangents(reproducer):
        truth = along(reproducer.failure.probe.estimate, np.concatenate([part.reshape(-1) for part in parts]))
        value, scale = truth.value[:, 0], truth.scale[:, 0]
        for dtype in ("", "np.longdouble"):
            for step in STEPS:
                yield from _concluded(reproducer, _differences(reproducer, parts, dtype, step), dtype, value, scale)


def _differences(reproducer: Reproducer, parts: list[Array], dtype: str, step: float) -> Lines:
    moving = reproducer.subject.differentiable
    names = {k: reproducer.names[k] for k in moving}
    moved = {k: reproducer.part("tangent", k) for k in moving}
    up, down = (
        reproducer.call("forward", **{name: f"{name} {sign} {step!r} * {moved[k]}" for k, name in names.items()})
        for sign in "+-"
    )
    return [
        *reproducer.given(),
        scripts.tangents.written(parts),
        *reproducer.cast(dtype),
        f"analytic = {reproducer.call('jvp')}",
        f"numeric = np.subtract({up}, {down}) / {2 * step!r}",
    ]


def _concluded(reproducer: Reproducer, lines: Lines, dtype: str, truth: Array, scale: Array) -> Iterator[Lines]:
    """The lines with their assertion, if they leave an error that it can show beyond doubt."""
    space, raised = reproducer.run(lines)
    if raised is not None:
        return
    analytic, numeric = (np.asarray(space[side]).reshape(-1) for side in ("analytic", "numeric"))
    if analytic.shape != truth.shape or numeric.shape != truth.shape or not np.isfinite(numeric).all():
        return
    eps = float(np.finfo(np.longdouble).eps) if dtype else reproducer.failure.probe.digits.eps
    with np.errstate(all="ignore"):
        limit = np.max(np.abs(numeric - truth), initial=0) + ROUNDINGS * eps * np.max(scale, initial=0)
        error = np.max(np.nan_to_num(np.abs(analytic - numeric), nan=np.inf), initial=0)
    tolerance = scripts.comparing.between(float(limit), float(error))
    if tolerance is not None:
        yield [*lines, *scripts.comparing.conclusion("analytic", "numeric", f"rtol=0, atol={tolerance!r}")]


CHECK = Check("jvp", "`jvp` equals J . t of the numeric Jacobian", run, script, lacking=UNDECLARED)
