"""Correct layers that are hard to judge: right up to rounding, at ties, zeros, edges, kinks and 1e5.

At a kink any generalised gradient counts as right.
"""

from __future__ import annotations

from tests.hard import curves, digits, edges, forms, kinks, numbers
from tests.hard.kit import Hard

FAMILIES = (kinks, curves, numbers, digits, edges, forms)
HARD: tuple[Hard, ...] = tuple(one for family in FAMILIES for one in family.HARD)
