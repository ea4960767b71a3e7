"""A page as a picture: what was written for a colour terminal, as an SVG."""

from __future__ import annotations

import io
import re

from rich.console import Console
from rich.text import Text

from gradcheck.text import printable

_NO_XML = re.compile("[\ufffe\uffff]")  # which the standard forbids, escaped or not


def svg(page: str, title: str, *, width: int = 80) -> str:
    """The picture of a page.

    Parameters
    ----------
    page : str
        Lines with escape codes for colours and no others; longer ones than `width` are broken.
    title : str
        Stands in the frame.
    width : int
        In characters.
    """
    console = Console(
        record=True,
        file=io.StringIO(),
        width=width,
        height=50,  # see Page: with a width alone a dumb terminal has 80 columns
        force_terminal=True,
        force_jupyter=False,
        color_system="truecolor",
        no_color=False,  # whatever the environment says of the terminal
        legacy_windows=False,
    )
    for line in _NO_XML.sub("?", page).splitlines():
        console.print(Text.from_ansi(line), overflow="fold")
    return console.export_svg(title=_NO_XML.sub("?", printable(title)))
