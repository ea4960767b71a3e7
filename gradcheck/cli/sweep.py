"""``gradcheck sweep``: run configuration files and hold what is found against what they expect."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradcheck.cli.execution import Execution
from gradcheck.cli.exits import Exit, exit_of
from gradcheck.cli.groups import argument, command
from gradcheck.cli.output import complain, opened
from gradcheck.cli.progress import Progress, tell_each
from gradcheck.cli.reporting import Reporting, reporter

if TYPE_CHECKING:
    from gradcheck.config.file import Config
    from gradcheck.records.outcome import Outcome


@dataclass(frozen=True)
class Configs:
    """Configuration files."""

    paths: tuple[Path, ...] = argument(
        default=(),
        nargs=-1,
        required=True,
        metavar="CONFIG...",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
    )


@command(Configs, Execution, Reporting, without={"form"})
def sweep(*, configs: Configs, execution: Execution, reporting: Reporting) -> int:
    """Run the sweeps of configuration files.

    A sweep is layers by inputs, scales, sizes, dtypes and seeds. Each must do as its `expect` says.
    """
    from gradcheck.reports.expectation import as_report
    from gradcheck.run.gate import sweep_decision
    from gradcheck.run.sweep import share

    with reporter(reporting) as told:
        whole = _read(configs.paths)
        part = share(whole, execution.part)
        outcomes, ended = _run(part, execution, reporting)
        told.keep([as_report(outcome) for outcome in outcomes])
        if ended:
            raise ended
    code = exit_of(sweep_decision(outcomes))
    if code is Exit.NOTHING and part != whole:
        return Exit.PASSED
    if code is Exit.NOTHING:
        complain("nothing selected: the files hold no [[sweep]]")
    return code


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


def _run(
    configs: Sequence[Config], execution: Execution, reporting: Reporting
) -> tuple[list[Outcome], KeyboardInterrupt | None]:
    """The outcomes, each block shown once it is known, and the Ctrl-C that has ended them early, if one has."""
    from gradcheck.reports.sweep import render_block, render_total
    from gradcheck.run.loading import Loader
    from gradcheck.run.refine import illustrate
    from gradcheck.run.shards import WHOLE
    from gradcheck.run.sweep import entries_of, run_entries

    with execution.executor() as executor:
        with redirect_stdout(sys.stderr):
            entries = entries_of(configs, Loader(executor))
        jobs = [job for entry in entries for job in entry.jobs]
        progress = Progress(len({entry.number for entry in entries}))
        outcomes: list[Outcome] = []
        with (
            execution.journaled(executor, jobs, WHOLE) as noting,
            opened(reporting.file, reporting.color, reporting.verbosity) as (stream, options),
        ):

            def tell(outcome: Outcome) -> None:
                if outcomes and outcome.block > outcomes[-1].block:
                    render_block(_last_block(outcomes), stream, options)
                outcomes.append(outcome)

            steps = [illustrate] if reporting.draws else []
            made = run_entries(entries, noting, on_block=lambda block: progress.step(block.title), steps=steps)
            ended = tell_each(made, tell, progress)
            if outcomes:
                render_block(_last_block(outcomes), stream, options)
            render_total(outcomes, stream, options)
    return outcomes, ended


def _last_block(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    return tuple(outcome for outcome in outcomes if outcome.block == outcomes[-1].block)
