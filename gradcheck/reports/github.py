"""Workflow commands of GitHub Actions, which show failures at the lines of the derivatives that they concern.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from gradcheck.records.failures import Block, blocks
from gradcheck.records.report import LayerReport
from gradcheck.reports.failures import details, headline, in_repository
from gradcheck.reports.interface import Format, RenderOptions
from gradcheck.text import plural, printable

MOST = 10  # GitHub shows no more errors of one step


def render(reports: Sequence[LayerReport], stream: TextIO, options: RenderOptions) -> None:  # noqa: ARG001 - the shelf's signature
    """Write a command for each of the worst failures, then one that says how many more there are."""
    found = blocks(reports)
    stream.writelines(_command(block) for block in found[:MOST])
    if more := found[MOST:]:
        notice = f"and {plural(len(more), 'failure')} more; GitHub shows {MOST} errors a step"
        stream.write(f"::notice title=gradcheck::{_data(notice)}\n")


def _command(block: Block) -> str:
    place = block.place
    file = in_repository(place)
    where = {"file": file, "line": str(place.line)} if place and file else {}
    title = f"{block.finding.verdict.value} {block.finding.case.layer}: {block.finding.check}"
    properties = ",".join(f"{name}={_property(text)}" for name, text in {**where, "title": title}.items())
    message = "\n".join([headline(block), *details(block)])
    return f"::error {properties}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")


FORMAT = Format(render)
