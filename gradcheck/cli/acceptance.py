"""The options that say what passes, and what becomes of the file of known failures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from gradcheck.cli.exits import Exit, exit_of
from gradcheck.cli.flags import FILE
from gradcheck.cli.options import option
from gradcheck.cli.output import note, refuse_unwritable
from gradcheck.errors import UsageError, nearest
from gradcheck.files import alone, seen_from_here, write_whole
from gradcheck.frozen import dataclass

if TYPE_CHECKING:
    from gradcheck.records.report import LayerReport
    from gradcheck.run.baseline import Baseline, Known
    from gradcheck.run.gate import Gate

THRESHOLDS = {"fail": "ERROR", "inconclusive": "INCONCLUSIVE", "undefined": "UNDEFINED"}  # the names of verdicts


@dataclass(frozen=True)
class Acceptance:
    """What is asked of a run.

    Attributes
    ----------
    stop
        Whether one failure stops the run.
    maxfail
        How many do; None for no number of them.
    fail_on
        A key of `THRESHOLDS`: the mildest verdict that does not pass.
    baseline
        The file of known failures, if any.
    update
        Whether to write it anew from this run.
    """

    title: ClassVar[str] = "Gates"
    stop: bool = option("-x", "--stop", default=False, is_flag=True, help="Stop at the first failure.")
    maxfail: int | None = option("--maxfail", type=click.IntRange(min=1), metavar="N", help="Stop after N failures.")
    fail_on: str = option(
        "--fail-on",
        default="fail",
        show_default=True,
        type=click.Choice(list(THRESHOLDS)),
        help="Leave with 1 for these verdicts and all that are worse.",
    )
    baseline: Path | None = option(
        "--baseline",
        type=FILE,
        metavar="FILE",
        help="Let the failures listed in FILE pass unless they are worse by a decade.",
    )
    update: bool = option(
        "--update-baseline", default=False, is_flag=True, help="Write the failures of this run to that FILE."
    )

    def __post_init__(self) -> None:
        """Refuse an update of no file, or of one that cannot be written."""
        if self.update and self.baseline is None:
            raise UsageError("`--update-baseline` must stand beside --baseline FILE, the file to update")
        if self.update and self.baseline:
            refuse_unwritable("--baseline", self.baseline)

    @property
    def most(self) -> int | None:
        """How many failures stop the run, if any number does."""
        return 1 if self.stop else self.maxfail

    def gate(self, today: date | None = None) -> Gate:
        """What findings are held against.

        Parameters
        ----------
        today : date, optional
            What the entries of the baseline expire by; that of the clock unless given.

        Raises
        ------
        UsageError
            When the baseline cannot be read, or holds mistakes.
        """
        from gradcheck.records.finding import Verdict
        from gradcheck.run.baseline import Baseline
        from gradcheck.run.gate import Gate

        threshold = Verdict[THRESHOLDS[self.fail_on]]
        return Gate(Baseline(self._known(), today or datetime.now(UTC).date(), threshold), self.most)

    def settle(self, gate: Gate, reports: Sequence[LayerReport], *, whole: bool = True, selected: bool = False) -> Exit:
        """Tell what becomes of the baseline, write it if that is asked, and say what to leave with.

        Parameters
        ----------
        gate : Gate
        reports : sequence of LayerReport
            As `gate` marked them.
        whole : bool
            Whether every target could be loaded.
        selected : bool
            Whether only some of the cases were asked for: then entries may well cover none.
        """
        if self.baseline is not None and not selected:
            _tell_unmatched(self.baseline, gate.baseline, reports)
        if self.baseline is not None and self.update:
            with alone(self.baseline):
                # As it is now: another run may have written it since this one began, and its entries must stay.
                gate = replace(gate, baseline=replace(gate.baseline, entries=self._known()))
                renewed, reports = gate.renewed(reports)
                _write(self.baseline, gate.baseline, renewed.baseline)
        elif self.baseline is not None:
            _tell(self.baseline, gate.baseline, reports)
        return exit_of(gate.decision(reports, whole=whole))

    def _known(self) -> tuple[Known, ...]:
        if self.baseline is None or (self.update and not self.baseline.exists()):
            return ()
        from gradcheck.run.baseline_file import read  # only where there is a baseline: start-up

        return read(Path(seen_from_here(self.baseline)))


def _tell(path: Path, baseline: Baseline, reports: Sequence[LayerReport]) -> None:
    known = sum(bool(finding.known) for report in reports for finding in report.findings)
    _note(path, f"{known} known failure{'' if known == 1 else 's'}")
    for entry in baseline.expired:
        _note(path, f"expired on {entry.expires}: {entry.text}", entry.line)
    for entry in baseline.fixed(reports):
        _note(path, f"fixed: {entry.text}: remove the entry, or give --update-baseline", entry.line)


def _tell_unmatched(path: Path, baseline: Baseline, reports: Sequence[LayerReport]) -> None:
    layers = {finding.case.layer for report in reports for finding in report.findings}
    for entry in baseline.unmatched(reports):
        near = "" if entry.layer in layers else nearest(entry.layer, layers)
        _note(path, f"covers nothing that was run: {entry.text}{near}", entry.line)


def _write(path: Path, before: Baseline, after: Baseline) -> None:
    from gradcheck.run.baseline_file import written

    write_whole(path, written(after.entries))
    old, new = ({entry.key for entry in baseline.entries} for baseline in (before, after))
    _note(path, f"{len(new)} known: {len(new - old)} new, {len(old - new)} fixed and removed")
    for entry in after.expired:
        _note(path, f"expired on {entry.expires}: {entry.text}")


def _note(path: Path, sentence: str, line: int = 0) -> None:
    where = f"{seen_from_here(path)}:{line}" if line else seen_from_here(path)
    note(f"{where}: {sentence}")
