"""``gradcheck check``: examine layers, report, and leave with what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from gradcheck.cli.exits import EPILOG, Exit
from gradcheck.cli.options import Telling, format_option, plan_options, telling_options
from gradcheck.cli.output import complain, opened
from gradcheck.cli.prepare import loaded, plan_of, refuse_sizes, refuse_unknown
from gradcheck.cli.progress import Progress, Shielded

if TYPE_CHECKING:
    from gradcheck.contract import Subject
    from gradcheck.findings import LayerReport
    from gradcheck.plan import Plan


def complete_target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """The shipped layers that start so, or else files; nothing is imported that knows numpy."""
    from gradcheck.layers import LAYERS

    layers = [CompletionItem(name) for name in LAYERS if name.startswith(incomplete)]
    return layers or [CompletionItem(incomplete, type="file")]


@click.command(epilog=EPILOG, no_args_is_help=True)
@click.argument("targets", nargs=-1, metavar="[LAYER]...", shell_complete=complete_target)
@click.option("--all", "everything", is_flag=True, help="Every layer that gradcheck ships.")
@plan_options
@click.option("-x", "--stop", is_flag=True, help="Stop at the first failure.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take [defaults] from FILE, and not from the gradcheck.toml or pyproject.toml found from here.",
)
@format_option
@telling_options
@click.pass_context
def check(
    ctx: click.Context,
    *,
    targets: tuple[str, ...],
    everything: bool,
    asked: Mapping[str, Any],
    stop: bool,
    config: Path | None,
    form: str,
    telling: Telling,
) -> int:
    """Check the derivatives of layers against finite differences.

    A LAYER is a name that `gradcheck list` shows, path/file.py:Name, path/file.py for every layer in a file, or
    package.module:Name.
    """
    from gradcheck.layers import LAYERS
    from gradcheck.reports import format_named

    wanted = dict.fromkeys([*(LAYERS if everything else ()), *targets])
    if not wanted:
        raise click.UsageError("name at least one layer, or give --all", ctx)
    refuse_unknown(wanted, _commands(ctx))
    plan = plan_of(asked, config)
    subjects, whole = loaded(wanted)
    refuse_sizes(asked, subjects)
    with opened(telling) as (stream, options):
        reports = Shielded(_examined(subjects, plan, stop=stop))
        if subjects:
            format_named(form)(reports, stream, options)
    if reports.interrupted:
        raise KeyboardInterrupt
    code = code_of(reports.done, whole=whole)
    if code is Exit.NOTHING:
        complain("nothing selected: no strategy applies, or no case matches -k")
    return code


def code_of(reports: Sequence[LayerReport], *, whole: bool) -> Exit:
    """The exit code for what was found; a wrong derivative outweighs what could not be checked.

    Parameters
    ----------
    reports : sequence of LayerReport
    whole : bool
        Whether every target could be loaded.
    """
    from gradcheck.findings import Verdict

    verdicts = {finding.verdict for report in reports for finding in report.findings}
    if Verdict.FAIL in verdicts:
        return Exit.WRONG
    if Verdict.ERROR in verdicts or not whole:
        return Exit.BROKEN
    return Exit.PASSED if verdicts else Exit.NOTHING


def _commands(ctx: click.Context) -> list[str]:
    root = ctx.find_root().command
    return root.list_commands(ctx) if isinstance(root, click.Group) else []


def _examined(subjects: Sequence[Subject], plan: Plan, *, stop: bool) -> Iterator[LayerReport]:
    from gradcheck.runner import cases_of, examine

    progress = Progress(sum(len(cases_of(subject, plan)) for subject in subjects))
    for subject in subjects:
        report = examine(subject, plan, stop_at_failure=stop, on_case=lambda case: progress.step(case.id))
        progress.erase()
        yield report
        if stop and not report.passed:
            return
