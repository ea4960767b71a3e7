"""Reports beside the one on stdout: files in any format, and the annotations of GitHub."""

from __future__ import annotations

import functools
import io
import itertools
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.options import Callback, Telling, telling_options
from gradcheck.cli.output import opened, refuse_folder, today, write_whole
from gradcheck.cli.values import Value
from gradcheck.cli.workflow import annotate, deaf, is_file, on_github
from gradcheck.errors import LoadError, UsageError
from gradcheck.reports import FORMATS, format_named
from gradcheck.reports.interface import SILENT, RenderOptions
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.cli.progress import Shielded
    from gradcheck.records.report import LayerReport


@dataclass
class Reporting:
    """Every way in which a run is told.

    Attributes
    ----------
    form
        The format of the report on stdout, or in the file of `telling`.
    telling
    files
        Further reports: a format and a file each.
    figures
        Whether the numbers behind failures are wanted whatever the formats.
    missed
        An error for each target that could not be loaded; the table leaves them out, for stderr has told of them.
    told
        What was told, errors and all.
    """

    form: str
    telling: Telling
    files: tuple[tuple[str, Path], ...] = ()
    figures: bool = False
    missed: list[LayerReport] = field(default_factory=list)
    told: list[LayerReport] = field(default_factory=list)

    @property
    def draws(self) -> bool:
        """Whether the numbers behind failures are wanted."""
        return self.figures or "html" in (self.form, *(form for form, _ in self.files))

    @property
    def is_read_by_people(self) -> bool:
        """Whether stdout takes more than the report: it is no program's, or the report goes elsewhere."""
        return self.telling.file is not None or self.form in ("table", "github")

    def miss(self, target: str, cause: LoadError) -> None:
        """Take note of a target that could not be loaded."""
        from gradcheck.records.case import Case
        from gradcheck.records.finding import Finding, Verdict
        from gradcheck.records.report import LayerReport

        name = printable(target)
        finding = Finding("load", Verdict.ERROR, Case(name, "normal"), sentence=str(cause))
        self.missed.append(LayerReport(name, target, (finding,)))

    def tell(self, reports: Shielded[LayerReport], *, empty: bool = False) -> None:
        """Write the report to stdout as the layers come, then the files.

        Parameters
        ----------
        reports : Shielded of LayerReport
        empty : bool
            Whether there will be none: a table is not written then.
        """
        with opened(self.telling) as (stream, options):
            # GitHub does not listen now: it is told after the command, as always.
            later = self.form == "github" and stream is sys.stdout and on_github()
            form = SILENT if later or (empty and self.form == "table") else format_named(self.form)
            missed = [] if self.form == "table" else self.missed
            form.begin(stream, options)
            for report in itertools.chain(reports, missed):
                form.layer(report, stream, options)
            form.end([*reports.done, *missed], stream, options)
        self.keep([*reports.done, *self.missed])

    def keep(self, reports: Sequence[LayerReport]) -> None:
        """Write the files, each complete or not at all."""
        self.told = list(reports)
        for form, path in self.files:
            whole = io.StringIO()
            options = RenderOptions(verbosity=self.telling.verbosity, date=today())
            format_named(form).write(self.told, whole, options)
            write_whole(path, whole.getvalue())


def report_options(callback: Callback) -> Callback:
    """Add the options that say how to report; they arrive as `reporting`. GitHub is told after the command."""

    @functools.wraps(callback)
    def gathered(**given: Any) -> int:
        reporting = Reporting(given.pop("form", "table"), given.pop("telling"), given.pop("report"))
        refuse_folders(reporting)
        if not on_github():
            return callback(reporting=reporting, **given)
        stream = sys.stdout if reporting.is_read_by_people and not is_file(sys.stdout) else sys.stderr
        try:
            with deaf(stream):
                return callback(reporting=reporting, **given)
        finally:
            annotate(reporting.told, stream, os.environ.get("GITHUB_STEP_SUMMARY", ""))

    option = click.option(
        "--report",
        type=Value("format and file", format_and_file),
        multiple=True,
        metavar="FORMAT=FILE",
        help=f"Write a report to FILE, too: {', '.join(FORMATS)}. May be repeated.",
    )
    return option(telling_options(gathered))


def format_and_file(text: str) -> tuple[str, Path]:
    """``junit=out.xml`` as the name of a format and a file."""
    form, _, file = text.partition("=")
    if not file:
        raise ValueError(f"must be a format and a file, such as junit=gradcheck.xml, not {text!r}")
    try:
        FORMATS[form]
    except UsageError as cause:
        raise ValueError(str(cause)) from None
    return form, Path(file)


def refuse_folders(reporting: Reporting) -> None:
    """Refuse files that cannot be written, or that two reports would be written to.

    Raises
    ------
    UsageError
        At once, when a folder does not exist.
    """
    for _, path in reporting.files:
        refuse_folder("--report", path)
    first = reporting.telling.file
    taken = {first.resolve()} if first else set()
    for _, path in reporting.files:
        if path.resolve() in taken:
            raise UsageError(f"`--report` must name a file of its own for each report, not {str(path)!r} twice")
        taken.add(path.resolve())
