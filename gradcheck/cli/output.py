"""Where reports go: the stream of stdout as the process got it, or a file that appears only when it is whole."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gradcheck.errors import UsageError
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.reports.interface import RenderOptions


@contextmanager
def opened(file: Path | None = None, color: str = "auto", verbosity: int = 0) -> Iterator[tuple[TextIO, RenderOptions]]:
    """The stream to report to, and how; a file is written at the end, and only if nothing was raised.

    Parameters
    ----------
    file : Path or None
        None is stdout.
    color : str
        ``auto``, ``always`` or ``never``.
    verbosity : int
        Above 0 to tell more, below 0 to tell less.

    Raises
    ------
    UsageError
        At once, when the file's folder does not exist.
    """
    from gradcheck.reports.interface import RenderOptions

    if file is None:
        with_color = colored(color, terminal=sys.stdout.isatty())
        yield sys.stdout, RenderOptions(color=with_color, verbosity=verbosity, date=today())
        return
    refuse_folder("-o", file)
    whole = io.StringIO()
    yield whole, RenderOptions(color=color == "always", verbosity=verbosity, date=today())
    write_whole(file, whole.getvalue())


def colored(choice: str, *, terminal: bool, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether to write colours: the flag, then NO_COLOR, then FORCE_COLOR, then GitHub's log, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if forced := environ.get("FORCE_COLOR"):
        return forced.lower() not in ("0", "false")
    # Actions shows colours in its log, though it offers no terminal.
    return environ.get("GITHUB_ACTIONS") == "true" or (terminal and environ.get("TERM") != "dumb")


def refuse_folder(flag: str, path: Path) -> None:
    """Refuse a file that cannot be written because its folder does not exist.

    Raises
    ------
    UsageError
        The sentence names the flag.
    """
    if not path.parent.is_dir():
        raise UsageError(f"`{flag}` must name a file in a folder that exists, not {str(path)!r}")


def today() -> str:
    """The date here, as 2031-01-31."""
    return time.strftime("%Y-%m-%d")


def complain(error: object) -> None:
    """Tell an error on stderr: each of its lines is marked, and none can drive the terminal."""
    for line in str(error).splitlines():
        print(f"error: {printable(line)}", file=sys.stderr)


def write_whole(path: Path, text: str) -> None:
    """Write a file in one step; a reader never sees a part of it."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        # A device or a pipe, such as /dev/null, must be written to and not replaced.
        path.write_text(text, encoding="utf-8")
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
