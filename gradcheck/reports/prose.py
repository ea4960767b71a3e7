"""A page of Markdown on a terminal."""

from __future__ import annotations

import re
from typing import TextIO

from rich.console import Console
from rich.markdown import Markdown
from rich.theme import Theme

WIDEST = 100  # columns: longer lines of prose are hard to follow
_PLAIN = Theme({"markdown.code": "bold"})  # rich's own has a black ground, which a light terminal has not
_LINK = re.compile(r"\[([^\]]+)\]\((\w+)\.md\)")


def render(text: str, stream: TextIO, *, color: bool) -> None:
    """Write a page as wide as the terminal, up to `WIDEST`; a link to another page is the command that shows it."""
    console = Console(
        file=stream,
        theme=_PLAIN,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
    )
    here = _LINK.sub(r"\1 (`gradcheck help \2`)", text)
    page = Markdown(here, code_theme="ansi_dark", hyperlinks=False)
    console.print(page, width=min(console.width, WIDEST))
