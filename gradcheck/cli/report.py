"""``gradcheck report``: tell again what runs have written, together, and leave with what they found."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradcheck.cli.acceptance import Acceptance
from gradcheck.cli.exits import Exit
from gradcheck.cli.groups import argument, command
from gradcheck.cli.output import complain
from gradcheck.cli.reporting import Reporting, reporter
from gradcheck.errors import UsageError
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.records.report import LayerReport


@dataclass(frozen=True)
class Files:
    """Reports in the format jsonl; ``-`` is stdin."""

    paths: tuple[Path, ...] = argument(
        default=(),
        nargs=-1,
        required=True,
        metavar="FILE...",
        type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    )


@command(Files, Acceptance, Reporting, without={"stop", "maxfail", "figures"})
def report(*, files: Files, acceptance: Acceptance, reporting: Reporting) -> int:
    """Merge reports in the format jsonl, of the shards of a run say, and tell them in any format.

    A FILE that is - stands for stdin. What is in two files counts once.
    """
    from gradcheck.run.baseline import unmarked
    from gradcheck.run.merge import merged

    with reporter(reporting) as told:
        gate = acceptance.gate()
        reports = merged([part for file in files.paths for part in _read(file)])
        if acceptance.baseline:  # it decides, and not those of the runs
            reports = tuple(map(unmarked, reports))
        with told.begin() as tell:
            for one in reports:
                tell(gate.baseline.marked(one))
        code = acceptance.settle(gate, told.done)
    if code is Exit.NOTHING:
        complain("nothing selected: the files hold no finding")
    return code


def _read(file: Path) -> tuple[LayerReport, ...]:
    from gradcheck.reports.jsonl import read

    with nullcontext(sys.stdin) if str(file) == "-" else file.open(encoding="utf-8") as lines:
        try:
            return read(lines)
        except (UsageError, UnicodeDecodeError) as cause:
            raise UsageError(f"{printable(str(file))}: {cause}") from None
