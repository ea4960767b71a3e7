"""The options that commands share, and the records that they arrive in."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gradcheck.cli.values import Value, dtypes, lengths, names, product, scales
from gradcheck.reports import FORMATS

Callback = Callable[..., int]


@dataclass(frozen=True)
class Telling:
    """How a report is told.

    Attributes
    ----------
    file
        Where to; None is stdout.
    color
        ``auto``, ``always`` or ``never``.
    verbosity
        Above 0 to tell more, below 0 to tell less.
    """

    file: Path | None = None
    color: str = "auto"
    verbosity: int = 0


def plan_options(callback: Callback) -> Callback:
    """Add the options that say what to run; they arrive as `asked`, the fields of a `Plan` that were given."""

    @functools.wraps(callback)
    def gathered(**given: Any) -> int:
        size, seed = given.pop("size"), given.pop("seed")
        asked = {
            "inputs": given.pop("inputs"),
            "scales": given.pop("scale"),
            "sizes": product(size) if size else None,
            "dtypes": given.pop("dtype"),
            "seeds": None if seed is None else (seed,),
            "select": given.pop("select"),
        }
        return callback(asked={field: value for field, value in asked.items() if value is not None}, **given)

    return _stacked(
        gathered,
        click.option("--inputs", type=Value("names", names), metavar="NAME,...", help="Strategies that draw inputs."),
        click.option("--scale", type=Value("scales", scales), metavar="X,...", help="Factors on the drawn inputs."),
        click.option(
            "--size",
            type=Value("lengths", lengths),
            multiple=True,
            metavar="NAME=N,...",
            help="Lengths of a size name: n=5,64. May be repeated.",
        ),
        click.option("--dtype", type=Value("dtypes", dtypes), metavar="NAME,...", help="What the layer computes in."),
        click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Seed of the random draws."),
        click.option("-k", "select", metavar="EXPR", help="Only cases whose id matches: 'ties and not f32'."),
    )


def telling_options(callback: Callback) -> Callback:
    """Add the options that say how to report; they arrive as `telling`."""

    @functools.wraps(callback)
    def gathered(**given: Any) -> int:
        verbosity = given.pop("verbose") - given.pop("quiet")
        return callback(telling=Telling(given.pop("file"), given.pop("color"), verbosity), **given)

    return _stacked(
        gathered,
        click.option("-q", "--quiet", count=True, help="Tell less: the summary and what failed."),
        click.option("-v", "--verbose", count=True, help="Tell more: fold fewer rows; -vv folds none."),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colours; auto asks NO_COLOR, FORCE_COLOR and the terminal.",
        ),
        click.option(
            "-o",
            "--output-file",
            "file",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Write the report to FILE, once it is complete, instead of stdout.",
        ),
    )


def format_option(callback: Callback) -> Callback:
    """Add ``--output-format``; it arrives as `form`."""
    option = click.option(
        "--output-format", "form", type=click.Choice(list(FORMATS)), default="table", help="How the report is written."
    )
    return option(callback)


def colored(choice: str, *, terminal: bool, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether to write colours: the flag, then NO_COLOR, then FORCE_COLOR, then GitHub's log, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if forced := environ.get("FORCE_COLOR"):
        return forced.lower() not in ("0", "false")
    # Actions shows colours in its log, though it offers no terminal.
    return environ.get("GITHUB_ACTIONS") == "true" or (terminal and environ.get("TERM") != "dumb")


def _stacked(callback: Callback, *options: Callable[[Callback], Callback]) -> Callback:
    """`callback` with the options added, so that help lists them in this order."""
    return functools.reduce(lambda inner, option: option(inner), reversed(options), callback)
