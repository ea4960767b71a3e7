"""Folders, patterns, packages and dotted names as targets; what is no layer's file is not run."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from gradcheck.errors import LoadError, UsageError
from gradcheck.layers.folders import files_of
from gradcheck.layers.loading import PassedOver, Unusable, is_name, load, load_each

LAYER = "class {}:\n    def forward(self, x): return x\n    def bprop(self, v, x): return v\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write files and work in their folder; Python forgets the folder and its modules afterwards."""
    monkeypatch.setattr(sys, "path", sys.path.copy())
    monkeypatch.chdir(tmp_path)

    def written(**files):
        for name, text in files.items():
            path = tmp_path / (name.replace("__", "/").replace("/init/", "/__init__") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))

    yield written
    for name in [n for n, m in sys.modules.items() if str(getattr(m, "__file__", "")).startswith(str(tmp_path))]:
        del sys.modules[name]


STOPS = "raise SystemExit('this must not be run')\n"


def test_a_folder_is_all_its_files_that_define_layers(write, tmp_path):
    write(
        lay__b=LAYER.format("B"),
        lay__a=LAYER.format("A"),
        lay__deep__c="import gradcheck, numpy\nsine = gradcheck.pair(numpy.sin, numpy.cos, inputs={'x': ''})",
        lay__script=STOPS,
        lay__test_a=STOPS + LAYER.format("T"),
        lay__setup=STOPS + LAYER.format("T"),
        lay__build__copy=STOPS + LAYER.format("T"),
        lay__env__x=STOPS + LAYER.format("T"),
        lay__broken="class :",
    )
    (tmp_path / "lay/env/pyvenv.cfg").touch()
    targets = ["lay/a.py:A", "lay/b.py:B", "lay/deep/c.py:sine"]
    assert [one.target for one in load("lay")] == targets
    assert [one.target for one in load("lay/")] == targets
    assert [one.target for one in load("./lay/deep")] == ["lay/deep/c.py:sine"]
    assert [one.target for one in load("deep", folder=tmp_path / "lay")] == ["lay/deep/c.py:sine"]


def test_a_pattern_is_all_that_match(write):
    write(a=LAYER.format("A"), b=LAYER.format("B"), deep__c=LAYER.format("C"))
    assert [one.target for one in load("[ab].py")] == ["a.py:A", "b.py:B"]
    assert [one.target for one in load("**/*.py")] == ["a.py:A", "b.py:B", "deep/c.py:C"]
    with pytest.raises(LoadError, match=r"^no file matches 'z\*\.py'$"):
        load("z*.py")


def test_a_file_that_cannot_be_loaded_costs_no_other_of_its_folder(write):
    write(
        lay__a="1 / 0\n" + LAYER.format("A"), lay__b=LAYER.format("B"), lay__c="class M:\n    def forward(self): pass"
    )
    broken, fine, idle = load_each("lay")
    assert isinstance(broken, Unusable)
    assert "ZeroDivisionError" in str(broken.error)
    assert fine.target == "lay/b.py:B"
    assert isinstance(idle, PassedOver)
    assert (idle.target, idle.reason[:21]) == ("lay/c.py", "lay/c.py holds no lay")


def test_a_folder_without_layers_is_told(write):
    write(lay__script=STOPS)
    with pytest.raises(LoadError, match=r"^lay holds no file that defines a layer"):
        files_of("lay", Path())


PACKAGE = {
    "src__pack__init__": "",
    "src__pack__sub__init__": "",
    "src__pack__helper": "factor = 3",
    "src__pack__sub__near": "term = 1",
    "src__pack__sub__lay": """
        from ..helper import factor
        from .near import term
        import pack.helper

        class Scaled:
            def forward(self, x): return factor * x + term
            def bprop(self, v, x): return pack.helper.factor * v
    """,
}


@pytest.mark.parametrize("target", ["src/pack/sub/lay.py:Scaled", "src/pack/sub/lay.py", "src", "pack.sub.lay"])
def test_a_file_inside_a_package_of_a_src_layout(write, tmp_path, target):
    write(**PACKAGE)
    (tmp_path / "pyproject.toml").touch()
    (scaled,) = load(target)
    assert scaled.forward([2.0]) == 7.0
    assert scaled.bprop(1.0, [2.0]) == 3.0


def test_a_file_beside_src_reaches_it(write, tmp_path):
    write(**PACKAGE, examples__mine="from pack.sub.lay import Scaled\nmine = Scaled()")
    (tmp_path / "pyproject.toml").touch()
    assert load("examples/mine.py:mine")[0].forward([2.0]) == 7.0


def test_a_dotted_name_of_nothing_is_told(write):
    write(a=LAYER.format("A"))
    with pytest.raises(LoadError, match=r"^cannot load 'a\.b': ModuleNotFoundError"):
        load("a.b")


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("mylayers", "did you mean 'mylayers.py'?"),
        ("mylayer", "did you mean 'mylayers.py'?"),
        ("sofmax", "'softmax.py'?"),
    ],
)
def test_files_are_suggested_before_shipped_layers(write, target, told):
    write(mylayers=LAYER.format("A"), softmax=LAYER.format("A"))
    with pytest.raises(UsageError) as refused:
        load(target)
    assert told in str(refused.value)


def test_a_folder_is_no_name(write):
    write(lay__a=LAYER.format("A"))
    assert not any(map(is_name, ["lay", "lay/", "*.py", "a.b"]))
    assert is_name("softmax")
