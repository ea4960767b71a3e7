"""``gradcheck explain``: one finding on a page, with the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from gradcheck.cli.completion import complete_target
from gradcheck.cli.exits import Exit, exit_of
from gradcheck.cli.flags import FILE
from gradcheck.cli.options import argument, command, option
from gradcheck.cli.output import complain, output, refuse_unwritable
from gradcheck.cli.progress import Progress
from gradcheck.cli.selection import Selection
from gradcheck.cli.targets import load_all, refuse_unknown
from gradcheck.errors import UsageError, nearest
from gradcheck.files import write_whole
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.case import Case
    from gradcheck.records.explanation import Explanation
    from gradcheck.records.plan import Plan


@dataclass(frozen=True)
class Request:
    """Which finding, and where the page goes.

    Attributes
    ----------
    target
        The text that names the layer.
    color
        ``auto``, ``always`` or ``never``.
    file
        Where to; None is stdout.
    picture
        Where to as a picture, too.
    """

    title: ClassVar[str] = "The page"
    target: str = argument(default="", metavar="LAYER", shell_complete=complete_target)
    color: str = option(
        "--color", default="auto", type=click.Choice(["auto", "always", "never"]), help="As for `check`."
    )
    file: Path | None = option(
        "-o", "--output-file", type=FILE, metavar="FILE", help="Write the page to FILE, not to stdout."
    )
    picture: Path | None = option("--svg", type=FILE, metavar="FILE", help="Write the page as a picture to FILE, too.")

    def __post_init__(self) -> None:
        """Refuse files that cannot be written."""
        if self.file is not None:
            refuse_unwritable("-o", self.file)
        if self.picture is not None:
            refuse_unwritable("--svg", self.picture)


@command(Selection, Request, without={"failed"})
def explain(*, selection: Selection, request: Request) -> int:
    """Lay one finding open on a page.

    It draws the error of a difference quotient by its step and a map of the Jacobian's errors, sets both sides of the
    worst entries side by side, and says what was tried. The finding is the worst of a usual run, or with --at of one
    case; where all is well, the one that came closest to its bound.

    \b
      gradcheck explain softmax
      gradcheck explain mylayers.py:Swish --at 'Swish[ties,scale=1,n=5,f64]'
    """  # noqa: D301 - click takes the mark itself, not its spelling
    from gradcheck.reports.explanation import render
    from gradcheck.run.gate import decision

    case = _case(selection)
    refuse_unknown([request.target], [])
    subjects, whole = load_all([request.target])
    if not whole:
        return Exit.BROKEN
    subject = _choose(request.target, subjects, case)
    selection.layers([subject])  # refuses sizes that it lacks
    plan = selection.plan()
    with output(request.file, request.color) as (stream, options):
        explanation = _explanation(subject, plan)
        if explanation is None:
            checks = f" of {', '.join(plan.checks)}" if plan.checks else ""
            complain(f"nothing to explain: no finding{checks} about {subject.name}")
            raise click.exceptions.Exit(Exit.NOTHING)  # and not `return`: nothing is written then
        render(explanation, stream, options)
    if request.picture is not None:
        _draw(explanation, request.picture)
    return exit_of(decision([replace(explanation.report, findings=(explanation.finding,))], whole=True))


def _choose(target: str, subjects: Sequence[Subject], case: Case | None) -> Subject:
    """The one layer that is meant.

    Raises
    ------
    UsageError
        When the target holds several and no case says which, or none that the case is of.
    """
    named = [subject for subject in subjects if case is None or subject.is_called(case.layer)]
    names = [subject.name for subject in subjects]
    if case is not None and not named:
        known = ", ".join(names)
        came = printable(case.layer)
        raise UsageError(f"`--at` must name a case of {known}, not of {came!r}{nearest(case.layer, names)}")
    if len(named) != 1:
        raise UsageError(f"`explain` takes one layer, {printable(target)} holds {len(named)}: {', '.join(names)}")
    return named[0]


def _case(selection: Selection) -> Case | None:
    """The case that is named, if any is.

    Raises
    ------
    UsageError
        When several are, or a seed beside it.
    """
    if len(selection.replay) > 1:
        raise UsageError("`explain` takes one case: give --at once")
    if selection.replay and selection.seed is not None:
        raise UsageError("`--seed` must not stand beside --at: the case has a seed of its own")
    return selection.replay[0] if selection.replay else None


def _explanation(subject: Subject, plan: Plan) -> Explanation | None:
    from gradcheck.inputs.cases import cases_of
    from gradcheck.run.explain import explain as explanation_of

    with Progress(len(cases_of(subject, plan))) as progress:
        return explanation_of(subject, plan, on_case=progress.case)


def _draw(explanation: Explanation, file: Path) -> None:
    from gradcheck.reports.web.picture import picture

    write_whole(file, picture(explanation))
