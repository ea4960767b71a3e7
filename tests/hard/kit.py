"""The record of a correct layer that is hard to judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Hard:
    """A correct layer, and in one sentence what makes it hard to judge.

    Attributes
    ----------
    name, make, reason
    seeds
        At which it is judged; one for a layer that is large, whose points have entries of all sorts in any case.
    """

    name: str
    make: Callable[[], Any]
    reason: str
    seeds: tuple[int, ...] = (0, 1)


def fixed(name: str, layer: Any, reason: str) -> Hard:
    """A case whose layer keeps nothing, so that one object serves every call."""
    return Hard(name, lambda: layer, reason)


def large(name: str, layer: Any, reason: str) -> Hard:
    """The same for a layer that takes long."""
    return Hard(name, lambda: layer, reason, seeds=(0,))
