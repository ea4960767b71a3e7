"""Which of a user's files have been loaded, and what they hold; libraries and gradcheck itself are not among them."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

OWN = Path(__file__).resolve().parents[1]
INSTALLED = ("site-packages", "dist-packages")  # the folders that pip installs into


def digest(data: bytes) -> str:
    """What tells data from other data: 64 bits, of which no two files of a project are alike by chance."""
    return hashlib.sha256(data).hexdigest()[:16]


def loaded() -> dict[str, str]:
    """The digests of the files of all modules that are loaded here, by their whole paths."""
    return dict(sorted(_loaded()))


def _loaded() -> Iterator[tuple[str, str]]:
    for module in list(sys.modules.values()):
        with suppress(Exception):  # a module may be any object, and its attributes the user's code
            file = Path(os.path.abspath(module.__file__ or ""))  # noqa: PTH100 - links stay as they are
            if file.is_file() and not _is_library(file):
                yield str(file), digest(file.read_bytes())


@cache
def _standard() -> tuple[Path, ...]:
    """The folders of Python's own library, asked for once: sysconfig works them out anew each time."""
    import sysconfig  # only where files are told apart: start-up

    return tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))


def _is_library(file: Path) -> bool:
    return not {*INSTALLED}.isdisjoint(file.parts) or any(file.is_relative_to(folder) for folder in (OWN, *_standard()))
