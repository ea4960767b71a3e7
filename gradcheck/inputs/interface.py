"""What a strategy is: the facts it reads and the function that draws."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from gradcheck.frozen import dataclass

if TYPE_CHECKING:
    import numpy as np

    from gradcheck.records.case import Array
    from gradcheck.records.input import Input


@dataclass(frozen=True)
class Facts:
    """One input at one case: all that a strategy may know.

    Attributes
    ----------
    input : Input
    shape : tuple of int
        Its size names replaced by lengths.
    classes : int
        How many labels there are; 0 for inputs that hold none.
    position : int
        Which argument of `forward` it is, from 0.
    critical : tuple of float
        Values at which the layer's formula changes.
    dtype : str
        What the layer will compute in; draws stay float64, but "one step beside" depends on it.
    """

    input: Input
    shape: tuple[int, ...]
    classes: int
    position: int
    critical: tuple[float, ...]
    dtype: str = "float64"

    @property
    def domain(self) -> str | tuple[float, float]:
        """The input's: a name or an open interval."""
        return self.input.domain

    @property
    def rows(self) -> tuple[int, int]:
        """Number and length of the rows along the last axis; a scalar is one row of one entry."""
        *batch, length = self.shape or (1,)
        return math.prod(batch), length


Draw: TypeAlias = "Callable[[tuple[Facts, ...], float, np.random.Generator], tuple[Array | None, ...] | None]"


@dataclass(frozen=True)
class Strategy:
    """A named way to draw the inputs of a layer.

    Attributes
    ----------
    name, summary : str
        The summary is one line, for lists.
    draw : callable
        ``draw(facts, scale, rng)`` sees all inputs at once, so that values can be tied across them. It gives float64
        values inside each domain, shape ``facts[k].rows``; None for an input about which it has nothing to say, and
        None altogether where it does not apply.
    adversarial : bool
        Whether it is aimed at what goes wrong, rather than random.
    lacking : str
        What a layer lacks that it does not apply to.
    """

    name: str
    summary: str
    draw: Draw
    adversarial: bool
    lacking: str = "not in the domain"
