"""The shelf of adapters: asked in order, a framework's only once that is loaded."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from gradcheck.adapters import kinds
from gradcheck.adapters.contract import subject_of
from gradcheck.adapters.kinds import KINDS, Kind, adapted, kind_of
from gradcheck.errors import LoadError


class Double:
    def forward(self, x):
        return 2 * x

    def bprop(self, v, x):
        return 2 * v


class Foreign:
    pass


@pytest.fixture
def shelf(monkeypatch):
    """A shelf with a leaf for `Foreign`, whose framework is not loaded yet."""
    leaf = ModuleType("foreign_leaf")
    leaf.recognises = lambda candidate: candidate is Foreign or isinstance(candidate, Foreign)
    leaf.adapt = lambda candidate, name: Double()
    monkeypatch.setitem(sys.modules, "foreign_leaf", leaf)
    monkeypatch.setattr(kinds, "KINDS", (*KINDS, Kind("foreign_leaf", "foreign_framework")))
    return leaf


def test_the_contract_comes_first():
    assert kind_of(Double) is kind_of(Double()) is KINDS[0]
    assert kind_of(Foreign) is kind_of(3) is None


def test_a_framework_is_asked_once_it_is_loaded(shelf, monkeypatch):
    with pytest.raises(LoadError, match=r"^Foreign is no layer: it has no method `forward"):
        subject_of(Foreign)
    monkeypatch.setitem(sys.modules, "foreign_framework", ModuleType("foreign_framework"))
    assert subject_of(Foreign).forward([2.0]) == 4.0
    assert adapted(Foreign(), "mine").bprop(1.0, 2.0) == 2.0


def test_every_leaf_of_the_table_says_both():
    for kind in KINDS:
        if not kind.framework:
            assert callable(kind.leaf.recognises)
            assert callable(kind.leaf.adapt)
