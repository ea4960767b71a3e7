"""How small an error each check still sees."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradcheck.adapters.contract import Subject
from gradcheck.checks.interface import Check
from gradcheck.defects.factors import ALONE, FACTOR, corruptions
from gradcheck.defects.family import Corruption
from gradcheck.records.proof import Sensitivity
from gradcheck.run.prove.control import Control
from gradcheck.run.prove.results import seen, seen_anew

# The checks that look at every entry at every point, each with what it is shown: `agreement` sees no common factor.
SHOWN = {"jacobian": FACTOR, "bprop": FACTOR, "agreement": ALONE["bprop"]}


def sensitivities_of(subject: Subject, controls: Sequence[Control], checks: Sequence[Check]) -> tuple[Sensitivity, ...]:
    """What each of the checks that compare sees of a factor 1 + e on all derivatives; none for one that sees nothing.

    It is taken for granted that a check which sees e sees what is larger.
    """
    found = []
    for check in (check for check in checks if check.name in SHOWN):
        series = [corruption for corruption in corruptions(subject) if corruption.name == SHOWN[check.name]]
        least = [e for control in controls if (e := _least(series, control, check)) is not None]
        if least and min(least) < math.inf:
            found.append(Sensitivity(check.name, min(least), max(least) if max(least) < math.inf else None))
    return tuple(found)


def _least(series: Sequence[Corruption], control: Control, check: Check) -> float | None:
    """The smallest e that a check sees at a point: infinite if it sees none, None if there is nothing to be seen."""
    visible = False
    for corruption in reversed(series):
        e = corruption.size or 0.0
        deviation = seen(corruption, control, [check])
        if deviation and not deviation.checks and control.blurred(e):
            deviation = seen_anew(corruption, control, [check])
        if deviation and deviation.checks:
            return e
        visible = visible or deviation is not None
    return math.inf if visible else None
