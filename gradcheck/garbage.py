"""When Python looks for garbage: never while the program starts, which makes many objects that stay and no garbage."""

from __future__ import annotations

import gc

SELDOM = 50_000  # objects more than before, at which Python looks again: what a run makes is mostly freed without it


def put_off() -> None:
    """Look for none until `look` is called."""
    gc.disable()


def look() -> None:
    """Look for garbage from now on, where that was put off, among what is made from now on."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(SELDOM)
        gc.enable()
