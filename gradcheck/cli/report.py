"""``gradcheck report``: tell again what runs have written, together, and leave with what they found."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradcheck.cli.exits import EPILOG, Exit
from gradcheck.cli.gating import Gate, Judge, gate_options
from gradcheck.cli.options import format_option
from gradcheck.cli.output import complain
from gradcheck.cli.progress import Shielded
from gradcheck.cli.reporting import Reporting, report_options
from gradcheck.errors import UsageError
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.records.report import LayerReport


@click.command(epilog=EPILOG, no_args_is_help=True)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@gate_options
@format_option
@report_options
def report(*, files: tuple[Path, ...], gate: Gate, reporting: Reporting) -> int:
    """Merge reports in the format jsonl, of the shards of a run say, and tell them in any format.

    A FILE that is - stands for stdin. What is in two files counts once.
    """
    from gradcheck.run.merge import merged

    judge = Judge(gate)
    parts = [part for file in files for part in _read(file)]
    reports = Shielded(judge.marked(_unmarked(merged(parts), gate)))
    reporting.tell(reports)
    code = judge.settle(reports.done)
    if code is Exit.NOTHING:
        complain("nothing selected: the files hold no finding")
    return code


def _unmarked(reports: Sequence[LayerReport], gate: Gate) -> Iterator[LayerReport]:
    """The reports, without what other baselines let pass where there is one here."""
    from gradcheck.run.baseline import unmarked

    return map(unmarked, reports) if gate.baseline else iter(reports)


def _read(file: Path) -> tuple[LayerReport, ...]:
    from gradcheck.reports.jsonl import read

    with nullcontext(sys.stdin) if str(file) == "-" else file.open(encoding="utf-8") as lines:
        try:
            return read(lines)
        except (UsageError, UnicodeDecodeError) as cause:
            raise UsageError(f"{printable(str(file))}: {cause}") from None
