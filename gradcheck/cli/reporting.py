"""The options that say how a run is told, and what tells it: stdout, files in any format, the annotations of GitHub."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradcheck.cli.exits import Exit
from gradcheck.cli.flags import FILE, Value
from gradcheck.cli.groups import option
from gradcheck.cli.output import complain, output, refuse_unwritable, today
from gradcheck.cli.workflow import annotate, deaf, is_file, on_github
from gradcheck.errors import LoadError, UnwrittenError, UsageError
from gradcheck.files import seen_from_here, write_whole
from gradcheck.reports import FORMATS, load_format
from gradcheck.reports.interface import SILENT, RenderOptions
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.records.report import LayerReport
    from gradcheck.records.run import RunFacts


def format_and_file(text: str) -> tuple[str, Path]:
    """``junit=out.xml`` as the name of a format and a file."""
    form, _, file = text.partition("=")
    if not file:
        raise ValueError(f"must be a format and a file, such as junit=gradcheck.xml, not {text!r}")
    try:
        FORMATS[form]
    except UsageError as cause:
        raise ValueError(str(cause)) from None
    return form, Path.cwd() / file


@dataclass(frozen=True)
class Reporting:
    """How a run is told.

    Attributes
    ----------
    form
        The format of the report on stdout, or in `file`.
    files
        Further reports: a format and a file each.
    quiet, verbose
        How often each was given.
    color
        ``auto``, ``always`` or ``never``.
    file
        Where the report goes; None is stdout.
    figures
        Whether the numbers behind failures are wanted whatever the formats.
    """

    form: str = option(
        "--output-format", default="table", type=click.Choice(list(FORMATS)), help="How the report is written."
    )
    files: tuple[tuple[str, Path], ...] = option(
        "--report",
        default=(),
        type=Value("format and file", format_and_file),
        multiple=True,
        metavar="FORMAT=FILE",
        help=f"Write a report to FILE, too: {', '.join(FORMATS)}. May be repeated.",
    )
    quiet: int = option("-q", "--quiet", default=0, count=True, help="Tell less: the summary and what failed.")
    verbose: int = option("-v", "--verbose", default=0, count=True, help="Tell more: fold fewer rows; -vv folds none.")
    color: str = option(
        "--color",
        default="auto",
        type=click.Choice(["auto", "always", "never"]),
        help="Colours; auto asks NO_COLOR, FORCE_COLOR and the terminal.",
    )
    file: Path | None = option(
        "-o",
        "--output-file",
        type=FILE,
        metavar="FILE",
        help="Write the report to FILE, once it is complete, instead of stdout.",
    )
    figures: bool = option(
        "--figures",
        default=False,
        is_flag=True,
        help="Keep in jsonl what `gradcheck report` needs to draw failures in html.",
    )

    def __post_init__(self) -> None:
        """Refuse files that cannot be written, or that two reports would be written to."""
        if self.file is not None:
            refuse_unwritable("-o", self.file)
        for _, path in self.files:
            refuse_unwritable("--report", path)
        taken = {self.file.resolve()} if self.file else set()
        for _, path in self.files:
            if path.resolve() in taken:
                raise UsageError(
                    f"`--report` must name a file of its own for each report, not {seen_from_here(path)!r} twice"
                )
            taken.add(path.resolve())

    @property
    def verbosity(self) -> int:
        """Above 0 to tell more, below 0 to tell less."""
        return self.verbose - self.quiet

    @property
    def draws(self) -> bool:
        """Whether the numbers behind failures are wanted."""
        return self.figures or "html" in self._forms

    @property
    def _forms(self) -> tuple[str, ...]:
        return self.form, *(form for form, _ in self.files)

    @property
    def names_run(self) -> bool:
        """Whether a report says which run it is of."""
        return "jsonl" in self._forms

    @property
    def is_read_by_people(self) -> bool:
        """Whether stdout takes more than the report: it is no program's, or the report goes elsewhere."""
        return self.file is not None or self.form in ("table", "github")


@dataclass
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
    shared
        The names that several layers have: these are called by their targets.
    """

    asked: Reporting
    missed: list[LayerReport] = field(default_factory=list)
    done: list[LayerReport] = field(default_factory=list)
    told: list[LayerReport] = field(default_factory=list)
    run: RunFacts | None = None
    unwritten: bool = False
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
        table = self.asked.form == "table"
        # GitHub does not listen now: it is told after the command, as always.
        later = self.asked.form == "github" and self.asked.file is None and on_github()
        form = SILENT if later or (empty and table) else load_format(self.asked.form)
        with output(self.asked.file, self.asked.color, self.asked.verbosity, self.trouble) as (stream, options):

            def tell(report: LayerReport) -> None:
                self.done.append(report)
                form.layer(self._called(report), stream, options)

            form.begin(stream, replace(options, run=self.run))
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
        self.told = list(reports)
        for form, path in self.asked.files:
            whole = io.StringIO()
            options = RenderOptions(verbosity=self.asked.verbosity, date=today(), run=self.run)
            load_format(form).write(self.told, whole, options)
            self.write(partial(write_whole, path, whole.getvalue()))


@contextmanager
def reporter(asked: Reporting) -> Iterator[Reporter]:
    """What tells a run; GitHub, where it listens, is told at the end."""
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
