"""``gradcheck check``: examine layers, report, and leave with what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from gradcheck.cli.acceptance import Acceptance
from gradcheck.cli.collecting import Collecting, collect
from gradcheck.cli.counterexamples import Counterexamples
from gradcheck.cli.execution import Execution
from gradcheck.cli.exits import Exit
from gradcheck.cli.interruption import Interruption
from gradcheck.cli.last_failed import recall, remember
from gradcheck.cli.options import command
from gradcheck.cli.output import complain
from gradcheck.cli.progress import Progress
from gradcheck.cli.reporter import Reporter, reporter
from gradcheck.cli.reporting import Reporting
from gradcheck.cli.search import Search
from gradcheck.cli.selection import Selection
from gradcheck.cli.targets import Targets, load_all
from gradcheck.frozen import dataclass
from gradcheck.interrupt import held

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.execution.executor import Executor
    from gradcheck.records.case import Case
    from gradcheck.records.run import RunFacts
    from gradcheck.run.examine import Step
    from gradcheck.run.jobs import Job


@command(Targets, Selection, Collecting, Counterexamples, Search, Reporting, Execution, Acceptance)
def check(
    *,
    targets: Targets,
    selection: Selection,
    collecting: Collecting,
    counterexamples: Counterexamples,
    acceptance: Acceptance,
    execution: Execution,
    search: Search,
    reporting: Reporting,
) -> int:
    """Check the derivatives of layers against finite differences.

    A LAYER is a name that `gradcheck list` shows, path/file.py:Name, path/file.py for every layer in a file, or
    package.module:Name.

    \b
      gradcheck softmax tanh --scale 1e-3,1,1e3
      gradcheck mylayers.py:Swish --inputs normal,ties --checks bprop
      gradcheck mylayers.py -j 4 --timeout 60 --report html=report.html
    """  # noqa: D301 - click takes the mark itself, not its spelling
    execution.begin()
    names = _names(targets, selection)
    if not names:
        return Exit.PASSED
    from gradcheck.run.examine import examine_all
    from gradcheck.run.jobs import cases_of_shard

    selection = selection.recalled(names)
    plan, gate, stop = selection.plan(), acceptance.gate(), Interruption()
    execution.refuse(counterexamples, search)
    with reporter(reporting) as told:
        with execution.executor() as executor, execution.executor_for_one() as another:
            work = _work(names, selection, search, executor, told, skip_others=targets.skip_others)
            if targets.skip_others and work.whole and not work.layers:
                return Exit.PASSED
            own = cases_of_shard(work.jobs, execution.part)
            if collecting.only:
                collect(own)
                return Exit.PASSED if _number(own) else _nothing(work.jobs, own)
            steps = [*search.steps(plan, gate, work.kept), *_steps(another, counterexamples, reporting, search, own)]
            told.run = _facts(work.jobs, own, execution, told) if reporting.names_run else None
            with execution.journaled(executor, work.jobs) as noting, told.begin(empty=not work.layers) as tell:
                with stop, Progress(_number(own)) as progress:
                    for report in examine_all(own, noting, enough=gate.enough, on_case=progress.case, steps=steps):
                        with held():  # a report is told whole or not at all, and what else is known after it
                            progress.erase()
                            tell(gate.baseline.marked(report))
                for report in stop.reports:
                    tell(gate.baseline.marked(report))
                if stop.pressed or gate.full:
                    told.cut_short()
        stop.resume(progress.place)
        remember(told.done)
        told.write(lambda: counterexamples.write(work.layers, told.done))
        selected = execution.shard is not None or selection.selects or gate.full
        code = acceptance.settle(gate, told.done, whole=work.whole, selected=selected)
    return told.code(_nothing(work.jobs, own) if code is Exit.NOTHING else code)


@dataclass(frozen=True)
class Work:
    """What there is to do.

    Attributes
    ----------
    layers
    kept
        The cases of each layer that were kept from other runs.
    jobs
        One for each layer.
    whole
        Whether all targets could be loaded.
    """

    layers: tuple[Subject, ...]
    kept: Mapping[Subject, Sequence[Case]]
    jobs: tuple[Job, ...]
    whole: bool


def _work(
    names: Sequence[str],
    selection: Selection,
    search: Search,
    executor: Executor,
    told: Reporter,
    *,
    skip_others: bool,
) -> Work:
    from gradcheck.records.report import shared_names
    from gradcheck.run.addresses import Loader

    plan, loader = selection.plan(), Loader(executor)
    told.config = selection.file
    loaded, whole = load_all(names, told.miss, loader, skip_others=skip_others)
    layers = selection.layers(loaded)
    told.shared = shared_names((layer.name, layer.target) for layer in layers)
    kept = {layer: search.cases(layer, plan.select) for layer in layers}
    jobs = (loader.job(k, layer, plan, first=kept[layer]) for k, layer in enumerate(layers, start=1))
    return Work(layers, kept, tuple(jobs), whole)


def _names(targets: Targets, selection: Selection) -> tuple[str, ...]:
    """The targets that are named; where none is, those of which something failed last time, if that is asked for."""
    if selection.failed and not targets.given and not targets.everything:
        known = tuple(dict.fromkeys(case.layer for case in recall()))
        if known:
            return known
    return targets.names(_commands())


def _facts(jobs: Sequence[Job], own: Sequence[Job], execution: Execution, told: Reporter) -> RunFacts:
    from gradcheck.run.jobs import facts_of

    return facts_of(jobs, own, execution.part, missed=len(told.missed))


def _number(jobs: Iterable[Job]) -> int:
    """How many cases there are."""
    return sum(len(job.tasks) for job in jobs)


def _nothing(jobs: Iterable[Job], own: Iterable[Job]) -> Exit:
    """What a run without findings leaves with: that is a mistake, unless other shards have all cases."""
    if _number(jobs) and not _number(own):
        return Exit.PASSED
    complain("nothing selected: no strategy applies, or no case matches -k")
    return Exit.NOTHING


def _commands() -> list[str]:
    """What a mistyped layer may have been meant for."""
    context = click.get_current_context()
    root = context.find_root().command
    return root.list_commands(context) if isinstance(root, click.Group) else []


def _steps(
    executor: Callable[[], Executor],
    counterexamples: Counterexamples,
    reporting: Reporting,
    search: Search,
    jobs: Sequence[Job],
) -> list[Step]:
    """What is done with a layer's report before it is told."""
    from gradcheck.run.refine import Shrinking, illustrate

    addresses = {job.layer.subject: job.tasks[0].address for job in jobs if job.tasks}
    shrinking = [] if counterexamples.whole else [Shrinking(executor=executor, addresses=addresses)]
    return [*shrinking, search.keep, *([illustrate] if reporting.draws else [])]
