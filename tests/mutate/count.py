"""Mutants of all kinds, seeded, and which of them gradcheck does not bear."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gradcheck.errors import GradcheckError
from tests.mutate.kinds import Kind, kinds
from tests.mutate.mutations import mutant

LONGEST = 5.0  # seconds of the processor, whatever else it does, that a mutant may take: ten times the slowest there is


class HungError(BaseException):
    """A mutant took too long; no code under test catches it."""


@dataclass(frozen=True)
class Lost:
    """A mutant that was not borne.

    Attributes
    ----------
    kind, number, seed
        Make it again.
    data
    why
        The last lines of what was raised.
    """

    kind: str
    number: int
    seed: int
    data: bytes
    why: str


@dataclass
class Tally:
    """What became of the mutants of one kind."""

    tried: int = 0
    refused: int = 0
    slowest: float = 0.0


def count(number: int, seed: int, only: str = "") -> tuple[dict[str, Tally], list[Lost]]:
    """Try mutants, dealt out to the kinds in turn.

    Parameters
    ----------
    number : int
        How many in all.
    seed : int
    only : str
        A kind; empty for all of them.
    """
    with _empty_folder() as home:
        chosen = {name: kind for name, kind in kinds(home).items() if only in ("", name)}
        tallies, lost = {name: Tally() for name in chosen}, []
        for k in range(number):
            name = list(chosen)[k % len(chosen)]
            data = made(chosen[name], name, k, seed)
            why = tried(chosen[name], data, tallies[name])
            if why:
                lost.append(Lost(name, k, seed, data, why))
    return tallies, lost


def made(kind: Kind, name: str, number: int, seed: int) -> bytes:
    """The mutant of a number: the same in every run."""
    rng = random.Random(f"{seed} {name} {number}")  # noqa: S311 - no secrets
    return mutant(rng.choice(kind.samples), rng)


def tried(kind: Kind, data: bytes, tally: Tally) -> str:
    """Why a mutant is not borne; empty when it is."""
    tally.tried += 1
    start = time.perf_counter()
    try:
        with _empty_folder(), _clock(), warnings.catch_warnings():
            warnings.simplefilter("error")
            kind.use(data, Path.cwd())
    except GradcheckError:
        tally.refused += 1
    except (Exception, HungError):  # noqa: BLE001 - that is what is looked for
        return traceback.format_exc()[-2000:]
    finally:
        tally.slowest = max(tally.slowest, time.perf_counter() - start)
    return ""


@contextmanager
def _empty_folder() -> Iterator[Path]:
    """A working folder that is gone afterwards."""
    before, folder = Path.cwd(), Path(tempfile.mkdtemp()).resolve()
    (folder / ".git").touch()  # no configuration is looked for above it
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
        shutil.rmtree(folder)


@contextmanager
def _clock() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise HungError

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
