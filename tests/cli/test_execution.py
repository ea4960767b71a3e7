"""The options that say in which processes layers run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

import gradcheck
from gradcheck.cli.counterexamples import Counterexamples
from gradcheck.cli.execution import Execution, jobs, shard, size
from gradcheck.cli.flags import seconds
from gradcheck.cli.main import main
from gradcheck.cli.options import command
from gradcheck.cli.search import Search
from gradcheck.errors import UsageError
from tests import in_this_process, processes

ROOT = Path(gradcheck.__file__).parents[1]
RIGHT = """
import numpy as np


class Right:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)


class Wrong(Right):
    def bprop(self, v, x):
        return -super().bprop(v, x)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    (tmp_path / "mine.py").write_text(RIGHT)
    return tmp_path


@pytest.fixture
def here(monkeypatch):
    """What asks for words and files alone has its layers judged in this process."""
    in_this_process.stay(monkeypatch)


def findings(path):
    """The findings of a report in JSON Lines, sorted; times are not among them."""
    return sorted(line for line in Path(path).read_text().splitlines() if json.loads(line)["type"] == "finding")


def asked(*words):
    """What the options come to."""
    found = []

    @command(Execution)
    def noting(execution):
        found.append(execution)
        return 0

    CliRunner().invoke(noting, words or ["--"], catch_exceptions=False, standalone_mode=False)
    return found[0]


def test_without_options_layers_run_here():
    assert asked() == Execution()
    assert asked().here


@pytest.mark.parametrize(
    ("words", "execution"),
    [
        (["-j", "3"], Execution(jobs=3)),
        (["--timeout", "2.5"], Execution(timeout=2.5)),
        (["--memory-limit", "512M"], Execution(memory=2**29)),
        (["--journal", "a"], Execution(journal=Path.cwd() / "a")),
        (["--resume", "a"], Execution(resume=Path.cwd() / "a")),
        (["--shard", "2/4"], Execution(shard=(2, 4))),
    ],
)
def test_with_any_of_them_they_run_elsewhere(words, execution):
    assert asked(*words) == execution
    assert not execution.here


def test_two_answers_to_one_question_are_refused():
    with pytest.raises(UsageError, match="--journal to begin a journal or --resume to go on from one, not both"):
        asked("--journal", "a", "--resume", "b")
    with pytest.raises(UsageError, match="-j to run in processes here or --scheduler to run on a cluster, not both"):
        asked("-j", "2", "--scheduler", "tcp://host:8786")


def test_auto_is_one_process_a_core():
    assert jobs("auto") == jobs("0") == len(os.sched_getaffinity(0))
    assert jobs("3") == 3


@pytest.mark.parametrize(("text", "value"), [("100", 100), ("1K", 1024), ("1.5m", 3 * 2**19), ("2G", 2**31)])
def test_sizes(text, value):
    assert size(text) == value


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (jobs, "-1", "must be a number of processes or `auto`, not '-1'"),
        (jobs, "many", "not 'many'"),
        (seconds, "0", "must be a positive number of seconds, not '0'"),
        (seconds, "nan", "not 'nan'"),
        (seconds, "soon", "not 'soon'"),
        (size, "512MB", "must be a size such as 512M or 2G, not '512MB'"),
        (size, "0", "not '0'"),
        (size, "-1M", "not '-1M'"),
        (shard, "0/4", "must be I/N with I from 1 to N"),
        (shard, "5/4", "not '5/4'"),
        (shard, "4", "not '4'"),
        (shard, "a/b", "not 'a/b'"),
    ],
)
def test_other_values_are_refused(read, text, said):
    with pytest.raises(ValueError, match="must be") as refused:
        read(text)
    assert said in str(refused.value)


def test_what_needs_the_layer_here_is_refused_elsewhere():
    elsewhere = Execution(jobs=2, memory=2**29)
    with pytest.raises(
        UsageError, match="`--script` needs the layer in this process: leave out --jobs, --memory-limit"
    ):
        elsewhere.refuse(Counterexamples(script="-"), Search())
    with pytest.raises(UsageError, match="`--search`"):
        elsewhere.refuse(Counterexamples(), Search(seconds=1.0))
    with pytest.raises(UsageError, match="`--corpus`"):
        elsewhere.refuse(Counterexamples(), Search(corpus=Path("kept")))
    elsewhere.refuse(Counterexamples(), Search())
    Execution().refuse(Counterexamples(script="-"), Search(1.0))


@pytest.mark.parametrize(("options", "smaller"), [([], True), (["--no-shrink"], False)])
def test_failures_are_made_smaller_wherever_layers_run(folder, capsys, options, smaller):
    told = []
    for where in ([], ["-j", "2"], ["--journal", "a.jsonl"] if smaller else []):
        assert main(["mine.py:Wrong", "--inputs", "normal", *options, *where]) == 1
        told.append(capsys.readouterr().out.split("FAIL bprop · x  ")[1])
    assert len(set(told)) == 1
    assert ("--replay" in told[0]) is smaller


@pytest.mark.parametrize("execution", [Execution(), Execution(jobs=2)])
def test_what_makes_failures_smaller_is_started_once_and_only_when_asked_for(monkeypatch, execution):
    made = []
    monkeypatch.setattr(Execution, "_executor", lambda self, processes: made.append(Started(processes)) or made[-1])
    with execution.executor_for_one() as another:
        assert made == []
        assert another() is another()
        assert made == [Started(1)]
    assert made[0].closed


@dataclass
class Started:
    """An executor of some processes, which notes its end."""

    processes: int
    closed: bool = False

    def close(self):
        self.closed = True


WHOLE = ["check", "mine.py", "softmax", "--inputs", "normal,ties", "--output-format", "jsonl", "--no-shrink"]


def test_two_processes_find_what_one_finds(folder):
    codes = [main([*WHOLE, "-j", jobs, "-o", f"{jobs}.jsonl"]) for jobs in "12"]
    assert codes == [1, 1]
    assert len(findings("1.jsonl")) > 20
    assert findings("1.jsonl") == findings("2.jsonl")


def test_shards_find_together_what_one_run_finds_and_can_be_merged(folder, here):
    parts = {f"part{k}.jsonl": ["--shard", f"{k}/2"] for k in (1, 2)}
    for name, options in {"whole.jsonl": [], **parts}.items():
        main([*WHOLE, *options, "-o", name])
    assert main(["report", *parts, "--output-format", "jsonl", "-o", "merged.jsonl"]) == 1
    whole = findings("whole.jsonl")
    assert len(whole) > 20
    assert whole == sorted(line for part in parts for line in findings(part))
    assert whole == findings("merged.jsonl")


def test_a_shard_without_cases_is_no_mistake(folder, here, capsys):
    words = ["check", "mine.py:Right", "--inputs", "normal"]
    codes = [main([*words, "--shard", f"{k}/2"]) for k in (1, 2)]
    assert codes == [0, 0]
    assert main([*words, "-k", "nothing", "--shard", "1/2"]) == 5
    capsys.readouterr()


def test_a_run_is_gone_on_from(folder, here, capsys):
    words = ["check", "mine.py", "--inputs", "normal", "--no-shrink", "--output-format", "jsonl"]
    assert main([*words, "--journal", "run.journal", "-o", "whole.jsonl"]) == 1
    journal = Path("run.journal")
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:2]))
    assert main([*words, "--resume", "run.journal", "-o", "again.jsonl"]) == 1
    assert findings("whole.jsonl") == findings("again.jsonl")
    assert main([*words, "--journal", "run.journal"]) == 2
    assert main(["check", "mine.py:Right", "--resume", "run.journal"]) == 2
    assert "is of another run; what differs: layers" in capsys.readouterr().err
    assert main([*words, "--resume", "run.journal", "--timeout", "100"]) == 2
    assert "what differs: timeout (None there, 100.0 here)" in capsys.readouterr().err
    assert main([*words, "--resume", "none.journal"]) == 2
    assert "none.journal is not there" in capsys.readouterr().err


def test_a_run_is_not_gone_on_from_when_a_module_of_its_layer_was_edited(folder, capsys):
    Path("package").mkdir()
    Path("package/__init__.py").touch()
    Path("package/part.py").write_text("import second\n" + Path("mine.py").read_text())
    Path("mine.py").write_text("import first\n" + Path("mine.py").read_text())
    helpers = [Path("first.py"), Path("second.py")]
    for one in helpers:
        one.write_text("FACTOR = 1")
    words = ["check", "mine.py:Right", "package.part:Right", "--inputs", "normal", "-q"]
    assert main([*words, "--journal", "run.journal"]) == 0
    assert main([*words, "--resume", "run.journal"]) == 0
    assert "what differs" not in capsys.readouterr().err
    for one in helpers:
        one.write_text("FACTOR = 2")
        assert main([*words, "--resume", "run.journal"]) == 2
        assert f"what differs: files ({one})" in capsys.readouterr().err
        one.write_text("FACTOR = 1")


SWEEP = """
[[sweep]]
title = "right"
layers = ["mine.py:Right", "softmax"]
inputs = ["normal", "zeros"]

[[sweep]]
title = "wrong"
layers = ["mine.py:Wrong"]
inputs = ["normal", "zeros"]
expect = "fail"
"""


@pytest.fixture
def swept(folder, capsys):
    """What is printed where a sweep is run with some options; it goes as it expects."""
    (folder / "sweep.toml").write_text(SWEEP)

    def sweeping(*options):
        assert main(["sweep", "sweep.toml", *options]) == 0
        return capsys.readouterr().out

    return sweeping


def test_a_sweep_is_run_by_processes(swept):
    assert swept().count("as expected") == swept("-j", "2").count("as expected") > 0


def test_a_sweep_is_run_by_shards(swept, here):
    whole, shards = swept(), swept("--shard", "1/2") + swept("--shard", "2/2")
    for layer in ("Right", "softmax", "Wrong"):
        assert shards.count(f"{layer} ") == whole.count(f"{layer} ") > 0


HANGS = (
    "import os\n"
    + RIGHT
    + """

class Slow(Right):
    def forward(self, x):
        if not np.any(x):
            with open("writing", "w") as file:
                print(os.getpid(), file=file)
            os.rename("writing", "reached")
            while True:
                pass
        return super().forward(x)
"""
)


def test_ctrl_c_tells_what_is_done_and_ends_every_process(folder, start):
    (folder / "mine.py").write_text(HANGS)
    command = [sys.executable, "-P", "-m", "gradcheck", "check", "mine.py:Right", "mine.py:Slow", "-j", "1"]
    process = start(
        [*command, "--inputs", "normal,zeros"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    processes.until(lambda: (folder / "reached").exists() or process.poll() is not None)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=processes.LONGEST)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert "Right: 2 points" in out
    assert "Slow: 1 point" in out
    with pytest.raises(ProcessLookupError):
        os.kill(int((folder / "reached").read_text()), 0)
