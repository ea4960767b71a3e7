"""Reports in files: whole, or not there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gradcheck.cli.options import Telling
from gradcheck.cli.output import complain, opened
from gradcheck.errors import UsageError


def test_stdout_unless_a_file_is_named(capsys):
    with opened(Telling(verbosity=2)) as (stream, options):
        stream.write("told")
    assert stream is sys.stdout
    assert (options.color, options.verbosity) == (False, 2)
    assert capsys.readouterr().out == "told"


def test_a_file_appears_at_the_end(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("before")
    with opened(Telling(path)) as (stream, _):
        stream.write("told ± ·\n")
        assert path.read_text() == "before"
    assert path.read_bytes() == "told ± ·\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "report.txt"
    with pytest.raises(ZeroDivisionError), opened(Telling(path)) as (stream, _):
        stream.write(str(1 / 0))
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_writing_leaves_nothing_behind(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError), opened(Telling(tmp_path / "report.txt")) as (stream, _):
        stream.write("told")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_refused_at_once(tmp_path):
    with pytest.raises(UsageError, match="in a folder that exists"), opened(Telling(tmp_path / "a" / "b")):
        pytest.fail("must not begin")


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    with opened(Telling(tmp_path / "link.txt")) as (stream, _):
        stream.write("told")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "told"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_device_is_written_to_and_stays():
    with opened(Telling(Path(os.devnull))) as (stream, _):
        stream.write("told")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(("choice", "color"), [("auto", False), ("never", False), ("always", True)])
def test_a_file_has_colours_only_when_told(tmp_path, monkeypatch, choice, color):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with opened(Telling(tmp_path / "report.txt", color=choice)) as (_, options):
        assert options.color is color


def test_each_line_of_an_error_is_marked_and_harmless(capsys):
    complain("one\ntwo \x1b[31m")
    assert capsys.readouterr().err == "error: one\nerror: two \\x1b[31m\n"
