"""Markdown as GitHub and GitLab show it: a table of the layers, then each failure, folded up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TextIO

from gradcheck.records.failures import Block, blocks
from gradcheck.records.report import LayerReport, counts, largest_error, together
from gradcheck.reports.failures import details, headline
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.text import magnitude, plural, printable

HEAD = "| layer | verdict | max rel | floor | findings |\n| --- | --- | ---: | ---: | --- |\n"
CUT = "\n**The rest is left out: there is no room for it here.**\n"
# What markdown or HTML could take for a mark, a link, a mention or a formula.
_MARKS = re.compile(r"[\\`*_\[<>&#|~@$]")


def render(reports: Sequence[LayerReport], stream: TextIO, options: RenderOptions) -> None:  # noqa: ARG001 - the shelf's signature
    """Write all of it."""
    stream.writelines(_pieces(reports))


def within(reports: Sequence[LayerReport], limit: int) -> str:
    """What `render` writes, cut between two pieces where it is longer than `limit` bytes of UTF-8, with a note.

    Parameters
    ----------
    reports : sequence of LayerReport
    limit : int
        Where not even the note has room, the text is empty.
    """
    pieces = [piece.encode() for piece in _pieces(reports)]
    if sum(map(len, pieces)) <= limit:
        return b"".join(pieces).decode()
    fitting, room = [], limit - len(CUT.encode())
    if room < 0:
        return ""
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            break
        fitting.append(piece)
    return b"".join([*fitting, CUT.encode()]).decode()


def _pieces(reports: Sequence[LayerReport]) -> Iterator[str]:
    """The text in pieces between which it may be cut."""
    total = together(reports)
    failures = blocks(reports)
    yield f"### gradcheck: {total.verdict.value if failures or total.passed else 'known failures alone'}\n\n"
    yield f"{plural(len(reports), 'layer')}, {plural(len(total.findings), 'finding')}: {counts(total.findings)}\n\n"
    yield HEAD
    yield from map(_row, reports)
    yield from map(_folded, failures)


def _row(report: LayerReport) -> str:
    findings = counts(report.findings)
    if known := sum(bool(finding.known) for finding in report.findings):
        findings += f" ({known} known)"
    floor = report.power[0] if report.power else None
    numbers = map(magnitude, (largest_error(report.findings), floor))
    cells = (_safe(report.layer), report.verdict.value, *numbers, findings)
    return f"| {' | '.join(cells)} |\n"


def _folded(block: Block) -> str:
    *remarks, command = details(block)
    text = "".join(f"{_safe(remark)}\n\n" for remark in remarks)
    return f"\n<details><summary>{_safe(headline(block))}</summary>\n\n{text}{_code(command)}\n</details>\n"


def _code(line: str) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", line) or [""]))
    return f"{fence}sh\n{line}\n{fence}\n"


def _safe(text: str) -> str:
    """A text on one line that says what it said, marks and all."""
    return _MARKS.sub(lambda match: f"&#{ord(match[0])};", printable(text))


FORMAT = Format(render)
