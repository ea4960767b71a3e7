"""What a check is, and how it writes down what it found."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gradcheck.checks.asked import METHODS
from gradcheck.checks.probe import Probe
from gradcheck.frozen import dataclass
from gradcheck.records.comparison import ComparisonSummary
from gradcheck.records.fault import Fault
from gradcheck.records.finding import KINK, NOT_APPLICABLE, NOTHING_CHECKED, Finding, Verdict

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

REPEATED = 1 << 22  # entries of a `jacobian` that is asked for again and again, and of which copies are kept: 32 MiB


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
    script : callable or None
        Takes a `Reproducer` and yields the lines of scripts that may show a failure, the plainest first; None for a
        check whose findings are those of others.
    lacking : str
        What a layer lacks of which it finds nothing.
    asked : bool
        Whether it is run only where it is asked for by name.
    at_length : bool
        Whether it finds something only where many calls of a layer are wanted.
    """

    name: str
    summary: str
    run: Callable[[Probe], Iterator[Finding]]
    script: Callable[[Reproducer], Iterator[Lines]] | None = None
    lacking: str = "no occasion"
    asked: bool = False
    at_length: bool = False


def passed(probe: Probe, check: str, *, notes: tuple[str, ...] = ()) -> Finding:
    """The PASS of a check that measures nothing."""
    return Finding(check, Verdict.PASS, probe.point.case, notes=notes)


def not_applicable(refusals: Iterable[str], *, nothing_left: bool) -> tuple[str, ...]:
    """Notes on what a layer refuses, if anything, and on whether that left nothing to check."""
    notes = tuple(f"{NOT_APPLICABLE}: {refusal}" for refusal in refusals)
    return (*notes, NOTHING_CHECKED) if notes and nothing_left else notes


def without_room(probe: Probe) -> tuple[str, ...]:
    """That a `jacobian` is too large to be asked for again and again, where it is."""
    if not probe.subject.has_jacobian or probe.entries <= REPEATED:
        return ()
    return (f"a `jacobian` of {probe.entries} entries is too large to be asked for again and again",)


def failed(probe: Probe, check: str, fault: Fault, verdict: Verdict = Verdict.FAIL, *, input: str = "") -> Finding:
    """A finding without numbers, by default for the input that the fault names."""
    return Finding(check, verdict, probe.point.case, input=input or fault.input, fault=fault)


def measured(
    probe: Probe,
    check: str,
    summary: ComparisonSummary,
    *,
    input: str,
    worst: str,
    method: str = "",
    notes: tuple[str, ...] = (),
) -> Finding:
    """A finding from a summary; `worst` names its worst entry, `method` what is judged where the check does not."""
    fault, method = summary.fault, method or (check if check in METHODS else "bprop")
    kink = (KINK,) if summary.kinks and summary.verdict is Verdict.PASS else ()
    return Finding(
        check,
        summary.verdict,
        probe.point.case,
        input=input,
        fault=fault and replace(fault, method=method, input=input),
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


def seen_entry(probe: Probe, name: str, shape: tuple[int, ...], column: int) -> str:
    """An entry of an input by its column among those of the input that are seen, or that it is none."""
    if probe.sample is None:
        return entry(name, shape, column)
    place = probe.sample.place(probe.columns(name).start + column)
    return f"{name} along a random direction" if place is None else entry(name, shape, place)


def output_entry(probe: Probe, flat: int) -> str:
    """An entry of the output; of several outputs, which are one vector, it bears the name of its own: ``y2[1]``."""
    start = 0
    for name, shape in probe.output_parts:
        size = math.prod(shape)
        if flat < start + size:
            return entry(name, shape, flat - start)
        start += size
    return entry("y", probe.y.shape, flat)
