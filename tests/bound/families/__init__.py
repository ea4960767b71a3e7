"""Where points come from: a family is a function of a generator to a sketch. One line adds one."""

from __future__ import annotations

from collections.abc import Callable

from tests.bound.families.digits import cancellations, casts, double_parts, solvers
from tests.bound.families.draw import Rng
from tests.bound.families.edges import bounded, edge_logs, poles
from tests.bound.families.kinks import kinks
from tests.bound.families.magnitudes import far_sums, huge_inputs, tiny_inputs
from tests.bound.families.roots import roots
from tests.bound.families.several import several
from tests.bound.families.smooth import ordinary
from tests.bound.layer import Sketch

_SHARES: dict[Callable[[Rng], Sketch], int] = {  # parts of a draw over all families
    ordinary: 4,
    several: 3,
    far_sums: 3,
    edge_logs: 3,
    cancellations: 3,
    casts: 3,
    double_parts: 2,
    bounded: 3,
    huge_inputs: 2,
    poles: 2,
    tiny_inputs: 2,
    kinks: 2,
    roots: 2,
    solvers: 1,
}
FAMILIES = {family.__name__: family for family in _SHARES}
SHARES = {family.__name__: share for family, share in _SHARES.items()}
