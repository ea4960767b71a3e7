"""Inputs that were harmed by chance: what is read back, written by hand, or typed is refused in a sentence or borne."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from gradcheck.cli import main as cli
from gradcheck.errors import UsageError
from tests.mutate import count, kinds
from tests.mutate.count import Tally, made, tried
from tests.mutate.kinds import Kind, LostError, command
from tests.mutate.mutations import HARMS, mutant

SEED, EACH, MANY = 0, 60, 125  # mutants of each kind: about five hundred in all, or a thousand
NAMES = ("report", "journal", "baseline", "config", "corpus", "id", "expression", "options")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """The kinds, with samples that are made once for all tests here."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
            patch.delenv(name, raising=False)
        patch.setattr(sys, "path", sys.path.copy())
        yield kinds.kinds(tmp_path_factory.mktemp("samples"))


def test_all_kinds_are_tried(made_once):
    assert tuple(made_once) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_was_harmed_is_refused_in_a_sentence_or_borne(made_once, name, thorough):
    tally, kind, each = Tally(), made_once[name], MANY if thorough else EACH
    for number in range(each):
        data = made(kind, name, number, SEED)
        why = tried(kind, data, tally)
        assert not why, f"{name} {number}, seed {SEED}: {data[:200]!r}\n{why}"
    assert tally.tried == each


@pytest.mark.parametrize("name", NAMES)
def test_what_was_not_harmed_is_borne(made_once, name):
    tally = Tally()
    assert [tried(made_once[name], sample, tally) for sample in made_once[name].samples] == [""] * tally.tried
    assert tally.refused == 0


def raising(error):
    def use(data, folder):
        raise error

    return Kind((b"1",), use)


def hanging(data, folder):
    while True:
        pass


def littering(data, folder):
    (folder / "a.part").touch()
    kinds._refuse_leftovers(folder, {".git"})


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (raising(ValueError("of ours")), "ValueError: of ours"),
        (raising(LostError("half a page")), "half a page"),
        (Kind((b"1",), hanging), "HungError"),
        (Kind((b"1",), littering), "left behind: a.part"),
    ],
)
def test_what_is_not_borne_is_lost(monkeypatch, kind, said):
    monkeypatch.setattr(count, "LONGEST", 0.05)
    assert said in tried(kind, b"1", Tally())


def test_a_refusal_is_none():
    tally = Tally()
    assert tried(raising(UsageError("two are needed")), b"1", tally) == ""
    assert tally.refused == 1


def test_a_command_that_crashes_is_lost(monkeypatch):
    assert command("list", "checks")[0] == 0
    monkeypatch.setattr(cli.cli, "invoke", lambda _: 1 / 0)
    with pytest.raises(LostError, match=r"^crashed: "):
        command("list", "checks")


def test_mutants_are_the_same_in_every_run(made_once):
    kind = made_once["report"]
    assert [made(kind, "report", k, 3) for k in range(20)] == [made(kind, "report", k, 3) for k in range(20)]
    assert made(kind, "report", 0, 3) != made(kind, "report", 0, 4)


@pytest.mark.parametrize("harm", HARMS)
def test_every_harm_can_be_done_to_anything(harm):
    rng = random.Random(0)  # noqa: S311 - no secrets
    for sample in (b"", b"\n", b'{"a": [1, {"b": null}]}\n', b"a = 3\n[[b]]\n"):
        assert all(isinstance(harm(sample, rng), bytes) for _ in range(9)), sample


def test_most_harm_changes_something(made_once):
    rng = random.Random(0)  # noqa: S311 - no secrets
    (sample, *_) = made_once["config"].samples
    assert sum(mutant(sample, rng) != sample for _ in range(50)) > 40


def test_nothing_is_left_where_it_was_run(made_once):
    here = Path.cwd()
    tried(made_once["report"], made_once["report"].samples[0], Tally())
    assert Path.cwd() == here
