"""Where the configuration of a folder lies; apart from reading it, since most runs have none: start-up."""

from __future__ import annotations

import os
import re
from pathlib import Path

_TOOL_TABLE = r"^[ \t]*\[\[?[ \t]*tool[ \t]*\.[ \t]*gradcheck[ \t]*[\].]"


def find(start: Path) -> Path | None:
    """The configuration that holds in a folder: its own or its nearest ancestor's.

    In each folder ``gradcheck.toml`` comes before a ``pyproject.toml`` with a ``[tool.gradcheck]`` table. The search
    ends at the root of the repository or at the home folder.
    """
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is none
    folder = start.resolve()
    for here in (folder, *folder.parents):
        own, shared = here / "gradcheck.toml", here / "pyproject.toml"
        if own.is_file():
            return own
        if shared.is_file() and _has_table(shared.read_text(encoding="utf-8", errors="replace")):
            return shared
        if here == home or (here / ".git").exists():
            return None
    return None


def _has_table(text: str) -> bool:
    return "gradcheck" in text and re.search(_TOOL_TABLE, text, re.MULTILINE) is not None
