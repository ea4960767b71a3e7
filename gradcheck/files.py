"""Files written in one step."""

from __future__ import annotations

import secrets
from pathlib import Path


def seen_from_here(path: Path) -> str:
    """`path` as a person in the working folder would type it: whole, unless it lies below that."""
    whole = path.resolve()
    try:
        return str(whole.relative_to(Path.cwd()))
    except (ValueError, OSError):  # it lies elsewhere, or a layer has removed the working folder
        return str(whole)


def write_whole(path: Path, text: str) -> None:
    """Write a file such that whoever reads it meets the old text or the new one, and never a part.

    Two that write the same file at once, from wherever, do so by parts of their own; the last one stays.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        # A device or a pipe, such as /dev/null, must be written to and not replaced.
        path.write_text(text, encoding="utf-8")
        return
    part = path.with_name(f".gradcheck-{secrets.token_hex(8)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
