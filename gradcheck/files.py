"""Files written in one step."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from gradcheck.errors import UnwrittenError
from gradcheck.text import printable

if TYPE_CHECKING:
    from pathlib import Path  # the help needs none: start-up


def seen_from_here(path: Path) -> str:
    """`path` as a person in the working folder would type it: whole, unless it lies below that."""
    whole = path.resolve()
    try:
        return str(whole.relative_to(whole.cwd()))
    except (ValueError, OSError):  # it lies elsewhere, or a layer has removed the working folder
        return str(whole)


def refusal(path: Path) -> str:
    """Why a file could not be written now; empty where it could. What is there stays as it is."""
    try:
        if not path.parent.is_dir():
            return "there is no such folder"
        if path.is_dir():
            return "it is a folder"
        if path.exists() and not path.is_file():
            return "" if os.access(path, os.W_OK) else os.strerror(errno.EACCES)
        part = _part(path)
        part.touch(exist_ok=False)
        part.unlink()
    except OSError as cause:
        return cause.strerror or str(cause)
    return ""


def write_whole(path: Path, text: str) -> None:
    """Write a file such that whoever reads it meets the old text or the new one, and never a part.

    Two that write the same file at once, from wherever, do so by parts of their own; the last one stays. A file that
    is replaced keeps its rights.

    Raises
    ------
    UnwrittenError
        Where that is not possible, as on a full disk.
    """
    try:
        _write(path.resolve(), text)
    except BrokenPipeError:
        raise  # nobody listens any more, which is no fault
    except OSError as cause:
        sentence = f"{printable(seen_from_here(path))} cannot be written: {cause.strerror or cause}"
        raise UnwrittenError(sentence) from cause


def _write(path: Path, text: str) -> None:
    if path.exists() and not path.is_file():
        # A device or a pipe, such as /dev/null, must be written to and not replaced.
        path.write_text(text, encoding="utf-8")
        return
    part = _part(path)
    try:
        with part.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        if path.exists():
            part.chmod(stat.S_IMODE(path.stat().st_mode))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _part(path: Path) -> Path:
    """Where a file is written until it is whole: a name that nobody else has, beside it."""
    return path.with_name(f".gradcheck-{os.urandom(8).hex()}.part")


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Where no other process is that asks for the same file so: it waits until that is done.

    The folder is locked, and not the file, which is replaced by another when it is written.
    """
    try:
        import fcntl  # which not every system has; there two runs at once are on their own
    except ImportError:
        yield
        return
    descriptor = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
