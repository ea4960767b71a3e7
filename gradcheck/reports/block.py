"""One failure, one block: the cause first, then where, the smallest point, both numbers and the line to run."""

from __future__ import annotations

from pathlib import Path

from gradcheck.records.failures import Block
from gradcheck.records.report import SourceLine
from gradcheck.reports.cells import INDENT, STYLES
from gradcheck.reports.failures import cause, location, numbers, remedy, title, whereabouts
from gradcheck.reports.page import Page
from gradcheck.reports.pasting import python_lines, shell_lines


def write_block(page: Page, block: Block) -> None:
    """Write the block of one cause, below a line that names the layer."""
    room = page.width and page.width - INDENT
    page.paragraph([(title(block), STYLES[block.finding.verdict]), ("  ", ""), (cause(block), "bold")], 0, INDENT)
    where = location(block)
    page.paragraph([(where, _link(block.place)), (", " if where else "", ""), (whereabouts(block), "")], INDENT)
    if told := remedy(block):
        page.paragraph([(told, "")], INDENT)
    for line in python_lines(block.point, room) if block.point else ():
        page.line(f"{' ' * INDENT}{line}")
    if told := numbers(block):
        page.paragraph([(told, "")], INDENT, INDENT)
    again = shell_lines if block.report.target else python_lines
    for line in again(block.command, room):
        page.line(f"{' ' * INDENT}{line}")


def _link(place: SourceLine | None) -> str:
    """The style of a text that opens the file, where the terminal can; none for a file that cannot be named so."""
    if place is None:
        return ""
    try:
        return f"link {Path(place.file).absolute().as_uri()}"
    except ValueError:
        return ""
