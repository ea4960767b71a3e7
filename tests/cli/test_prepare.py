"""What is refused before a run begins."""

from __future__ import annotations

import pytest

from gradcheck.cli.prepare import loaded, plan_of, refuse_sizes, refuse_unknown
from gradcheck.errors import UsageError
from gradcheck.layers.loading import load
from gradcheck.records.plan import Plan


def test_known_names_and_places_are_let_through():
    refuse_unknown(["softmax", "mine.py", "mine.py:A", "package:A"], [])


def test_the_nearest_of_layers_and_commands_is_told():
    with pytest.raises(UsageError, match="did you mean 'softmax'"):
        refuse_unknown(["tanh", "sofmax"], ["sweep"])
    with pytest.raises(UsageError, match="did you mean 'sweep'"):
        refuse_unknown(["swep"], ["sweep"])


def test_a_plan_without_anything_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert plan_of({}, None) == Plan()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"inputs": ("tiess",)}, "unknown strategy"),
        ({"checks": ("bprob",)}, "unknown check 'bprob'; did you mean 'bprop'"),
        ({"select": "and"}, "needs a word"),
    ],
)
def test_a_plan_that_could_not_run_is_refused(tmp_path, monkeypatch, asked, sentence):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=sentence):
        plan_of(asked, None)


def test_layers_and_whether_all_are_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    subjects, whole = loaded(["missing.py", "softmax"])
    assert ([subject.name for subject in subjects], whole) == (["softmax"], False)
    assert "missing.py" in capsys.readouterr().err
    assert loaded(["softmax"])[1]


def test_a_size_that_one_of_the_layers_has():
    refuse_sizes({"sizes": ((("hidden", 3), ("n", 2)),)}, [*load("mlp"), *load("softmax")])
    refuse_sizes({}, load("softmax"))


def test_a_size_that_none_of_the_layers_has():
    with pytest.raises(UsageError, match=r"`--size` must name .* \(batch, n, hidden, m\), not 'hiden'; .* 'hidden'"):
        refuse_sizes({"sizes": ((("hiden", 3),),)}, load("mlp"))
