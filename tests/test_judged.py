"""A layer is judged once, and what was found is what any other test is given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradcheck import Verdict
from tests import processes
from tests.judged import ALL, PARTS, Judge
from tests.mutants.kit import Mutant

ASKS = """
import sys
from pathlib import Path
from tests.judged import Judge
from tests.test_judged import Wrong

def make():
    with open("made", "a") as file:
        file.write("once\\n")
    return Wrong()

print(sorted(Judge(Path.cwd())("wrong", make, inputs=("normal",)).failing))
"""

FEW = ("normal",)


class Wrong:
    def forward(self, x):
        return np.sin(x)

    def bprop(self, v, x):
        return -v * np.cos(x)


@pytest.fixture
def judge(tmp_path):
    return Judge(tmp_path)


def test_the_report_and_the_kinds_of_its_diagnoses_are_kept(judge):
    first, second = (judge("wrong", make, inputs=FEW) for make in (Wrong, lambda: pytest.fail("judged again")))
    assert first == second
    assert first.report.verdict is Verdict.FAIL
    assert first.failing == {"bprop"}
    assert set(first.kinds) == {"sign"}
    assert first.kinds.total() == sum(bool(f.diagnosis) for f in first.report.findings)


@pytest.mark.parametrize(("name", "seed"), [("other", 0), ("wrong", 1)])
def test_another_layer_or_seed_is_another(judge, name, seed):
    judge("wrong", Wrong, inputs=FEW)
    made = []
    judge(name, lambda: made.append(Wrong()) or made[0], seed, FEW)
    assert made


def test_what_could_not_be_judged_is_judged_again(judge):
    with pytest.raises(ZeroDivisionError):
        judge("wrong", lambda: 1 / 0, inputs=FEW)
    assert judge("wrong", Wrong, inputs=FEW).failing


class Rare(Wrong):
    def bprop(self, v, x):
        return v * np.cos(x) * (1 if np.any(x) else 2)


def test_what_some_strategies_do_not_show_is_looked_for_at_all(judge):
    parts = {f"rare {k}": judge.part(f"rare {k}") for k in range(50)}
    assert set(parts.values()) == {ALL, *(ALL[turn::PARTS] for turn in range(PARTS))}
    name = next(name for name, part in parts.items() if "zeros" not in part)
    assert not judge(name, Rare, inputs=parts[name]).failing
    assert "bprop" in judge.caught(Mutant(name, Rare, "bprop", "wrong at zero alone")).failing
    assert Judge(judge.folder, thorough=True).part(name) == Judge(judge.folder, thorough=True).few(name) == ALL


def test_it_is_judged_at_one_strategy_after_another_until_it_shows(judge):
    name = next(name for k in range(50) if len(judge.part(name := f"wrong {k}")) < len(ALL))
    found = judge.caught(Mutant(name, Wrong, "bprop", "wrong everywhere"))
    assert {f.case.strategy for f in found.report.findings} == {judge.part(name)[0]}
    assert not found.kinds


def test_right_ones_take_turns_at_all_strategies(judge):
    few = {judge.few(f"right {k}") for k in range(50)}
    assert few == {ALL[turn::PARTS] for turn in range(PARTS)}
    assert set().union(*few) == set(ALL)


def test_of_several_processes_one_judges(tmp_path):
    command = [sys.executable, "-c", ASKS]
    path = f"{Path(__file__).parents[1]}"
    options = {"cwd": tmp_path, "env": {"PYTHONPATH": path}, "stdout": subprocess.PIPE, "text": True}
    started = [processes.start(command, **options) for _ in range(2)]
    try:
        outputs = [one.communicate(timeout=processes.LONGEST)[0] for one in started]
    finally:
        for one in started:
            processes.end(one)
    assert outputs == ["['bprop']\n"] * 2
    assert (tmp_path / "made").read_text() == "once\n"
