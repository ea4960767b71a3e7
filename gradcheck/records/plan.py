"""What to run for a layer: the grid that a sweep block, or the flags of a check, spell out."""

from __future__ import annotations

from gradcheck.frozen import dataclass
from gradcheck.records.case import USUAL, Case


@dataclass(frozen=True)
class Plan:
    """What to run for a layer: the product of everything named here.

    Attributes
    ----------
    inputs
        Names of input strategies; empty stands for every one that the layer's domain admits.
    scales
        Positive factors on the drawn inputs.
    sizes
        Assignments of size names to lengths, each sorted by name; ``()`` is the layer's own sizes.
    dtypes
        Names of the dtypes that the layer computes in.
    seeds
        Seeds of the random draws, each at least 0.
    checks
        Names of checks; empty stands for all of them.
    select
        An expression over case identities (see `gradcheck.records.expression`); empty selects every case.
    replay
        Cases to run in place of the product; those of other layers are passed over.
    budget
        One of `BUDGETS`.
    """

    inputs: tuple[str, ...] = ()
    scales: tuple[float, ...] = (1.0,)
    sizes: tuple[tuple[tuple[str, int], ...], ...] = ((),)
    dtypes: tuple[str, ...] = ("float64",)
    seeds: tuple[int, ...] = (0,)
    checks: tuple[str, ...] = ()
    select: str = ""
    replay: tuple[Case, ...] = ()
    budget: str = USUAL
