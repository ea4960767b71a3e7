"""The options that say what is run of each layer, and the plan that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.flags import Sizes, Value, dtypes, joined, lengths, names, product, scales
from gradcheck.cli.groups import option
from gradcheck.errors import UsageError, nearest
from gradcheck.records.case import Case
from gradcheck.records.identity import case_of

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.plan import Plan


@dataclass(frozen=True)
class Selection:
    """What is asked for of a `Plan`; every field is None, or empty, where its option was not given.

    Attributes
    ----------
    inputs, checks, scales, dtypes, select, replay
        As those of a `Plan`.
    lengths
        Pairs of a size name and its lengths.
    seed
        In place of all seeds.
    config
        The file of defaults; without it the one that holds in the working folder is looked for.
    """

    inputs: tuple[str, ...] | None = option(
        "--inputs",
        type=Value("names", names),
        multiple=True,
        callback=joined,
        metavar="NAME,...",
        help="Strategies that draw inputs. May be repeated.",
    )
    checks: tuple[str, ...] | None = option(
        "--checks",
        type=Value("names", names),
        multiple=True,
        callback=joined,
        metavar="NAME,...",
        help="What is checked there. May be repeated.",
    )
    scales: tuple[float, ...] | None = option(
        "--scale",
        type=Value("scales", scales),
        multiple=True,
        callback=joined,
        metavar="X,...",
        help="Factors on the drawn inputs. May be repeated.",
    )
    lengths: tuple[tuple[str, tuple[int, ...]], ...] = option(
        "--size",
        default=(),
        type=Value("lengths", lengths),
        multiple=True,
        metavar="NAME=N,...",
        help="Lengths of a size name: n=5,64. May be repeated.",
    )
    dtypes: tuple[str, ...] | None = option(
        "--dtype",
        type=Value("dtypes", dtypes),
        multiple=True,
        callback=joined,
        metavar="NAME,...",
        help="What the layer computes in. May be repeated.",
    )
    seed: int | None = option("--seed", type=click.IntRange(min=0), metavar="N", help="Seed of the random draws.")
    select: str | None = option("-k", metavar="EXPR", help="Only cases whose id matches: 'ties and not f32'.")
    replay: tuple[Case, ...] = option(
        "--replay",
        default=(),
        type=Value("id", case_of),
        multiple=True,
        metavar="ID",
        help="Run the case of that id alone. May be repeated.",
    )
    config: Path | None = option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Take [defaults] from FILE, and not from the gradcheck.toml or pyproject.toml found from here.",
    )

    @property
    def sizes(self) -> Sizes:
        """Every assignment of the lengths to their names; none without any."""
        return product(self.lengths) if self.lengths else ()

    @property
    def selects(self) -> bool:
        """Whether only some of a plan's cases were asked for, by their ids."""
        return self.select is not None or bool(self.replay)

    def plan(self) -> Plan:
        """The plan of these options over that of the file, over the usual one.

        Raises
        ------
        UsageError
            As `plan_of` does.
        """
        asked = {
            "inputs": self.inputs,
            "checks": self.checks,
            "scales": self.scales,
            "sizes": self.sizes or None,
            "dtypes": self.dtypes,
            "seeds": None if self.seed is None else (self.seed,),
            "select": self.select,
            "replay": self.replay or None,
        }
        return plan_of({field: value for field, value in asked.items() if value is not None}, self.config)

    def layers(self, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
        """The layers that are meant: those of which cases are replayed where there are such, else all of them.

        Raises
        ------
        UsageError
            When a size is of no layer, a case is of none, or its point cannot be made.
        """
        from gradcheck.adapters.lengths import refuse_sizes

        if subjects:
            refuse_sizes("`--size`", self.sizes, subjects)
        return replay_layers(self.replay, subjects)


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
    from gradcheck.config.discovery import find
    from gradcheck.inputs import STRATEGIES
    from gradcheck.records.expression import matches
    from gradcheck.records.plan import Plan

    path = config or find(Path.cwd())
    plan = replace(_defaults(path) if path else Plan(), **asked)
    for registry, chosen in ((STRATEGIES, plan.inputs), (CHECKS, plan.checks)):
        for name in chosen:
            registry[name]  # refuses an unknown name
    matches(plan.select, "")
    return plan


def _defaults(path: Path) -> Plan:
    from gradcheck.config.file import read  # only where there is a configuration: start-up

    return read(path).defaults


def replay_layers(cases: Sequence[Case], subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The layers that cases are of; all of them where there is no case.

    Raises
    ------
    UsageError
        When a case is of no such layer, or its point cannot be made.
    """
    if not cases or not subjects:
        return tuple(subjects)
    from gradcheck.adapters.lengths import refuse_sizes
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
