"""``gradcheck sweep``: run configuration files and hold what is found against what they expect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradcheck.cli.drawing import drawing, figures_option
from gradcheck.cli.execution import Execution, execution_options
from gradcheck.cli.exits import EPILOG, Exit
from gradcheck.cli.hands import Hands, hands
from gradcheck.cli.output import complain, opened
from gradcheck.cli.progress import Progress, Shielded
from gradcheck.cli.reporting import Reporting, report_options

if TYPE_CHECKING:
    from gradcheck.config.file import Block, Config
    from gradcheck.records.outcome import Outcome


@click.command(epilog=EPILOG, no_args_is_help=True)
@click.argument(
    "configs",
    nargs=-1,
    required=True,
    metavar="CONFIG...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@execution_options
@report_options
@figures_option
def sweep(*, configs: tuple[Path, ...], execution: Execution, reporting: Reporting) -> int:
    """Run the sweeps of configuration files.

    A sweep is layers by inputs, scales, sizes, dtypes and seeds. Each must do as its `expect` says.
    """
    from gradcheck.reports.expectation import as_report
    from gradcheck.reports.sweep import render_block, render_total

    whole = _read(configs)
    read = execution.share_of(whole)
    with hands(execution, by_case=False) as able, opened(reporting.telling) as (stream, options):
        outcomes = Shielded(_outcomes(able, read, figures=reporting.draws))
        for _, block in groupby(outcomes, key=lambda outcome: outcome.block):
            render_block(tuple(block), stream, options)
        render_total(outcomes.done, stream, options)
    reporting.keep([as_report(outcome) for outcome in outcomes.done])
    if outcomes.interrupted:
        raise KeyboardInterrupt
    code = code_of(outcomes.done)
    if code is Exit.NOTHING and read != whole:
        return Exit.PASSED
    if code is Exit.NOTHING:
        complain("nothing selected: the files hold no [[sweep]]")
    return code


def code_of(outcomes: Sequence[Outcome]) -> Exit:
    """The exit code for outcomes; one that is not as expected outweighs what could not be checked."""
    from gradcheck.records.finding import Verdict

    unmet = [outcome for outcome in outcomes if not outcome.met]
    if not unmet:
        return Exit.PASSED if outcomes else Exit.NOTHING
    broken = all(outcome.error or outcome.report.verdict is Verdict.ERROR for outcome in unmet)
    return Exit.BROKEN if broken else Exit.WRONG


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


def _outcomes(able: Hands, configs: Sequence[Config], *, figures: bool) -> Iterator[Outcome]:
    from gradcheck.run.sweep import run_blocks
    from gradcheck.run.sweeps import asked

    able.look((target, block.folder) for config in configs for block in config.blocks for target in block.targets)
    able.announce(asked(configs, able.load))
    progress = Progress(sum(len(config.blocks) for config in configs))

    def begin(block: Block) -> None:
        progress.step(block.title)

    examine = drawing(able.examine, wanted=figures)
    for outcome in run_blocks(configs, examine=examine, load=able.load, on_block=begin):
        progress.erase()
        yield outcome
