"""What a user's file raises while it is loaded, in one sentence with file and line."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gradcheck.errors import LoadError
from gradcheck.interrupt import may_be_pressed
from gradcheck.text import printable, shorten


@contextmanager
def explained(origin: str) -> Iterator[None]:
    """Whatever the user's code raises, as a `LoadError` of one sentence with file and line."""
    try:
        yield
    except LoadError:
        raise
    except BaseException as cause:
        if isinstance(cause, KeyboardInterrupt) and may_be_pressed():
            raise
        raise LoadError(f"cannot load {origin!r}: {_described(cause)}") from cause


def _described(cause: BaseException) -> str:
    try:
        text = cause.msg if isinstance(cause, SyntaxError) else str(cause)
    except Exception:  # noqa: BLE001 - the exception is the user's, and so is its __str__
        text = "(its text cannot be printed)"
    return printable(shorten(f"{type(cause).__name__}: {text}{_where(cause)}"))


def _where(cause: BaseException) -> str:
    """The file and line to look at: the innermost one that is no library's, or else the innermost one."""
    if isinstance(cause, SyntaxError) and cause.filename:
        return f" at {cause.filename}:{cause.lineno}"
    libraries = (f"{Path(__file__).parents[1]}{os.sep}", f"{Path(inspect.__file__).parent}{os.sep}", "<")
    import traceback  # only for failures: start-up

    frames = [f for f in traceback.extract_tb(cause.__traceback__) if not f.filename.startswith(libraries)]
    own = [f for f in frames if "site-packages" not in f.filename] or frames
    return f" at {own[-1].filename}:{own[-1].lineno}" if own else ""
