"""Derivatives computed in few digits: whether their formula is right, as its value in more digits shows.

In its own dtype a value is granted 16 roundings of the natural scale, which in float16 hides an error of 1 %. The same
formula evaluated in more digits has no such excuse. What is left to it is one rounding of the result, for constants
that a layer keeps in its dtype, and its grain, for what it casts to that dtype on the way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks.compare import compare
from gradcheck.checks.nudges import NUDGES
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.inputs.drawing import signs
from gradcheck.oracle.allowance import ROUNDINGS, allowance
from gradcheck.records.comparison import Comparison
from gradcheck.records.dtypes import is_floating
from gradcheck.records.estimate import Estimate
from gradcheck.records.finding import Verdict
from gradcheck.text import magnitude

Array = NDArray[Any]
WIDEST = 4.0  # roundings of the point's dtype by which the grain's nudges move what a claim is given


def judge_formula(probe: Probe, name: str, part: slice, numeric: Estimate) -> Comparison:
    """The comparison of a claim in more digits.

    Parameters
    ----------
    probe : Probe
        At a point of fewer digits than float64 has.
    name : str
        ``"jacobian"`` or ``"bprop"``.
    part : slice
        The columns to compare.
    numeric : Estimate
        Of these columns.
    """
    exact, own = probe.exact[name][:, part], probe.digits.precision
    once = (own.eps * np.where(np.isfinite(numeric.value), np.abs(numeric.value), 0) + own.subnormal) / 4
    found = compare(exact, numeric, eps=probe.digits.precise, wobble=once, largest=own.largest)
    if found.verdict is Verdict.FAIL:
        most = allowance(numeric.scale, probe.digits.unit) / 2
        slack = np.minimum(once + grain(probe, name)[:, part], most)
        found = compare(exact, numeric, eps=probe.digits.precise, wobble=slack, largest=own.largest)
    return found


def grain(probe: Probe, name: str) -> Array:
    """How rough a claim is in more digits, as a cast to the point's dtype leaves it; of the shape of the claim.

    The largest second difference over nudges of the inputs; infinite where there are no finite values in more digits.
    """
    base = attempt(lambda: probe.claim_at(name, probe.digits.exact_arrays))
    if isinstance(base, Breach):
        return np.full(probe.claims[name].shape, np.inf)
    rng, most = probe.rng(Stream.GRAIN), np.full(base.shape, np.nan)
    for _ in range(NUDGES):
        moves = [rng.uniform(1, WIDEST, a.shape) * signs(a.shape, rng) for a in probe.point.arrays]
        sides = [attempt(lambda s=s, moves=moves: probe.claim_at(name, _moved(probe, moves, s))) for s in (-1, 1)]  # type: ignore[misc]
        if not any(isinstance(side, Breach) for side in sides):
            most = np.fmax(most, np.abs(sides[0] - 2 * base + sides[1]).astype(float))
    return np.where(np.isfinite(most), most, np.inf)


def _moved(probe: Probe, moves: list[Array], sign: int) -> list[Array]:
    """The point in more digits, its entries moved by so many roundings of its dtype."""
    arrays = zip(probe.digits.exact_arrays, moves, strict=True)
    return [
        a * (1 + sign * probe.digits.eps * move).astype(a.dtype) if is_floating(a.dtype) else a for a, move in arrays
    ]


def stated(probe: Probe) -> tuple[str, ...]:
    """The note that says what rounding in the point's dtype is allowed, relative to the natural scale."""
    return (
        (f"{probe.point.case.dtype}: rounding allows {magnitude(ROUNDINGS * probe.digits.unit)}",)
        if probe.digits.low
        else ()
    )
