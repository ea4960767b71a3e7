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
from tests.mutants.kit import Mutant

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
MUTANTS: tuple[Mutant, ...] = tuple(one for family in FAMILIES for one in family.MUTANTS)
