"""What is drawn of one claim at one point: remarks, a curve, a map for each input, the worst entries."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.checks.compare import KINKED
from gradcheck.checks.probe import Probe
from gradcheck.records.comparison import Comparison
from gradcheck.records.figures import MAP_COLUMNS, MAP_ROWS, Entry, Figures, HeatMap
from gradcheck.records.finding import Finding, Verdict
from gradcheck.run.explain.sides import Names, sides_of
from gradcheck.run.explain.step_curve import curve_of

Array = NDArray[Any]
WORST = 8


def figures_of(probe: Probe, finding: Finding) -> Figures:
    """What to draw of a finding.

    Parameters
    ----------
    probe : Probe
        At the finding's point; usable.
    finding : Finding
        Its check says which claim is drawn; of another check, the claim that is further from the numeric side.
    """
    claims = [finding.check] if finding.check in probe.claims else list(probe.claims)
    found = {claim: sides_of(probe, claim, finding) for claim in claims}
    claim = max(claims, key=lambda name: _largest(found[name][0].ratio))
    (sides, remark), names = found[claim], Names.of(probe)
    ratio = sides.ratio
    pieces = [(name, part) for name, _, part in probe.pieces if names.inputs[part]]
    part = next((part for name, part in pieces if name == finding.input), slice(None))
    places = _worst(ratio, part, known=finding.verdict in (Verdict.PASS, Verdict.FAIL))
    return Figures(
        claim,
        tuple(_remarks(probe, finding, claim, sides, remark, places[0])),
        curve_of(probe, sides, places[0], names),
        tuple(_map(ratio[:, part], names, name, part) for name, part in pieces),
        tuple(_entry(sides, names, at) for at in places),
    )


def _largest(ratio: Array) -> float:
    return float(np.nanmax(ratio, initial=0))


def _remarks(
    probe: Probe, finding: Finding, claim: str, sides: Comparison, remark: str, at: tuple[int, int]
) -> list[str]:
    """What has to be known to read the figures."""
    remarks = [remark] if remark else []
    if probe.sample is not None and probe.sample.entries is not None:
        m, (count, n), rows = probe.y.size, probe.sample.directions.shape, probe.projection.rows
        remarks.append(f"the Jacobian has {m} x {n} entries: {rows} x {count} of them are drawn, and seen")
    elif probe.sample is not None:
        m, (count, n) = probe.y.size, probe.sample.directions.shape
        random = f" and {probe.projection.rows} random cotangents u" if probe.projection.rows != m else ""
        remarks.append(f"the Jacobian has {m} x {n} entries: it is seen along {count} random directions w{random}")
    if finding.verdict is Verdict.FAIL and _largest(sides.ratio) <= 1:
        remarks.append(f"every entry of `{claim}` below is within its bound: what fails shows elsewhere, as said above")
    gap = float(sides.numeric.gap[at])
    if KINKED * float(sides.numeric.reach[at]) < gap < math.inf:
        value = float(sides.numeric.value[at])
        low, high = value - gap, value + gap
        remarks.append(f"a kink: the one-sided slopes are {low:.6g} and {high:.6g}, the numeric side is their mean")
    return remarks


def _worst(ratio: Array, part: slice, *, known: bool) -> list[tuple[int, int]]:
    """The places with the largest ratios among some columns: those beyond their limit, or all where none is.

    Where nothing is known of some of them, because of which there was no verdict, these come first.
    """
    chosen = np.nan_to_num(ratio[:, part], nan=-1 if known else np.inf, posinf=np.inf)
    count = int(np.count_nonzero(chosen > 1)) or chosen.size
    order = np.argsort(-chosen, axis=None, kind="stable")[: min(count, WORST)]
    rows, columns = np.unravel_index(order, chosen.shape)
    return [(int(row), int(column) + (part.start or 0)) for row, column in zip(rows, columns, strict=True)]


def _entry(sides: Comparison, names: Names, at: tuple[int, int]) -> Entry:
    row, column = at
    numbers = (sides.analytic, sides.numeric.value, sides.limit, sides.error, sides.ratio)
    return Entry(names.outputs[row], names.inputs[column], *(float(side[at]) for side in numbers))


def _map(ratio: Array, names: Names, name: str, part: slice) -> HeatMap:
    """The ratios of one input, shape (m, n_input), folded by their maxima to what a page holds."""
    rows, columns = ratio.shape
    by_row, by_column = -(-rows // MAP_ROWS), -(-columns // MAP_COLUMNS)
    folded = np.fmax.reduceat(ratio, range(0, rows, by_row), axis=0)
    folded = np.fmax.reduceat(folded, range(0, columns, by_column), axis=1)
    mine = names.inputs[part]
    cells = tuple(map(tuple, folded.tolist()))
    return HeatMap(name, (rows, columns), (by_row, by_column), cells, names.outputs[::by_row], (mine[0], mine[-1]))
