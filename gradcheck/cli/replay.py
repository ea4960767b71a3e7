"""``--replay``, ``--script`` and ``--no-shrink``: a failure made again, made smaller, and shown by a script."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.options import Callback
from gradcheck.cli.output import refuse_folder, write_whole
from gradcheck.errors import GradcheckError, UsageError, nearest
from gradcheck.records.identity import case_of

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.finding import Finding
    from gradcheck.records.plan import Plan
    from gradcheck.records.report import LayerReport

SECONDS = 5.0  # of a run, for all counterexamples together
STDOUT = "-"


@dataclass
class Showing:
    """How failures are shown.

    Attributes
    ----------
    script
        Where to write a script that shows the first of them; empty for none, `STDOUT` for stdout.
    shrink
        Whether they are made smaller.
    left
        Seconds that are left for that.
    """

    script: str = ""
    shrink: bool = True
    left: float = field(default=SECONDS)

    def smaller(self, subject: Subject, report: LayerReport) -> Iterator[LayerReport]:
        """The report with counterexamples; Ctrl-C costs these alone."""
        if not self.shrink or report.passed or self.left <= 0:
            yield report
            return
        import time

        from gradcheck.run.shrink.reporting import with_counterexamples

        start = time.perf_counter()
        try:
            shrunk = with_counterexamples(subject, report, self.left, _fresh(subject))
        except KeyboardInterrupt:
            yield report
            raise
        self.left -= time.perf_counter() - start
        yield shrunk

    def write(self, subjects: Sequence[Subject], reports: Sequence[LayerReport]) -> None:
        """Write the script, where one was asked for, that shows a failure of the first layer that has any."""
        if not self.script:
            return
        text = _script(subjects, reports)
        if text and self.script == STDOUT:
            click.echo(text, nl=False)
        elif text:
            write_whole(Path(self.script), text)
        else:
            click.echo("note: no script was written: nothing fails that a script shows by itself", err=True)


def showing_options(callback: Callback) -> Callback:
    """Add the three options; ``--replay`` joins what is `asked`, so they stand inside of `plan_options`.

    The others arrive as `showing`.
    """

    @functools.wraps(callback)
    def gathered(asked: Mapping[str, Any], **given: Any) -> int:
        showing = Showing(given.pop("script") or "", not given.pop("no_shrink"))
        if showing.script not in ("", STDOUT):
            refuse_folder("--script", Path(showing.script))
        if identities := given.pop("replay"):
            asked = {**asked, "replay": tuple(map(case_of, identities))}
        return callback(asked=asked, showing=showing, **given)

    options = (
        click.option("--replay", multiple=True, metavar="ID", help="Run the case of that id alone. May be repeated."),
        click.option(
            "--script",
            type=click.Path(dir_okay=False, allow_dash=True),
            metavar="FILE",
            help="Write a script to FILE that shows a failure with numpy and the layer alone; - for stdout.",
        ),
        click.option("--no-shrink", is_flag=True, help="Do not look for smaller points that fail."),
    )
    return functools.reduce(lambda inner, option: option(inner), reversed(options), gathered)


def replayed(plan: Plan, subjects: Sequence[Subject]) -> tuple[Subject, ...]:
    """The layers of which a plan replays cases; all of them where it replays none.

    Raises
    ------
    UsageError
        When a case is of no such layer, or its point cannot be made.
    """
    if not plan.replay or not subjects:
        return tuple(subjects)
    from gradcheck.inputs.points import make_point

    named = {subject.name: subject for subject in subjects}
    for case in plan.replay:
        if case.layer not in named:
            known, near = ", ".join(named), nearest(case.layer, named)
            raise UsageError(f"`--replay` must name a case of a layer here ({known}), not of {case.layer!r}{near}")
        make_point(named[case.layer].inputs, named[case.layer].critical, case)
    wanted = {case.layer for case in plan.replay}
    return tuple(subject for subject in subjects if subject.name in wanted)


def _script(subjects: Sequence[Subject], reports: Sequence[LayerReport]) -> str:
    """The script for the first failure that has one; empty without."""
    from gradcheck.run.shrink.script import script

    made = {(subject.name, subject.target): subject for subject in subjects}
    for report in reports:
        for finding in _worst(report):
            subject = made[report.layer, report.target]
            with suppress(UsageError):
                return script(subject, finding, _fresh(subject))
    return ""


def _worst(report: LayerReport) -> Iterator[Finding]:
    """The failures that a script should show: the worst of each kind, in small where it is known so."""
    from gradcheck.run.shrink.reporting import worst_first

    for alike in worst_first(finding for finding in report.failures if not finding.known):
        yield next((one for one in alike if one.counterexample), alike[0])


def _fresh(subject: Subject) -> Callable[[], Subject]:
    """What makes a layer anew, as its file is now; the layer itself where that does not work."""

    def made() -> Subject:
        from gradcheck.layers.loading import load

        with suppress(GradcheckError):
            return next((one for one in load(subject.target) if one.name == subject.name), subject)
        return subject

    return made
