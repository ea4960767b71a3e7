"""Reports in files: whole, or not there."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from gradcheck.cli.output import Forgiving, complain, output, refuse_unwritable, wants_color
from gradcheck.errors import UnwrittenError, UsageError


def test_stdout_unless_a_file_is_named(capsys):
    stdout = sys.stdout
    with output(verbosity=2) as (stream, options):
        stream.write("told")
    assert stream is stdout
    assert (options.color, options.verbosity) == (False, 2)
    assert capsys.readouterr().out == "told"


def test_what_is_printed_meanwhile_stays_out_of_the_report(capsys):
    with output() as (stream, _):
        print("noise of a layer")
        stream.write("told")
    assert capsys.readouterr() == ("told", "noise of a layer\n")


def test_a_file_appears_at_the_end(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("before")
    with output(path) as (stream, _):
        stream.write("told ± ·\n")
        assert path.read_text() == "before"
    assert path.read_bytes() == "told ± ·\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "report.txt"
    with pytest.raises(ZeroDivisionError), output(path) as (stream, _):
        stream.write(str(1 / 0))
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_writing_leaves_nothing_behind(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UnwrittenError), output(tmp_path / "report.txt") as (stream, _):
        stream.write("told")
    assert list(tmp_path.iterdir()) == []


def test_who_asks_for_it_is_told_instead(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    troubles = []
    with output(tmp_path / "report.txt", on_trouble=troubles.append) as (stream, _):
        stream.write("told")
    assert [str(one) for one in troubles] == [f"{tmp_path / 'report.txt'} cannot be written: Permission denied"]


def test_a_folder_that_is_not_there_is_refused_at_once(tmp_path):
    with pytest.raises(UsageError, match="in a folder that exists"):
        refuse_unwritable("-o", tmp_path / "a" / "b")


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    with output(tmp_path / "link.txt") as (stream, _):
        stream.write("told")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "told"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_device_is_written_to_and_stays():
    with output(Path(os.devnull)) as (stream, _):
        stream.write("told")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(("choice", "color"), [("auto", False), ("never", False), ("always", True)])
def test_a_file_has_colours_only_when_told(tmp_path, monkeypatch, choice, color):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with output(tmp_path / "report.txt", color=choice) as (_, options):
        assert options.color is color


def test_each_line_of_an_error_is_marked_and_harmless(capsys):
    complain("one\ntwo \x1b[31m")
    assert capsys.readouterr().err == "error: one\nerror: two \\x1b[31m\n"


@pytest.mark.parametrize(
    ("choice", "terminal", "environ", "wanted"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", True, {"FORCE_COLOR": "0"}, False),
        ("auto", True, {"FORCE_COLOR": "False"}, False),
        ("auto", False, {"FORCE_COLOR": ""}, False),
        ("auto", False, {"GITHUB_ACTIONS": "true"}, True),
        ("auto", False, {"GITHUB_ACTIONS": "true", "NO_COLOR": "1"}, False),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"TERM": "xterm"}, True),
    ],
)
def test_the_flag_then_the_environment_then_the_terminal(choice, terminal, environ, wanted):
    assert wants_color(choice, terminal=terminal, environ=environ) is wanted


def test_a_report_in_colour(runner, run):
    assert "\x1b[" in run("softmax --color always")[1]
    assert "\x1b[" not in run("softmax")[1]


def test_the_environment_of_the_process_counts(runner, run, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("softmax")[1]


@pytest.mark.parametrize(("flags", "tables"), [("", 1), ("-q", 0), ("-q -v", 1), ("-vv", 1)])
def test_verbosity_is_what_the_flags_add_up_to(runner, run, flags, tables):
    assert run(f"softmax {flags}")[1].count("verdict") == tables


def test_a_file_that_cannot_be_written_is_refused_at_once_and_others_are_not(tmp_path):
    with pytest.raises(UsageError, match=r"`-o` must name a file that can be written, not .*: it is a folder"):
        refuse_unwritable("-o", tmp_path)
    refuse_unwritable("-o", tmp_path / "one")


class Full(io.StringIO):
    def write(self, text):
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_once_and_makes_a_stream_silent():
    troubles = []
    stream = Forgiving(Full(), troubles.append)
    for _ in range(3):
        stream.write("told")
    stream.flush()
    assert [str(one) for one in troubles] == ["stdout cannot be written: No space left on device"]


def test_one_that_is_not_full_says_all():
    whole, troubles = io.StringIO(), []
    stream = Forgiving(whole, troubles.append)
    assert stream.write("told") == 4
    stream.flush()
    assert (whole.getvalue(), troubles, stream.isatty()) == ("told", [], False)


def test_errors_that_nobody_can_be_told_of_cost_nothing(monkeypatch):
    stderr = io.StringIO()
    stderr.close()
    monkeypatch.setattr(sys, "stderr", stderr)
    complain("anything")
