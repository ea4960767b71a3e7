"""``gradcheck report``: tell again what runs have written, together, and leave with what they found."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from gradcheck.cli.acceptance import Acceptance
from gradcheck.cli.exits import Exit
from gradcheck.cli.options import argument, command
from gradcheck.cli.output import complain, note
from gradcheck.cli.reporter import reporter
from gradcheck.cli.reporting import Reporting
from gradcheck.errors import UsageError
from gradcheck.text import plural, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcheck.records.report import LayerReport
    from gradcheck.records.run import RunReport
    from gradcheck.run.gate import Decision


@dataclass(frozen=True)
class Files:
    """Reports in the format jsonl; ``-`` is stdin."""

    title: ClassVar[str] = "What to tell"
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
    from gradcheck.records.report import shared_names
    from gradcheck.run.merge import facts_together, merged, refuse_missing

    with reporter(reporting) as told:
        gate = acceptance.gate()
        parts = [(str(file), part) for file in files.paths for part in _read(file)]
        refuse_missing(parts)
        found = merged(report for _, part in parts for report in part.reports)
        reports = [gate.baseline.marked(one) for one in _without_notes(found, acceptance)]
        _refuse_unfinished(parts, gate.decision(reports))
        told.run = facts_together((part for _, part in parts), len(reports))
        told.shared = shared_names((one.layer, one.target) for one in reports)
        with told.begin() as tell:
            for one in reports:
                tell(one)
        code = acceptance.settle(gate, told.done)
    if code is Exit.NOTHING:
        complain("nothing selected: the files hold no finding")
    return told.code(code)


def _without_notes(reports: Sequence[LayerReport], acceptance: Acceptance) -> tuple[LayerReport, ...]:
    """Reports as if no baseline had let failures pass: the one at hand decides, and without one none of them passes."""
    from gradcheck.records.finding import KNOWN
    from gradcheck.run.baseline import unmarked

    known = sum(finding.known.startswith(KNOWN) for report in reports for finding in report.findings)
    if known and not acceptance.baseline:
        note(f"{plural(known, 'failure')} passed by a baseline, which counts here only if given, too: --baseline FILE")
    return tuple(map(unmarked, reports))


def _refuse_unfinished(parts: Sequence[tuple[str, RunReport]], decision: Decision) -> None:
    """Refuse to let a run pass of which a part was cut off: the rest of it may fail."""
    from gradcheck.run.gate import Decision

    if decision in (Decision.PASSED, Decision.NOTHING):
        for name, part in parts:
            if part.facts and not part.facts.finished:
                raise UsageError(f"{printable(name)}: the run ended before all of its cases were run; run it again")


def _read(file: Path) -> tuple[RunReport, ...]:
    from gradcheck.reports.jsonl_reader import read

    with nullcontext(sys.stdin) if str(file) == "-" else file.open(encoding="utf-8") as lines:
        try:
            return read(lines)
        except (UsageError, UnicodeDecodeError) as cause:
            raise UsageError(f"{printable(str(file))}: {cause}") from None
