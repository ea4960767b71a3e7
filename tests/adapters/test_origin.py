from __future__ import annotations

import functools
from pathlib import Path

import pytest

from gradcheck.adapters.contract import subject_of
from gradcheck.adapters.origin import places
from gradcheck.layers.loading import load
from gradcheck.records.report import SourceLine

SOURCE = """import functools

def passing(method):
    @functools.wraps(method)
    def wrapped(*arguments):
        return method(*arguments)
    return wrapped

class Mine:
    def forward(self, x):
        return x

    @passing
    def bprop(self, v, x):
        return v

class Heir(Mine):
    jacobian = passing(lambda self, x: x)
"""


@pytest.fixture
def heir(tmp_path, monkeypatch):
    """A layer in a file of a folder within the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "mine.py").write_text(SOURCE)
    (layer,) = load("sub/mine.py:Heir")
    return layer


def test_methods_are_found_through_heirs_and_wrappers(heir):
    found = [("forward", 10), ("bprop", 13), ("jacobian", 18)]
    assert places(heir) == tuple(SourceLine(method, "sub/mine.py", line) for method, line in found)


def test_a_file_outside_of_the_working_folder_is_told_whole(heir, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path / "sub")
    assert {place.file for place in places(heir)} == {"mine.py"}
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert {place.file for place in places(heir)} == {(tmp_path / "sub" / "mine.py").resolve().as_posix()}


def made(**methods):
    return subject_of(type("Made", (), {"forward": lambda self, x: x, "bprop": lambda self, v, x: v, **methods}))


def test_what_is_out_of_reach_is_left_out():
    here = Path(__file__).name
    assert [(p.method, Path(p.file).name) for p in places(made())] == [("forward", here), ("bprop", here)]
    source = {}
    exec("def bprop(self, v, x): return v", source)  # noqa: S102 - a method without a file
    for odd in (functools.partial(len), len, source["bprop"]):
        assert [p.method for p in places(made(bprop=odd))] == ["forward"]


def test_a_layer_that_hides_its_methods_is_no_fault():
    class Hiding:
        hidden = False

        def forward(self, x):
            return x

        @property
        def bprop(self):
            if self.hidden:
                raise ZeroDivisionError
            return lambda v, x: v

    subject = subject_of(Hiding())
    assert [place.method for place in places(subject)] == ["forward", "bprop"]
    Hiding.hidden = True
    assert [place.method for place in places(subject)] == ["forward"]
