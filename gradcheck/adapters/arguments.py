"""How a function of the user's can be called, as far as its signature says."""

from __future__ import annotations

import inspect
from types import FunctionType, MethodType
from typing import Any

PLACES = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def takes(function: Any, count: int) -> bool:
    """Whether a function can be called with so many arguments by position; so it can where that is not known."""
    counts = _counts(function)
    if counts is not None:
        return counts[0] <= count <= counts[1]
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _counts(function: Any) -> tuple[int, int] | None:
    """The least and the most arguments of a function that is written out, or of a method; None for any other.

    Its signature would tell the same, and each case that runs in a process of its own asks.
    """
    bound = isinstance(function, MethodType)
    own = function.__func__ if bound else function
    if type(own) is not FunctionType or vars(own) or own.__code__.co_kwonlyargcount:
        return None
    if own.__code__.co_flags & inspect.CO_VARARGS or own.__code__.co_argcount < bound:
        return None
    most = own.__code__.co_argcount - bound
    return max(0, most - len(own.__defaults__ or ())), most


def places_of(function: Any) -> list[str]:
    """The names of all arguments that a call may give by position; none where the signature cannot be read."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.kind in PLACES]
