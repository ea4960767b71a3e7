"""How a function of the user's can be called, as far as its signature says."""

from __future__ import annotations

import inspect
from typing import Any

PLACES = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def takes(function: Any, count: int) -> bool:
    """Whether a function can be called with so many arguments by position; so it can where that is not known."""
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def places_of(function: Any) -> list[str]:
    """The names of all arguments that a call may give by position; none where the signature cannot be read."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in PLACES]
