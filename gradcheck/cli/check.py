"""``gradcheck check``: examine layers, report, and leave with what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from gradcheck.cli.drawing import drawn, figures_option
from gradcheck.cli.execution import Execution, execution_options
from gradcheck.cli.exits import EPILOG, Exit
from gradcheck.cli.gating import Gate, Judge, gate_options, stop_options
from gradcheck.cli.hands import Hands, hands
from gradcheck.cli.options import format_option, plan_options
from gradcheck.cli.output import complain
from gradcheck.cli.prepare import loaded, plan_of, refuse_sizes, refuse_unknown
from gradcheck.cli.progress import Progress, Shielded
from gradcheck.cli.replay import Showing, replayed, showing_options
from gradcheck.cli.reporting import Reporting, report_options
from gradcheck.cli.search import Seeking, remember, search_options, sought

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.plan import Plan
    from gradcheck.records.report import LayerReport


def complete_target(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """The shipped layers that start so, or else files; nothing is imported that knows numpy."""
    from gradcheck.layers import LAYERS

    layers = [CompletionItem(name) for name in LAYERS if name.startswith(incomplete)]
    return layers or [CompletionItem(incomplete, type="file")]


@click.command(epilog=EPILOG, no_args_is_help=True)
@click.argument("targets", nargs=-1, metavar="[LAYER]...", shell_complete=complete_target)
@click.option("--all", "everything", is_flag=True, help="Every layer that gradcheck ships.")
@plan_options
@showing_options
@stop_options
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take [defaults] from FILE, and not from the gradcheck.toml or pyproject.toml found from here.",
)
@gate_options
@execution_options
@search_options
@format_option
@report_options
@figures_option
@click.pass_context
def check(
    ctx: click.Context,
    *,
    targets: tuple[str, ...],
    everything: bool,
    asked: Mapping[str, Any],
    showing: Showing,
    config: Path | None,
    gate: Gate,
    execution: Execution,
    seeking: Seeking,
    reporting: Reporting,
) -> int:
    """Check the derivatives of layers against finite differences.

    A LAYER is a name that `gradcheck list` shows, path/file.py:Name, path/file.py for every layer in a file, or
    package.module:Name.
    """
    from gradcheck.layers import LAYERS

    wanted = dict.fromkeys([*(LAYERS if everything else ()), *targets])
    if not wanted:
        raise click.UsageError("name at least one layer, or give --all", ctx)
    refuse_unknown(wanted, _commands(ctx))
    plan = plan_of(asked, config)
    judge = Judge(gate)
    showing = execution.suited(showing, seeking)
    with hands(execution) as able:
        able.look((target, None) for target in wanted)
        subjects, whole = loaded(wanted, reporting.miss, load=able.load)
        refuse_sizes(asked, subjects)
        subjects = replayed(plan, subjects)
        able.announce((subject, plan) for subject in subjects)
        reports = Shielded(judge.marked(_examined(able, subjects, plan, judge, showing, seeking, reporting)))
        reporting.tell(reports, empty=not subjects)
    if reports.interrupted:
        raise KeyboardInterrupt
    showing.write(subjects, reports.done)
    code = judge.settle(reports.done, whole=whole)
    if code is Exit.NOTHING and able.elsewhere:
        return Exit.PASSED
    if code is Exit.NOTHING:
        complain("nothing selected: no strategy applies, or no case matches -k")
    return code


def _commands(ctx: click.Context) -> list[str]:
    root = ctx.find_root().command
    return root.list_commands(ctx) if isinstance(root, click.Group) else []


def _examined(
    able: Hands,
    subjects: Sequence[Subject],
    plan: Plan,
    judge: Judge,
    showing: Showing,
    seeking: Seeking,
    reporting: Reporting,
) -> Iterator[LayerReport]:
    from gradcheck.inputs.cases import cases_of

    progress = Progress(sum(len(cases_of(subject, plan)) for subject in subjects))
    for subject in subjects:
        usual = partial(able.examine, subject, plan, enough=judge.enough, on_case=lambda case: progress.step(case.id))
        try:
            report = sought(subject, plan, seeking, usual, judge.enough)
        except KeyboardInterrupt:
            yield from able.so_far()
            raise
        finally:
            progress.erase()
        for shown in showing.smaller(subject, report):
            remember(subject, seeking, shown.findings)
            yield from drawn(subject, shown, wanted=reporting.draws)
        if judge.full:
            return
