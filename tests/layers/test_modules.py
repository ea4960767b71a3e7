from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from gradcheck.layers.modules import digest, loaded


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Puts a module, or what stands in its place, among those that are loaded."""

    def made(file="part.py", text="1", thing=None):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        one = thing or ModuleType("part_of_a_test")
        one.__file__ = str(path)
        monkeypatch.setitem(sys.modules, "part_of_a_test", one)
        return str(path)

    return made


def test_what_a_user_has_loaded_is_told_with_what_it_holds(module):
    path = module(text="first")
    assert loaded()[path] == digest(b"first")
    module(text="second")
    assert loaded()[path] == digest(b"second")


@pytest.mark.parametrize("folder", ["site-packages", "lib/dist-packages"])
def test_what_was_installed_is_not(module, folder):
    assert module(f"{folder}/part.py") not in loaded()
    assert module("packages/part.py") in loaded()


def test_neither_are_libraries_and_gradcheck_itself():
    here = {Path(path) for path in loaded()}
    assert Path(__file__) in here
    assert here.isdisjoint(
        {Path(np.__file__), Path(sys.modules["json"].__file__), Path(sys.modules[loaded.__module__].__file__)}
    )


class Strange:
    def __getattr__(self, name):
        raise RuntimeError(name)


def odd(file):
    return lambda: SimpleNamespace(__file__=file)


@pytest.mark.parametrize("make", [Strange, odd(3), odd("\0"), odd(""), lambda: None])
def test_what_is_no_module_is_passed_over(monkeypatch, make):
    before = loaded()
    monkeypatch.setitem(sys.modules, "no_module_of_a_test", make())
    assert loaded() == before
