"""Words and numbers as people read them; text from users made safe for a terminal."""

from __future__ import annotations

import math
import os
import re

_UNPRINTABLE = (  # compiled when first used, as most texts do without: start-up
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)

DIGITS = 18  # of which every number fits into 64 bits

# Where a layer runs on a machine that is not its own, its files stand below this folder, of which nobody is told.
_ROOT = os.environ.get("GRADCHECK_ROOT", "")


def printable(text: str) -> str:
    """`text` on one line, with control and direction characters written as escapes."""
    if text.isascii() and text.isprintable():
        return text
    line = text.replace("\r\n", "\n").replace("\n", " ").replace("\t", " ")
    return re.sub(_UNPRINTABLE, _escaped, line)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")


def shorten(text: str, limit: int = 300) -> str:
    """`text` cut to `limit` characters, saying how many were left out."""
    if _ROOT:
        text = text.replace(_ROOT, "")
    if len(text) <= limit:
        return text
    return f"{text[:limit]}... ({len(text) - limit} characters more)"


def magnitude(value: float | None) -> str:
    """An error or a floor, always in the form ``1.2e-07``; ``-`` for none."""
    if value is None:
        return "-"
    if not math.isfinite(value):
        return str(float(value))
    return f"{value:.1e}"


def short(value: float) -> str:
    """The shortest text that reads back as the number: ``1e3``, ``1e-3``, ``0.01``, ``2.5``."""
    text = f"{value:g}"
    if float(text) != value:
        text = repr(float(value))
    power = f"{value:.0e}"
    if float(power) == value and power.lstrip("-").startswith("1e") and not 0.01 <= abs(value) < 1000:
        text = power
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text


def natural(text: str) -> int | None:
    """The whole number of at least 0 that a text writes in digits alone; None for any other text.

    Those of more digits than a machine's numbers have count nothing here, and Python refuses to read some of them.
    """
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None


def plural(count: int, noun: str) -> str:
    """``1 layer``, ``2 layers``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
