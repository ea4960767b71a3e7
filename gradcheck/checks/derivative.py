"""The comparison that `jacobian` and `bprop` share: a matrix of analytic derivatives against the estimate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.interface import entry, measured
from gradcheck.checks.probe import Probe
from gradcheck.compare import CERTAIN, NOTHING, Comparison, compare
from gradcheck.oracle.allowance import allowance
from gradcheck.records import Constraint, Estimate, Finding, Verdict

Array = NDArray[Any]
CONSTRAINT_ERROR = 1e-6  # of the scale: what differences at nearby points leave open in a product
GROSS = 1e-2  # error of the run-time value, relative to the reach, that no rounding of a sound formula leaves


def compare_matrix(probe: Probe, check: str, working: Array) -> Iterator[Finding]:
    """One finding for each differentiable input.

    Parameters
    ----------
    probe : Probe
    check : str
        ``"jacobian"`` or ``"bprop"``: also the name of the claim.
    working : ndarray, shape (m, n)
        The analytic side as it comes out in the point's own dtype.
    """
    estimate, claim = probe.estimate, probe.claims[check]
    broken = _broken(probe, claim)
    wobble: Array | None = None
    for name, shape, part in probe.pieces:
        numeric = estimate.part(np.s_[:, part])
        sides = _sound(probe, working[:, part], claim[:, part], numeric)
        found = _judged(probe, sides, numeric, 0.0)
        if found.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE) and not probe.extended:
            wobble = probe.wobble(check) if wobble is None else wobble
            found = _judged(probe, sides, numeric, _smooth_only(wobble[:, part], numeric))
        if found.verdict is not Verdict.FAIL and broken is not None and broken.direction[part].any():
            yield _unbound(probe, check, name, broken, claim)
            continue
        if found.verdict is Verdict.PASS and probe.extended:
            found = _at_run_time(probe, check, working[:, part], claim[:, part], numeric, part) or found
        yield measured(probe, check, found, input=name, worst=_label(probe, check, found, name, shape))


def _broken(probe: Probe, claim: Array) -> Constraint | None:
    """The constraint that a claim breaks the most, if it breaks any."""
    worst, most = None, 1.0
    for one in probe.estimate.constraints:
        error = abs(float(one.weights @ claim @ one.direction) - one.value)
        size = float(one.weights @ probe.estimate.scale @ np.abs(one.direction))
        bound = one.bound + CERTAIN * allowance(size, probe.unit) + CONSTRAINT_ERROR * size
        if error > most * bound:
            worst, most = one, error / bound
    return worst


def _unbound(probe: Probe, check: str, name: str, broken: Constraint, claim: Array) -> Finding:
    product = float(broken.weights @ claim @ broken.direction)
    count = int(np.count_nonzero(broken.direction))
    outputs = " + ".join(entry("y", probe.y.shape, int(j)) for j in np.flatnonzero(broken.weights))
    sentence = (
        f"no generalised gradient: along a direction of {count} entries {outputs} has the slope {broken.value:.6g} at every "
        f"point nearby; analytic {product:.6g}"
    )
    found = Comparison(
        Verdict.FAIL, sentence, max_abs=abs(product - broken.value), analytic=product, numeric=broken.value, bound=broken.bound
    )
    return measured(probe, check, found, input=name, worst=name)


def _judged(probe: Probe, analytic: Array, numeric: Estimate, wobble: Array | float) -> Comparison:
    largest = float(np.finfo(probe.point.case.dtype).max)
    return compare(analytic, numeric, eps=probe.unit, wobble=wobble, largest=largest)


def _sound(probe: Probe, working: Array, exact: Array, numeric: Estimate) -> Array:
    """Entry by entry the run-time value where rounding explains its error, else the formula's value in more digits."""
    with np.errstate(all="ignore"):
        fine = np.abs(working - numeric.value) <= numeric.floor + allowance(numeric.scale, probe.unit)
        return np.where(fine, working, exact)


def _smooth_only(wobble: Array, numeric: Estimate) -> Array:
    """Sensitivity to rounding; a jump of the analytic side, as at ties, is no such thing."""
    return np.where(wobble <= GROSS * numeric.reach, wobble, 0)


def _at_run_time(
    probe: Probe, check: str, working: Array, exact: Array, numeric: Estimate, part: slice
) -> Comparison | None:
    """A FAIL where the formula is right but its value in the point's own dtype is not a number, infinite, or far off."""
    largest = float(np.finfo(probe.point.case.dtype).max)
    with np.errstate(all="ignore"):
        error = np.abs(working - exact)
        sane = np.isfinite(exact) & (np.abs(exact) < largest / 16)
        off = sane & (~np.isfinite(working) | (error > GROSS * numeric.reach + numeric.gap + NOTHING))
    if not off.any():
        return None
    off &= ~np.isfinite(working) | (error > GROSS * numeric.reach + 8 * probe.wobble(check)[:, part])
    if not off.any():
        return None
    at = np.unravel_index(int(np.argmax(np.where(off, np.nan_to_num(error, nan=np.inf), -1))), off.shape)
    value, required = float(working[at]), float(exact[at])
    return Comparison(
        Verdict.FAIL,
        f"the formula is right, its value in {probe.point.case.dtype} is not: analytic {value:.6g}, in more digits {required:.6g}",
        worst=tuple(int(i) for i in at),
        analytic=value,
        numeric=required,
        bound=float(numeric.floor[at]),
    )


def _label(probe: Probe, check: str, found: Comparison, name: str, shape: tuple[int, ...]) -> str:
    if found.worst is None:
        return name
    row, column = found.worst
    where = entry(name, shape, column)
    if check == "jacobian":
        return f"d{entry('y', probe.y.shape, row)}/d{where}"
    return f"{where} for v = one-hot {entry('', probe.y.shape, row)}".rstrip()


def against(probe: Probe, v: Array, gradient: Array, exact: Array) -> Iterator[tuple[str, tuple[int, ...], Comparison]]:
    """The gradient for a cotangent against v . estimate, input by input.

    Parameters
    ----------
    probe : Probe
    v : ndarray, shape (m,)
    gradient, exact : ndarray, shape (n,)
        `bprop(v)` in the point's dtype and in the reference's.
    """
    whole = probe.estimate.contracted(v)
    for name, shape, part in probe.pieces:
        numeric = whole.part(part)
        found = _judged(probe, _sound(probe, gradient[part], exact[part], numeric), numeric, 0.0)
        yield name, shape, replace(found, kinks=0)


def agree(probe: Probe, check: str) -> Iterator[Finding]:
    """One finding for each differentiable input: the rows of `bprop` against those of `jacobian`.

    The two formulas may differ by the rounding of each, and at a kink by the choice of a subgradient.
    """
    estimate = probe.estimate
    matrix, rows = probe.claims["jacobian"], probe.claims["bprop"]
    smooth = estimate.gap <= 1e-6 * estimate.scale
    bounds = np.where(smooth, 0, 2 * estimate.gap)
    scale = np.maximum(estimate.scale, np.where(np.isfinite(matrix), np.abs(matrix), 0))
    whole = Estimate(matrix, bounds, bounds, 2 * scale, np.maximum(2 * scale, estimate.reach))
    wobble: Array | float = 0.0
    for name, shape, part in probe.pieces:
        sides = whole.part(np.s_[:, part])
        found = _judged(probe, rows[:, part], sides, 0.0)
        if found.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE) and not probe.extended:
            wobble = probe.wobble("jacobian") + probe.wobble("bprop")
            found = _judged(probe, rows[:, part], sides, _smooth_only(wobble[:, part], sides))
        yield measured(probe, check, found, input=name, worst=_label(probe, "bprop", found, name, shape))
