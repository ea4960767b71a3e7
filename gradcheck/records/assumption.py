"""What a layer was taken for that it may not be, of inputs above all that nothing is declared of; the line to write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradcheck.records.fault import Fault, FaultKind

SHAPE = "n d"  # a shape of two axes, for people to put theirs in its place


def assumption(fault: Fault) -> str:
    """What a failure may come of, and what to write then; empty where nothing was assumed."""
    if fault["misfit"]:
        return str(fault["misfit"])
    names = fault["assumed"]
    if not names:
        return ""
    *more, last = names
    taken = f"{', '.join(more)} and {last}, taken for vectors" if more else f"{last}, taken for a vector"
    return f"nothing is declared of {taken} of real numbers: write {_line(fault, names)}"


def _line(fault: Fault, names: Sequence[str]) -> str:
    """Domains where NaN came, labels where an array was no index, else shapes; a call that raised may want either."""
    if fault.kind is FaultKind.NAN_OUTPUT:
        return f"`inputs = {_tuple(map(_positive, names))}` with the right domain{'s' if len(names) > 1 else ''}"
    if fault["exception"] == IndexError.__name__:
        floats = [f"Input({name!r}, ('n', 'c'))" for name in names[:-1]]
        labels = f"Input({names[-1]!r}, ('n',), domain='labels', classes='c')"
        return f"`inputs = {_tuple([*floats, labels])}` with labels as such"
    shapes = ", ".join(f"{name!r}: {SHAPE!r}" for name in names)
    told = f"`inputs = {{{shapes}}}` with the right shape{'s' if len(names) > 1 else ''}"
    return f"{told}, or domains such as `{_positive(names[0])}`" if fault.kind is FaultKind.RAISED else told


def _positive(name: str) -> str:
    return f"Input({name!r}, ('n',), domain='positive')"


def _tuple(parts: Iterable[str]) -> str:
    told = list(parts)
    return f"({', '.join(told)}{',' if len(told) == 1 else ''})"
