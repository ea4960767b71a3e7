"""From the identity of a case, ``softmax[ties,scale=1e3,n=5,f64]``, back to the case."""

from __future__ import annotations

import math

from gradcheck.errors import UsageError
from gradcheck.records.case import BUDGETS, DTYPES, GIVEN, USUAL, Case
from gradcheck.text import natural, printable, shorten

_FORM = "softmax[ties,scale=1,n=5,f64] or softmax[x=[0,2.5],f64]"
_DTYPES = {short: name for name, short in DTYPES.items()}


def case_of(identity: str) -> Case:
    """The case whose `id` this is.

    Raises
    ------
    UsageError
        When the text has another form.
    """
    layer, inner = _take_apart(identity.strip())
    parts = split(inner)
    if not layer or not all(parts):
        raise _unreadable(identity)
    budget = parts.pop() if parts[-1] in BUDGETS else USUAL
    if not parts:
        raise _unreadable(identity)
    seed = _natural(parts.pop()[5:], identity) if parts[-1].startswith("seed=") else 0
    if len(parts) < 2 or parts[-1] not in _DTYPES:
        raise _unreadable(identity)
    dtype = _DTYPES[parts.pop()]
    if "=" in parts[0]:
        return Case(layer, GIVEN, dtype=dtype, seed=seed, values=",".join(parts), budget=budget)
    strategy, *rest = parts
    facts = dict(part.partition("=")[::2] for part in rest)
    scale = _positive(facts.pop("scale", "1"), identity)
    sizes = tuple((name, _natural(length, identity)) for name, length in facts.items())
    return Case(layer, strategy, scale, sizes, dtype, seed, budget=budget)


def split(text: str) -> list[str]:
    """The parts between commas, except commas inside of brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _take_apart(text: str) -> tuple[str, str]:
    """What stands before the bracket that the last one closes, and what stands between them; empty without such."""
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == "]") - (text[place] == "[")
        if depth <= 0:
            return (text[:place], text[place + 1 : -1]) if place < len(text) - 1 else ("", "")
    return "", ""


def _natural(text: str, identity: str) -> int:
    number = natural(text)
    if number is None:
        raise _unreadable(identity)
    return number


def _positive(text: str, identity: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _unreadable(identity) from None
    if not 0 < value < math.inf:
        raise _unreadable(identity)
    return value


def _unreadable(identity: str) -> UsageError:
    return UsageError(f"a case must be written like {_FORM}, not {printable(shorten(identity))!r}")
