"""``gradcheck check``: examine layers, report, and leave with what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from gradcheck.cli.acceptance import Acceptance
from gradcheck.cli.execution import Execution
from gradcheck.cli.exits import Exit
from gradcheck.cli.groups import command
from gradcheck.cli.output import complain
from gradcheck.cli.progress import Progress, tell_each
from gradcheck.cli.reporting import Reporting, reporter
from gradcheck.cli.reproducer import Reproducer
from gradcheck.cli.search import Search
from gradcheck.cli.selection import Selection
from gradcheck.cli.targets import Targets, load_all

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.case import Case
    from gradcheck.records.plan import Plan
    from gradcheck.run.examine import Step
    from gradcheck.run.gate import Gate


@command(Targets, Selection, Reproducer, Acceptance, Execution, Search, Reporting)
def check(
    *,
    targets: Targets,
    selection: Selection,
    reproducer: Reproducer,
    acceptance: Acceptance,
    execution: Execution,
    search: Search,
    reporting: Reporting,
) -> int:
    """Check the derivatives of layers against finite differences.

    A LAYER is a name that `gradcheck list` shows, path/file.py:Name, path/file.py for every layer in a file, or
    package.module:Name.
    """
    from gradcheck.run.examine import Interrupted, examine_all
    from gradcheck.run.jobs import share
    from gradcheck.run.loading import Loader

    names = targets.names(_commands())
    plan, gate = selection.plan(), acceptance.gate()
    execution.refuse(reproducer, search)
    with reporter(reporting) as told:
        with execution.executor() as executor:
            loader = Loader(executor)
            layers, whole = load_all(names, told.miss, loader)
            layers = selection.layers(layers)
            first = {layer: search.cases(layer, plan.select) for layer in layers}
            jobs = [loader.job(k, layer, plan, first=first[layer]) for k, layer in enumerate(layers, start=1)]
            own = share(jobs, execution.part)
            steps = _steps(execution, reproducer, reporting, search, _searching(search, plan, gate, first))
            progress = Progress(sum(len(job.tasks) for job in own))
            with execution.journaled(executor, jobs) as noting, told.telling(empty=not layers) as tell:
                reports = examine_all(own, noting, enough=gate.enough, on_case=progress.case, steps=steps)
                ended = tell_each(reports, lambda report: tell(gate.baseline.marked(report)), progress)
                for report in ended.reports if isinstance(ended, Interrupted) else ():
                    tell(gate.baseline.marked(report))
        if ended:
            raise ended
        reproducer.write(layers, told.done)
        code = acceptance.settle(gate, told.done, whole=whole)
    if code is Exit.NOTHING and any(job.tasks for job in jobs) and not any(job.tasks for job in own):
        return Exit.PASSED  # other shards have them
    if code is Exit.NOTHING:
        complain("nothing selected: no strategy applies, or no case matches -k")
    return code


def _searching(search: Search, plan: Plan, gate: Gate, first: Mapping[Subject, Sequence[Case]]) -> list[Step]:
    from gradcheck.run.refine import Searching

    return [] if search.seconds is None else [Searching(plan, search.seconds, gate.enough, first)]


def _steps(
    execution: Execution, reproducer: Reproducer, reporting: Reporting, search: Search, searching: Sequence[Step]
) -> list[Step]:
    """What is done with a layer's report before it is told."""
    from gradcheck.run.refine import Shrinking, illustrate

    shrinking = [Shrinking()] if execution.here and not reproducer.whole else []
    return [*searching, *shrinking, search.keep, *([illustrate] if reporting.draws else [])]


def _commands() -> list[str]:
    """What a mistyped layer may have been meant for."""
    context = click.get_current_context()
    root = context.find_root().command
    return root.list_commands(context) if isinstance(root, click.Group) else []
