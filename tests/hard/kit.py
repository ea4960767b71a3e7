"""The record of a correct layer that is hard to judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Hard:
    """A correct layer, and in one sentence what makes it hard to judge."""

    name: str
    make: Callable[[], Any]
    reason: str


def fixed(name: str, layer: Any, reason: str) -> Hard:
    """A case whose layer keeps nothing, so that one object serves every call."""
    return Hard(name, lambda: layer, reason)
