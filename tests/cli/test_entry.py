"""The program as a process: what a layer does beside its derivative changes neither the verdict nor other layers."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

import gradcheck
from gradcheck.cli.main import main
from tests import processes

ROOT = Path(gradcheck.__file__).parents[1]
LAYERS = """
import atexit, os, threading

import numpy as np

{before}


class Right:
    def forward(self, x):
        {inside}
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)


class Wrong(Right):
    def bprop(self, v, x):
        return 1.5 * v * (1 - np.tanh(x) ** 2)

{after}
"""


@pytest.fixture
def folder(tmp_path):
    """Writes a file of layers, and gives its folder."""

    def writing(before="", inside="pass", after="", name="mine.py"):
        (tmp_path / name).write_text(LAYERS.format(before=before, inside=inside, after=after))
        return tmp_path

    return writing


def program(folder, *words, start=("-m", "gradcheck")):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = processes.run([sys.executable, *start, *words, "--inputs", "normal"], cwd=folder, env=environment, text=True)
    return done.returncode, done.stdout, done.stderr


STAYING = "threading.Thread(target=threading.Event().wait).start()"
AFTER = ["atexit.register(os._exit, 7)", "atexit.register(lambda: 1 / 0)", STAYING]


@pytest.mark.parametrize(("before", "name", "code"), [*((one, "Right", 0) for one in AFTER), (AFTER[0], "Wrong", 1)])
def test_nothing_overturns_or_delays_a_verdict(folder, before, name, code):
    found, output, error = program(folder(before), f"mine.py:{name}")
    assert (found, error) == (code, "")
    assert output.count("\n") > 5


def test_nor_for_a_target_that_does_not_load(folder):
    code, _, error = program(folder("atexit.register(os._exit, 7)", after="1 / 0"), "mine.py")
    assert code == 3
    assert "ZeroDivisionError" in error


def test_what_watches_the_program_has_its_end(folder):
    code, output, _ = program(folder(), "mine.py:Right", start=("-m", "cProfile", "-m", "gradcheck"))
    assert code == 0
    assert "function calls" in output


MOVES = "os.makedirs('elsewhere', exist_ok=True); os.chdir('elsewhere')"


@pytest.mark.parametrize("way", [{"before": MOVES}, {"inside": MOVES}])
def test_a_layer_that_changes_the_folder_moves_no_file(folder, way):
    here = folder(**way)
    folder(name="other.py")
    words = ("--report", "jsonl=a.jsonl", "-o", "b.txt", "--script", "c.py", "--baseline", "d.toml")
    code, _, error = program(here, "mine.py:Wrong", "other.py:Right", *words, "--update-baseline", "--corpus", "e")
    assert (code, error) == (0, f"note: {here / 'd.toml'}: 1 known: 1 new, 0 fixed and removed\n")
    assert sorted(path.name for path in here.iterdir() if not path.name.startswith("_")) == [
        *("a.jsonl", "b.txt", "c.py", "d.toml", "e", "elsewhere", "mine.py", "other.py")
    ]
    assert [*(here / "e").iterdir()]


def test_nor_does_it_change_what_is_found_in_any_process(folder):
    folder(before=MOVES, name="moves.py")
    here = folder(inside=MOVES, name="goes.py")
    targets = ("moves.py:Wrong", "goes.py:Wrong", "-k", "n=5")
    found, lines = told(here, *targets)
    assert (found, lines) == told(here, *targets, "-j", "1")
    for name in ("moves.py", "goes.py"):
        assert any(f'"target": "{name}:Wrong"' in line and '"diagnosis": "off by' in line for line in lines)


def told(folder, *words):
    """What is told of each layer, sorted, and what the program leaves with."""
    code, output, _ = program(folder, *words, "--no-shrink", "--output-format", "jsonl")
    _, *lines = output.splitlines()  # the first says where it runs, too
    return code, sorted(json.dumps({**json.loads(line), "seconds": 0, "places": 0}) for line in lines)


ODD = """
Sized = type("Sized", (Right,), {"__module__": __name__, "sizes": {"n": 5.0}})
Huge = type("Huge", (Right,), {"__module__": __name__, "sizes": {"n": 10**12}})
Axes = type("Axes", (Right,), {"__module__": __name__, "inputs": (Input("x", (1,) * 64),)})
Named = type("Named", (Right,), {"__module__": __name__, "name": "a\\ud800"})
Input_ = type("Input_", (Right,), {"__module__": __name__, "inputs": (Input("x\\ud800", ("n",)),)})
class Stopped(Right):
    def forward(self, x):
        raise KeyboardInterrupt
"""


def test_one_layer_costs_no_other_its_report_in_any_process(folder):
    here = folder("from gradcheck import Input", after=ODD)
    code, lines = told(here, "mine.py")
    assert (code, lines) == told(here, "mine.py", "-j", "1")
    assert code == 1
    verdicts = {}
    for line in map(json.loads, lines):
        if line["type"] == "finding":
            verdicts.setdefault(line["case"]["layer"], set()).add(line["verdict"])
    error = {"ERROR"}
    odd = {"mine.py:Sized": error, "Huge": error, "Axes": error, "mine.py:Input_": error, "Stopped": error}
    assert verdicts == {"Right": {"PASS"}, "Wrong": {"PASS", "FAIL"}, "a\\ud800": {"PASS"}, **odd}


PRESSES = """
try:
    import signal
    signal.raise_signal(signal.SIGINT)
except BaseException:
    pass
"""


def test_ctrl_c_that_a_layer_keeps_to_itself_interrupts_all_the_same(folder):
    here = folder(inside=f"exec({PRESSES!r})")
    code, output, error = program(here, "mine.py:Right")
    *where, last = error.splitlines()
    assert (code, last) == (130, "error: interrupted")
    assert all(line.startswith("note: interrupted at Right") for line in where)
    assert "Right" not in output or "PASS" in output


@pytest.mark.parametrize(("inside", "code"), [("raise KeyboardInterrupt", 3), ("pass", 0)])
def test_a_layer_that_raises_what_ctrl_c_raises_is_an_error(folder, inside, code):
    here = folder(inside=inside)
    found, output, error = program(here, "mine.py:Right")
    assert (found, error) == (code, "")
    assert ("`forward` raised KeyboardInterrupt" in output) == bool(code)


FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
SHELL = shutil.which("sh")


@pytest.mark.skipif(SHELL is None, reason="needs a shell")
@pytest.mark.parametrize(
    ("closing", "words"), [("<&-", ""), (">&-", ""), ("2>&-", ""), ("<&- >&- 2>&-", ""), ("<&- >&- 2>&-", "-j 1")]
)
def test_streams_that_are_closed_at_the_start_cost_no_verdict_and_no_file(folder, closing, words):
    here = folder()
    words = f"mine.py:Wrong --inputs normal --no-shrink --report jsonl=a.jsonl {words}"
    command = f"{sys.executable} -m gradcheck {words} {closing}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = processes.run([SHELL, "-c", command], cwd=here, env=environment)
    assert done.returncode == 1
    assert json.loads((here / "a.jsonl").read_text().splitlines()[-1])


@FULL
@pytest.mark.parametrize(
    ("words", "name", "code"),
    [
        (["-o", "/dev/full"], "Right", 3),
        (["-o", "/dev/full"], "Wrong", 1),
        (["--report", "html=/dev/full"], "Right", 3),
        (["--script", "/dev/full"], "Right", 0),  # there is nothing to write
        (["--script", "/dev/full"], "Wrong", 1),
    ],
)
def test_a_full_disk_is_told_by_the_name_of_the_file_and_costs_no_other(folder, monkeypatch, capsys, words, name, code):
    here = folder()
    monkeypatch.chdir(here)
    found = main([f"mine.py:{name}", "--inputs", "normal", *words, "--report", "jsonl=a.jsonl"])
    assert found == code
    assert not code or "error: /dev/full cannot be written: No space left on device\n" in capsys.readouterr().err
    assert '"finding"' in (here / "a.jsonl").read_text()


@FULL
def test_so_is_a_full_stdout(folder):
    here = folder()
    with Path("/dev/full").open("w") as full:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        words = ["mine.py:Right", "--output-format", "jsonl", "--report", "jsonl=a.jsonl"]
        done = processes.run([sys.executable, "-m", "gradcheck", *words], cwd=here, env=environment, stdout=full)
    assert done.returncode == 3
    assert done.stderr == b"error: stdout cannot be written: No space left on device\n"
    assert '"finding"' in (here / "a.jsonl").read_text()


CLOSES = "import sys; sys.stdout.close(); sys.stderr.close()"
NONE = "import sys; sys.stdin = sys.stdout = sys.stderr = None"


@pytest.mark.parametrize(
    ("way", "name", "code"),
    [
        ({"inside": CLOSES}, "Right", 0),
        ({"inside": CLOSES}, "Wrong", 1),
        ({"inside": NONE}, "Right", 0),
        ({"before": NONE}, "Right", 0),
    ],
)
def test_a_layer_that_closes_the_streams_changes_no_verdict(folder, way, name, code):
    assert program(folder(**way), f"mine.py:{name}")[0] == code


GONE = "os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')"


@pytest.mark.parametrize(("words", "name", "code"), [([], "Wrong", 1), (["-j", "1"], "Right", 0)])
def test_a_layer_that_removes_its_folder_costs_no_report(folder, words, name, code):
    here = folder(GONE)
    found, _, error = program(here, f"mine.py:{name}", *words, "--report", "jsonl=a.jsonl")
    assert (found, error) == (code, "")
    assert '"finding"' in (here / "a.jsonl").read_text()


READS = "assert open('scale.txt').read() == '2'"


@pytest.mark.parametrize("words", [[], ["-j", "1"]])
def test_a_layer_finds_its_files_where_it_went_when_it_was_loaded(folder, words):
    here = folder(MOVES, READS)
    folder(MOVES, READS.replace("'2'", "'3'"), name="wrong.py")
    folder(name="other.py")
    (here / "elsewhere").mkdir()
    (here / "elsewhere" / "scale.txt").write_text("2")
    _, lines = told(here, "mine.py:Right", "wrong.py:Right", "other.py:Right", *words)
    found = [json.loads(line) for line in lines]
    verdicts = {(one["target"], one["verdict"]) for one in found if one["type"] == "finding"}
    assert verdicts == {("mine.py:Right", "PASS"), ("wrong.py:Right", "ERROR"), ("other.py:Right", "PASS")}
