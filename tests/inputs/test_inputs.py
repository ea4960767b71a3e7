"""The shelf's table: every file is in it, under its own name, in the order of the lists."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradcheck.inputs
from gradcheck.errors import UsageError
from gradcheck.inputs import STRATEGIES

SUPPORT = {"__init__", "cases", "interface", "domains", "drawing", "given", "points", "cotangents"}


def test_every_strategy_file_is_in_the_table_under_its_own_name():
    files = {path.stem for path in Path(gradcheck.inputs.__file__).parent.glob("*.py")}
    assert files - SUPPORT == set(STRATEGIES)
    assert all(strategy.name == name for name, strategy in STRATEGIES.items())


def test_the_random_ones_come_first():
    flags = [strategy.adversarial for strategy in STRATEGIES.values()]
    assert flags == sorted(flags)
    assert [name for name, strategy in STRATEGIES.items() if not strategy.adversarial] == ["normal", "uniform", "mixed"]


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_summary_fits_on_one_line_of_a_list(name):
    summary = STRATEGIES[name].summary
    assert 0 < len(summary) <= 60
    assert summary.isprintable()


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match=r"unknown strategy 'near_tie'; did you mean 'near_ties'\?"):
        STRATEGIES["near_tie"]
