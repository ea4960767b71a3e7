"""From the identity of a case, ``softmax[ties,scale=1e3,n=5,f64]``, back to the case."""

from __future__ import annotations

import re

from gradcheck.errors import UsageError
from gradcheck.records import DTYPES, GIVEN, Case
from gradcheck.text import printable, shorten

_FORM = "softmax[ties,scale=1,n=5,f64] or softmax[x=[0,2.5],f64]"
_WHOLE = re.compile(r"(?P<layer>[^\[]+)\[(?P<parts>.+)\]", re.DOTALL)
_DTYPES = {short: name for name, short in DTYPES.items()}


def case_of(identity: str) -> Case:
    """The case whose `id` this is.

    Raises
    ------
    UsageError
        When the text has another form.
    """
    whole = _WHOLE.fullmatch(identity.strip())
    if whole is None:
        raise _unreadable(identity)
    parts = split(whole["parts"])
    seed = 0
    if parts[-1].startswith("seed="):
        seed = _natural(parts.pop()[5:], identity)
    if not parts or parts[-1] not in _DTYPES:
        raise _unreadable(identity)
    dtype = _DTYPES[parts.pop()]
    if not parts:
        raise _unreadable(identity)
    if "=" in parts[0]:
        return Case(whole["layer"], GIVEN, dtype=dtype, seed=seed, values=",".join(parts))
    strategy, *rest = parts
    facts = dict(part.partition("=")[::2] for part in rest)
    try:
        scale = float(facts.pop("scale", "1"))
    except ValueError:
        raise _unreadable(identity) from None
    sizes = tuple((name, _natural(length, identity)) for name, length in facts.items())
    return Case(whole["layer"], strategy, scale, sizes, dtype, seed)


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


def _natural(text: str, identity: str) -> int:
    if not text.isdecimal():
        raise _unreadable(identity)
    return int(text)


def _unreadable(identity: str) -> UsageError:
    return UsageError(f"a case must be written like {_FORM}, not {printable(shorten(identity))!r}")
