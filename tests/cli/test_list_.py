"""`gradcheck list`: every name, each with a line."""

from __future__ import annotations

import pytest

from gradcheck.checks import CHECKS
from gradcheck.cli.list_ import SHELVES
from gradcheck.inputs import STRATEGIES
from gradcheck.layers import LAYERS

REGISTRIES = {"layers": LAYERS, "inputs": STRATEGIES, "checks": CHECKS}


@pytest.mark.parametrize("shelf", REGISTRIES)
def test_every_name_has_a_line(shelf):
    rows = dict(SHELVES[shelf]())
    assert list(rows) == list(REGISTRIES[shelf])
    assert all(rows.values())


def test_all_shelves_in_order(run):
    code, out, _ = run("list")
    assert code == 0
    assert [line for line in out.splitlines() if not line.startswith(" ")] == ["layers:", "inputs:", "checks:"]


def test_one_shelf(run):
    out = run("list inputs")[1]
    assert "ties" in out
    assert "softmax" not in out


def test_an_unknown_shelf_is_refused(run):
    code, _, err = run("list inptus")
    assert code == 2
    assert "inputs" in err


LAYERS = """
from gradcheck import Input, law

class Pick:
    inputs = (
        Input("i", ("N",), domain="labels", classes="V"),
        Input("W", ("V", 3)),
        Input("t", ("N",), (0, 2), differentiable=False),
    )
    sizes = {"V": 7}
    def forward(self, i, W, t): raise SystemExit
    def bprop(self, v, i, W, t): ...

class Two:
    def forward(self, x, y): return x + y
    def jacobian(self, x, y): ...
    def bprop(self, v, x, y): ...

class Broken:
    def __init__(self, width): ...
    def forward(self, x): ...
    def bprop(self, v, x): ...
"""


def test_the_layers_of_a_file_with_what_is_known_of_them(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(LAYERS)
    code, out, err = run("list mine.py:Pick mine.py:Two")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "mine.py:Pick: bprop",
        "  i  (N)     labels below V",
        "  W  (V, 3)  real",
        "  t  (N)     between 0 and 2, not differentiated",
        "  sizes: N=4, V=7",
        "mine.py:Two: jacobian, bprop",
        "  x  (n)  real",
        "  y  (n)  real",
        "  sizes: n=5",
    ]


def test_what_cannot_be_loaded_is_said_beside_the_others(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(LAYERS)
    code, out, err = run("list mine.py inputs")
    assert code == 3
    assert "inputs:\n" in out
    assert "mine.py:Two: " in out
    assert "Broken" in err
