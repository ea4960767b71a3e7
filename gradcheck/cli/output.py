"""Where reports go: the stream of stdout as the process got it, or a file that appears only when it is whole."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

from gradcheck.errors import UnwrittenError, UsageError
from gradcheck.files import refusal, seen_from_here, write_whole
from gradcheck.garbage import look
from gradcheck.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from gradcheck.reports.interface import RenderOptions


@contextmanager
def output(
    file: Path | None = None,
    color: str = "auto",
    verbosity: int = 0,
    on_trouble: Callable[[OSError], None] | None = None,
) -> Iterator[tuple[TextIO, RenderOptions]]:
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
    on_trouble : callable, optional
        Told once if the file or stdout cannot be written, which then costs nothing else; without it that is raised.
    """
    from gradcheck.reports.interface import RenderOptions

    whole = io.StringIO()
    stream = sys.stdout if file is None else whole
    if on_trouble is not None and file is None:
        stream = cast("TextIO", Forgiving(stream, on_trouble))
    with_color = wants_color(color, terminal=stream.isatty()) if file is None else color == "always"
    with aside():
        yield stream, RenderOptions(color=with_color, verbosity=verbosity, date=today())
    try:
        if file is not None:
            write_whole(file, whole.getvalue())
    except UnwrittenError as cause:
        if on_trouble is None:
            raise
        on_trouble(cause)


@contextmanager
def aside() -> Iterator[None]:
    """Where layers run: what they print goes to stderr, and the streams are what they were afterwards.

    What they leave behind is looked for, which was put off while the program started.
    """
    look()
    before = sys.stdin, sys.stdout, sys.stderr
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


class Forgiving:
    """A stream that a full disk makes silent, where others raise at each line.

    Parameters
    ----------
    stream : TextIO
    on_trouble : callable
        Told of what hinders it, once.
    """

    def __init__(self, stream: TextIO, on_trouble: Callable[[OSError], None]) -> None:
        self._stream = stream
        self._on_trouble = on_trouble
        self._is_silent = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text, if that is possible."""
        self._try(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Let go of what is written."""
        self._try(self._stream.flush)

    def _try(self, act: Callable[[], object]) -> None:
        if self._is_silent:
            return
        try:
            act()
        except BrokenPipeError:
            raise
        except OSError as cause:
            self._is_silent = True
            abandon(self._stream)
            self._on_trouble(UnwrittenError(f"stdout cannot be written: {cause.strerror or cause}"))


def abandon(stream: TextIO) -> None:
    """Point a stream at nothing, or Python would complain at its end about what is left to flush."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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


def refuse_unwritable(flag: str, path: Path) -> None:
    """Refuse a file that cannot be written, before anything is run for it.

    Raises
    ------
    UsageError
        The sentence names the flag.
    """
    if not path.parent.is_dir():
        raise UsageError(f"`{flag}` must name a file in a folder that exists, not {seen_from_here(path)!r}")
    if why := refusal(path):
        raise UsageError(f"`{flag}` must name a file that can be written, not {seen_from_here(path)!r}: {why}")


def today() -> str:
    """The date here, as 2031-01-31."""
    return time.strftime("%Y-%m-%d")


def note(sentence: str) -> None:
    """Tell what is worth knowing on stderr, where it can drive no terminal."""
    _tell(f"note: {sentence}")


def complain(error: object) -> None:
    """Tell an error on stderr: each of its lines is marked, and none can drive the terminal."""
    for line in str(error).splitlines():
        _tell(f"error: {line}")


def _tell(line: str) -> None:
    with suppress(OSError, ValueError):  # stderr is full, or a layer has closed it: nobody can be told of that
        print(printable(line), file=sys.stderr)
