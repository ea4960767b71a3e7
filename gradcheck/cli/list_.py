"""``gradcheck list``: the names that the other commands take, with a line each, and the layers of a file."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from gradcheck.cli.completion import complete_target
from gradcheck.cli.exits import Exit
from gradcheck.cli.targets import load_all, refuse_unknown
from gradcheck.text import printable

if TYPE_CHECKING:
    from gradcheck.adapters.contract import Subject
    from gradcheck.records.input import Input

Rows = list[tuple[str, str]]


def layers() -> Rows:
    """The shipped layers, each with the first line of its file."""
    from gradcheck.layers import LAYERS

    homes = ((name, import_module(place.partition(":")[0])) for name, place in LAYERS.items())
    return [(name, (home.__doc__ or "").partition("\n")[0]) for name, home in homes]


def inputs() -> Rows:
    """The strategies that draw inputs."""
    from gradcheck.inputs import STRATEGIES

    return [(name, strategy.summary) for name, strategy in STRATEGIES.items()]


def checks() -> Rows:
    """What is checked at a point."""
    from gradcheck.checks import CHECKS

    return [(name, one.summary) for name, one in CHECKS.items()]


SHELVES: dict[str, Callable[[], Rows]] = {"layers": layers, "inputs": inputs, "checks": checks}


def complete_shelf(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The shelves that start so, or else what a layer's target may be."""
    shelves = [CompletionItem(name) for name in SHELVES if name.startswith(incomplete)]
    return shelves or complete_target(ctx, param, incomplete)


@click.command("list")
@click.argument("names", nargs=-1, metavar="[layers|inputs|checks|LAYER]...", shell_complete=complete_shelf)
def list_(names: tuple[str, ...]) -> int:
    """Name the layers, input strategies and checks there are, or tell what is known of the layers of a file.

    \b
      gradcheck list inputs
      gradcheck list mylayers.py
    """  # noqa: D301 - click takes the mark itself, not its spelling
    targets = [name for name in names if name not in SHELVES]
    refuse_unknown(targets, SHELVES)
    for shelf in [name for name in names if name in SHELVES] if names else SHELVES:
        rows = SHELVES[shelf]()
        width = max((len(name) for name, _ in rows), default=0)
        click.echo(f"{shelf}:")
        for name, line in rows:
            click.echo(f"  {name.ljust(width)}  {line}".rstrip())
    subjects, whole = load_all(targets)
    for subject in subjects:
        _tell(subject)
    return Exit.PASSED if whole else Exit.BROKEN


def _tell(subject: Subject) -> None:
    """Write the facts of a layer: its methods, and each input with its shape and domain; then the lengths of sizes."""
    from gradcheck.records.input import size_of

    claims = [name for name in ("jacobian", "bprop") if getattr(subject, f"has_{name}")]
    click.echo(printable(f"{subject.target}: {', '.join([*claims, *subject.laws])}"))
    rows = [(one.name, f"({', '.join(map(str, one.shape))})", _domain(one)) for one in subject.inputs]
    widths = [max((len(row[k]) for row in rows), default=0) for k in (0, 1)]
    for name, shape, domain in rows:
        click.echo(printable(f"  {name.ljust(widths[0])}  {shape.ljust(widths[1])}  {domain}"))
    names = dict.fromkeys(name for one in subject.inputs for name in one.size_names)
    if names:
        lengths = (f"{name}={size_of(name, subject.sizes)}" for name in names)
        click.echo(printable(f"  sizes: {', '.join(lengths)}"))


def _domain(one: Input) -> str:
    """What numbers an input takes."""
    if one.domain == "labels":
        return f"labels below {one.classes}"
    told = one.domain if isinstance(one.domain, str) else f"between {one.limits[0]:g} and {one.limits[1]:g}"
    return told if one.differentiable else f"{told}, not differentiated"
