"""What is refused before a run begins."""

from __future__ import annotations

import pytest

from gradcheck.cli.targets import Targets, load_all, refuse_unknown
from gradcheck.errors import UsageError
from gradcheck.layers import LAYERS


def test_known_names_and_places_are_let_through():
    refuse_unknown(["softmax", "mine.py", "mine.py:A", "package:A"], [])


def test_the_nearest_of_layers_and_commands_is_told():
    with pytest.raises(UsageError, match="did you mean 'softmax'"):
        refuse_unknown(["tanh", "sofmax"], ["sweep"])
    with pytest.raises(UsageError, match="did you mean 'sweep'"):
        refuse_unknown(["swep"], ["sweep"])


def test_layers_and_whether_all_are_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    subjects, whole = load_all(["missing.py", "softmax"])
    assert ([subject.name for subject in subjects], whole) == (["softmax"], False)
    assert "missing.py" in capsys.readouterr().err
    assert load_all(["softmax"])[1]


def test_each_name_once_and_those_that_are_shipped_first():
    assert Targets(("tanh", "mine.py", "tanh")).names() == ("tanh", "mine.py")
    assert Targets(("mine.py",), everything=True).names() == (*LAYERS, "mine.py")


@pytest.mark.parametrize(("given", "sentence"), [((), "name at least one layer"), (("sofmax",), "'softmax'")])
def test_none_and_unknown_ones_are_refused(given, sentence):
    with pytest.raises(UsageError, match=sentence):
        Targets(given).names()
