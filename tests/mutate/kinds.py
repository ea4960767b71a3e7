"""Kinds of input: samples that gradcheck itself has written, and what is done with a mutant of one."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, fields
from pathlib import Path

import click
import numpy as np

from gradcheck.cli.acceptance import Acceptance
from gradcheck.cli.check import check
from gradcheck.cli.execution import Execution
from gradcheck.cli.main import main
from gradcheck.cli.planning import replay_layers
from gradcheck.cli.reporting import Reporting
from gradcheck.cli.selection import Selection
from gradcheck.config.file import read as read_config
from gradcheck.errors import GradcheckError, UsageError
from gradcheck.execution.executor import Limits
from gradcheck.execution.in_process import InProcess
from gradcheck.execution.journal import Journal
from gradcheck.execution.journaled import Journaled
from gradcheck.execution.task import LayerFacts
from gradcheck.layers.loading import load
from gradcheck.records.expression import matches
from gradcheck.records.identity import case_of
from gradcheck.records.plan import Plan
from gradcheck.reports.jsonl_reader import read as read_report
from gradcheck.run.addresses import Loader
from gradcheck.run.baseline_file import read as read_baseline
from gradcheck.run.examine import examine_all
from gradcheck.run.jobs import Job, described, job_of
from gradcheck.run.search.corpus import path_of
from gradcheck.run.search.corpus import read as read_corpus
from gradcheck.run.shards import WHOLE
from gradcheck.run.sweep import entries_of

ROOT = Path(__file__).parents[2]
SLIPS = str(ROOT / "configs/worksheet_slips.py") + ":LogSoftmaxClassroom"
FORMATS = ("jsonl", "junit", "sarif", "html", "markdown", "github")
LEAVES = (0, 1, 2, 3, 5)  # exit codes that a command may leave with
LARGEST = 10_000  # numbers in a point of an id: larger ones are what was asked for, and take their time


class LostError(AssertionError):
    """What gradcheck must not do with any input, in words."""


@dataclass(frozen=True)
class Kind:
    """A kind of input.

    Attributes
    ----------
    samples
        Right ones.
    use
        What is done with a mutant, in an empty folder; raises `LostError`, or anything but a `GradcheckError`, where it
        is not borne.
    """

    samples: tuple[bytes, ...]
    use: Callable[[bytes, Path], None]


def kinds(folder: Path) -> dict[str, Kind]:
    """All kinds by name; samples are made in a folder."""
    reports = _reports(folder)
    whole = reports[0]
    jobs = _jobs()
    run = described(jobs, WHOLE, Limits())  # as seen from here: mutants are read in other folders
    return {
        "report": Kind(reports, _use_report),
        "journal": Kind(
            (_journal(folder / "run.journal", jobs, run),), lambda data, here: _use_journal(data, here, jobs, run)
        ),
        "baseline": Kind(_baselines(folder), lambda data, here: _use_baseline(data, here, whole)),
        "config": Kind(_configs(), _use_config),
        "corpus": Kind((b"softmax[ties,scale=1,n=5,f64]\nsoftmax[x=[0,2.5],f64]\n",), _use_corpus),
        "id": Kind(_IDS, _use_id),
        "expression": Kind(_EXPRESSIONS, _use_expression),
        "options": Kind(_OPTIONS, _use_options),
    }


def command(*words: object) -> tuple[int, str]:
    """The exit code of a command line, and what it says on stderr.

    Raises
    ------
    LostError
        When it crashes, leaves with another code or drives the terminal.
    """
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(word) for word in words])
    said = err.getvalue()
    if "internal error" in said or "Traceback" in said:
        raise LostError(f"crashed: {said[-900:]}")
    if code not in LEAVES:
        raise LostError(f"left with {code}: {said[-300:]}")
    if {"\x1b", "\x00", "\r", "\u202e"} & {*said, *out.getvalue()}:
        raise LostError("wrote what drives a terminal")
    if code in (2, 3) and not said:
        raise LostError(f"left with {code} and said nothing")
    return code, said


def _reports(folder: Path) -> tuple[bytes, ...]:
    words = (SLIPS, "softmax", "--inputs", "normal,zeros", "--output-format", "jsonl", "--no-shrink")
    for name, more in (("whole", ()), ("drawn", ("--figures",)), ("part", ("--shard", "1/2"))):
        command(*words, *more, "-o", folder / f"{name}.jsonl")
    return tuple((folder / f"{name}.jsonl").read_bytes() for name in ("whole", "drawn", "part"))


def _use_report(data: bytes, folder: Path) -> None:
    """Each sample holds failures."""
    (folder / "a.jsonl").write_bytes(data)
    files = {form: folder / f"out.{form}" for form in FORMATS}
    asked = [word for form, file in files.items() for word in ("--report", f"{form}={file}")]
    code, _ = command("report", folder / "a.jsonl", *asked)
    if code in (0, 5):
        raise LostError("a report with failures was let pass")
    if code == 2:
        if any(file.exists() for file in files.values()):
            raise LostError("refused, yet a report was written")
        return
    _look_at_reports(files)
    _refuse_leftovers(folder, {".git", "a.jsonl", *(file.name for file in files.values())})


def _look_at_reports(files: dict[str, Path]) -> None:
    """That each file is whole: of its format where a program reads it."""
    texts = {form: file.read_text("utf-8") for form, file in files.items()}
    read_report(texts["jsonl"].splitlines())
    json.loads(texts["sarif"])
    ET.fromstring(texts["junit"])  # noqa: S314 - our own
    if not texts["html"].endswith("</html>\n"):
        raise LostError("half a page was written")


def _refuse_leftovers(folder: Path, named: set[str]) -> None:
    left = {file.name for file in folder.iterdir()} - named
    if left:
        raise LostError(f"left behind: {', '.join(sorted(left))}")


def _jobs() -> list[Job]:
    """Of a right layer, and of one that fails."""
    plan = Plan(inputs=("normal", "zeros"))
    layers = [subject for target in ("softmax", SLIPS) for subject in load(target)]
    return [job_of(number, LayerFacts(subject), plan) for number, subject in enumerate(layers, start=1)]


def _journal(path: Path, jobs: Sequence[Job], run: Mapping[str, object]) -> bytes:
    journal = Journal(path, run, resume=False)
    for report in examine_all(jobs, Journaled(InProcess(), journal)):
        if not report.findings:
            raise LostError("the journal is of nothing")
    journal.close()
    return path.read_bytes()


def _use_journal(data: bytes, folder: Path, jobs: Sequence[Job], run: Mapping[str, object]) -> None:
    path = folder / "run.journal"
    path.write_bytes(data)
    tasks = [task for job in jobs for task in job.tasks]
    try:
        journal = Journal(path, run, resume=True)
    except UsageError:
        if path.read_bytes() != data:
            raise LostError("refused, yet the journal was changed") from None
        raise
    try:
        noting = Journaled(_Nothing(), journal)
        noting.submit(tasks)
        for _ in tasks:
            task, _ = noting.next()
            if task not in tasks:
                raise LostError("told of another task")
    except LookupError:
        pass  # what is not noted would be done
    finally:
        journal.close()
    if not data.startswith(path.read_bytes()) and not path.read_bytes().startswith(data):
        raise LostError("what the journal held was changed")


class _Nothing:
    """An executor that does nothing."""

    def submit(self, tasks: Iterable[object], *, first: bool = False) -> None:
        pass

    def discard(self, unwanted: object) -> None:
        pass

    def next(self) -> tuple[object, object]:
        raise LookupError

    def close(self) -> None:
        pass


def _baselines(folder: Path) -> tuple[bytes, ...]:
    path = folder / "known.toml"
    command("report", folder / "whole.jsonl", "--baseline", path, "--update-baseline")
    by_hand = b'[[known]]\nlayer = "LogSoftmaxClassroom"\ncheck = "bprop"\nreason = "see 12"\nexpires = 2030-01-31\n'
    return path.read_bytes(), by_hand


def _use_baseline(data: bytes, folder: Path, report: bytes) -> None:
    path = folder / "known.toml"
    path.write_bytes(data)
    (folder / "a.jsonl").write_bytes(report)
    command("report", folder / "a.jsonl", "-q", "--baseline", path)
    if path.read_bytes() != data:
        raise LostError("the baseline was changed unasked")
    code, _ = command("report", folder / "a.jsonl", "-q", "--baseline", path, "--update-baseline")
    if code == 2 and path.read_bytes() != data:
        raise LostError("refused, yet the baseline was changed")
    if code != 2:
        read_baseline(path)
    _refuse_leftovers(folder, {".git", "known.toml", "a.jsonl"})


def _configs() -> tuple[bytes, ...]:
    project = b'[project]\nname = "a"\n\n[tool.gradcheck.defaults]\ninputs = ["ties"]\nsizes = { n = [2, 3] }\n'
    own = (
        b'[defaults]\nscales = [1e-3, 1]\nseeds = [0]\n\n[[sweep]]\ntitle = "one"\nlayers = ["softmax", "tanh"]\n'
        b'inputs = ["ties", "zeros"]\nsizes = { n = [2, 3] }\ndtypes = ["float32"]\nchecks = ["bprop"]\n'
        b'select = "ties or not f32"\nexpect = ["x"]\n'
    )
    return project, own, (ROOT / "configs/ci.toml").read_bytes()


def _use_config(data: bytes, folder: Path) -> None:
    for name in ("pyproject.toml", "sweep.toml"):
        (folder / name).write_bytes(data)
        try:
            config = read_config(folder / name)
            jobs = [job for entry in entries_of([config], Loader(InProcess())) for job in entry.jobs]
            described(jobs, WHOLE, Limits())
        except GradcheckError as error:
            _refuse_silence(error)
        command("list", "checks")  # reads the configuration of the working folder, if any


def _refuse_silence(error: GradcheckError) -> None:
    if not str(error).strip() or {"\x1b", "\x00", "\u202e"} & {*str(error)}:
        raise LostError(f"said {str(error)!r:.200}")


def _use_corpus(data: bytes, folder: Path) -> None:
    (subject,) = load("softmax")
    path_of(folder, subject.name).write_bytes(data)
    for case in read_corpus(folder, subject).cases:
        case_of(case.id)


_IDS = (
    *(b"softmax[ties,scale=1e3,n=5,f64]", b"softmax[x=[0,2.5],f64,seed=3]", b"softmax[normal,scale=1,n=2,f32,seed=7]"),
    *(b"mlp[ties,scale=1,batch=3,hidden=4,m=3,n=5,f64]", b"linear[x=[[1,2]],W=[[1],[2]],b=[0],f64]"),
)
_EXPRESSIONS = (b"ties and not f32", b"(ties or spike) and scale=1e3", b"not (n=5 or f64)", b"softmax[x=[0,2.5],f64]")


def _use_id(data: bytes, folder: Path) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        case = case_of(text)
        if np.prod([float(length) for _, length in case.sizes]) <= LARGEST and len(text) <= LARGEST:
            replay_layers((case,), [subject for name in ("softmax", "mlp", "linear") for subject in load(name)])
    except GradcheckError as error:
        _refuse_silence(error)


def _use_expression(data: bytes, folder: Path) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        matches(text, "softmax[ties,scale=1e3,n=5,f64]")
    except GradcheckError as error:
        _refuse_silence(error)


_OPTIONS = (
    *(b"--inputs ties,spike --inputs zeros", b"--scale 1e-3,1", b"--size n=5,64 --size batch=2", b"--dtype float32"),
    *(b"--seed 3 -k ties", b"--replay softmax[ties,scale=1,n=5,f64]", b"-j 4 --timeout 2.5 --memory-limit 512M"),
    *(b"--shard 1/4 --journal a.journal", b"--scheduler tcp://host:8786", b"--report junit=a.xml -o b.jsonl"),
    *(b"--fail-on fail --maxfail 3 -x", b"-vv -q --color never --output-format jsonl --figures"),
)
GROUPS = (Acceptance, Execution, Reporting, Selection)


def _use_options(data: bytes, folder: Path) -> None:
    """Words are read, and the records of options made of them; nothing is run."""
    words = data.replace(b"\0", b"").decode("utf-8", "surrogateescape").split(" ")  # no word of a process holds a NUL
    try:
        given = _values(words)
        for group in GROUPS:
            group(**{one.name: given[one.name] for one in fields(group)})
    except GradcheckError as error:
        _refuse_silence(error)
    except click.exceptions.Exit as leave:
        if leave.exit_code not in LEAVES:
            raise LostError(f"left with {leave.exit_code}") from None
    except click.ClickException as error:
        if not error.format_message():
            raise LostError("said nothing") from None


def _values(words: Sequence[str]) -> dict[str, object]:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return dict(check.make_context("check", ["softmax", *words]).params)
