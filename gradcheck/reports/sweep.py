"""The result of a sweep: for each block whether it went as expected, and the worst of each layer at each scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TextIO

from gradcheck.records.case import DTYPES
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.outcome import Outcome
from gradcheck.reports.cells import WIDEST_TEXT, Cell, Column
from gradcheck.reports.failures import failure_lines
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.page import Page
from gradcheck.reports.summary import error_of
from gradcheck.text import plural, short

PIPE_WIDTH = 100
GAP = 2  # columns between two of a table

Row = tuple[str, dict[float, Cell]]


def render_block(block: Sequence[Outcome], stream: TextIO, options: RenderOptions) -> None:
    """Write the outcomes of one block; with a negative verbosity only if it did not go as expected."""
    as_expected = all(outcome.met for outcome in block)
    if options.verbosity >= 0 or not as_expected:
        _show(Page(stream, options), block, as_expected=as_expected)


def render_total(outcomes: Iterable[Outcome], stream: TextIO, options: RenderOptions) -> None:
    """Write how many blocks went as expected; the outcomes of one follow one another."""
    met = [all(outcome.met for outcome in block) for _, block in groupby(outcomes, key=lambda outcome: outcome.block)]
    total = f"{sum(met)} of {plural(len(met), 'block')} as expected"
    Page(stream, options).line(total, Verdict.PASS if all(met) else Verdict.FAIL)


def _show(page: Page, block: Sequence[Outcome], *, as_expected: bool) -> None:
    page.heading(block[0].title)
    if as_expected:
        page.line(f"as expected: {_wording(block[0].expect)}", Verdict.PASS)
    else:
        page.line(f"NOT as expected: {_wording(block[0].expect)}", Verdict.FAIL)
    _tabulate(page, [row for outcome in block for row in _rows(outcome)])
    for outcome in block:
        for line in _complaints(outcome):
            page.line(line)
    page.line()


def _wording(expect: str | tuple[str, ...]) -> str:
    return expect if isinstance(expect, str) else f"gradient exactly zero for {', '.join(expect)} alone"


def _rows(outcome: Outcome) -> Iterator[Row]:
    """One row for each dtype, whose name is told only if there are several or it is not the usual one."""
    findings = outcome.report.findings
    dtypes = tuple(dict.fromkeys(f.case.dtype for f in findings))
    for dtype in dtypes:
        label = outcome.layer if dtypes == ("float64",) else f"{outcome.layer} {DTYPES.get(dtype, dtype)}"
        scales = dict.fromkeys(f.case.scale for f in findings if f.case.dtype == dtype)
        yield label, {s: _cell([f for f in findings if (f.case.dtype, f.case.scale) == (dtype, s)]) for s in scales}


def _cell(findings: Sequence[Finding]) -> Cell:
    verdict = max((f.verdict for f in findings), key=lambda v: v.severity)
    return Cell(f"{verdict.value} {error_of(findings, verdict)}", verdict)


def _tabulate(page: Page, rows: Sequence[Row]) -> None:
    scales = sorted({scale for _, cells in rows for scale in cells})
    for part in _parts(scales, rows, page.width or PIPE_WIDTH):
        columns = (Column("layer"), *(Column(_title(scale), number=True) for scale in part))
        page.table(columns, [(Cell(label), *(cells.get(s, Cell("-")) for s in part)) for label, cells in rows])


def _title(scale: float) -> str:
    return f"scale {short(scale)}"


def _parts(scales: Sequence[float], rows: Sequence[Row], width: int) -> Iterator[Sequence[float]]:
    """The scales in parts that fit beside the layers' names: a table of many scales goes on below itself."""
    label = max((min(len(label), WIDEST_TEXT) for label, _ in rows), default=0)
    widest = max((len(cell.text) for _, cells in rows for cell in cells.values()), default=0)
    title = max((len(_title(scale)) for scale in scales), default=0)
    fitting = max(1, (width - label) // (max(widest, title) + GAP))
    return (scales[k : k + fitting] for k in range(0, len(scales), fitting))


def _complaints(outcome: Outcome) -> Iterator[str]:
    if outcome.error:
        yield f"ERROR {outcome.layer}: {outcome.error}"
    elif outcome.why:
        yield f"MISMATCH {outcome.layer}: {outcome.why}"
        if outcome.expect != "fail":
            yield from failure_lines(outcome.report)
