"""One finding on a page of 80 columns: what was found, the curve, the maps, the worst entries, what was tried."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from typing import TextIO

from gradcheck.records.explanation import Explanation
from gradcheck.records.figures import Entry, Figures
from gradcheck.records.finding import Verdict
from gradcheck.records.report import LayerReport
from gradcheck.reports.cells import Cell, Column
from gradcheck.reports.curve import MARGIN, curve_lines, legend_of, title_of
from gradcheck.reports.heat import map_lines
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.page import Page
from gradcheck.reports.summary import tally
from gradcheck.text import magnitude, printable, short, shorten

WIDTH = 80
INDENT = 12
LONGEST = 200  # characters of a case's id; the line that makes it again is never cut
DRAWN_WITH = "⠿▀│┤└─┬"
PLAIN = str.maketrans({"·": "-", "±": "+-"})
COLUMNS = (
    Column("output", whole=True),
    Column("input", whole=True),
    Column("analytic", number=True),
    Column("numeric", number=True),
    Column("bound", number=True),
    Column("error", number=True),
    Column("error/bound", number=True),
)


def render(explanation: Explanation, stream: TextIO, options: RenderOptions) -> None:
    """Write the page of one finding.

    Parameters
    ----------
    explanation : Explanation
    stream : TextIO
        Where its encoding lacks braille and blocks, plain characters take their place.
    options : RenderOptions
        Its width is not asked: the page is made for 80 columns.
    """
    page = Page(stream, replace(options, width=WIDTH))
    drawable = _holds(stream, DRAWN_WITH)
    _head(page, explanation, drawable=drawable)
    if explanation.figures is None:
        _paragraph(page, "no figures", explanation.missing or "there is no Jacobian at this point")
    else:
        _draw(page, explanation.figures, drawable=drawable, color=options.color)
    _coverage(page, explanation)


def _holds(stream: TextIO, letters: str) -> bool:
    try:
        letters.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _head(page: Page, explanation: Explanation, *, drawable: bool) -> None:
    finding, report = explanation.finding, explanation.report
    page.line(f"{finding.verdict.value} {finding.case.layer}: {finding.check}", finding.verdict)
    page.line(f"{'case':<{INDENT}}{shorten(finding.case.id, LONGEST)}")
    _paragraph(page, "found", finding.breadcrumb if drawable else finding.breadcrumb.translate(PLAIN))
    if finding.notes:
        _paragraph(page, "notes", ", ".join(finding.notes))
    unsure = "none: no known slip fits beyond doubt" if finding.verdict is Verdict.FAIL else ""
    _paragraph(page, "diagnosis", finding.diagnosis or unsure)
    page.line(f"{'again':<{INDENT}}{report.reproduce(finding)}")


def _draw(page: Page, figures: Figures, *, drawable: bool, color: bool) -> None:
    for remark in figures.remarks:
        _paragraph(page, "remark", remark)
    _section(page, title_of(figures.curve))
    for line in curve_lines(figures.curve, braille=drawable):
        page.pieces(line)
    for text in legend_of(figures.curve):
        page.line(" " * MARGIN + text)
    for heat in figures.maps:
        rows, columns = heat.shape
        _section(page, f"|analytic - numeric| / bound of `{figures.claim}` for {heat.input}, {rows} x {columns}")
        if heat.fold != (1, 1):
            page.line(f"each sign stands for the largest of {heat.fold[0]} x {heat.fold[1]} entries")
        for line in map_lines(heat, blocks=color and drawable):
            page.pieces(line)
    _section(page, f"both sides at the worst entries of `{figures.claim}`")
    page.table(COLUMNS, [_row(entry) for entry in figures.entries])


def _row(entry: Entry) -> tuple[Cell, ...]:
    numbers = (f"{entry.analytic:.9g}", f"{entry.numeric:.9g}", *map(magnitude, (entry.bound, entry.error)))
    verdict = Verdict.PASS if entry.ratio <= 1 else Verdict.FAIL if entry.ratio > 1 else None
    return *map(Cell, (entry.output, entry.input, *numbers)), Cell(magnitude(entry.ratio), verdict)


def _coverage(page: Page, explanation: Explanation) -> None:
    _section(page, "what was tried")
    for label, text in _facts(explanation.report):
        _paragraph(page, label, text)


def _facts(report: LayerReport) -> Iterator[tuple[str, str]]:
    cases = list(dict.fromkeys(finding.case for finding in report.findings))
    drawn = [case for case in cases if not case.values]
    yield "points", f"{len(cases)}{', written out' if not drawn else ''}"
    if drawn:
        yield "inputs", ", ".join(dict.fromkeys(case.strategy for case in drawn))
        yield "scales", ", ".join(dict.fromkeys(short(case.scale) for case in drawn))
        sizes = dict.fromkeys(" ".join(f"{name}={length}" for name, length in case.sizes) for case in drawn)
        yield "sizes", "; ".join(sizes)
    yield "dtypes", ", ".join(dict.fromkeys(case.dtype for case in cases))
    yield "seeds", ", ".join(dict.fromkeys(str(case.seed) for case in cases))
    yield "checks", ", ".join(dict.fromkeys(finding.check for finding in report.findings))
    yield "numeric", report.method or "nothing was differentiated"
    yield "findings", tally(report)
    yield "search", "none, and nothing was shrunk: the points are those named above"


def _section(page: Page, title: str) -> None:
    page.line()
    page.heading(title)


def _paragraph(page: Page, label: str, text: str) -> None:
    """A label and a text beside it, broken over lines between words."""
    lines = textwrap.wrap(printable(text), WIDTH - INDENT, break_long_words=False, break_on_hyphens=False)
    for first, line in zip((label, *[""] * len(lines)), lines, strict=False):
        page.line(f"{first:<{INDENT}}{line}")
