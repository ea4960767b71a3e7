"""``gradcheck explain``: one finding on a page, with the numbers behind it."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.check import complete_target
from gradcheck.cli.exits import EPILOG, Exit
from gradcheck.cli.gating import code_of
from gradcheck.cli.options import Telling
from gradcheck.cli.output import complain, opened
from gradcheck.cli.prepare import loaded, plan_of, refuse_unknown
from gradcheck.cli.progress import Progress
from gradcheck.errors import UsageError, nearest
from gradcheck.records.case import Case
from gradcheck.records.identity import case_of
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.explanation import Explanation
    from gradcheck.records.plan import Plan

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=EPILOG, no_args_is_help=True)
@click.argument("target", metavar="LAYER", shell_complete=complete_target)
@click.option("--at", metavar="ID", help="The case to explain, by its id: 'softmax[ties,scale=1,n=5,f64]'.")
@click.option("--check", "only", type=click.Choice(["jacobian", "bprop"]), help="Only what this check found.")
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Seed of the random draws.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="As for `check`.")
@click.option("-o", "--output-file", "file", type=FILE, metavar="FILE", help="Write the page to FILE, not to stdout.")
@click.option("--svg", "picture", type=FILE, metavar="FILE", help="Write the page as a picture to FILE, too.")
def explain(
    target: str,
    *,
    at: str | None,
    only: str | None,
    seed: int | None,
    color: str,
    file: Path | None,
    picture: Path | None,
) -> int:
    """Lay one finding open on a page.

    It draws the error of a difference quotient by its step and a map of the Jacobian's errors, sets both sides of the
    worst entries side by side, and says what was tried. The finding is the worst of a usual run, or with --at of one
    case; where all is well, the one that came closest to its bound.
    """
    from gradcheck.reports.explanation import render

    if picture is not None and not picture.parent.is_dir():
        raise UsageError(f"`--svg` must name a file in a folder that exists, not {str(picture)!r}")
    case = _case(at, seed)
    refuse_unknown([target], [])
    subjects, whole = loaded([target])
    if not whole:
        return Exit.BROKEN
    subject = _chosen(target, subjects, case)
    plan = plan_of(_asked(case, seed), None)
    with opened(Telling(file, color)) as (stream, options):
        explanation = _explained(subject, plan, only or "")
        if explanation is None:
            complain(f"nothing to explain: no finding{f' of {only}' if only else ''} about {subject.name}")
            raise click.exceptions.Exit(Exit.NOTHING)  # and not `return`: nothing is written then
        render(explanation, stream, options)
    if picture is not None:
        _draw(explanation, picture)
    return code_of([replace(explanation.report, findings=(explanation.finding,))], whole=True)


def _case(at: str | None, seed: int | None) -> Case | None:
    if at is None:
        return None
    if seed is not None:
        raise UsageError("`--seed` must not stand beside --at: the case has a seed of its own")
    return case_of(at)


def _asked(case: Case | None, seed: int | None) -> Mapping[str, Any]:
    if case is not None:
        return {"replay": (case,)}
    return {} if seed is None else {"seeds": (seed,)}


def _chosen(target: str, subjects: Sequence[Subject], case: Case | None) -> Subject:
    """The one layer that is meant.

    Raises
    ------
    UsageError
        When the target holds several and no case says which, or none that the case is of.
    """
    named = [subject for subject in subjects if case is None or subject.name == case.layer]
    names = [subject.name for subject in subjects]
    if case is not None and not named:
        known = ", ".join(names)
        came = printable(case.layer)
        raise UsageError(f"`--at` must name a case of {known}, not of {came!r}{nearest(case.layer, names)}")
    if len(named) != 1:
        raise UsageError(f"`explain` takes one layer, {printable(target)} holds {len(named)}: {', '.join(names)}")
    return named[0]


def _explained(subject: Subject, plan: Plan, only: str) -> Explanation | None:
    from gradcheck.inputs.cases import cases_of
    from gradcheck.run.explain import explain as laid_open

    progress = Progress(len(cases_of(subject, plan)))
    with redirect_stdout(sys.stderr):
        explanation = laid_open(subject, plan, check=only, on_case=lambda case: progress.step(case.id))
    progress.erase()
    return explanation


def _draw(explanation: Explanation, file: Path) -> None:
    from gradcheck.reports.explanation import render
    from gradcheck.reports.interface import RenderOptions
    from gradcheck.reports.picture import svg

    page = io.StringIO()
    render(explanation, page, RenderOptions(color=True))
    with opened(Telling(file)) as (stream, _):
        stream.write(svg(page.getvalue(), f"gradcheck explain {explanation.finding.case.layer}"))
