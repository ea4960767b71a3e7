"""Markdown as GitHub and GitLab show it: a table of the layers, then each failure, folded up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TextIO

from gradcheck.records.failures import FailureGroup, failure_groups
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
    stream.writelines(_blocks(reports))


def within(reports: Sequence[LayerReport], limit: int) -> str:
    """What `render` writes, cut between two blocks where it is longer than `limit` bytes of UTF-8, with a note.

    Parameters
    ----------
    reports : sequence of LayerReport
    limit : int
        Where not even the note has room, the text is empty.
    """
    blocks = [block.encode() for block in _blocks(reports)]
    if sum(map(len, blocks)) <= limit:
        return b"".join(blocks).decode()
    fitting, room = [], limit - len(CUT.encode())
    if room < 0:
        return ""
    for block in blocks:
        room -= len(block)
        if room < 0:
            break
        fitting.append(block)
    return b"".join([*fitting, CUT.encode()]).decode()


def _blocks(reports: Sequence[LayerReport]) -> Iterator[str]:
    """The text in pieces between which it may be cut."""
    total = together(reports)
    failures = failure_groups(reports)
    yield f"### gradcheck: {total.verdict.value if failures or total.passed else 'known failures alone'}\n\n"
    yield f"{plural(len(reports), 'layer')}, {plural(len(total.findings), 'finding')}: {counts(total.findings)}\n\n"
    yield HEAD
    yield from map(_row, reports)
    for group in failures:
        yield _details_block(group)


def _row(report: LayerReport) -> str:
    findings = counts(report.findings)
    if known := sum(bool(finding.known) for finding in report.findings):
        findings += f" ({known} known)"
    floor = report.power[0] if report.power else None
    numbers = map(magnitude, (largest_error(report.findings), floor))
    cells = (_safe(report.layer), report.verdict.value, *numbers, findings)
    return f"| {' | '.join(cells)} |\n"


def _details_block(group: FailureGroup) -> str:
    *remarks, command = details(group.report, group.finding)
    text = "".join(f"{_safe(remark)}\n\n" for remark in remarks)
    summary = f"<summary>{_safe(headline(group))}</summary>"
    return f"\n<details>{summary}\n\n{text}{_code(command.partition(': ')[2])}\n</details>\n"


def _code(line: str) -> str:
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", line) or [""]))
    return f"{fence}sh\n{line}\n{fence}\n"


def _safe(text: str) -> str:
    """A text on one line that says what it said, marks and all."""
    return _MARKS.sub(lambda match: f"&#{ord(match[0])};", printable(text))


FORMAT = Format(render)
