"""The search with Hypothesis: aimed, shrunk, and without a trace in the folder it runs in."""

from __future__ import annotations

import time
from pathlib import Path

import hypothesis
import numpy as np

from gradcheck.adapters.contract import subject_of
from gradcheck.records.case import Case
from gradcheck.run.search.engine import explore
from gradcheck.run.search.hunt import SEARCHED, Hunt
from gradcheck.run.search.numbers import Menu, menu
from tests.run.search.planted import Swish

NOTHING = Menu()


def found(layer, given=NOTHING, *, points=50, seed=0, vary=True):
    """What a hunt finds, and the hunt."""
    hunt = Hunt(subject_of(layer), SEARCHED, time.perf_counter() + 60, points, ({"n": 5},))
    explore(hunt, [Case("planted", "normal", sizes=(("n", 5),), seed=seed)], given, vary=vary)
    return [finding.case.values for finding in hunt.found.values()], hunt


def test_a_threshold_is_found_and_the_point_is_small():
    values, _ = found(Swish(lambda x: x > 30), points=200)  # Hypothesis tries constants of whatever modules are loaded
    (one,) = values
    assert len(set(one[3:-1].split(",")) - {"0", "1"}) <= 2


def test_at_a_fixed_length_the_other_entries_become_simple():
    (one,), _ = found(Swish(lambda x: x > 30), points=200, vary=False)
    assert one.count(",") == 4
    assert one.count("0") >= 4


def test_a_right_layer_uses_all_its_points():
    values, hunt = found(Swish(), points=10)
    assert (values, hunt.tried) == ([], 10)


def test_a_constant_is_found_if_it_is_on_the_menu():
    layer = Swish(lambda x: x == 37.25)
    assert found(layer, menu((37.25, 2.0)), points=40)[0] == ["x=[37.25]"]
    assert found(layer, points=40)[0] == []


def test_the_same_seed_goes_the_same_way():
    layer = Swish(lambda x: x > 30)
    once, again = (found(layer, points=20, seed=7) for _ in range(2))
    assert (once[0], once[1].tried) == (again[0], again[1].tried)


def test_a_layer_that_fails_now_and_then_ends_the_search_in_order():
    rng = np.random.default_rng(0)
    _, hunt = found(Swish(lambda x: rng.random() < 0.1), points=20)
    assert hunt.tried >= 20 or hunt.over


def test_nothing_is_left_in_the_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found(Swish(), points=5)
    assert list(Path(tmp_path).iterdir()) == []


def test_a_profile_of_the_user_changes_nothing():
    loaded = hypothesis.settings.get_current_profile_name()
    hypothesis.settings.register_profile("one", max_examples=1, derandomize=True, phases=[], database=None)
    hypothesis.settings.load_profile("one")
    try:
        assert found(Swish(), points=10)[1].tried == 10
    finally:
        hypothesis.settings.load_profile(loaded)
