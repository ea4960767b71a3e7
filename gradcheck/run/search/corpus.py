"""Failures kept from run to run: a small text file for each layer, the id of a case on each line."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gradcheck.adapters.contract import Subject
from gradcheck.errors import UsageError
from gradcheck.files import write_whole
from gradcheck.inputs.points import written_point
from gradcheck.layers.loading import identity_of
from gradcheck.records.case import Case
from gradcheck.records.finding import Finding, Verdict
from gradcheck.records.identity import case_of
from gradcheck.text import printable, shorten

MOST = 48  # cases of a layer: each costs a little time in every run
LONGEST = 10_000  # characters of an id: a point of some hundred numbers; nobody reads a longer one
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Kept:
    """What a corpus holds for a layer.

    Attributes
    ----------
    cases : tuple of Case
        Those that can be run.
    remarks : tuple of str
        A sentence for each line that cannot.
    """

    cases: tuple[Case, ...] = ()
    remarks: tuple[str, ...] = ()


def path_of(folder: Path, layer: str) -> Path:
    """The file of a layer: its name where every file system takes that, else a part of it and a checksum."""
    if _PLAIN.fullmatch(layer) and not _RESERVED.fullmatch(layer):
        return folder / f"{layer}.txt"
    stem = re.sub(r"[^a-z0-9_-]+", "-", layer.lower())[:40].strip("-")
    return folder / f"{stem or 'layer'}.{zlib.crc32(layer.encode('utf-8', 'replace')):08x}.txt"


def read(folder: Path, subject: Subject) -> Kept:
    """The cases kept for a layer.

    Raises
    ------
    OSError
        When there is a file that cannot be read.
    """
    cases, remarks = [], []
    path = path_of(folder, identity_of(subject.target) or subject.name)
    for line in _lines(path):
        try:
            cases.append(_fitting(subject, line))
        except UsageError as cause:
            remarks.append(f"{path.name}: {shorten(line, 80)!r} is passed over: {cause}")
    return Kept(tuple(cases), tuple(map(printable, remarks)))


def keep(folder: Path, subject: Subject, findings: Iterable[Finding]) -> None:
    """Add the cases of failures to what is kept for a layer; what is there already has the first claim to the room.

    Of the failures of one check for one input, one is kept: a point written out before others, and the shortest of
    them. The file is replaced in one step.

    Raises
    ------
    OSError
        When the folder cannot be made or written to.
    """
    path = path_of(folder, identity_of(subject.target) or subject.name)
    old = _lines(path)
    new = [identity for identity in _simplest(findings) if identity not in old and _reads_back(subject, identity)]
    new = new[: max(MOST - len(old), 0)]
    if not new:
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, "".join(f"{line}\n" for line in sorted({*old, *new})))


def _lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    return list(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))


def _fitting(subject: Subject, identity: str) -> Case:
    """The case of an id, if it makes a point for the layer.

    Raises
    ------
    UsageError
        When it does not.
    """
    case = case_of(identity)
    if case.layer != subject.name:
        raise UsageError(f"it is a case of {case.layer}, not of {subject.name}")
    if written_point(subject.inputs, subject.critical, case) is None:
        raise UsageError("its strategy has nothing to say about the layer")
    return case


def _simplest(findings: Iterable[Finding]) -> list[str]:
    """One id for each check and input."""
    best: dict[tuple[str, str], Case] = {}
    for one in findings:
        if one.verdict is Verdict.FAIL:
            case = one.counterexample.case if one.counterexample else one.case
            best[one.check, one.input] = min(best.get((one.check, one.input), case), case, key=_complexity)
    return list(dict.fromkeys(case.id for case in best.values()))


def _complexity(case: Case) -> tuple[bool, int, str]:
    return not case.values, len(case.id), case.id


def _reads_back(subject: Subject, identity: str) -> bool:
    """Whether the id makes its case again when it is read from a line."""
    if len(identity) > LONGEST or len(identity.splitlines()) != 1 or identity != identity.strip():
        return False
    try:
        return _fitting(subject, identity).id == identity
    except UsageError:
        return False
