"""An exception of a layer's own code in words: its type, its text, and where it was raised."""

from __future__ import annotations

import os

from gradcheck.text import printable, shorten

LONGEST = 300  # characters of an exception, which may print a whole array
LONGEST_NAME = 60  # ... and of the name of its type: the more is left to what it says
_OWN = os.path.dirname(__file__) + os.sep  # noqa: PTH120 - compared with the names of files as Python writes them


def blame(cause: BaseException) -> str:
    """An exception in one line: its type, its text, and the file and line that raised it."""
    return ": ".join(said(cause))


def said(cause: BaseException) -> tuple[str, str]:
    """The type of an exception, and its text with the file and line that raised it, unless that is an adapter's."""
    import traceback  # only for failures: start-up

    try:
        text = str(cause)
    except Exception:  # noqa: BLE001 - the text is the layer's own code too
        text = "(its text cannot be printed)"
    frames = traceback.extract_tb(cause.__traceback__)
    own = [f for f in frames if not f.filename.startswith(_OWN)]
    where = f" at {own[-1].filename}:{own[-1].lineno}" if own else ""
    name = printable(shorten(type(cause).__name__, LONGEST_NAME))
    return name, printable(shorten(f"{text}{where}", LONGEST - len(f"{name}: ")))
