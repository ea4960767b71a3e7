"""What a check needs before it starts: targets, a plan, layers. What is mistyped is refused here, before any run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradcheck.cli.output import complain
from gradcheck.errors import LoadError, UsageError, nearest

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.plan import Plan


def refuse_unknown(targets: Iterable[str], commands: Iterable[str]) -> None:
    """Refuse the names of no layer; one that is nearly a command's name is told so.

    Raises
    ------
    UsageError
        For the first such name, with the nearest one.
    """
    from gradcheck.layers import LAYERS
    from gradcheck.layers.loading import is_name, unknown_layer

    for target in targets:
        if is_name(target) and target not in LAYERS:
            raise unknown_layer(target, [*LAYERS, *commands])


def plan_of(asked: Mapping[str, Any], config: Path | None) -> Plan:
    """The plan of the flags over that of a configuration file, over the usual one.

    Parameters
    ----------
    asked : mapping
        Fields of `Plan` that flags gave.
    config : Path or None
        The file named by a flag; otherwise the one that holds in the working folder is looked for.

    Raises
    ------
    UsageError
        When the plan names an unknown strategy or check, or its expression cannot be read.
    """
    from dataclasses import replace

    from gradcheck.checks import CHECKS
    from gradcheck.config.discovery import find
    from gradcheck.inputs import STRATEGIES
    from gradcheck.records.plan import Plan
    from gradcheck.records.selection import matches

    path = config or find(Path.cwd())
    plan = replace(_defaults(path) if path else Plan(), **asked)
    for registry, names in ((STRATEGIES, plan.inputs), (CHECKS, plan.checks)):
        for name in names:
            registry[name]  # refuses an unknown name
    matches(plan.select, "")
    return plan


def _defaults(path: Path) -> Plan:
    from gradcheck.config.file import read  # only where there is a configuration: start-up

    return read(path).defaults


def loaded(
    targets: Iterable[str],
    on_error: Callable[[str, LoadError], None] | None = None,
    *,
    load: Callable[[str], tuple[Subject, ...]] | None = None,
) -> tuple[tuple[Subject, ...], bool]:
    """The layers that could be loaded, and whether all could.

    Parameters
    ----------
    targets : iterable of str
    on_error : callable, optional
        Told of each target that could not be loaded, and why, after that was told on stderr.
    load : callable, optional
        `gradcheck.layers.loading.load` unless given.
    """
    if load is None:
        from gradcheck.layers.loading import load as usual

        load = usual

    subjects: list[Subject] = []
    whole = True
    for target in targets:
        try:
            with redirect_stdout(sys.stderr):
                subjects += load(target)
        except LoadError as cause:
            complain(cause)
            if on_error:
                on_error(target, cause)
            whole = False
    return tuple(subjects), whole


def refuse_sizes(asked: Mapping[str, Any], subjects: Sequence[Subject]) -> None:
    """Refuse size names that no layer uses: such a flag would change nothing.

    Raises
    ------
    UsageError
        For the first such name, with the nearest one.
    """
    inputs = (one for subject in subjects for one in subject.inputs)
    used = dict.fromkeys(length for one in inputs for length in (*one.shape, one.classes) if isinstance(length, str))
    for name in dict.fromkeys(name for assignment in asked.get("sizes", ()) for name, _ in assignment):
        if subjects and name not in used:
            known = ", ".join(used) or "none"
            raise UsageError(f"`--size` must name a size of a layer here ({known}), not {name!r}{nearest(name, used)}")
