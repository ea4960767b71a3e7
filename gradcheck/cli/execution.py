"""The options that say in which processes layers run, and what runs them."""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradcheck.cli.options import Callback
from gradcheck.cli.replay import Showing
from gradcheck.cli.search import Seeking
from gradcheck.cli.values import Value, seconds
from gradcheck.errors import UsageError

if TYPE_CHECKING:
    from gradcheck.config.file import Config

_FILE = click.Path(dir_okay=False, path_type=Path)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([KMG]?)", re.IGNORECASE)
_ADDRESS = re.compile(r"((tcp|tls|ucx|wss?)://)?[^\s/]+:\d+")
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


@dataclass(frozen=True)
class Execution:
    """In which processes layers run; every field is None where its option was not given.

    Attributes
    ----------
    jobs
        How many processes.
    timeout
        Seconds a case.
    memory
        Bytes a layer.
    journal, resume
        The file in which what is done is noted down: a new one, or one to go on from.
    shard
        Number, from 1 on, and total.
    scheduler
        The address of a cluster that they run on instead.
    """

    jobs: int | None = None
    timeout: float | None = None
    memory: int | None = None
    journal: Path | None = None
    resume: Path | None = None
    shard: tuple[int, int] | None = None
    scheduler: str | None = None

    @property
    def here(self) -> bool:
        """Whether layers run in this process: nothing else was asked for."""
        return all(value is None for value in vars(self).values())

    def suited(self, showing: Showing, seeking: Seeking) -> Showing:
        """How failures are shown: without counterexamples where the layer is not in this process.

        Raises
        ------
        UsageError
            When more is asked for that needs the layer here.
        """
        if self.here:
            return showing
        for name, value in (("--script", showing.script), ("--search", seeking.seconds), ("--corpus", seeking.corpus)):
            if value:
                raise UsageError(f"`{name}` needs the layer in this process: leave out {', '.join(self._named())}")
        return replace(showing, shrink=False)

    def _named(self) -> list[str]:
        names = {"memory": "memory-limit"}
        return [f"--{names.get(name, name)}" for name, value in vars(self).items() if value is not None]

    def share_of(self, configs: list[Config]) -> list[Config]:
        """The part of some configurations that belongs to the shard; all of them without one."""
        if self.shard is None:
            return configs
        from gradcheck.run.shards import Shard
        from gradcheck.run.sweeps import share

        return share(configs, Shard(*self.shard))


def execution_options(callback: Callback) -> Callback:
    """Add the options that say in which processes layers run; they arrive as `execution`."""

    @functools.wraps(callback)
    def gathered(**given: Any) -> int:
        names = {"jobs", "timeout", "memory", "journal", "resume", "shard", "scheduler"}
        execution = Execution(**{name: given.pop(name) for name in names})
        if execution.journal and execution.resume:
            raise click.UsageError("give --journal to begin a journal or --resume to go on from one, not both")
        if execution.jobs is not None and execution.scheduler:
            raise click.UsageError("give -j to run in processes here or --scheduler to run on a cluster, not both")
        return callback(execution=execution, **given)

    journal = "Note down in FILE, a new one, each case that is done."
    resume = "Go on from the journal FILE of a run that was cut off."
    options = (
        click.option(
            "-j", "--jobs", type=Value("jobs", jobs), metavar="N", help="Run in N processes; auto: one a core."
        ),
        click.option(
            "--timeout", type=Value("seconds", seconds), metavar="SECONDS", help="End cases that take longer."
        ),
        click.option(
            "--memory-limit",
            "memory",
            type=Value("size", size),
            metavar="SIZE",
            help="Memory that a layer may take, such as 512M.",
        ),
        click.option("--journal", type=_FILE, metavar="FILE", help=journal),
        click.option("--resume", type=_FILE, metavar="FILE", help=resume),
        click.option("--shard", type=Value("shard", shard), metavar="I/N", help="Run part I of N, from 1/N to N/N."),
        click.option(
            "--scheduler",
            type=Value("address", scheduler),
            metavar="ADDRESS",
            help="Run on the Dask cluster whose scheduler is there, such as tcp://host:8786.",
        ),
    )
    return functools.reduce(lambda inner, option: option(inner), reversed(options), gathered)


def jobs(text: str) -> int:
    """``4`` processes; ``auto`` or ``0`` for as many as there are cores."""
    if text in ("auto", "0"):
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not text.isdecimal():
        raise ValueError(f"must be a number of processes or `auto`, not {text!r}")
    return int(text)


def size(text: str) -> int:
    """``512M`` in bytes."""
    match = _SIZE.fullmatch(text)
    if match is None or not float(match[1]):
        raise ValueError(f"must be a size such as 512M or 2G, not {text!r}")
    return int(float(match[1]) * _UNITS[match[2].upper()])


def shard(text: str) -> tuple[int, int]:
    """``2/4`` as number and total."""
    number, _, total = text.partition("/")
    if not (number.isdecimal() and total.isdecimal() and 1 <= int(number) <= int(total)):
        raise ValueError(f"must be I/N with I from 1 to N, such as 1/4, not {text!r}")
    return int(number), int(total)


def scheduler(text: str) -> str:
    """``tcp://host:8786`` as it is."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"must be an address such as tcp://host:8786, not {text!r}")
    return text
