"""How `prove` tells what it found: a table for people, JSON lines for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TextIO

from gradcheck.records.finding import Verdict
from gradcheck.records.proof import CLAIMED, CorruptionResult, Proof, Sensitivity
from gradcheck.records.report import LayerReport
from gradcheck.reports.cells import Cell, Column
from gradcheck.reports.failures import failure_lines
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.page import Page
from gradcheck.text import magnitude, plural, short


def render(proof: Proof, stream: TextIO, options: RenderOptions) -> None:
    """Write the table of a layer; with a negative verbosity the score and what escapes."""
    page = Page(stream, options)
    if proof.failing:
        _refuse(page, proof.failing)
        return
    if options.verbosity >= 0:
        about = (plural(proof.points, "point"), proof.method, f"{proof.seconds:.2f} s")
        page.heading(f"{proof.layer}: {', '.join(part for part in about if part)}")
        _tabulate(page, proof)
        for line in _remarks(proof):
            page.line(line)
    _conclude(page, proof)
    if options.verbosity >= 0:
        page.line()


def write(proof: Proof, stream: TextIO, options: RenderOptions) -> None:  # noqa: ARG001 - as above
    """Write one object for each corruption and size, then one for the layer; an infinite size is null."""
    for result in proof.results:
        _write(stream, {"type": "trial", "layer": proof.layer, **_of_result(result)})
    _write(stream, {"type": "proof", **_of_proof(proof)})


def _refuse(page: Page, report: LayerReport) -> None:
    reason = "its own derivatives fail, so nothing can be proven; -k leaves points out"
    page.line(f"{report.layer}: {reason}", Verdict.FAIL)
    for line in failure_lines(report):
        page.line(line)


def _tabulate(page: Page, proof: Proof) -> None:
    columns = (
        Column("corruption"),
        Column("caught by"),
        Column("at points", number=True),
        Column("smallest", number=True),
    )
    series = (tuple(results) for _, results in groupby(proof.results, key=lambda result: result.corruption))
    rows = [_row(proof, group) for group in series if any(result.deviations for result in group)]
    if rows:
        page.table(columns, rows)


def _row(proof: Proof, series: Sequence[CorruptionResult]) -> tuple[Cell, ...]:
    """Of one corruption, whose sizes begin with the largest."""
    largest = series[0]
    names = {check for result in series for check in result.checks}
    by = ", ".join(check for check in proof.checks if check in names)
    missed = any(result.missed and result.scored for result in series)
    counts = f"{len(largest.caught)} of {len(largest.deviations)}"
    cells = (Cell(by or "MISSED", Verdict.FAIL if missed else Verdict.PASS), Cell(counts))
    return (Cell(largest.corruption), *cells, Cell(_size_text(_smallest(series))))


def _size_text(size: float | None) -> str:
    return magnitude(size if size is not None and math.isfinite(size) else None)


def _smallest(series: Sequence[CorruptionResult]) -> float | None:
    """The smallest size that was caught: e itself, where they multiply by 1 + e."""
    sizes = (result.smallest if result.factor is None else result.factor for result in series if result.caught)
    return min((size for size in sizes if size is not None), default=None)


def _remarks(proof: Proof) -> Iterator[str]:
    hidden = dict.fromkeys(result.corruption for result in proof.results if result.scored and not result.deviations)
    if hidden:
        yield f"invisible here: {'; '.join(hidden)}"
    if proof.unmade:
        yield f"not tried, since the Jacobian is too large: {'; '.join(proof.unmade)}"
    for sensitivity in proof.sensitivities:
        yield f"{sensitivity.check} sees errors down to {_range(sensitivity)}"


def _range(sensitivity: Sensitivity) -> str:
    least = magnitude(sensitivity.least)
    if sensitivity.everywhere is None:
        return f"{least}, though not at every point"
    if sensitivity.everywhere == sensitivity.least:
        return f"{least} at every point"
    return f"{least}, at every point down to {magnitude(sensitivity.everywhere)}"


def _conclude(page: Page, proof: Proof) -> None:
    caught, visible, invisible = proof.counts
    score = f"caught {caught} of {plural(visible, 'visible corruption')} ({invisible} invisible here)"
    page.line(f"{proof.layer}: {score}", Verdict.PASS if proof.passed else Verdict.FAIL)
    missed = (result for result in proof.results if result.missed and result.scored)
    for _, series in groupby(missed, key=lambda result: result.corruption):
        page.line(_miss_line(next(series)))


def _miss_line(largest: CorruptionResult) -> str:
    """One line for all sizes that are missed; the largest says where."""
    factor = "" if largest.factor is None else f", e <= {short(largest.factor)}"
    size = f"relative size {magnitude(largest.size)} " if math.isfinite(largest.size) else ""
    where = max(largest.deviations, key=lambda deviation: deviation.size).case.id
    little = "" if largest.counts else f", too small to count: below {short(CLAIMED)}"
    return f"MISSED {largest.corruption}{factor}: {size}at {where}{little}"


def _write(stream: TextIO, entry: dict[str, Any]) -> None:
    stream.write(json.dumps(entry, allow_nan=False, sort_keys=True) + "\n")


def _of_result(result: CorruptionResult) -> dict[str, Any]:
    return {
        "corruption": result.corruption,
        "factor": result.factor,
        "scored": result.scored,
        "caught": bool(result.caught),
        "visible": bool(result.deviations),
        "sightings": [
            {"id": deviation.case.id, "size": _number(deviation.size), "checks": list(deviation.checks)}
            for deviation in result.deviations
        ],
    }


def _of_proof(proof: Proof) -> dict[str, Any]:
    caught, visible, invisible = proof.counts
    return {
        "layer": proof.layer,
        "target": proof.target,
        "points": proof.points,
        "checks": list(proof.checks),
        "passed": proof.passed,
        "caught": caught,
        "visible": visible,
        "invisible": invisible,
        "sights": [vars(sensitivity) for sensitivity in proof.sensitivities],
        "unmade": list(proof.unmade),
        "complaints": list(failure_lines(proof.failing)) if proof.failing else [],
        "seconds": proof.seconds,
    }


def _number(size: float) -> float | None:
    return size if math.isfinite(size) else None
