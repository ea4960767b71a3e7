"""Plain data read with care: it may come from beside a layer, and then may be anything.

JSON knows no NaN and no infinity; such a number is a text.
"""

from __future__ import annotations

import json
import math
from typing import Any

from gradcheck.text import printable, shorten

LONGEST = 5000  # characters of a text
_NONFINITE = ("nan", "inf", "-inf")


class GarbledError(Exception):
    """Data are not what they should be."""


def line_of(entry: dict[str, Any]) -> bytes:
    """Plain data as a line of JSON."""
    return json.dumps(entry, allow_nan=False).encode("ascii") + b"\n"


def parsed(line: bytes) -> Any:
    """The plain data of a line of JSON.

    Raises
    ------
    GarbledError
        When the line holds none.
    """
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as cause:
        raise GarbledError(f"{type(cause).__name__}: {cause}") from cause


def number(value: Any) -> float | str | None:
    """A number, or None, as JSON has it."""
    if value is None:
        return None
    found = float(value)
    return found if math.isfinite(found) else str(found)


def real(value: Any) -> float:
    """A number that `number` wrote."""
    if isinstance(value, bool) or not (isinstance(value, (int, float)) or value in _NONFINITE):
        raise GarbledError(f"a number is needed, not {value!r:.80}")
    return float(value)


def whole(value: Any) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise GarbledError(f"a whole number is needed, not {value!r:.80}")
    return value


def string(value: Any) -> str:
    """A text as it is."""
    if not isinstance(value, str):
        raise GarbledError(f"a text is needed, not {value!r:.80}")
    return value


def text(value: Any) -> str:
    """A text to be printed: on one line, not too long, without what could drive a terminal."""
    return printable(shorten(string(value), LONGEST))


def items(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise GarbledError(f"a list is needed, not {value!r:.80}")
    return value
