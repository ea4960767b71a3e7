"""``gradcheck check``: examine layers, report, and leave with what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from gradcheck.cli.acceptance import Acceptance
from gradcheck.cli.execution import Execution
from gradcheck.cli.exits import Exit
from gradcheck.cli.groups import command
from gradcheck.cli.hands import Hands, hands
from gradcheck.cli.interruption import Interruption
from gradcheck.cli.output import complain
from gradcheck.cli.progress import Progress
from gradcheck.cli.reporting import Reporting, reporter
from gradcheck.cli.reproducer import Reproducer
from gradcheck.cli.search import Search
from gradcheck.cli.selection import Selection
from gradcheck.cli.targets import Targets, load_all

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.plan import Plan
    from gradcheck.records.report import LayerReport
    from gradcheck.run.gate import Gate
    from gradcheck.run.refine import Step


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
    names = targets.names(_commands())
    plan = selection.plan()
    gate = acceptance.gate()
    execution.refuse(reproducer, search)
    stop = Interruption()
    with reporter(reporting) as told:
        with hands(execution) as able:
            able.look((name, None) for name in names)
            loaded, whole = load_all(names, told.miss, load=able.load)
            layers = selection.layers(loaded)
            able.announce((layer, plan) for layer in layers)
            steps = _steps(execution, reproducer, reporting)
            with told.begin(empty=not layers) as tell:
                for report in _reports(able, layers, plan, gate, search, steps, stop):
                    tell(gate.baseline.marked(report))
        stop.resume()
        reproducer.write(layers, told.done)
        code = acceptance.settle(gate, told.done, whole=whole)
    if code is Exit.NOTHING and able.elsewhere:
        return Exit.PASSED
    if code is Exit.NOTHING:
        complain("nothing selected: no strategy applies, or no case matches -k")
    return code


def _commands() -> list[str]:
    """What a mistyped layer may have been meant for."""
    context = click.get_current_context()
    root = context.find_root().command
    return root.list_commands(context) if isinstance(root, click.Group) else []


def _steps(execution: Execution, reproducer: Reproducer, reporting: Reporting) -> list[Step]:
    """What is done with a layer's report before it is told."""
    from gradcheck.run.refine import Shrinking, illustrate

    shrinking = [Shrinking()] if execution.here and not reproducer.whole else []
    return [*shrinking, illustrate] if reporting.draws else [*shrinking]


def _reports(
    able: Hands,
    layers: Sequence[Subject],
    plan: Plan,
    gate: Gate,
    search: Search,
    steps: Sequence[Step],
    stop: Interruption,
) -> Iterator[LayerReport]:
    """The report of each layer once nothing more is done to it."""
    from gradcheck.inputs.cases import cases_of
    from gradcheck.run.refine import extend, refine

    progress = Progress(sum(len(cases_of(layer, plan)) for layer in layers))
    with stop:
        for layer in layers:
            usual = partial(able.examine, layer, plan, enough=gate.enough, on_case=lambda case: progress.step(case.id))
            kept = search.cases(layer, plan.select)
            more = partial(extend, layer, plan, usual, cases=kept, seconds=search.seconds, enough=gate.enough)
            try:
                report = more() if kept or search.seconds else usual()
            except KeyboardInterrupt:
                yield from able.so_far()
                raise
            finally:
                progress.erase()
            for refined in refine(layer, report, steps):
                search.keep(layer, refined.findings)
                yield refined
            if gate.full:
                return
