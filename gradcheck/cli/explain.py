"""``gradcheck explain``: one finding on a page, with the numbers behind it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.exits import Exit, exit_of
from gradcheck.cli.flags import FILE
from gradcheck.cli.groups import argument, command, option
from gradcheck.cli.output import complain, output, refuse_unwritable
from gradcheck.cli.progress import Progress
from gradcheck.cli.selection import plan_of
from gradcheck.cli.targets import complete_target, load_all, refuse_unknown
from gradcheck.errors import UsageError, nearest
from gradcheck.files import write_whole
from gradcheck.records.case import Case
from gradcheck.records.identity import case_of
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.explanation import Explanation
    from gradcheck.records.plan import Plan


@dataclass(frozen=True)
class Request:
    """Which finding, and where the page goes.

    Attributes
    ----------
    target
        The text that names the layer.
    at
        The case; None for the worst of a usual run.
    check
        Only what it found; None for every check.
    seed
        Of the usual run.
    color
        ``auto``, ``always`` or ``never``.
    file
        Where to; None is stdout.
    picture
        Where to as a picture, too.
    """

    target: str = argument(default="", metavar="LAYER", shell_complete=complete_target)
    at: str | None = option(
        "--at", metavar="ID", help="The case to explain, by its id: 'softmax[ties,scale=1,n=5,f64]'."
    )
    check: str | None = option("--check", type=click.Choice(["jacobian", "bprop"]), help="Only what this check found.")
    seed: int | None = option("--seed", type=click.IntRange(min=0), metavar="N", help="Seed of the random draws.")
    color: str = option(
        "--color", default="auto", type=click.Choice(["auto", "always", "never"]), help="As for `check`."
    )
    file: Path | None = option(
        "-o", "--output-file", type=FILE, metavar="FILE", help="Write the page to FILE, not to stdout."
    )
    picture: Path | None = option("--svg", type=FILE, metavar="FILE", help="Write the page as a picture to FILE, too.")

    def __post_init__(self) -> None:
        """Refuse a picture that cannot be written, and two seeds."""
        if self.file is not None:
            refuse_unwritable("-o", self.file)
        if self.picture is not None:
            refuse_unwritable("--svg", self.picture)
        if self.at is not None and self.seed is not None:
            raise UsageError("`--seed` must not stand beside --at: the case has a seed of its own")

    @property
    def case(self) -> Case | None:
        """The case that is named.

        Raises
        ------
        UsageError
            When the text is the id of none.
        """
        return None if self.at is None else case_of(self.at)

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of a plan that the options give."""
        if self.case is not None:
            return {"replay": (self.case,)}
        return {} if self.seed is None else {"seeds": (self.seed,)}


@command(Request)
def explain(*, request: Request) -> int:
    """Lay one finding open on a page.

    It draws the error of a difference quotient by its step and a map of the Jacobian's errors, sets both sides of the
    worst entries side by side, and says what was tried. The finding is the worst of a usual run, or with --at of one
    case; where all is well, the one that came closest to its bound.
    """
    from gradcheck.reports.explanation import render
    from gradcheck.run.gate import decision

    case = request.case
    refuse_unknown([request.target], [])
    subjects, whole = load_all([request.target])
    if not whole:
        return Exit.BROKEN
    subject = _choose(request.target, subjects, case)
    plan = plan_of(request.fields)
    with output(request.file, request.color) as (stream, options):
        explanation = _explanation(subject, plan, request.check or "")
        if explanation is None:
            complain(
                f"nothing to explain: no finding{f' of {request.check}' if request.check else ''} about {subject.name}"
            )
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


def _explanation(subject: Subject, plan: Plan, only: str) -> Explanation | None:
    from gradcheck.inputs.cases import cases_of
    from gradcheck.run.explain import explain as explanation_of

    progress = Progress(len(cases_of(subject, plan)))
    explanation = explanation_of(subject, plan, check=only, on_case=progress.case)
    progress.erase()
    return explanation


def _draw(explanation: Explanation, file: Path) -> None:
    from gradcheck.reports.explanation import render
    from gradcheck.reports.interface import RenderOptions
    from gradcheck.reports.picture import svg

    page = io.StringIO()
    render(explanation, page, RenderOptions(color=True))
    write_whole(file, svg(page.getvalue(), f"gradcheck explain {explanation.finding.case.layer}"))
