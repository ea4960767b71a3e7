"""The ways to leave, each with its own code, most of them in a process of their own."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

import gradcheck
from gradcheck.cli.exits import EPILOG, MEANINGS, Exit
from gradcheck.cli.main import main
from tests import processes

ROOT = Path(gradcheck.__file__).parents[1]
BODY = "    def bprop(self, v, x): return v\n    def forward(self, x):\n        "
QUICK = ["--inputs", "normal"]


def process(*words, cwd, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return processes.run([sys.executable, "-m", "gradcheck", *words], cwd=cwd, env=environment, text=True, **options)


def test_a_shipped_layer_passes(tmp_path):
    done = process("softmax", *QUICK, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PASS" in done.stdout


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        ("return 2 * x", 1, "FAIL"),
        ("raise ValueError('no')", 3, "mine.py:4"),
        ("import sys; sys.exit(0)", 3, "SystemExit"),
        ("print('noise'); return x", 0, "noise"),
    ],
)
def test_a_layer_of_ones_own(tmp_path, monkeypatch, capfd, body, code, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(f"class Mine:\n{BODY}{body}\n")
    assert main(["mine.py", *QUICK]) == code
    output, error = capfd.readouterr()
    assert told in output + error
    assert "noise" not in output
    assert "Traceback" not in error


def test_a_layer_that_is_interrupted(tmp_path):
    (tmp_path / "mine.py").write_text(f"class Mine:\n{BODY}import signal; signal.raise_signal(signal.SIGINT)\n")
    done = process("mine.py", *QUICK, cwd=tmp_path)
    assert done.returncode == 130
    assert "error: interrupted" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["list"], ["softmax", *QUICK], ["softmax", *QUICK, "--color", "always"]])
def test_a_closed_stdout(tmp_path, words):
    reading, writing = os.pipe()
    os.close(reading)
    done = process(*words, cwd=tmp_path, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk(tmp_path):
    with Path("/dev/full").open("w") as full:
        done = process("list", cwd=tmp_path, stdout=full)
    assert done.returncode == 3
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_an_encoding_without_the_signs_of_a_breadcrumb(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    (tmp_path / "mine.py").write_text(f"class Mine:\n{BODY}return 2 * x\n")
    done = process("mine.py", *QUICK, cwd=tmp_path)
    assert done.returncode == 1
    assert "FAIL bprop ? x  " in done.stdout


@pytest.mark.parametrize("words", [[], ["check"], ["explain"]])
def test_no_arguments_show_the_help(capsys, words):
    assert main(words) == Exit.USAGE
    assert "Usage: gradcheck" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["--help", "-h", "check --help", "sweep --help"])
def test_help_names_every_exit_code(capsys, words):
    assert main(words.split()) == Exit.PASSED
    told = capsys.readouterr().out
    assert all(f"{code:<4}{meaning}" in told for code, meaning in MEANINGS.items())


def test_every_exit_code_has_a_meaning():
    assert set(MEANINGS) == set(Exit)
    assert EPILOG.count("\n") == len(Exit) + 1


def test_the_version(capsys):
    assert main(["--version"]) == Exit.PASSED
    assert capsys.readouterr().out == f"gradcheck, version {gradcheck.__version__}\n"


def test_an_internal_error_shows_where(capsys, monkeypatch):
    monkeypatch.setattr("gradcheck.cli.main.cli.invoke", lambda _: 1 / 0)
    assert main(["list"]) == Exit.BROKEN
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert told.endswith("error: internal error: the lines above say where\n")


def test_an_operating_system_error_is_one_line(capsys, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied", "report.txt")

    monkeypatch.setattr("gradcheck.cli.main.cli.invoke", refuse)
    monkeypatch.setattr("gradcheck.cli.main.abandon", lambda stream: None)
    assert main(["list"]) == Exit.BROKEN
    assert capsys.readouterr().err == "error: [Errno 13] Permission denied: 'report.txt'\n"


def test_control_characters_of_arguments_do_not_reach_the_terminal(capsys):
    assert main(["--\x1b[31mred"]) == Exit.USAGE
    assert main(["\x1b[31mred"]) == Exit.USAGE
    assert "\x1b" not in capsys.readouterr().err


def test_characters_that_stdout_lacks_are_replaced(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert main(["--help"]) == Exit.PASSED
    assert sys.stdout.errors == "replace"


def test_a_shell_asks_for_completions(tmp_path, monkeypatch):
    monkeypatch.setenv("_GRADCHECK_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "gradcheck log_s")
    monkeypatch.setenv("COMP_CWORD", "1")
    done = process(cwd=tmp_path)
    assert done.stdout.split() == ["plain,log_softmax", "plain,log_softmax_nll"]


@pytest.mark.parametrize("command", ["", "check ", "sweep ", "explain ", "prove "])
@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("--tolerance", ("--dtype float32", "accuracy = 1e-7", "gradcheck help verdicts")),
        ("--atol", ("bound", "accuracy = 1e-7")),
        ("--rtol=1e-5", ("bound", "accuracy = 1e-7")),
        ("--eps", ("several steps", "gradcheck explain", "gradcheck help numerics")),
    ],
)
def test_an_option_that_there_is_not_is_answered(capsys, command, flag, words):
    assert main([*f"{command}softmax {flag} 1e-6".split()]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: there is no {flag.partition('=')[0]}: ")
    assert [word for word in words if word not in error] == []


@pytest.mark.parametrize(("shell", "said"), [("bash", "COMP_WORDS"), ("zsh", "#compdef"), ("fish", "function")])
def test_a_shell_is_told_how_to_ask(tmp_path, monkeypatch, shell, said):
    monkeypatch.setenv("_GRADCHECK_COMPLETE", f"{shell}_source")
    done = process(cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout


def test_a_shell_gets_its_answer(tmp_path, monkeypatch):
    monkeypatch.setenv("_GRADCHECK_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "gradcheck explain soft")
    monkeypatch.setenv("COMP_CWORD", "2")
    done = process(cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "plain,softmax\nplain,softmax_cross_entropy\n")


def test_another_unknown_option_is_refused_as_ever(capsys):
    assert main(["softmax", "--sclae", "2"]) == 2
    assert "No such option '--sclae'" in capsys.readouterr().err
