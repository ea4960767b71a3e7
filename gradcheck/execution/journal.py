"""What is done, noted down line by line, so that a run that was killed can be taken up again.

The first line says which run it is; each of the others holds the reply to one task. A line is written whole before
anybody is told of it. The last one may be cut off by a kill: it is forgotten, and its task done again.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gradcheck.errors import UnwrittenError, UsageError
from gradcheck.files import seen_from_here
from gradcheck.records.plain.garbled import GarbledError, line_of, parse_line
from gradcheck.text import printable

VERSION = 4
# Only a machine that loses its power needs the disk to be waited for: what is written survives the process without.
EVERY = 0.05  # seconds between two waits for it, at least
SHARE = 0.02  # ... and how much of the time they may take: some disks need as long for one as a layer for ten cases


class Journal:
    """A file of what is done.

    Parameters
    ----------
    path : Path
    run : mapping
        Plain data that says which run it is.
    resume : bool
        Take up what the file holds; one that was cut off before its first line was whole is begun again.

    Attributes
    ----------
    done : dict
        The replies of earlier lines as plain data, by the identity of their tasks.

    Raises
    ------
    UsageError
        When the file is another run's, no journal, in use, or, without `resume`, there already; with it, missing.
    """

    def __init__(self, path: Path, run: Mapping[str, Any], *, resume: bool) -> None:
        self.path = path
        self.done: dict[str, Any] = {}
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | (0 if resume else os.O_CREAT), 0o644)
        except FileNotFoundError as cause:
            if not resume:
                raise UsageError(f"the journal {self._name} cannot be written: {cause.strerror}") from cause
            sentence = f"`--resume` must name a journal; {self._name} is not there: begin it by --journal"
            raise UsageError(sentence) from cause
        except OSError as cause:
            raise UsageError(f"the journal {self._name} cannot be written: {cause.strerror}") from cause
        self._next_sync = 0.0
        self._trouble: OSError | None = None
        try:
            self._take_up({"journal": VERSION, **run}, resume=resume)
        except OSError as cause:
            os.close(self._descriptor)
            raise UsageError(f"the journal {self._name} cannot be written: {cause.strerror}") from cause
        except BaseException:
            os.close(self._descriptor)
            raise

    @property
    def _name(self) -> str:
        return printable(seen_from_here(self.path))

    def append(self, identity: str, reply: Mapping[str, Any]) -> None:
        """Note down the reply to a task, unless the disk is full: the run goes on without, as `close` tells."""
        if self._trouble is None:
            try:
                self._write({"id": identity, **reply})
            except OSError as cause:
                self._trouble = cause

    def close(self) -> None:
        """Wait for the disk, and let go of the file.

        Raises
        ------
        UnwrittenError
            Where not all could be noted down.
        """
        try:
            if self._trouble is None:
                os.fsync(self._descriptor)
        except OSError as cause:
            self._trouble = cause
        os.close(self._descriptor)
        if self._trouble is not None:
            sentence = f"the journal {self._name} could not be written to its end: {self._trouble.strerror}"
            raise UnwrittenError(sentence) from self._trouble

    def _take_up(self, header: dict[str, Any], *, resume: bool) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as cause:
            raise UsageError(f"the journal {self._name} is in use by another run") from cause
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            raise UsageError(f"the journal {self._name} must be a file, and no device or pipe")
        *lines, cut = self.path.read_bytes().split(b"\n")
        if not resume and (lines or cut):
            raise UsageError(f"`--journal` must name a new file; {self._name} exists: go on from it by --resume")
        if lines:
            self._refuse_other(self._entry(1, lines[0]), header)
        elif not line_of(header).encode("ascii").startswith(cut):
            raise UsageError(f"{self._name} is no journal")
        for number, line in enumerate(lines[1:], start=2):
            entry = self._entry(number, line)
            self.done[str(entry.pop("id"))] = entry
        os.ftruncate(self._descriptor, sum(len(line) + 1 for line in lines))
        if not lines:
            self._write(header)

    def _entry(self, number: int, line: bytes) -> dict[str, Any]:
        with suppress(GarbledError):
            entry = parse_line(line)
            if isinstance(entry, dict) and ("journal" if number == 1 else "id") in entry:
                return entry
        raise UsageError(f"line {number} of {self._name} is no line of a journal")

    def _refuse_other(self, found: Mapping[str, Any], header: Mapping[str, Any]) -> None:
        differing = [name for name in header if found.get(name) != header[name]]
        if differing:
            told = ", ".join(_described(name, found.get(name), header[name]) for name in differing)
            raise UsageError(f"the journal {self._name} is of another run; what differs: {told}")

    def _write(self, entry: dict[str, Any]) -> None:
        line = line_of(entry).encode("ascii")
        while line:
            line = line[os.write(self._descriptor, line) :]
        if (start := time.monotonic()) > self._next_sync:
            os.fsync(self._descriptor)
            end = time.monotonic()
            self._next_sync = end + max(EVERY, (end - start) / SHARE)


def _described(name: str, found: Any, own: Any) -> str:
    """What differs: for a table the keys that do, for anything else both sides."""
    if isinstance(found, dict) and isinstance(own, dict):
        keys = sorted(key for key in found.keys() | own.keys() if found.get(key) != own.get(key))
        return f"{name} ({', '.join(map(printable, keys))})"
    return f"{name} ({printable(str(found))} there, {printable(str(own))} here)"
