"""Layers planted wrong, a file for each family, and for each of them the check that must catch it."""

from __future__ import annotations

from tests.mutants import (
    activations,
    algebra,
    contracts,
    cotangents,
    extremes,
    kinks,
    losses,
    normalisation,
    sequences,
    state,
    windows,
)
from tests.mutants.kit import Mutant, Plain

FAMILIES = (
    activations,
    losses,
    normalisation,
    algebra,
    windows,
    sequences,
    kinks,
    cotangents,
    state,
    extremes,
    contracts,
)
MENDED = ", mended"
MUTANTS: tuple[Mutant, ...] = tuple(one for family in FAMILIES for one in family.MUTANTS)
_BY_RIGHT = {id(one.right): one for one in MUTANTS if one.right is not None}
RIGHT: dict[str, Plain] = {one.name + MENDED: one.right for one in _BY_RIGHT.values()}
