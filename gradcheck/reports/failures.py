"""What formats say of one failure: its headline, the lines below it, and its file as a repository knows it."""

from __future__ import annotations

import os
from pathlib import Path

from gradcheck.records.failures import FailureGroup
from gradcheck.records.finding import Finding
from gradcheck.records.report import LayerReport, SourceLine
from gradcheck.text import plural, printable


def headline(group: FailureGroup) -> str:
    """Verdict, breadcrumb, and at how many more points."""
    more = f" (and at {plural(len(group.rest), 'more point')})" if group.rest else ""
    return printable(f"{group.finding.verdict.value} {group.finding.breadcrumb}{more}")


def details(report: LayerReport, finding: Finding) -> tuple[str, ...]:
    """What is said of a failure below its breadcrumb, line by line; the command that makes it again comes last."""
    point = finding.counterexample.text if finding.counterexample else ""
    parts = (("diagnosis", finding.diagnosis), ("smallest", point), ("reproduce", report.reproduce(finding)))
    return tuple(printable(f"{title}: {text}") for title, text in parts if text)


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
