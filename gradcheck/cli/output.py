"""Where reports go: the stream of stdout as the process got it, or a file that appears only when it is whole."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gradcheck.cli.options import Telling, colored
from gradcheck.errors import UsageError
from gradcheck.files import write_whole
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.reports.interface import RenderOptions


@contextmanager
def opened(telling: Telling) -> Iterator[tuple[TextIO, RenderOptions]]:
    """The stream to report to, and how; a file is written at the end, and only if nothing was raised.

    Raises
    ------
    UsageError
        At once, when the file's folder does not exist.
    """
    from gradcheck.reports.interface import RenderOptions

    if telling.file is None:
        color = colored(telling.color, terminal=sys.stdout.isatty())
        yield sys.stdout, RenderOptions(color=color, verbosity=telling.verbosity, date=today())
        return
    refuse_folder("-o", telling.file)
    whole = io.StringIO()
    yield whole, RenderOptions(color=telling.color == "always", verbosity=telling.verbosity, date=today())
    write_whole(telling.file, whole.getvalue())


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
