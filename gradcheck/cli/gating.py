"""What lets a run pass: the options of the gate, the baseline of known failures, and the exit code that follows."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.exits import Exit
from gradcheck.cli.options import Callback
from gradcheck.cli.output import refuse_folder, write_whole
from gradcheck.errors import UsageError
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.records.finding import Finding, Verdict
    from gradcheck.records.report import LayerReport
    from gradcheck.run.baseline import Baseline, Known

THRESHOLDS = {"fail": "ERROR", "inconclusive": "INCONCLUSIVE", "undefined": "UNDEFINED"}
FILE = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Gate:
    """What is asked of a run.

    Attributes
    ----------
    fail_on
        A key of `THRESHOLDS`: the mildest verdict that does not pass.
    baseline
        The file of known failures, if any.
    update
        Whether to write it anew from this run.
    most
        How many failures stop the run; None for no number of them.
    """

    fail_on: str = "fail"
    baseline: Path | None = None
    update: bool = False
    most: int | None = None


def gate_options(callback: Callback) -> Callback:
    """Add the options that say what passes; they arrive as `gate`, with `stop` and `maxfail` where there are such."""

    @functools.wraps(callback)
    def gathered(**given: Any) -> int:
        stop, maxfail = given.pop("stop", False), given.pop("maxfail", None)
        gate = Gate(given.pop("fail_on"), given.pop("baseline"), given.pop("update"), 1 if stop else maxfail)
        if gate.update and gate.baseline is None:
            raise UsageError("`--update-baseline` must stand beside --baseline FILE, the file to update")
        if gate.update and gate.baseline:
            refuse_folder("--baseline", gate.baseline)
        return callback(gate=gate, **given)

    options = (
        click.option(
            "--fail-on",
            type=click.Choice(list(THRESHOLDS)),
            default="fail",
            help="Leave with 1 for these verdicts and all that are worse.",
        ),
        click.option(
            "--baseline",
            type=FILE,
            metavar="FILE",
            help="Let the failures listed in FILE pass unless they are worse by a decade.",
        ),
        click.option("--update-baseline", "update", is_flag=True, help="Write the failures of this run to that FILE."),
    )
    return functools.reduce(lambda inner, option: option(inner), reversed(options), gathered)


def stop_options(callback: Callback) -> Callback:
    """Add the options that end a run early; they stand outside of `gate_options`, which gathers them."""
    stop = click.option("-x", "--stop", is_flag=True, help="Stop at the first failure.")
    most = click.option("--maxfail", type=click.IntRange(min=1), metavar="N", help="Stop after N failures.")
    return stop(most(callback))


class Judge:
    """Holds what is found against a gate.

    Parameters
    ----------
    gate : Gate
    today : date, optional
        What the entries of the baseline expire by; that of the clock unless given.

    Raises
    ------
    UsageError
        When the baseline cannot be read, or holds mistakes.
    """

    def __init__(self, gate: Gate, today: date | None = None) -> None:
        from gradcheck.records.finding import Verdict
        from gradcheck.run.baseline import Baseline

        self.gate = gate
        self.threshold = Verdict[THRESHOLDS[gate.fail_on]]
        self.baseline = Baseline(_entries(gate), today or datetime.now(UTC).date(), self.threshold)
        self.failures = 0

    @property
    def full(self) -> bool:
        """Whether there have been as many failures as stop the run."""
        return self.gate.most is not None and self.failures >= self.gate.most

    def enough(self, findings: Sequence[Finding]) -> bool:
        """Count the failures among the findings of a case; whether the run must stop after it."""
        self.failures += sum(_gates(self.baseline.noted(finding), self.threshold) for finding in findings)
        return self.full

    def marked(self, reports: Iterable[LayerReport]) -> Iterator[LayerReport]:
        """The reports with notes on what the baseline says of their failures."""
        return map(self.baseline.marked, reports)

    def settle(self, reports: Sequence[LayerReport], *, whole: bool = True) -> Exit:
        """Tell what became of the baseline, write it if that is asked, and say what to leave with.

        Parameters
        ----------
        reports : sequence of LayerReport
            As `marked` made them.
        whole : bool
            Whether every target could be loaded.
        """
        path = self.gate.baseline
        if path is None:
            return code_of(reports, whole=whole, fail_on=self.gate.fail_on)
        if not self.gate.update:
            _tell(path, self.baseline, reports)
            return code_of(reports, whole=whole, fail_on=self.gate.fail_on)
        from gradcheck.run.baseline import unmarked

        after = replace(self.baseline, entries=self.baseline.updated(reports))
        _write(path, self.baseline, after)
        accepted = [after.marked(unmarked(report)) for report in reports]
        return code_of(accepted, whole=whole, fail_on=self.gate.fail_on)


def code_of(reports: Iterable[LayerReport], *, whole: bool, fail_on: str = "fail") -> Exit:
    """The exit code for what was found; a wrong derivative outweighs what could not be checked.

    Parameters
    ----------
    reports : iterable of LayerReport
    whole : bool
        Whether every target could be loaded.
    fail_on : str
        A key of `THRESHOLDS`.
    """
    from gradcheck.records.finding import Verdict

    findings = [finding for report in reports for finding in report.findings]
    verdicts = {finding.verdict for finding in findings if _gates(finding, Verdict[THRESHOLDS[fail_on]])}
    if Verdict.FAIL in verdicts:
        return Exit.WRONG
    if Verdict.ERROR in verdicts or not whole:
        return Exit.BROKEN
    if verdicts:
        return Exit.WRONG
    return Exit.PASSED if findings else Exit.NOTHING


def _gates(finding: Finding, threshold: Verdict) -> bool:
    return finding.verdict.severity >= threshold.severity and not finding.known


def _entries(gate: Gate) -> tuple[Known, ...]:
    path = gate.baseline
    if path is None or (gate.update and not path.exists()):
        return ()
    from gradcheck.run.baseline_file import read  # only where there is a baseline: start-up

    return read(path)


def _tell(path: Path, baseline: Baseline, reports: Sequence[LayerReport]) -> None:
    known = sum(bool(finding.known) for report in reports for finding in report.findings)
    _note(path, f"{known} known failure{'' if known == 1 else 's'}")
    for entry in baseline.expired:
        _note(path, f"expired on {entry.expires}: {entry.text}", entry.line)
    for entry in baseline.fixed(reports):
        _note(path, f"fixed: {entry.text}: remove the entry, or give --update-baseline", entry.line)


def _write(path: Path, before: Baseline, after: Baseline) -> None:
    from gradcheck.run.baseline_file import written

    write_whole(path, written(after.entries))
    old, new = ({entry.key for entry in baseline.entries} for baseline in (before, after))
    _note(path, f"{len(new)} known: {len(new - old)} new, {len(old - new)} fixed and removed")
    for entry in after.expired:
        _note(path, f"expired on {entry.expires}: {entry.text}")


def _note(path: Path, sentence: str, line: int = 0) -> None:
    where = f"{path}:{line}" if line else str(path)
    print(printable(f"note: {where}: {sentence}"), file=sys.stderr)
