"""What a corruption is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from gradcheck.adapters.contract import Subject
from gradcheck.defects.planting.spoiling import Spoiled


@dataclass(frozen=True)
class Corruption:
    """One way in which derivatives may be wrong.

    Attributes
    ----------
    name
        What is wrong: ``"sign flipped"``.
    spoil
        Makes the layer that is wrong, a fresh one for each call: some keep what they were given.
    size
        e, for those that multiply by 1 + e: all of one name form a series; None for the others.
    whole
        Whether the whole Jacobian must be made for it.
    """

    name: str
    spoil: Callable[[], Spoiled]
    size: float | None = None
    whole: bool = False


Family: TypeAlias = Callable[[Subject], Iterator[Corruption]]
