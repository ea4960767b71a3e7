"""A folder of layers that do what layers must not do, in two runs: each costs its own verdict and nothing else."""

from __future__ import annotations

import json
import os
import re
import sys
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import gradcheck
from tests import processes

ROOT = Path(gradcheck.__file__).parents[1]
FOLDER = Path(__file__).parent / "hostile"
PROCESS = "ERROR process "
# Of each file the worst that is found: the verdict, the check, and what is said.
EXPECTED = {
    "aborts": PROCESS + "the process died: SIGABRT",
    "allocates": "ERROR (contract `forward` raised MemoryError|process timed out|process the process died)",
    "changes_shape": "FAIL (contract|purity)",
    "closes": PROCESS + "the process closed its connection",
    "closes_stdout": "PASS",
    "complex_output": "FAIL contract .* dtype complex128; a real floating dtype is required",
    "dies": PROCESS + "the process left with exit code 3",
    "dies_at_import": "ERROR .*cannot load .* the process left with exit code 0",
    "drifts": "FAIL purity `forward` gives another answer",
    "empty": "PASS",
    "escapes": r"ERROR contract `forward` raised RuntimeError: \\x1b\]0;title",
    "exits": "ERROR contract `forward` raised SystemExit: 7",
    "exits_at_import": "ERROR .*cannot load .* SystemExit: 0",
    "floods": PROCESS + "(the answer of its process cannot be read|the process closed its connection)",
    "forks": "PASS|" + PROCESS,
    "good": "PASS",
    "hangs": PROCESS + r"timed out after \d+ s",
    "hangs_at_import": r"ERROR .*cannot load .* timed out after \d+ s",
    "hangs_in_bprop": PROCESS + r"timed out after \d+ s",
    "huge_repr": "FAIL contract `forward` returned a Long",
    "interrupts": "ERROR contract `forward` raised KeyboardInterrupt",
    "json": "PASS",
    "kills_its_group": PROCESS + "the process died: SIGKILL",
    "kills_its_parent": PROCESS + "the process killed the one that it was started by",
    "long_message": "ERROR contract `forward` raised RuntimeError: longlong",
    "markup": r"ERROR contract `forward` raised RuntimeError: \]\]> <script>",
    "moves": "PASS",
    "not_a_number": "FAIL contract `forward` returned NaN",
    "numpy": "PASS",
    "object_output": "FAIL contract .* dtype object; a real floating dtype is required",
    "patches_json": "ERROR .*cannot load .* the answer of its process cannot be read",
    "patches_numpy": "(ERROR|FAIL) ",
    "prints": "PASS",
    "raises": "ERROR contract `forward` raised RuntimeError: it is raining at .*raises.py:8",
    "raises_as_array": "FAIL contract `forward` returned a Refusing",
    "raises_at_import": r"ERROR .*cannot load .* RuntimeError: no such \\x1b\[31mluck",
    "raises_in_bprop": "FAIL contract `bprop` raised ArithmeticError: backwards is hard",
    "raises_its_name": "ERROR .*cannot load .* RuntimeError: anonymous",
    "raises_unprintable": r"ERROR contract `forward` raised UnprintableError: \(its text cannot be printed\)",
    "raises_when_made": "ERROR .*cannot load .* ValueError: not today",
    "random": "PASS",
    "recurses": "ERROR (contract `forward` raised RecursionError|process the process died: SIGSEGV)",
    "scalar": "PASS",
    "segfaults": PROCESS + "the process died: SIGSEGV",
    "segfaults_at_import": "ERROR .*cannot load .* the process died: SIGSEGV",
    "sets_errors": "PASS",
    "threads": "PASS",
    "unpicklable": "PASS",
    "warns": "PASS",
    "writes_to_inputs": "FAIL (contract|purity)",
    "wrong": "FAIL bprop analytic .*, numeric ",
}
NAMES = sorted(EXPECTED)
HALVES = pytest.mark.parametrize("half", [0, 1])
FORMATS = ("jsonl", "junit", "sarif", "markdown", "github", "html")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Every other of them at once, from the first or the second on, with a limit that those keep which come to an end.

    The process, and its reports' folder.
    """

    @cache
    def running(half):
        runs = []

        def keeps(seconds):
            runs.append(ran(NAMES[half::2], tmp_path_factory.mktemp("reports"), seconds))
            for name, lines in told(runs[-1][1]).items():
                if "timed out" in lines[0] + EXPECTED[name]:
                    assert re.match(EXPECTED[name], lines[0]), lines

        processes.at_a_limit(keeps)
        return runs[-1]

    return running


def ran(names, folder, seconds):
    limits = ["-j", "2", "--timeout", f"{seconds:g}", "--memory-limit", "512M", "--inputs", "normal"]
    reports = [word for form in FORMATS for word in ("--report", f"{form}={folder / form}")]
    command = [sys.executable, "-P", "-m", "gradcheck", "check", *(f"{name}.py" for name in names)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GITHUB_ACTIONS": ""}
    return processes.run([*command, *limits, *reports], cwd=FOLDER, env=environment), folder


def told(folder):
    """Of each file, what was found in it, the worst first."""
    severity = ["FAIL", "ERROR", "INCONCLUSIVE", "UNDEFINED", "PASS"]
    entries = [json.loads(line) for line in (folder / "jsonl").read_text("utf-8").splitlines()]
    found = {}
    for entry in entries:
        if entry["type"] == "finding":
            name = re.match(r"(\w+)\.py", entry["target"])[1]
            found.setdefault(name, []).append(f"{entry['verdict']} {entry['check']} {entry['sentence']}")
    return {name: sorted(lines, key=lambda line: severity.index(line.split()[0])) for name, lines in found.items()}


@HALVES
def test_each_half_has_right_and_wrong_ones(half):
    assert {"PASS", "FAIL", "ERROR"} <= {EXPECTED[name].split()[0].strip("()").split("|")[0] for name in NAMES[half::2]}


def test_there_are_enough_of_them_and_each_is_expected_to_do_something():
    assert {path.stem for path in FOLDER.glob("*.py")} == set(EXPECTED)
    assert len(EXPECTED) >= 25


@pytest.mark.parametrize("name", EXPECTED)
def test_each_comes_to_a_clear_end(run, name):
    found = told(run(NAMES.index(name) % 2)[1])[name]
    assert re.match(EXPECTED[name], found[0]), found


@HALVES
def test_the_exit_code_is_that_of_what_was_found(run, half):
    assert run(half)[0].returncode == 1


@HALVES
def test_no_escape_code_reaches_the_terminal(run, half):
    done, folder = run(half)
    shown = done.stdout + done.stderr
    assert b"Traceback" not in shown
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", shown)
    assert all(b"\x1b" not in path.read_bytes() for path in folder.iterdir())


@HALVES
def test_nothing_that_was_printed_is_in_the_report(run, half):
    done, _ = run(half)
    assert len(done.stdout) < 200_000
    assert b"yyyy" not in done.stdout + done.stderr


@HALVES
def test_reports_are_well_formed(run, half):
    folder = run(half)[1]
    assert {path.name for path in folder.iterdir()} == set(FORMATS)
    assert len(ET.parse(folder / "junit").getroot()) >= len(NAMES[half::2])  # noqa: S314 - our own
    assert json.loads((folder / "sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert "<script>alert" not in (folder / "html").read_text("utf-8")
    assert "<script>alert" not in (folder / "markdown").read_text("utf-8")


def test_an_escape_code_would_be_seen():
    assert "\x1b" in (FOLDER / "escapes.py").read_text("utf-8").encode().decode("unicode_escape")
