"""A callable with the arguments of an example, by which the leaf of a framework may recognise it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Call:
    """A callable of no kind, with the arguments of an example."""

    function: Any
    values: tuple[Any, ...]
