"""Delta debugging: what of several things is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def ddmin(items: Sequence[Item], enough: Callable[[tuple[Item, ...]], bool]) -> tuple[Item, ...]:
    """A part of the items that is enough, and of which no single one can be left out.

    Parameters
    ----------
    items : sequence
        They are enough themselves.
    enough : callable
        Asked of smaller and smaller parts; of none of the items too.

    Notes
    -----
    Leaves out everything, then halves, quarters and so on, down to single items, which are tried again as long as one
    of them goes: a form of ddmin (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
    """
    kept = tuple(items)
    size = len(kept)
    while size:
        before, place = len(kept), 0
        while place < len(kept):
            rest = kept[:place] + kept[place + size :]
            if enough(rest):
                kept = rest
            else:
                place += size
        if size > 1:
            size = min(len(kept), (size + 1) // 2)
        elif len(kept) == before:
            break
    return kept
