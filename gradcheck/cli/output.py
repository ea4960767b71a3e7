"""Where reports go: the stream of stdout as the process got it, or a file that appears only when it is whole."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gradcheck.errors import UsageError
from gradcheck.files import seen_from_here, write_whole
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.reports.interface import RenderOptions


@contextmanager
def output(file: Path | None = None, color: str = "auto", verbosity: int = 0) -> Iterator[tuple[TextIO, RenderOptions]]:
    """The stream to report to, and how; a file is written at the end, and only if nothing was raised.

    Whatever is printed inside goes to stderr: layers are the code of users, and stdout is the report's.

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

    if file is not None:
        refuse_folder("-o", file)
    whole = io.StringIO()
    stream = sys.stdout if file is None else whole
    with_color = wants_color(color, terminal=stream.isatty()) if file is None else color == "always"
    with redirect_stdout(sys.stderr):
        yield stream, RenderOptions(color=with_color, verbosity=verbosity, date=today())
    if file is not None:
        write_whole(file, whole.getvalue())


def wants_color(choice: str, *, terminal: bool, environ: Mapping[str, str] = os.environ) -> bool:
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
        raise UsageError(f"`{flag}` must name a file in a folder that exists, not {seen_from_here(path)!r}")


def today() -> str:
    """The date here, as 2031-01-31."""
    return time.strftime("%Y-%m-%d")


def note(sentence: str) -> None:
    """Tell what is worth knowing on stderr, where it can drive no terminal."""
    print(printable(f"note: {sentence}"), file=sys.stderr)


def complain(error: object) -> None:
    """Tell an error on stderr: each of its lines is marked, and none can drive the terminal."""
    for line in str(error).splitlines():
        print(f"error: {printable(line)}", file=sys.stderr)
