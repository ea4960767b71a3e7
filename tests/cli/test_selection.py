"""What is asked for, the plan that it makes, and the layers that it is about."""

from __future__ import annotations

import pytest

from gradcheck.cli.planning import plan_of, replay_layers
from gradcheck.cli.selection import Selection
from gradcheck.errors import UsageError
from gradcheck.layers.loading import load
from gradcheck.records.case import Case
from gradcheck.records.plan import Plan


def test_a_plan_without_anything_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert plan_of({}) == Selection().plan() == Plan()


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
        plan_of(asked)


@pytest.mark.parametrize(("name", "fits"), [("n", True), ("m", False)])
def test_a_size_must_be_one_of_the_layers(name, fits):
    asked = Selection(lengths=((name, (3,)),))
    if fits:
        assert len(asked.layers(load("softmax"))) == 1
    else:
        with pytest.raises(UsageError, match="`--size` must name a size of a layer here"):
            asked.layers(load("softmax"))
    assert asked.layers(()) == ()


def test_what_is_given_goes_over_the_defaults_of_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "other.toml"
    path.write_text("[defaults]\nseeds = [3]\nscales = [10]\n")
    asked = Selection(("ties",), lengths=(("n", (2, 3)),), seed=7, config=path)
    assert asked.plan() == Plan(("ties",), (10.0,), ((("n", 2),), (("n", 3),)), seeds=(7,))


def test_layers_without_a_case_to_replay_are_left_out():
    layers = [*load("softmax"), *load("tanh")]
    assert [layer.name for layer in replay_layers((Case("tanh", "normal"),), layers)] == ["tanh"]
    assert [layer.name for layer in replay_layers((), layers)] == ["softmax", "tanh"]


def test_a_case_of_no_such_layer_is_refused():
    with pytest.raises(UsageError, match="`--replay` must name a case of a layer here"):
        replay_layers((Case("tahn", "normal"),), load("tanh"))


def test_a_case_with_a_size_that_its_layer_lacks_is_refused():
    assert replay_layers((Case("tanh", "normal", sizes=(("n", 3),)),), load("tanh"))
    with pytest.raises(UsageError, match=r"`--replay` must name a size of a layer here \(n\), not 'm'"):
        replay_layers((Case("tanh", "normal", sizes=(("m", 3),)),), load("tanh"))


def test_the_configuration_in_use_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Selection().file == ""
    (tmp_path / "gradcheck.toml").write_text("")
    (tmp_path / "other.toml").write_text("")
    assert Selection().file == "gradcheck.toml"
    assert Selection(config=tmp_path / "other.toml").file == "other.toml"
