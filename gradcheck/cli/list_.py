"""``gradcheck list``: the names that the other commands take, with one line each."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import click

from gradcheck.cli.exits import Exit

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


@click.command("list")
@click.argument("shelves", nargs=-1, type=click.Choice(list(SHELVES)))
def list_(shelves: tuple[str, ...]) -> int:
    """Name the layers, input strategies and checks there are."""
    chosen = shelves or tuple(SHELVES)
    for shelf in chosen:
        rows = SHELVES[shelf]()
        width = max((len(name) for name, _ in rows), default=0)
        click.echo(f"{shelf}:")
        for name, line in rows:
            click.echo(f"  {name.ljust(width)}  {line}".rstrip())
    return Exit.PASSED
