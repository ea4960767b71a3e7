"""Rows that say the same, folded into one: passes of one check, failures of one cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from gradcheck.records.failures import cause_of
from gradcheck.records.finding import Finding

Fold: TypeAlias = tuple[Finding, ...]


def folds(findings: Iterable[Finding], verbosity: int) -> tuple[Fold, ...]:
    """Findings in groups, each of which is shown as one row; the worst come last, next to what is said of them.

    Parameters
    ----------
    findings : iterable of Finding
    verbosity : int
        0 folds over everything that makes a point, 1 keeps strategies apart, 2 folds nothing.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for position, finding in enumerate(findings):
        groups.setdefault(_likeness(finding, verbosity, position), []).append(finding)
    return tuple(sorted(map(tuple, groups.values()), key=lambda fold: fold[0].verdict.severity))


def list_names(names: Iterable[str], of: Sequence[str], shown: int = 2) -> str:
    """``normal, ties``; ``normal, ties +3``; ``all 14`` when none of several is missing."""
    several = tuple(dict.fromkeys(names))
    if len(several) <= shown:
        return ", ".join(several)
    if len(several) == len(of):
        return f"all {len(of)}"
    return f"{', '.join(several[:shown])} +{len(several) - shown}"


def _likeness(finding: Finding, verbosity: int, position: int) -> tuple[object, ...]:
    if verbosity >= 2:
        return (position,)
    return (*cause_of(finding), finding.case.strategy if verbosity == 1 else "")
