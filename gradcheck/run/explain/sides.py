"""Both sides of a comparison as its check saw them, and the names of their entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.derivative import GROSS
from gradcheck.checks.interface import entry
from gradcheck.checks.probe import Probe
from gradcheck.oracle.allowance import allowance
from gradcheck.records.estimate import Estimate

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Sides:
    """Both sides of a comparison.

    Parameters
    ----------
    analytic : ndarray, shape (m, n)
    numeric : Estimate
    limit : ndarray, shape (m, n)
        The error up to which they agree.
    remark : str
        What the analytic side is, where it is not what the check looks at first.
    """

    analytic: Array
    numeric: Estimate
    limit: Array
    remark: str = ""

    @property
    def error(self) -> Array:
        """How far the sides are apart, shape (m, n)."""
        return np.abs(self.analytic - self.numeric.value)

    @property
    def ratio(self) -> Array:
        """Error over limit: infinite where the analytic side is no finite number, NaN where nothing is known."""
        ratio = np.where(np.isfinite(self.analytic), self.error / self.limit, np.inf)
        known = np.isfinite(self.numeric.value) & np.isfinite(self.limit)
        return np.where(known, ratio, np.nan).astype(float)

    @property
    def apart(self) -> bool:
        """Whether any entry lies beyond its limit."""
        return bool(np.nanmax(self.ratio, initial=0) > 1)


def sides_of(probe: Probe, claim: str, *, failed: bool) -> Sides:
    """The sides as the check compared them: of a failure, those in which it shows.

    The value at run time stands where rounding explains its error, and the value in more digits elsewhere. A failure
    that hides there is one of the value at run time alone, or, in few digits, one of the formula.
    """
    working, exact, numeric = probe.claims[claim], probe.exact[claim], probe.estimate
    usual = numeric.floor + allowance(numeric.scale, probe.unit)
    fine = np.abs(working - numeric.value) <= usual
    sides = Sides(np.where(fine, working, exact), numeric, usual)
    if sides.apart:
        wobble = probe.wobble(claim, probe.rounding)
        sides = Sides(sides.analytic, numeric, usual + 2 * np.where(wobble <= GROSS * numeric.reach, wobble, 0))
    if sides.apart or not failed:
        return sides
    strict = numeric.floor + allowance(numeric.scale, probe.precise)
    others = (
        Sides(working, numeric, usual, "the analytic side is its value at run time; in more digits it is right"),
        Sides(exact, numeric, strict, "the analytic side is its formula evaluated in more digits"),
    )
    return next((other for other in others if other.apart), sides)


@dataclass(frozen=True, eq=False)
class Names:
    """The names of the rows and the columns of a claim.

    Parameters
    ----------
    outputs, inputs : tuple of str
        One for each row, and one for each column.
    whole : bool
        Whether rows and columns are single entries, and not directions along which many move.
    """

    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    whole: bool = True

    def entry(self, at: tuple[int, int]) -> str:
        """The name of an entry."""
        row, column = self.outputs[at[0]], self.inputs[at[1]]
        return f"d{row}/d{column}" if self.whole else f"{row} for {column}"

    @classmethod
    def of(cls, probe: Probe) -> Names:
        """The names that fit the claims of a usable probe."""
        if probe.sample is None:
            shapes = [(name, shape, part.stop - part.start) for name, shape, part in probe.pieces]
            inputs = [entry(name, shape, k) for name, shape, size in shapes for k in range(size)]
            return cls(tuple(entry("y", probe.y.shape, k) for k in range(probe.y.size)), tuple(inputs))
        inputs = [f"{name} along w{k}" for name, _, part in probe.pieces for k in range(part.stop - part.start)]
        rows = range(len(probe.basis))
        alone = len(rows) == probe.y.size  # one-hot cotangents, which a Jacobian with few rows has
        outputs = [entry("y", probe.y.shape, k) if alone else f"u{k}.y" for k in rows]
        return cls(tuple(outputs), tuple(inputs), whole=False)
