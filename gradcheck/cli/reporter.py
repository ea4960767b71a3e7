"""What tells a run: stdout, files in any format, the annotations of GitHub."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from functools import partial
from typing import TYPE_CHECKING

from gradcheck.cli.exits import Exit
from gradcheck.cli.output import complain, output, today
from gradcheck.errors import LoadError, UnwrittenError
from gradcheck.files import write_whole
from gradcheck.frozen import dataclass
from gradcheck.reports import load_format
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.cli.reporting import Reporting
    from gradcheck.records.report import LayerReport
    from gradcheck.records.run import RunFacts


@dataclass(frozen=False)
class Reporter:
    """Tells a run in every way that is asked for.

    Attributes
    ----------
    asked
    missed
        An error for each target that could not be loaded; the table leaves them out, for stderr has told of them.
    done
        The reports of layers so far.
    told
        What was told when all was written, errors and all.
    run
        Which run it is; None where no report wants to know.
    unwritten
        Whether some of it could not be written.
    config
        The configuration file whose defaults hold; empty for none.
    shared
        The names that several layers have: these are called by their targets.
    """

    asked: Reporting
    missed: list[LayerReport] = field(default_factory=list)
    done: list[LayerReport] = field(default_factory=list)
    told: list[LayerReport] = field(default_factory=list)
    run: RunFacts | None = None
    unwritten: bool = False
    config: str = ""
    shared: frozenset[str] = frozenset()

    def trouble(self, cause: OSError) -> None:
        """Tell of what could not be written; it costs nothing else that is to be told."""
        complain(cause)
        self.unwritten = True

    def write(self, keep: Callable[[], None]) -> None:
        """Write something by way of a function; what hinders it is told."""
        try:
            keep()
        except UnwrittenError as cause:
            self.trouble(cause)

    def code(self, code: Exit) -> Exit:
        """What to leave with: a run that was not told in full has not passed."""
        return Exit.BROKEN if self.unwritten and code in (Exit.PASSED, Exit.NOTHING) else code

    def cut_short(self) -> None:
        """Take note that not all of the run was run."""
        self.run = replace(self.run, finished=False) if self.run else None

    def miss(self, target: str, cause: LoadError) -> None:
        """Take note of a target that could not be loaded."""
        from gradcheck.records.case import Case
        from gradcheck.records.fault import stated
        from gradcheck.records.finding import Finding, Verdict
        from gradcheck.records.report import LayerReport

        name = printable(target)
        finding = Finding("load", Verdict.ERROR, Case(name, "normal"), fault=stated(str(cause)))
        self.missed.append(LayerReport(name, target, (finding,)))

    @contextmanager
    def begin(self, *, empty: bool = False) -> Iterator[Callable[[LayerReport], None]]:
        """Begin the report, and give what tells of a layer that is done; at the end the files are written, too.

        Parameters
        ----------
        empty : bool
            Whether there will be no layer: a table is not written then.
        """
        from gradcheck.cli.workflow import on_github
        from gradcheck.reports.interface import SILENT

        table = self.asked.form == "table"
        # GitHub does not listen now: it is told after the command, as always.
        later = self.asked.form == "github" and self.asked.file is None and on_github()
        form = SILENT if later or (empty and table) else load_format(self.asked.form)
        with output(self.asked.file, self.asked.color, self.asked.verbosity, self.trouble) as (stream, options):

            def tell(report: LayerReport) -> None:
                self.done.append(report)
                form.layer(self._called(report), stream, options)
                stream.flush()  # into a pipe, too: whoever reads it sees each layer as soon as it is done

            form.begin(stream, replace(options, run=self.run, config=self.config))
            yield tell
            missed = [] if table else self.missed
            for report in missed:
                form.layer(report, stream, options)
            called = [*map(self._called, self.done)]
            form.end([*called, *missed], stream, replace(options, run=self.run))
        self.keep([*called, *self.missed])

    def _called(self, report: LayerReport) -> LayerReport:
        from gradcheck.records.report import qualified

        return qualified(report) if report.layer in self.shared else report

    def keep(self, reports: Sequence[LayerReport]) -> None:
        """Write the files, each complete or not at all."""
        from gradcheck.reports.interface import RenderOptions

        self.told = list(reports)
        for form, path in self.asked.files:
            whole = io.StringIO()
            options = RenderOptions(verbosity=self.asked.verbosity, date=today(), run=self.run)
            load_format(form).write(self.told, whole, options)
            self.write(partial(write_whole, path, whole.getvalue()))


@contextmanager
def reporter(asked: Reporting) -> Iterator[Reporter]:
    """What tells a run; GitHub, where it listens, is told at the end."""
    from gradcheck.cli.workflow import annotate, deaf, is_file, on_github

    teller = Reporter(asked)
    if not on_github():
        yield teller
        return
    stream = sys.stdout if asked.is_read_by_people and not is_file(sys.stdout) else sys.stderr
    try:
        with deaf(stream):
            yield teller
    finally:
        annotate(teller.told, stream, os.environ.get("GITHUB_STEP_SUMMARY", ""))
