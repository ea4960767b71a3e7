"""Files are whole, or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradcheck.errors import UnwrittenError
from gradcheck.files import alone, refusal, seen_from_here, write_whole

FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("before")
    write_whole(path, "told ± ·\n")
    assert path.read_bytes() == "told ± ·\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "report.txt"
    path.write_text("before")

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UnwrittenError, match=r"report\.txt cannot be written"):
        write_whole(path, "told")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_do_not_meet(tmp_path, monkeypatch):
    path = tmp_path / "report.txt"
    replace = Path.replace

    def late(part, target):
        monkeypatch.setattr(Path, "replace", replace)
        write_whole(path, "the other's")
        return replace(part, target)

    monkeypatch.setattr(Path, "replace", late)
    write_whole(path, "the first one's")
    assert path.read_text() == "the first one's"
    assert list(tmp_path.iterdir()) == [path]


def test_the_rights_of_a_file_are_those_of_any_new_one(tmp_path):
    write_whole(tmp_path / "one", "")
    (tmp_path / "other").write_text("")
    assert (tmp_path / "one").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_the_longest_name_can_be_written(tmp_path):
    path = tmp_path / ("x" * 255)
    write_whole(path, "told")
    assert path.read_text() == "told"


def test_a_device_is_written_to_and_stays():
    write_whole(Path(os.devnull), "told")
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_file_that_is_replaced_keeps_its_rights(tmp_path, mode):
    path = tmp_path / "one"
    path.write_text("before")
    path.chmod(mode)
    write_whole(path, "told")
    assert path.stat().st_mode & 0o777 == mode


@FULL
def test_a_full_disk_is_told_with_the_name_of_the_file():
    with pytest.raises(UnwrittenError, match="/dev/full cannot be written: No space left on device"):
        write_whole(Path("/dev/full"), "told")


def test_a_pipe_that_nobody_reads_is_no_fault_of_a_file(tmp_path, monkeypatch):
    def closed(*_, **__):
        raise BrokenPipeError

    monkeypatch.setattr(Path, "replace", closed)
    with pytest.raises(BrokenPipeError):
        write_whole(tmp_path / "one", "told")


def test_what_can_be_written_is_not_refused_and_nothing_is_changed(tmp_path):
    path = tmp_path / "one"
    assert refusal(path) == ""
    assert list(tmp_path.iterdir()) == []
    path.write_text("before")
    assert refusal(path) == ""
    assert path.read_text() == "before"
    assert refusal(Path(os.devnull)) == ""


@pytest.mark.parametrize(
    ("name", "why"), [("no/one", "no such folder"), (".", "is a folder"), ("x" * 300, "File name too long")]
)
def test_what_cannot_is(tmp_path, name, why):
    assert why in refusal(tmp_path / name)


def test_only_one_is_alone_with_a_file(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    other = os.open(tmp_path, os.O_RDONLY)
    try:
        with alone(tmp_path / "one"), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(other)


def test_a_path_is_seen_from_here_where_it_lies_below(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert seen_from_here(tmp_path / "below" / "one") == "one"
    assert seen_from_here(tmp_path / "one") == str((tmp_path / "one").resolve())
