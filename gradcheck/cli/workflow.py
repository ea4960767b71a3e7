"""What a workflow of GitHub Actions is told: which failures stand where, and the summary of the step."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gradcheck.reports import load_format

if TYPE_CHECKING:
    from gradcheck.records.report import LayerReport

STEP_SUMMARY = 1024 * 1024  # bytes that GitHub shows of a step


def on_github() -> bool:
    """Whether a workflow of GitHub runs this."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextmanager
def deaf(stream: TextIO) -> Iterator[None]:
    """GitHub takes no commands from what is printed inside, by layers above all.

    What layers print goes to stderr, so it is told there before them; and on the stream of our own last lines after.
    """
    token = os.urandom(16).hex()
    print(f"::stop-commands::{token}", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        sys.stderr.flush()
        print(f"::{token}::", file=stream, flush=True)


def annotate(reports: Sequence[LayerReport], stream: TextIO, summary: str) -> None:
    """Tell GitHub of what failed, where it stands, and add to the summary of the step if there is a file for it."""
    if not reports:
        return
    from gradcheck.reports.interface import RenderOptions

    load_format("github").write(reports, stream, RenderOptions())
    if summary:
        _summarise(reports, Path(summary))


def is_file(stream: TextIO) -> bool:
    """Whether a stream goes to a file on a disk, where GitHub would not see it."""
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _summarise(reports: Sequence[LayerReport], path: Path) -> None:
    from gradcheck.reports.markdown import within

    taken = path.stat().st_size if path.exists() else 0
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(within(reports, STEP_SUMMARY - taken))
