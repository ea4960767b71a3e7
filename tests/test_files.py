"""Files are whole, or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gradcheck.files import write_whole


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
    with pytest.raises(PermissionError):
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
