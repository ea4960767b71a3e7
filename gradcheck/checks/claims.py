"""A claim beside the estimate, input by input: compared once at a point and kept there for all who ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.compare import CERTAIN, OVERFLOWING, USELESS, compare
from gradcheck.checks.low_precision import judge_formula
from gradcheck.checks.probe import Probe
from gradcheck.oracle.allowance import ROUNDINGS, allowance
from gradcheck.records.comparison import NOTHING, ClaimComparison, Comparison, ComparisonSummary, joined
from gradcheck.records.estimate import Estimate
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Verdict

Array = NDArray[Any]
ILL_CONDITIONED = 1e-11  # error, relative to the scale, that a formula may leave where no longer numbers tell
GROSS = 1e-2  # error of the run-time value, relative to the reach, that no rounding of a sound formula leaves
FLUSHED = 1e-30  # least normal number of a dtype that has the exponents of float32; float16's is 6e-5
KEPT = 2**18  # entries: about 5 MB of limits and masks
GRANTED = 8.0  # times what rounding of the inputs was seen to change: a run-time value further off is not rounded


def claim_comparison(probe: Probe, check: str, name: str) -> ClaimComparison:
    """The comparison of a claim for one input, made when first asked for and, up to `KEPT` entries, kept on the probe.

    Parameters
    ----------
    probe : Probe
        A usable one.
    check : str
        ``"jacobian"`` or ``"bprop"``: also the name of the claim.
    name : str
        Of a differentiable input.
    """
    found = probe.comparisons.get((check, name)) or _compare(probe, check, probe.columns(name))
    if found.usual.analytic.size <= KEPT:
        probe.comparisons[check, name] = found
    return found


def usual_comparison(probe: Probe, check: str) -> Comparison:
    """The usual comparison of a whole claim, the columns of all inputs together."""
    return joined([claim_comparison(probe, check, name).usual for name, _, _ in probe.pieces])


def _compare(probe: Probe, check: str, part: slice) -> ClaimComparison:
    numeric = probe.estimate.part(np.s_[:, part])
    usual, run_time, formula = compare_at(probe, probe.claims[check][:, part], numeric, _lost(probe)), None, None
    if usual.verdict is not Verdict.PASS:
        usual = _in_more_digits(probe, check, part, numeric)
        if usual.verdict is Verdict.PASS and probe.digits.extended:
            run_time = _at_run_time(probe, check, part, usual)
    if probe.digits.low and not probe.digits.alone:
        formula = judge_formula(probe, check, part, numeric)
        formula = formula if formula.verdict is Verdict.FAIL else None
    if run_time is None or formula is not None:
        return ClaimComparison(usual, run_time, formula, (formula or usual).summary)
    return ClaimComparison(usual, run_time, None, _of_run_time(probe, run_time, probe.exact[check][:, part]))


def compare_at(probe: Probe, analytic: Array, numeric: Estimate, wobble: Array | float = 0.0) -> Comparison:
    """The comparison with the rounding and the range of the point's dtype."""
    benefit = 0.0 if probe.digits.extended else ILL_CONDITIONED
    useless = max(USELESS, 2 * ROUNDINGS * probe.digits.eps)
    return compare(
        analytic,
        numeric,
        eps=probe.digits.unit,
        wobble=wobble,
        benefit=benefit,
        passing=ROUNDINGS * probe.digits.rounding,
        largest=probe.digits.precision.largest,
        useless=useless,
    )


def _in_more_digits(probe: Probe, check: str, part: slice, numeric: Estimate) -> Comparison:
    """The comparison once entries that rounding at run time does not explain are evaluated in more digits.

    Where there are no more digits, the measured sensitivity of the analytic side to rounding takes their place.
    """
    working, exact = probe.claims[check][:, part], probe.exact[check][:, part]
    with np.errstate(all="ignore"):
        fine = np.abs(working - numeric.value) <= numeric.floor + allowance(numeric.scale, probe.digits.unit)
        found = compare_at(probe, np.where(fine, working, exact), numeric, _lost(probe))
    if found.verdict is not Verdict.PASS:
        wobble = probe.wobble(check, probe.digits.rounding if probe.keeps(check) else probe.digits.unit)[:, part]
        found = compare_at(probe, found.analytic, numeric, slight(wobble, numeric) + _lost(probe))
    return found


def _lost(probe: Probe) -> float:
    """What is 0 to a layer that computes in the point's dtype alone: GPUs flush subnormal float32 numbers."""
    own = probe.digits.precision
    if not probe.digits.alone:
        return 0.0
    return own.normal if own.normal < FLUSHED else own.subnormal


def slight(wobble: Array, numeric: Estimate) -> Array:
    """What rounding was seen to change, and 0 where that is so much that it is no rounding of a sound formula."""
    return np.where(wobble <= GROSS * numeric.reach, wobble, 0)


def _at_run_time(probe: Probe, check: str, part: slice, usual: Comparison) -> Comparison | None:
    """The value in the point's own dtype, where it is NaN, infinite, or far off; None where it is not."""
    working, exact, numeric = probe.claims[check][:, part], probe.exact[check][:, part], usual.numeric
    gross = max(GROSS, CERTAIN * ROUNDINGS * probe.digits.eps) * numeric.reach
    slack = gross + numeric.gap + max(NOTHING, probe.digits.precision.subnormal if probe.digits.low else 0)
    with np.errstate(all="ignore"):
        error = np.abs(working - exact)
        sane = np.isfinite(exact) & (np.abs(exact) < OVERFLOWING * probe.digits.precision.largest)
        off = sane & (~np.isfinite(working) | (error > slack))
    if not off.any():
        return None
    off &= ~np.isfinite(working) | (error > gross + GRANTED * probe.wobble(check, probe.digits.unit)[:, part])
    return replace(usual, analytic=working, wrong=off, certain=slack) if off.any() else None


def _of_run_time(probe: Probe, comparison: Comparison, exact: Array) -> ComparisonSummary:
    """A FAIL where the formula is right but its value in the point's own dtype is not."""
    with np.errstate(all="ignore"):
        error = np.nan_to_num(np.abs(comparison.analytic - exact), nan=np.inf)
    at = np.unravel_index(int(np.argmax(np.where(comparison.wrong, error, -1))), error.shape)
    value, required = float(comparison.analytic[at]), float(exact[at])
    return ComparisonSummary(
        Verdict.FAIL,
        Fault.of(FaultKind.AT_RUN_TIME, dtype=probe.point.case.dtype, analytic=value, exact=required),
        worst=tuple(int(i) for i in at),
        analytic=value,
        numeric=required,
        bound=float(comparison.numeric.floor[at]),
    )


def beside(numeric: Estimate, analytic: Array, gap: Array) -> Estimate:
    """One analytic side in the place of the estimate, for another one to be compared with it.

    Each of the two is granted its rounding, and at a kink its choice among the slopes, which differ by twice the `gap`.
    """
    scale = 2 * np.maximum(numeric.scale, np.where(np.isfinite(analytic), np.abs(analytic), 0))
    return Estimate(analytic, 2 * gap, 2 * gap, scale, np.maximum(scale, numeric.reach), np.zeros_like(scale))
