"""``--script`` and ``--no-shrink``: whether failures are made smaller, and a script that shows one of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from gradcheck.cli.flags import Whole
from gradcheck.cli.options import option
from gradcheck.cli.output import refuse_unwritable
from gradcheck.files import write_whole
from gradcheck.frozen import dataclass

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.report import LayerReport

STDOUT = "-"


@dataclass(frozen=True)
class Counterexamples:
    """How failures are shown.

    Attributes
    ----------
    script
        Where to write a script that shows the first of them; `STDOUT` for stdout, None for none.
    whole
        Whether they stay as large as they are.
    """

    title: ClassVar[str] = "Failures"
    script: str | None = option(
        "--script",
        type=Whole(dir_okay=False, allow_dash=True, path_type=str),
        metavar="FILE",
        help="Write a script that shows a failure with numpy and the layer alone; - for stdout.",
    )
    whole: bool = option("--no-shrink", default=False, is_flag=True, help="Do not look for smaller points that fail.")

    def __post_init__(self) -> None:
        """Refuse a file that cannot be written."""
        if self.script and self.script != STDOUT:
            refuse_unwritable("--script", Path(self.script))

    def write(self, subjects: Sequence[Subject], reports: Sequence[LayerReport]) -> None:
        """Write the script, where one was asked for, that shows a failure of the first layer that has any."""
        if not self.script:
            return
        from gradcheck.defects.shrink.script import first_script

        text = first_script(subjects, reports)
        if text and self.script == STDOUT:
            click.echo(text, nl=False)
        elif text:
            write_whole(Path(self.script), text)
        else:
            click.echo("note: no script was written: nothing fails that a script shows by itself", err=True)
