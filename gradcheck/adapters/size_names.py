"""The names that layers give to the lengths of their axes."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.adapters.contract import Subject
from gradcheck.errors import UsageError, nearest
from gradcheck.text import printable


def refuse_sizes(said: str, sizes: Iterable[Iterable[tuple[str, int]]], subjects: Iterable[Subject]) -> None:
    """Refuse size names that no layer uses: their lengths would change nothing.

    Parameters
    ----------
    said : str
        What gives the lengths: ``"`--size`"``.
    sizes : iterable
        Assignments of lengths to names.
    subjects : iterable of Subject
        The layers.

    Raises
    ------
    UsageError
        For the first such name, with the nearest one.
    """
    inputs = (input for subject in subjects for input in subject.inputs)
    used = dict.fromkeys(name for input in inputs for name in input.size_names)
    for name in dict.fromkeys(name for assignment in sizes for name, _ in assignment):
        if name not in used:
            known = printable(", ".join(used)) or "none"
            raise UsageError(f"{said} must name a size of a layer here ({known}), not {name!r}{nearest(name, used)}")
