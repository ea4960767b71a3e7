"""An answer of `bprop` or `jacobian` as a list of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def parts_of(raw: Any) -> list[Any]:
    """An answer as a list of its parts: those of a tuple or a list, or the answer alone; nothing is looked at.

    None, as it stands for an input without a gradient, is left out; of a dictionary the values are the parts.
    """
    if isinstance(raw, Mapping):
        return list(raw.values())
    return [part for part in raw if part is not None] if isinstance(raw, (tuple, list)) else [raw]
