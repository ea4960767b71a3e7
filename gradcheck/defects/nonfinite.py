"""Values that are no numbers: what makes them, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from gradcheck.checks.probe import Probe
from gradcheck.defects.diagnosis import Diagnosis
from gradcheck.defects.predicates import Predicate, of_groups, of_numbers
from gradcheck.records.case import Case

FEWEST = 3  # points at which all is well
EXPONENT = 30.0  # size from which on exponentials and powers are the first thing to suspect
THRESHOLDS = ("large", "small", "spike")
CAUSES = {
    "zero": "0/0, 0 * inf or log 0",
    "tie": "0/0 or inf - inf of equal numbers",
    "equal": "0/0 where a spread vanishes",
    "negative": "a root, a logarithm or a power of a negative number, or an infinity behind a mask",
    "large": "an overflow or underflow, and then inf/inf, inf - inf or log 0",
    "small": "an underflow, an overflow or a difference that rounds to 0, and then 0/0, 1/0 or inf/inf",
}


def cause(kind: str) -> str:
    """What usually makes NaN in a region of a kind, in words behind a sentence; empty where there is no usual cause."""
    return f", perhaps of {CAUSES[kind]}" if kind in CAUSES else ""


def at_points(probes: Sequence[Probe], cases: Collection[Case], what: str) -> Diagnosis | None:
    """What the points at which a call raises, or gives no numbers, have in common.

    Parameters
    ----------
    probes : sequence of Probe
        Of one layer and size.
    cases : collection of Case
        Of the points where that is so.
    what : str
        ``"raises"``, or ``"gives no finite number"``.
    """
    failing = np.array([p.point.case in cases for p in probes])
    if not failing.any() or (~failing).sum() < FEWEST:
        return None
    raises = what == "raises"
    fitting = [
        next(
            (
                (kind, words)
                for kind, words, holds in predicates
                # what raises is seldom a matter of size, and what is no number none of the order of entries
                if (holds == failing).all() and (kind not in THRESHOLDS if raises else kind in (*CAUSES, *THRESHOLDS))
            ),
            None,
        )
        for predicates in _of_points(probes, failing)
    ]
    if not (told := [one for one in fitting if one is not None]):
        return None
    kind = told[0][0]
    alike = [words.removeprefix("where ") for its, words in told if its == kind]
    where = f"where {' and '.join(alike)}"  # which of them it is the points do not tell
    reason = "" if raises else cause(kind)
    count = f"({int(failing.sum())} of {len(failing)} points)"
    return Diagnosis("raises" if raises else "nan", f"it {what} at points {where} {count}{reason}", kind)


def _of_points(probes: Sequence[Probe], failing: np.ndarray) -> Iterator[Iterator[Predicate]]:
    """Predicates of whole points, from the values of each input in turn."""
    bad, good = failing[:, None], ~failing[:, None]
    for place, one in enumerate(probes[0].subject.inputs):
        u = np.stack([np.asarray(p.point.arrays[place], dtype=float).reshape(-1) for p in probes])
        if u.shape[1] > 1:
            found = of_groups(one.name, u[:, None], bad, good, None)
        else:
            found = of_numbers(one.name, u, bad, good, None) if u.size else iter(())
        yield ((kind, words, holds[:, 0]) for kind, words, holds in found)


def at_run_time(probe: Probe, check: str) -> Diagnosis:
    """Why a formula that is right in more digits is not in the point's own dtype."""
    values = [np.abs(np.asarray(a, dtype=float)) for a in probe.point.arrays if a.size]
    largest = max((float(a.max()) for a in values), default=0.0)
    call, dtype = f"`{check}`", probe.point.case.dtype
    if not np.isfinite(probe.claims[check]).all():
        what = "overflows" if largest > EXPONENT else "overflows, underflows or divides by 0"
        return Diagnosis(
            "overflow", f"{call} {what} on the way in {dtype}; in more digits the formula is right: write it stably"
        )
    words = f"{call} is right in more digits and far off in {dtype}: digits are lost, as where equal numbers cancel"
    return Diagnosis("cancellation", words)
