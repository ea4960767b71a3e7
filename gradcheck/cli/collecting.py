"""``--collect-only``: the cases that would be run, by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

import click

from gradcheck.cli.options import option
from gradcheck.frozen import dataclass
from gradcheck.text import plural, printable

if TYPE_CHECKING:
    from gradcheck.run.jobs import Job


@dataclass(frozen=True)
class Collecting:
    """Whether cases are named and none is run.

    Attributes
    ----------
    only
    """

    title: ClassVar[str] = "What to check"
    only: bool = option("--collect-only", default=False, is_flag=True, help="Name the cases, and run none.")


def collect(jobs: Iterable[Job]) -> None:
    """Write the id of each case, and how many there are."""
    number = 0
    for job in jobs:
        for task in job.tasks:
            number += 1
            click.echo(printable(task.case.id))
    click.echo(plural(number, "case"))
