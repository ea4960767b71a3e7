"""The options that say how a run is told: on stdout, and in files of any format."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import click

from gradcheck.cli.completion import complete_report
from gradcheck.cli.flags import FILE, Value
from gradcheck.cli.options import option
from gradcheck.cli.output import refuse_unwritable
from gradcheck.errors import UsageError
from gradcheck.files import seen_from_here
from gradcheck.frozen import dataclass
from gradcheck.reports import FORMATS


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

    title: ClassVar[str] = "Reports"
    form: str = option(
        "--output-format",
        default="table",
        show_default=True,
        type=click.Choice(list(FORMATS)),
        help="How the report is written.",
    )
    files: tuple[tuple[str, Path], ...] = option(
        "--report",
        default=(),
        type=Value("format and file", format_and_file),
        multiple=True,
        metavar="FORMAT=FILE",
        shell_complete=complete_report,
        help="Write a report to FILE, too, in any of these formats. May be repeated.",
    )
    quiet: int = option("-q", "--quiet", default=0, count=True, help="Tell less: the summary and what failed.")
    verbose: int = option("-v", "--verbose", default=0, count=True, help="Tell more: fold fewer rows; -vv folds none.")
    color: str = option(
        "--color",
        default="auto",
        show_default=True,
        type=click.Choice(["auto", "always", "never"]),
        help="auto asks NO_COLOR, FORCE_COLOR and the terminal.",
    )
    file: Path | None = option(
        "-o",
        "--output-file",
        type=FILE,
        metavar="FILE",
        help="Write the report to FILE, not to stdout, once it is complete.",
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
