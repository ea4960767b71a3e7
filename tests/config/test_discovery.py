from __future__ import annotations

import time
from pathlib import Path

import pytest

from gradcheck.config.discovery import find


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A repository with a folder two levels down; the home folder is elsewhere."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "a" / "b").mkdir(parents=True)
    return tmp_path / "repository"


def put(path: Path, text: str = "") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_nearest_ancestor_is_found(folders):
    far = put(folders / "gradcheck.toml")
    assert find(folders / "a" / "b") == far
    near = put(folders / "a" / "gradcheck.toml")
    assert find(folders / "a" / "b") == near


def test_a_file_of_its_own_comes_before_a_pyproject_in_one_folder(folders):
    shared = put(folders / "a" / "pyproject.toml", "[tool.gradcheck.defaults]\n")
    assert find(folders / "a") == shared
    own = put(folders / "a" / "gradcheck.toml")
    assert find(folders / "a") == own


@pytest.mark.parametrize("header", ["[tool.gradcheck]", "[[ tool . gradcheck.sweep ]]", "  [tool.gradcheck.defaults]"])
def test_a_pyproject_counts_if_it_has_the_table(folders, header):
    path = put(folders / "pyproject.toml", f"[project]\n{header}\n")
    assert find(folders / "a") == path


@pytest.mark.parametrize("text", ["", "[tool.gradchecker]\n", "# [tool.gradcheck]\n", 'dependencies = ["gradcheck"]\n'])
def test_a_pyproject_without_the_table_is_passed_over(folders, text):
    put(folders / "pyproject.toml", text)
    assert find(folders / "a") is None


def test_the_search_ends_at_the_root_of_the_repository(folders):
    put(folders.parent / "gradcheck.toml")
    assert find(folders / "a" / "b") is None


def test_the_search_ends_at_home(folders, tmp_path):
    put(tmp_path / "gradcheck.toml")
    (tmp_path / "home" / "work").mkdir(parents=True)
    assert find(tmp_path / "home" / "work") is None
    at_home = put(tmp_path / "home" / "gradcheck.toml")
    assert find(tmp_path / "home" / "work") == at_home


@pytest.mark.parametrize(
    "filling", ["\n" * 100_000, "[" + " " * 100_000, "[tool" + "\t" * 100_000 + "\n", "[[" * 50_000]
)
def test_what_fills_a_file_is_passed_over_in_no_time(folders, filling):
    put(folders / "pyproject.toml", f"[project]\n{filling}\n")
    start = time.process_time()
    assert find(folders) is None
    put(folders / "pyproject.toml", f"[project]\n{filling}\n [tool . gradcheck]\n")
    assert find(folders) == folders / "pyproject.toml"
    assert time.process_time() - start < 1.0  # a pattern that goes back at each character takes ten times as long
