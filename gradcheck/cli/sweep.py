"""``gradcheck sweep``: run configuration files and hold what is found against what they expect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.execution import Execution
from gradcheck.cli.exits import Exit, exit_of
from gradcheck.cli.groups import argument, command
from gradcheck.cli.hands import Hands, hands
from gradcheck.cli.interruption import Interruption
from gradcheck.cli.output import complain, output
from gradcheck.cli.progress import Progress
from gradcheck.cli.reporting import Reporting, reporter

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.config.file import Block, Config
    from gradcheck.records.outcome import Outcome
    from gradcheck.records.report import LayerReport


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
    from gradcheck.reports.sweep import render_block, render_total
    from gradcheck.run.gate import sweep_decision

    outcomes: list[Outcome] = []
    stop = Interruption()
    with reporter(reporting) as told:
        whole = _read(configs.paths)
        part = execution.share_of(whole)
        with (
            hands(execution, by_case=False) as able,
            output(reporting.file, reporting.color, reporting.verbosity) as (stream, options),
        ):
            for _, block in groupby(_outcomes(able, part, reporting, stop), key=lambda outcome: outcome.block):
                outcomes += (members := tuple(block))
                render_block(members, stream, options)
            render_total(outcomes, stream, options)
        told.keep([as_report(outcome) for outcome in outcomes])
        stop.resume()
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


def _outcomes(able: Hands, configs: Sequence[Config], reporting: Reporting, stop: Interruption) -> Iterator[Outcome]:
    from gradcheck.run.refine import illustrate
    from gradcheck.run.sweep import run_blocks
    from gradcheck.run.sweeps import asked

    progress = Progress(sum(len(config.blocks) for config in configs))

    def begin(block: Block) -> None:
        progress.step(block.title)

    def examine(layer: Subject, *rest: Any, **options: Any) -> LayerReport:
        report = able.examine(layer, *rest, **options)
        return illustrate(layer, report) if reporting.draws else report

    with stop:
        able.look((target, block.folder) for config in configs for block in config.blocks for target in block.targets)
        able.announce(asked(configs, able.load))
        for outcome in run_blocks(configs, examine=examine, load=able.load, on_block=begin):
            progress.erase()
            yield outcome
