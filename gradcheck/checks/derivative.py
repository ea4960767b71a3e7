"""The comparison that `jacobian` and `bprop` share: a matrix of analytic derivatives against the estimate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.formula import judge_formula, stated
from gradcheck.checks.interface import entry, measured
from gradcheck.checks.probe import Probe
from gradcheck.compare import CERTAIN, NOTHING, USELESS, Comparison, compare
from gradcheck.findings import Finding, Verdict
from gradcheck.oracle.allowance import ROUNDINGS, allowance
from gradcheck.records import Constraint, Estimate
from gradcheck.text import magnitude

Array = NDArray[Any]
CONSTRAINT_ERROR = 1e-6  # of the scale: what differences at nearby points leave open in a product
KINKED = USELESS  # gap, relative to the reach, from which a choice of subgradient may differ: where it would show
ILL_CONDITIONED = 1e-11  # error, relative to the scale, that a formula may leave where no longer numbers tell
SAMPLED = "sampled"
GROSS = 1e-2  # error of the run-time value, relative to the reach, that no rounding of a sound formula leaves


def compare_matrix(probe: Probe, check: str) -> Iterator[Finding]:
    """One finding for each differentiable input.

    Parameters
    ----------
    probe : Probe
    check : str
        ``"jacobian"`` or ``"bprop"``: also the name of the claim.
    """
    working = probe.claims[check]
    broken = _broken(probe, working)
    for name, shape, part in probe.pieces:
        numeric = probe.estimate.part(np.s_[:, part])
        found = judge(probe, working[:, part], numeric)
        if found.verdict is not Verdict.PASS:
            found = _in_more_digits(probe, check, part, numeric)
        if probe.low:
            formula = judge_formula(probe, check, part, numeric)
            found = formula if formula.verdict is Verdict.FAIL else found
        if found.verdict is not Verdict.FAIL and broken is not None and broken.direction[part].any():
            yield _unbound(probe, check, name, broken, working)
        else:
            notes = (*((SAMPLED,) if probe.sample is not None else ()), *stated(probe))
            yield measured(probe, check, found, input=name, worst=_label(probe, check, found, name, shape), notes=notes)


def judge(probe: Probe, analytic: Array, numeric: Estimate, wobble: Array | float = 0.0) -> Comparison:
    """The comparison with the rounding and the range of the point's dtype."""
    benefit = 0.0 if probe.extended else ILL_CONDITIONED
    useless = max(USELESS, 2 * ROUNDINGS * probe.eps)
    return compare(
        analytic,
        numeric,
        eps=probe.unit,
        wobble=wobble,
        benefit=benefit,
        passing=ROUNDINGS * probe.rounding,
        largest=probe.precision.largest,
        useless=useless,
    )


def _in_more_digits(probe: Probe, check: str, part: slice, numeric: Estimate) -> Comparison:
    """The verdict once entries that rounding at run time does not explain are evaluated in more digits.

    Where there are no more digits, the measured sensitivity of the analytic side to rounding takes their place.
    """
    working, exact = probe.claims[check][:, part], probe.exact[check][:, part]
    with np.errstate(all="ignore"):
        fine = np.abs(working - numeric.value) <= numeric.floor + allowance(numeric.scale, probe.unit)
        found = judge(probe, np.where(fine, working, exact), numeric)
    if found.verdict is not Verdict.PASS:
        wobble = probe.wobble(check, probe.rounding_of(check))[:, part]
        wobble = np.where(wobble <= GROSS * numeric.reach, wobble, 0)
        found = judge(probe, np.where(fine, working, exact), numeric, wobble)
    if found.verdict is Verdict.PASS and probe.extended:
        return _at_run_time(probe, check, working, exact, numeric, part) or found
    return found


def _broken(probe: Probe, claim: Array) -> Constraint | None:
    """The constraint that a claim breaks the most, if it breaks any."""
    worst, most = None, 1.0
    for one in probe.estimate.constraints:
        error = abs(float(one.weights @ claim @ one.direction) - one.value)
        size = float(one.weights @ probe.estimate.scale @ np.abs(one.direction))
        bound = one.bound + CERTAIN * float(allowance(np.asarray(size), probe.unit)) + CONSTRAINT_ERROR * size
        if error > most * bound:
            worst, most = one, error / bound
    return worst


def _unbound(probe: Probe, check: str, name: str, broken: Constraint, claim: Array) -> Finding:
    product = float(broken.weights @ claim @ broken.direction)
    count = int(np.count_nonzero(broken.direction))
    outputs = " + ".join(entry("y", probe.y.shape, int(j)) for j in np.flatnonzero(broken.weights))
    sentence = (
        f"no generalised gradient: along a direction of {count} entries {outputs} has slopes within "
        f"{broken.value:.6g} ± {magnitude(broken.bound)} at the points nearby; analytic {product:.6g}"
    )
    error = abs(product - broken.value)
    found = Comparison(
        Verdict.FAIL, sentence, max_abs=error, analytic=product, numeric=broken.value, bound=broken.bound
    )
    return measured(probe, check, found, input=name, worst=name)


def _at_run_time(
    probe: Probe, check: str, working: Array, exact: Array, numeric: Estimate, part: slice
) -> Comparison | None:
    """A FAIL where the formula is right but its value in the point's own dtype is NaN, infinite, or far off."""
    gross = max(GROSS, CERTAIN * ROUNDINGS * probe.eps) * numeric.reach
    slack = gross + numeric.gap + max(NOTHING, probe.precision.subnormal if probe.low else 0)
    with np.errstate(all="ignore"):
        error = np.abs(working - exact)
        sane = np.isfinite(exact) & (np.abs(exact) < probe.precision.largest / 16)
        off = sane & (~np.isfinite(working) | (error > slack))
    if not off.any():
        return None
    off &= ~np.isfinite(working) | (error > gross + 8 * probe.wobble(check, probe.unit)[:, part])
    if not off.any():
        return None
    at = np.unravel_index(int(np.argmax(np.where(off, np.nan_to_num(error, nan=np.inf), -1))), off.shape)
    value, required = float(working[at]), float(exact[at])
    return Comparison(
        Verdict.FAIL,
        f"the formula is right, its value in {probe.point.case.dtype} is not: "
        f"analytic {value:.6g}, in more digits {required:.6g}",
        worst=tuple(int(i) for i in at),
        analytic=value,
        numeric=required,
        bound=float(numeric.floor[at]),
    )


def _label(probe: Probe, check: str, found: Comparison, name: str, shape: tuple[int, ...]) -> str:
    if found.worst is None:
        return name
    row, column = found.worst
    if probe.sample is not None:
        return f"{name} along a random direction"
    where = entry(name, shape, column)
    if check == "jacobian":
        return f"d{entry('y', probe.y.shape, row)}/d{where}"
    return f"{where} for v = one-hot {entry('', probe.y.shape, row)}".rstrip()


def agree(probe: Probe, check: str) -> Iterator[Finding]:
    """One finding for each differentiable input: the rows of `bprop` against those of `jacobian`.

    The two formulas may differ by the rounding of each, and at a kink by the choice of a subgradient.
    """
    for name, shape, part in probe.pieces:
        found = _agreement(probe, probe.claims, part, 0.0)
        if found.verdict is not Verdict.PASS and probe.extended:
            found = _agreement(probe, probe.exact, part, 0.0)
        elif found.verdict is not Verdict.PASS:
            wobble = (probe.wobble("jacobian", probe.unit) + probe.wobble("bprop", probe.unit))[:, part]
            reach = probe.estimate.reach[:, part]
            found = _agreement(probe, probe.claims, part, np.where(wobble <= GROSS * reach, wobble, 0))
        yield measured(probe, check, found, input=name, worst=_label(probe, "bprop", found, name, shape))


def _agreement(probe: Probe, claims: dict[str, Array], part: slice, wobble: Array | float) -> Comparison:
    numeric = probe.estimate.part(np.s_[:, part])
    matrix, rows = claims["jacobian"][:, part], claims["bprop"][:, part]
    freedom = np.where(numeric.gap <= KINKED * numeric.reach, 0, 2 * numeric.gap)
    scale = 2 * np.maximum(numeric.scale, np.where(np.isfinite(matrix), np.abs(matrix), 0))
    sides = Estimate(matrix, freedom, freedom, scale, np.maximum(scale, numeric.reach), np.zeros_like(scale))
    return judge(probe, rows, sides, wobble)
