"""``gradcheck sweep``: run configuration files and hold what is found against what they expect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from gradcheck.cli.execution import Execution
from gradcheck.cli.exits import Exit, exit_of
from gradcheck.cli.interruption import Interruption
from gradcheck.cli.options import argument, command
from gradcheck.cli.output import complain, output
from gradcheck.cli.progress import Progress
from gradcheck.cli.reporter import reporter
from gradcheck.cli.reporting import Reporting
from gradcheck.cli.selection import Selection
from gradcheck.errors import UsageError
from gradcheck.files import seen_from_here

if TYPE_CHECKING:
    from gradcheck.config.file import Config
    from gradcheck.execution.executor import Executor
    from gradcheck.records.outcome import Outcome
    from gradcheck.records.plan import Plan
    from gradcheck.run.sweep import SweepEntry


@dataclass(frozen=True)
class Configs:
    """Configuration files; those that hold here where none is named."""

    title: ClassVar[str] = "What to check"
    paths: tuple[Path, ...] = argument(
        default=(),
        nargs=-1,
        metavar="[CONFIG]...",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
    )

    def found(self) -> tuple[Path, ...]:
        """The files.

        Raises
        ------
        UsageError
            When none is named, and none holds in the working folder.
        """
        if self.paths:
            return self.paths
        from gradcheck.config.discovery import find

        path = find(Path.cwd())
        if path is None:
            raise UsageError(
                "`sweep` needs a configuration: name a file, or write a gradcheck.toml here with a [[sweep]] that says"
                ' `layers = ["mylayers.py"]`; `gradcheck help config` shows one'
            )
        return (path,)


@command(Configs, Selection, Reporting, Execution, without={"form", "config", "failed"}, bare=True)
def sweep(*, configs: Configs, selection: Selection, reporting: Reporting, execution: Execution) -> int:
    """Run the sweeps of configuration files.

    A sweep is layers by inputs, scales, sizes, dtypes and seeds. Each must do as its `expect` says. Without a CONFIG
    the gradcheck.toml or pyproject.toml is taken that is found from here. Options on what to check and how to draw go
    over what the files say.

    \b
      gradcheck sweep
      gradcheck sweep configs/ci.toml -k "softmax and not f32"
    """  # noqa: D301 - click takes the mark itself, not its spelling
    execution.begin()
    from gradcheck.reports.expectation import as_report
    from gradcheck.reports.sweep import render_block, render_total
    from gradcheck.run.addresses import Loader
    from gradcheck.run.gate import sweep_decision
    from gradcheck.run.shards import WHOLE
    from gradcheck.run.sweep import entries_of, facts_of, kept, refuse_unknown_sizes, targets_of_shard

    paths = configs.found()
    outcomes: list[Outcome] = []
    stop = Interruption()
    with reporter(reporting) as told:
        whole = [selected(config, selection) for config in _read(paths)]
        part = targets_of_shard(whole, execution.part)
        with (
            execution.executor() as executor,
            output(reporting.file, reporting.color, reporting.verbosity, told.trouble) as (stream, options),
        ):
            entries = kept(entries_of(part, Loader(executor)), selects=selection.selects)
            if part == whole:  # else a size may be of a layer that is another shard's
                refuse_unknown_sizes(part, entries)
            jobs = [job for entry in entries for job in entry.jobs]
            progress = Progress(sum(len(job.tasks) for job in jobs))
            with execution.journaled(executor, jobs, WHOLE) as noting:
                told_of = _outcomes(entries, noting, reporting, stop, progress)
                for _, block in groupby(told_of, key=lambda one: one.block):
                    outcomes += (members := tuple(block))
                    render_block(members, stream, options)
            render_total(outcomes, stream, options)
        if reporting.names_run:
            told.run = replace(facts_of(whole, entries, execution.part), finished=not stop.pressed)
        told.keep([as_report(outcome) for outcome in outcomes])
        stop.resume(progress.place)
    code = exit_of(sweep_decision(outcomes))
    if code is Exit.NOTHING and part != whole:
        return told.code(Exit.PASSED)
    if code is Exit.NOTHING:
        complain(_nothing(paths, selection))
    return told.code(code)


def selected(config: Config, selection: Selection) -> Config:
    """A configuration whose plans are as the options ask; an expression must select beside those of the file."""
    asked = selection.asked
    more = asked.pop("select", "")

    def over(plan: Plan) -> Plan:
        both = f"({plan.select}) and ({more})" if plan.select and more else plan.select or more
        return replace(plan, **asked, select=both)

    blocks = tuple(replace(block, plan=over(block.plan)) for block in config.blocks)
    return replace(config, defaults=over(config.defaults), blocks=blocks)


def _nothing(paths: Sequence[Path], selection: Selection) -> str:
    """Why there was nothing to run."""
    if selection.selects:
        return "nothing selected: no case of a [[sweep]] matches -k or --replay"
    return (
        f"nothing selected: {', '.join(map(seen_from_here, paths))} has no [[sweep]]; `gradcheck help config` shows one"
    )


def _read(paths: Iterable[Path]) -> list[Config]:
    """All files, or one error with the mistakes of them all."""
    from gradcheck.config.file import read
    from gradcheck.errors import ConfigError

    configs: list[Config] = []
    mistakes: list[str] = []
    for path in paths:
        try:
            configs.append(read(path))
        except ConfigError as cause:
            mistakes.append(str(cause))
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return configs


def _outcomes(
    entries: Sequence[SweepEntry], executor: Executor, reporting: Reporting, stop: Interruption, progress: Progress
) -> Iterator[Outcome]:
    from gradcheck.run.refine import illustrate
    from gradcheck.run.sweep import run_entries

    steps = [illustrate] if reporting.draws else []
    with stop, progress:
        for outcome in run_entries(entries, executor, on_case=progress.case, steps=steps):
            progress.erase()
            yield outcome
