"""``gradcheck prove``: corrupt a layer's derivatives, and leave with whether the checks notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.check import complete_target
from gradcheck.cli.exits import EPILOG, Exit
from gradcheck.cli.options import Telling, plan_options, telling_options
from gradcheck.cli.output import complain, opened
from gradcheck.cli.prepare import loaded, plan_of, refuse_sizes, refuse_unknown
from gradcheck.cli.progress import Progress, Shielded

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.plan import Plan
    from gradcheck.records.proof import Proof


@click.command(epilog=EPILOG, no_args_is_help=True)
@click.argument("targets", nargs=-1, metavar="[LAYER]...", shell_complete=complete_target)
@click.option("--all", "everything", is_flag=True, help="Every layer that gradcheck ships.")
@plan_options
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take [defaults] from FILE, and not from the gradcheck.toml or pyproject.toml found from here.",
)
@click.option(
    "--output-format", "form", type=click.Choice(["table", "jsonl"]), default="table", help="How the proof is written."
)
@telling_options
@click.pass_context
def prove(
    ctx: click.Context,
    *,
    targets: tuple[str, ...],
    everything: bool,
    asked: Mapping[str, Any],
    config: Path | None,
    form: str,
    telling: Telling,
) -> int:
    """Tell how much a green run is worth: corrupt derivatives that are right, and see which corruptions are caught.

    Signs, factors down to 1 + 1e-15, lost terms, stale caches and dozens more are tried at the points of a check with
    the same options. Leaves with 1 if one of relative size 1e-6 or more escapes.
    """
    from gradcheck.layers import LAYERS
    from gradcheck.reports.proof import render, write

    wanted = dict.fromkeys([*(LAYERS if everything else ()), *targets])
    if not wanted:
        raise click.UsageError("name at least one layer, or give --all", ctx)
    refuse_unknown(wanted, ())
    plan = plan_of(asked, config)
    subjects, whole = loaded(wanted)
    refuse_sizes(asked, subjects)
    with opened(telling) as (stream, options):
        proofs = Shielded(_proofs(subjects, plan))
        for proof in proofs:
            {"table": render, "jsonl": write}[form](proof, stream, options)
    if proofs.interrupted:
        raise KeyboardInterrupt
    code = code_of(proofs.done, whole=whole)
    if code is Exit.NOTHING:
        complain("nothing selected: no strategy applies, or no case matches -k")
    return code


def code_of(proofs: Sequence[Proof], *, whole: bool) -> Exit:
    """The exit code for proofs; what escapes outweighs what could not be tried.

    Parameters
    ----------
    proofs : sequence of Proof
    whole : bool
        Whether every target could be loaded.
    """
    if any(not proof.passed and not proof.broken for proof in proofs):
        return Exit.WRONG
    if not whole or any(proof.broken for proof in proofs):
        return Exit.BROKEN
    return Exit.PASSED if any(proof.points for proof in proofs) else Exit.NOTHING


def _proofs(subjects: Sequence[Subject], plan: Plan) -> Iterator[Proof]:
    from gradcheck.run.prove import driver

    progress = Progress(sum(len({one.name for one in driver.corruptions_of(subject)}) for subject in subjects))
    for subject in subjects:
        proof = driver.prove(subject, plan, on_corruption=progress.step)
        progress.erase()
        yield proof
