"""When Python looks for garbage: never while the program starts, which makes many objects that stay and no garbage."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

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


def unheld(owner: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose first argument is an owner that keeps it: in a circle both would stay until Python looks."""
    known, kind = weakref.ref(owner), type(owner).__name__

    def called(*arguments: Any) -> Any:
        held = known()
        if held is None:
            raise ReferenceError(f"the {kind} that {function.__name__} is a function of is gone")
        return function(held, *arguments)

    return called
