"""The options that say in which processes layers run."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import click

from gradcheck.cli.counterexamples import Counterexamples
from gradcheck.cli.flags import FILE, SHOWN, Value, seconds
from gradcheck.cli.options import flags_given, option
from gradcheck.cli.search import Search
from gradcheck.errors import UsageError
from gradcheck.frozen import dataclass
from gradcheck.text import natural, shorten

if TYPE_CHECKING:
    from gradcheck.execution.executor import Executor, Limits
    from gradcheck.run.jobs import Job
    from gradcheck.run.shards import Shard

# Compiled when first used: start-up.
_SIZE = r"(?i:(\d+(?:\.\d+)?)([KMG]?))"
_ADDRESS = r"((tcp|tls|ucx|wss?)://)?[^\s/]+:\d+"
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def jobs(text: str) -> int:
    """``4`` processes; ``auto`` or ``0`` for as many as there are cores."""
    if text in ("auto", "0"):
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    number = natural(text)
    if number is None:
        raise ValueError(f"must be a number of processes or `auto`, not {shorten(text, SHOWN)!r}")
    return number


def size(text: str) -> int:
    """``512M`` in bytes."""
    match = re.fullmatch(_SIZE, text)
    if match is None or not 0 < float(match[1]) < math.inf:
        raise ValueError(f"must be a size such as 512M or 2G, not {shorten(text, SHOWN)!r}")
    return int(float(match[1]) * _UNITS[match[2].upper()])


def shard(text: str) -> tuple[int, int]:
    """``2/4`` as number and total."""
    number, total = map(natural, text.partition("/")[::2])
    if number is None or total is None or not 1 <= number <= total:
        raise ValueError(f"must be I/N with I from 1 to N, such as 1/4, not {shorten(text, SHOWN)!r}")
    return number, total


def scheduler(text: str) -> str:
    """``tcp://host:8786`` as it is."""
    if not re.fullmatch(_ADDRESS, text):
        raise ValueError(f"must be an address such as tcp://host:8786, not {text!r}")
    return text


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

    title: ClassVar[str] = "Running"
    jobs: int | None = option(
        "-j", "--jobs", type=Value("jobs", jobs), metavar="N", help="In N processes; auto: one for each core."
    )
    timeout: float | None = option(
        "--timeout", type=Value("seconds", seconds), metavar="SECONDS", help="End cases that take longer."
    )
    memory: int | None = option(
        "--memory-limit", type=Value("size", size), metavar="SIZE", help="Memory that a layer may take, such as 512M."
    )
    journal: Path | None = option(
        "--journal", type=FILE, metavar="FILE", help="Note down in FILE, a new one, each case that is done."
    )
    resume: Path | None = option(
        "--resume", type=FILE, metavar="FILE", help="Go on from the journal FILE of a run that was cut off."
    )
    shard: tuple[int, int] | None = option(
        "--shard", type=Value("shard", shard), metavar="I/N", help="Run part I of N, from 1/N to N/N."
    )
    scheduler: str | None = option(
        "--scheduler",
        type=Value("address", scheduler),
        metavar="ADDRESS",
        help="Run on the Dask cluster whose scheduler is there, such as tcp://host:8786.",
    )

    def __post_init__(self) -> None:
        """Refuse two answers to one question."""
        if self.journal and self.resume:
            raise UsageError("give --journal to begin a journal or --resume to go on from one, not both")
        if self.jobs is not None and self.scheduler:
            raise UsageError("give -j to run in processes here or --scheduler to run on a cluster, not both")

    @property
    def here(self) -> bool:
        """Whether layers run in this process: nothing else was asked for."""
        return not flags_given(self)

    def refuse(self, reproducer: Counterexamples, search: Search) -> None:
        """Refuse what needs the layer in this process where it is not.

        Raises
        ------
        UsageError
            For the first such option; the sentence names those that it cannot stand beside.
        """
        needs = (("--script", reproducer.script), ("--search", search.seconds), ("--corpus", search.corpus))
        for name, value in needs:
            if value and not self.here:
                raise UsageError(f"`{name}` needs the layer in this process: leave out {', '.join(flags_given(self))}")

    def begin(self) -> None:
        """Start the processes that layers will run in, where there are such, while this one loads what it needs."""
        if self.here or self.scheduler or not hasattr(os, "fork"):
            return
        from gradcheck.execution.launch import AHEAD, Launch, drop_ahead, start_ahead

        click.get_current_context().call_on_close(drop_ahead)
        start_ahead(Launch(self.timeout, self.memory), min(self.jobs or 1, AHEAD))

    @contextmanager
    def executor(self) -> Iterator[Executor]:
        """What runs layers; what it starts ends with the context.

        Raises
        ------
        UsageError, GradcheckError
            As `gradcheck.execution.executor_named`.
        """
        with closing(self._executor(self.jobs or 1)) as executor:
            yield executor

    @contextmanager
    def executor_for_one(self) -> Iterator[Callable[[], Executor]]:
        """Gives the same, for one layer at a time: started when first asked for, it serves until the context ends.

        Raises
        ------
        UsageError, GradcheckError
            When asked for it, as `gradcheck.execution.executor_named`.
        """
        with ExitStack() as started:
            yield cache(lambda: started.enter_context(closing(self._executor(1))))

    def _executor(self, processes: int) -> Executor:
        from gradcheck.execution import executor_named
        from gradcheck.execution.executor import Settings

        name = "in-process" if self.here else "dask" if self.scheduler else "pool"
        return executor_named(name, Settings(processes, self.scheduler or "", self.limits))

    def journaled(
        self, executor: Executor, jobs: Sequence[Job], part: Shard | None = None
    ) -> AbstractContextManager[Executor]:
        """The executor, with the journal of a part of these jobs, the shard's, where one was asked for."""
        from gradcheck.run.jobs import journaled

        path, shard = self.resume or self.journal, part or self.part
        return journaled(executor, path, jobs, shard, self.limits, resume=self.resume is not None)

    @property
    def limits(self) -> Limits:
        """What a layer may use."""
        from gradcheck.execution.executor import Limits

        return Limits(self.timeout, self.memory)

    @property
    def part(self) -> Shard:
        """The shard that was asked for; all there is without one."""
        from gradcheck.run.shards import WHOLE, Shard

        return Shard(*self.shard) if self.shard else WHOLE
