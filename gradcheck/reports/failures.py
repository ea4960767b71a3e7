"""What formats say of failures of one cause: a title, what is wrong, the lines below it, and the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from gradcheck.records.assumption import assumption
from gradcheck.records.failures import Block, blocks
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.report import LayerReport, SourceLine
from gradcheck.records.sentences import both_sides, sentence_of
from gradcheck.reports.cells import INDENT
from gradcheck.reports.folding import list_names
from gradcheck.text import printable, short, shorten

PACKAGE = Path(__file__).parents[1]
SHOWN = 80  # characters of a point written out


def title(block: Block) -> str:
    """``FAIL bprop · x``."""
    return printable(f"{block.finding.verdict.value} {block.name}")


def headline(block: Block) -> str:
    """``FAIL softmax · bprop · x: the sign is flipped``."""
    verdict, layer = block.finding.verdict.value, block.finding.case.layer
    return printable(f"{verdict} {layer} · {block.name}: {cause(block)}")


def cause(block: Block) -> str:
    """What is wrong, or what was found, or at least the verdict."""
    return printable(shorten(block.cause)) or block.finding.verdict.value


def location(block: Block) -> str:
    """``mylayers.py:18``, the file as it was typed; empty where nobody knows.

    A shipped layer's file is told alike wherever it is installed.
    """
    place = block.place
    if place is None:
        return ""
    typed, file = block.report.target.rpartition(":")[0], Path(place.file)
    if file.is_relative_to(PACKAGE):
        typed = file.relative_to(PACKAGE.parent).as_posix()
    elif not typed.endswith(".py") or os.path.abspath(typed) != os.path.abspath(file):  # noqa: PTH100 - links stay
        typed = place.file
    return printable(f"{typed}:{place.line}")


def whereabouts(block: Block) -> str:
    """``at 15 of 17 points: normal, ties +13``, ``at all 17 points``, ``at normal scale=1``."""
    cases, points = block.cases, block.points
    if len(cases) == points > 1:
        return f"at all {points} points"
    first = cases[0]
    if points == 1:
        drawn = f"{first.strategy} scale={short(first.scale)}"
        return printable(f"at {shorten(first.values, SHOWN) if first.values else drawn}")
    return printable(f"at {len(cases)} of {points} points: {list_names((case.strategy for case in cases), ())}")


def numbers(block: Block) -> str:
    """Both sides at the worst entry of the smallest point, else of the worst; empty where the cause has said it."""
    finding, smallest = block.finding, block.smallest
    if smallest and smallest.fault:
        return printable(_entry(smallest.worst, smallest.fault))
    return printable(_entry(finding.worst, finding.fault)) if finding.diagnosis and finding.fault else ""


def remedy(block: Block) -> str:
    """What was assumed of the inputs, where that may be why it fails, and the line to write; else empty."""
    return printable(assumption(block.finding.fault)) if block.finding.fault else ""


def _entry(worst: str, fault: Fault) -> str:
    told = both_sides(fault) if fault.kind is FaultKind.DIFFERS else sentence_of(fault)
    return f"{worst}: {told}" if worst else told


def details(block: Block) -> tuple[str, ...]:
    """What is said below a headline, line by line; the command that makes it again comes last."""
    where = ", ".join(part for part in (location(block), whereabouts(block)) if part)
    lines = (where, remedy(block), printable(block.point), numbers(block), printable(block.command))
    return tuple(line for line in lines if line)


def failure_lines(report: LayerReport) -> Iterator[str]:
    """For each cause that is not known a line to search for and, indented, its details."""
    for block in blocks([report]):
        yield headline(block)
        yield from (f"{' ' * INDENT}{line}" for line in details(block))


def in_repository(place: SourceLine | None) -> str:
    """The file of a place as seen from the root of the repository; empty where it lies outside.

    The root is what a workflow of GitHub calls its workspace, elsewhere the working folder.
    """
    if place is None:
        return ""
    here = Path.cwd()
    root = Path(os.environ.get("GITHUB_WORKSPACE") or here).resolve()
    file = Path(os.path.normpath(here / place.file))
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else ""
