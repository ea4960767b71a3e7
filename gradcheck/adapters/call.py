"""A callable with the arguments of an example, by which the leaf of a framework may recognise it."""

from __future__ import annotations

from typing import Any

from gradcheck.frozen import dataclass


@dataclass(frozen=True, eq=False)
class Call:
    """A callable of no kind, with the arguments of an example."""

    function: Any
    values: tuple[Any, ...]
