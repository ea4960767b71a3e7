"""What a check is, and how it writes down what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck.checks.probe import Probe
from gradcheck.records.comparison import ComparisonSummary
from gradcheck.records.finding import KINK, Finding, Verdict


@dataclass(frozen=True)
class Check:
    """One thing that must hold at a point.

    Parameters
    ----------
    name : str
        Also the name of its file.
    summary : str
        One line for `gradcheck list`.
    run : callable
        Takes a `Probe` and yields findings.
    """

    name: str
    summary: str
    run: Callable[[Probe], Iterator[Finding]]


def plain(probe: Probe, check: str, verdict: Verdict, sentence: str = "", *, input: str = "") -> Finding:
    """A finding without numbers."""
    return Finding(check, verdict, probe.point.case, input=input, sentence=sentence)


def measured(
    probe: Probe, check: str, summary: ComparisonSummary, *, input: str, worst: str, notes: tuple[str, ...] = ()
) -> Finding:
    """A finding from a summary; `worst` names its worst entry."""
    kink = (KINK,) if summary.kinks and summary.verdict is Verdict.PASS else ()
    return Finding(
        check,
        summary.verdict,
        probe.point.case,
        input=input,
        sentence=summary.sentence,
        max_abs=summary.max_abs,
        max_rel=summary.max_rel,
        floor=summary.floor,
        worst=worst,
        analytic=summary.analytic,
        numeric=summary.numeric,
        bound=summary.bound,
        notes=kink + notes,
    )


def entry(name: str, shape: tuple[int, ...], flat: int) -> str:
    """An entry of an array as people write it: ``x[2]``, ``W[0,3]``, ``loss`` for a single number."""
    if not shape or 0 in shape:
        return name
    return f"{name}[{','.join(str(int(i)) for i in np.unravel_index(flat, shape))}]"
