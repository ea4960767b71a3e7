"""``gradcheck prove``: corrupt a layer's derivatives, and leave with whether the checks notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import click

from gradcheck.cli.exits import Exit, exit_of
from gradcheck.cli.interruption import Interruption
from gradcheck.cli.options import command, option
from gradcheck.cli.output import complain, output
from gradcheck.cli.progress import Progress
from gradcheck.cli.reporting import Reporting
from gradcheck.cli.selection import Selection
from gradcheck.cli.targets import Targets, load_all
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.plan import Plan
    from gradcheck.records.proof import Proof


@dataclass(frozen=True)
class Writing:
    """How proofs are written."""

    title: ClassVar[str] = "Reports"
    format: str = option(
        "--output-format", default="table", type=click.Choice(["table", "jsonl"]), help="How the proof is written."
    )


@command(Targets, Selection, Writing, Reporting, without={"form", "files", "figures", "failed", "skip_others"})
def prove(*, targets: Targets, selection: Selection, writing: Writing, reporting: Reporting) -> int:
    """Tell how much a green run is worth: corrupt derivatives that are right, and see which corruptions are caught.

    Signs, factors down to 1 + 1e-15, lost terms, stale caches and dozens more are tried at the points of a check with
    the same options. Leaves with 1 if one of relative size 1e-6 or more escapes.
    """
    from gradcheck.reports.proof import render, write
    from gradcheck.run.gate import proof_decision

    names = targets.names()
    plan = selection.plan()
    loaded, whole = load_all(names)
    layers = selection.layers(loaded)
    stop, proofs = Interruption(), []
    with output(reporting.file, reporting.color, reporting.verbosity) as (stream, options):
        for proof in _proofs(layers, plan, stop):
            proofs.append(proof)
            {"table": render, "jsonl": write}[writing.format](proof, stream, options)
    stop.resume()
    code = exit_of(proof_decision(proofs, whole=whole))
    if code is Exit.NOTHING:
        complain("nothing selected: no strategy applies, or no case matches -k")
    return code


def _proofs(layers: Sequence[Subject], plan: Plan, stop: Interruption) -> Iterator[Proof]:
    from gradcheck.records.report import shared_names
    from gradcheck.run.prove import driver

    shared = shared_names((layer.name, layer.target) for layer in layers)
    progress = Progress(sum(len({one.name for one in driver.corruptions_of(layer)}) for layer in layers))
    with stop, progress:
        for layer in layers:
            proof = driver.prove(layer, plan, on_corruption=progress.step)
            progress.erase()
            yield replace(proof, layer=printable(layer.target)) if layer.name in shared else proof
