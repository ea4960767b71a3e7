"""The comparison that `jacobian` and `bprop` share: a matrix of analytic derivatives against the estimate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.claims import beside, claim_comparison, compare_at, slight
from gradcheck.checks.compare import CERTAIN, KINKED
from gradcheck.checks.interface import entry, measured, output_entry, seen_entry
from gradcheck.checks.low_precision import stated
from gradcheck.checks.probe import Probe
from gradcheck.oracle.allowance import allowance
from gradcheck.records.comparison import Comparison, ComparisonSummary
from gradcheck.records.estimate import Constraint
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding, Verdict

Array = NDArray[Any]
CONSTRAINT_ERROR = 1e-6  # of the scale: what differences at nearby points leave open in a product
SAMPLED = "sampled"


def compare_matrix(probe: Probe, check: str) -> Iterator[Finding]:
    """One finding for each differentiable input.

    Parameters
    ----------
    probe : Probe
    check : str
        ``"jacobian"``, ``"bprop"`` or ``"jvp"``: also the name of the claim.
    """
    working = probe.claims[check]
    broken = _broken(probe, working)
    if broken is not None:  # what entries do that are told to be wrong by themselves says nothing of the others
        broken = _broken(probe, _mended(probe, check, working))
    for name, shape, part in probe.pieces:
        found = claim_comparison(probe, check, name).summary
        if found.verdict is not Verdict.FAIL and broken is not None and broken.direction[part].any():
            yield _unbound(probe, check, name, broken, working)
        else:
            found = _with_reason(probe, found)
            notes = (*((SAMPLED,) if probe.sample is not None else ()), *stated(probe))
            yield measured(probe, check, found, input=name, worst=_label(probe, check, found, name, shape), notes=notes)


def _with_reason(probe: Probe, found: ComparisonSummary) -> ComparisonSummary:
    """The same, with what its output hides where the differences cannot tell and that is why."""
    if found.verdict is not Verdict.INCONCLUSIVE or found.fault is None or found.worst is None:
        return found
    from gradcheck.oracle.resolution import NOTICEABLE, hidden_terms  # only for what stays open: start-up

    noise, row = probe.reference[1], found.worst[0]
    hidden, size = float(hidden_terms(noise)[row]), float(abs(noise.f0[row]))
    if hidden <= NOTICEABLE or not np.isfinite(hidden):
        return found
    return replace(found, fault=found.fault.having(output=size, hidden=hidden))


def _mended(probe: Probe, check: str, claim: Array) -> Array:
    """A claim with the numeric value in each entry that is certainly wrong."""
    mended = claim.astype(np.result_type(claim, float))
    for name, _, part in probe.pieces:
        usual = claim_comparison(probe, check, name).usual
        mended[:, part] = np.where(usual.wrong & usual.known, usual.numeric.value, mended[:, part])
    return mended


def breaks_alone(probe: Probe, check: str, other: str) -> bool:
    """Whether a claim breaks a constraint along a direction in which another input does not move."""
    part = probe.columns(other)
    alone = [one for one in probe.estimate.constraints if not one.direction[part].any()]
    return _broken(probe, _mended(probe, check, probe.claims[check]), alone) is not None


def _broken(probe: Probe, claim: Array, among: Sequence[Constraint] | None = None) -> Constraint | None:
    """The constraint that a claim breaks the most, if it breaks any."""
    worst, most = None, 1.0
    for constraint in probe.estimate.constraints if among is None else among:
        v, u = constraint.weights, constraint.direction
        error = abs(float(v @ claim @ u) - constraint.value)
        size = float(v @ probe.estimate.scale @ np.abs(u))
        rounding = CERTAIN * float(allowance(np.asarray(size), probe.digits.unit))
        least = probe.digits.precision.subnormal * float(np.abs(v).sum() * np.abs(u).sum())
        bound = constraint.bound + rounding + CONSTRAINT_ERROR * size + least
        if error > most * bound:
            worst, most = constraint, error / bound
    return worst


def _unbound(probe: Probe, check: str, name: str, broken: Constraint, claim: Array) -> Finding:
    product = float(broken.weights @ claim @ broken.direction)
    count = int(np.count_nonzero(broken.direction))
    outputs = tuple(output_entry(probe, int(j)) for j in np.flatnonzero(broken.weights))
    value, bound = broken.value, broken.bound
    fault = Fault.of(
        FaultKind.NO_SUBGRADIENT, count=count, outputs=outputs, analytic=product, numeric=value, bound=bound
    )
    error = abs(product - value)
    found = ComparisonSummary(Verdict.FAIL, fault, max_abs=error, analytic=product, numeric=value, bound=bound)
    return measured(probe, check, found, input=name, worst=name)


def _label(probe: Probe, check: str, found: ComparisonSummary, name: str, shape: tuple[int, ...]) -> str:
    if found.worst is None:
        return name
    row, column = found.worst
    if probe.sample is not None:
        where = seen_entry(probe, name, shape, column)
        if probe.sample.outputs is None:
            return where
        return _of_entry(probe, check, int(probe.sample.outputs[row]), where)
    if probe.sparse:
        start = next(part.start for other, _, part in probe.gradients if other == name)
        column = probe.sparse.pattern.column(row, probe.columns(name).start + column) - start
    return _of_entry(probe, check, row, entry(name, shape, column))


def _of_entry(probe: Probe, check: str, row: int, where: str) -> str:
    if check == "jacobian":
        return f"d{output_entry(probe, row)}/d{where}"
    if check == "jvp":
        return f"{output_entry(probe, row)} for t = one-hot {where}"
    return f"{where} for v = one-hot {_of_v(probe, row)}".rstrip()


def _of_v(probe: Probe, row: int) -> str:
    """The place of an entry of v: ``[1]``, or ``y2[1]`` where v stands for several outputs."""
    return output_entry(probe, row) if probe.output_parts else entry("", probe.y.shape, row)


def agree(probe: Probe, check: str, pair: tuple[str, str]) -> Iterator[Finding]:
    """One finding for each differentiable input: what one method says of the Jacobian beside what another one does.

    The two formulas may differ by the rounding of each, and at a kink by the choice of a subgradient.

    Parameters
    ----------
    probe : Probe
    check : str
    pair : (str, str)
        The two claims: the one that stands on the analytic side, and the one in the place of the numeric one.
    """
    for name, shape, part in probe.pieces:
        found = _agreement(probe, probe.claims, pair, part, 0.0)
        if found.verdict is not Verdict.PASS and probe.digits.extended:
            found = _agreement(probe, probe.exact, pair, part, 0.0)
        elif found.verdict is not Verdict.PASS:
            wobble = sum(probe.wobble(method, probe.digits.unit) for method in pair)[:, part]  # type: ignore[index]
            wobble = slight(wobble, probe.estimate.part(np.s_[:, part]))
            found = _agreement(probe, probe.claims, pair, part, wobble)
        told, worst = found.summary, _label(probe, pair[0], found.summary, name, shape)
        yield measured(probe, check, told, input=name, worst=worst, method=_doubted(probe, pair, name))


def _doubted(probe: Probe, pair: tuple[str, str], name: str) -> str:
    """The one of two methods that the differences do not confirm; the first where they confirm both, or neither."""
    first, second = (claim_comparison(probe, method, name).summary.verdict for method in pair)
    return pair[1] if first is Verdict.PASS and second is not Verdict.PASS else pair[0]


def _agreement(
    probe: Probe, claims: dict[str, Array], pair: tuple[str, str], part: slice, wobble: Array | float
) -> Comparison:
    numeric = probe.estimate.part(np.s_[:, part])
    rows, matrix = (claims[method][:, part] for method in pair)
    gap = np.where(numeric.gap <= KINKED * numeric.reach, 0, numeric.gap)
    return compare_at(probe, rows, beside(numeric, matrix, gap), wobble)
