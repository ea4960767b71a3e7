"""The frozen data that one finding is drawn from: a curve, heat maps, entries side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass

MAP_ROWS, MAP_COLUMNS = 32, 64


@dataclass(frozen=True)
class Curve:
    """How far a single difference quotient of one entry is from the numeric derivative, by its step.

    Parameters
    ----------
    entry : str
        Which entry of the Jacobian: ``dy[0]/dx[2]``.
    steps, errors : tuple of float
        Steps h > 0 from the coarsest to the finest, and the error at each. Where the slope itself is infinite, there is
        no error, and `errors` holds the sizes of the quotients.
    order : int
        Power of h that the truncation error is expected to follow: 2, or 1 where only one side can be stepped to.
    truncation : float or None
        c of the guide c h^order; None where no steps show it.
    rounding : float or None
        The noise of the output, c of the guide c / h; None where there is none.
    floor : float or None
        The bound by which the analytic error is judged; None where nothing is known.
    analytic : float or None
        The error of the analytic side: NaN where it is no number, None where there is nothing to compare it with.
    infinite : bool
        Whether the slope itself is infinite.
    """

    entry: str
    steps: tuple[float, ...]
    errors: tuple[float, ...]
    order: int = 2
    truncation: float | None = None
    rounding: float | None = None
    floor: float | None = None
    analytic: float | None = None
    infinite: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if len(self.steps) != len(self.errors):
            raise ValueError(f"errors: one for each of the {len(self.steps)} steps is needed, not {len(self.errors)}")
        if not all(0 < step < math.inf for step in self.steps):
            raise ValueError("steps: positive finite numbers are needed")
        if self.order not in (1, 2):
            raise ValueError(f"order: 1 or 2 is needed, not {self.order!r:.80}")
        sizes = {
            "truncation": self.truncation,
            "rounding": self.rounding,
            "floor": self.floor,
            "analytic": self.analytic,
        }
        for name, size in (*sizes.items(), *(("errors", error) for error in self.errors)):
            if size is not None and size < 0:
                raise ValueError(f"{name}: numbers that are not negative are needed, not {size!r}")


@dataclass(frozen=True)
class HeatMap:
    """Error over bound in every entry of one input's Jacobian, folded to at most `MAP_ROWS` x `MAP_COLUMNS`.

    Parameters
    ----------
    input : str
    shape : (int, int)
        Rows and columns before they were folded.
    fold : (int, int)
        How many rows and columns stand in one cell, which shows the largest of them.
    cells : tuple of tuple of float
        The ratios; infinite where the analytic side is no finite number, NaN where there is nothing to compare with.
    rows : tuple of str
        The name of the first output in each row of cells.
    columns : (str, str)
        The names of the first and the last column.
    """

    input: str
    shape: tuple[int, int]
    fold: tuple[int, int]
    cells: tuple[tuple[float, ...], ...]
    rows: tuple[str, ...]
    columns: tuple[str, str]

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if not self.cells or len({len(row) for row in self.cells}) > 1 or not self.cells[0]:
            raise ValueError("cells: one or more rows of one length are needed")
        if len(self.rows) != len(self.cells):
            raise ValueError(f"rows: a name for each of the {len(self.cells)} rows is needed, not {len(self.rows)}")
        if len(self.cells) > MAP_ROWS or len(self.cells[0]) > MAP_COLUMNS:
            raise ValueError(f"cells: at most {MAP_ROWS} x {MAP_COLUMNS} are needed")


@dataclass(frozen=True)
class Entry:
    """Both sides at one entry of the Jacobian.

    Parameters
    ----------
    output, input : str
        The entry: ``y[0]``, ``x[2]``.
    analytic, numeric : float
    bound, error : float
        On their difference, and the difference itself, which may be smaller than float64 tells.
    ratio : float
        Error over bound, as in `HeatMap`.
    """

    output: str
    input: str
    analytic: float
    numeric: float
    bound: float
    error: float
    ratio: float


@dataclass(frozen=True)
class Figures:
    """What there is to draw of one claim at one point.

    Parameters
    ----------
    claim : str
        The method that made the analytic side: ``"jacobian"`` or ``"bprop"``.
    remarks : tuple of str
        What has to be known to read the figures, such as that the Jacobian was seen along random directions.
    curve : Curve
    maps : tuple of HeatMap
        One for each differentiable input.
    entries : tuple of Entry
        The worst ones, the worst first.
    """

    claim: str
    remarks: tuple[str, ...]
    curve: Curve
    maps: tuple[HeatMap, ...]
    entries: tuple[Entry, ...]
