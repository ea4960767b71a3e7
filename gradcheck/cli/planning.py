"""From what is asked for to the plan of a run, over what a configuration file says; the layers that cases are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck.errors import UsageError, nearest

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.case import Case
    from gradcheck.records.plan import Plan


def plan_of(asked: Mapping[str, Any], config: Path | None = None) -> Plan:
    """The plan of some fields over that of a configuration file, over the usual one.

    Parameters
    ----------
    asked : mapping
        Fields of `Plan`.
    config : Path or None
        The file; without it the one that holds in the working folder is looked for.

    Raises
    ------
    UsageError
        When the plan names an unknown strategy or check, or its expression cannot be read.
    """
    from gradcheck.checks import CHECKS
    from gradcheck.inputs import STRATEGIES
    from gradcheck.records.expression import matches
    from gradcheck.records.plan import Plan

    path = file_of(config)
    plan = replace(_defaults(path) if path else Plan(), **asked)
    for registry, chosen in ((STRATEGIES, plan.inputs), (CHECKS, plan.checks)):
        for name in chosen:
            registry[name]  # refuses an unknown name
    matches(plan.select, "")
    return plan


def file_of(config: Path | None) -> Path | None:
    """The configuration file whose defaults hold: the one that is named, else the one found from here, if any."""
    from gradcheck.config.discovery import find

    return config or find(Path.cwd())


def _defaults(path: Path) -> Plan:
    from gradcheck.config.file import read  # only where there is a configuration: start-up

    return read(path).defaults


def is_left(case: Case, subjects: Sequence[Subject]) -> bool:
    """Whether there still is what a case that failed last time is of."""
    try:
        return not subjects or bool(replay_layers([case], subjects))
    except UsageError:
        return False


def replay_layers(cases: Sequence[Case], subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The layers that cases are of; all of them where there is no case.

    Raises
    ------
    UsageError
        When a case is of no such layer, or its point cannot be made.
    """
    if not cases or not subjects:
        return tuple(subjects)
    from gradcheck.adapters.size_names import refuse_sizes
    from gradcheck.inputs.points import written_point

    named = {subject.name: subject for subject in subjects}
    for case in cases:
        called = [subject for subject in subjects if subject.is_called(case.layer)]
        if not called:
            known, near = ", ".join(named), nearest(case.layer, named)
            raise UsageError(f"`--replay` must name a case of a layer here ({known}), not of {case.layer!r}{near}")
        refuse_sizes("`--replay`", (case.sizes,), called)
        for subject in called:
            written_point(subject.inputs, subject.critical, case.of(subject.name))
    return tuple(subject for subject in subjects if any(subject.is_called(case.layer) for case in cases))
