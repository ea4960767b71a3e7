"""The worksheet, claim by claim: each block of its sweep goes as expected, and expecting anything else fails."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

import gradcheck
from gradcheck.cli.main import main
from gradcheck.run.examine import examine_all

CONFIGS = Path(gradcheck.__file__).parents[1] / "configs"
TEXT = (CONFIGS / "worksheet.toml").read_text(encoding="utf-8")
DEFAULTS, *BLOCKS = TEXT.split("[[sweep]]\n")
TITLES = [block["title"] for block in tomllib.loads(TEXT)["sweep"]]
PART = ["-k", "not (seed=1 or seed=2)"]  # one seed of three, which all blocks have: each claim at all inputs and scales
EXPECT = re.compile(r"^expect = (.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One with the layers of the worksheet."""
    folder = tmp_path_factory.mktemp("worksheet")
    shutil.copy(CONFIGS / "worksheet_slips.py", folder)
    return folder


@pytest.fixture(scope="module")
def known():
    """The reports so far."""
    return {}


@pytest.fixture
def sweep(folder, known, capsys, monkeypatch, thorough):
    """Run a configuration beside these layers: the exit code and what is printed. What is the same is examined once."""

    def remembering(jobs, executor, **options):
        for job in jobs:
            key = job.layer.subject.target, tuple((task.case, task.checks) for task in job.tasks)
            if key not in known:
                (known[key],) = examine_all([job], executor, **options)
            yield known[key]

    monkeypatch.setattr("gradcheck.run.sweep.examine_all", remembering)

    def run(text):
        path = folder / "worksheet.toml"
        path.write_text(text, encoding="utf-8")
        return main(["sweep", str(path), *([] if thorough else PART)]), capsys.readouterr().out

    return run


def alone(block):
    """A configuration of one block."""
    return f"{DEFAULTS}[[sweep]]\n{block}"


def test_there_are_thirteen_claims_in_order():
    assert list(dict.fromkeys(int(re.match(r"\d+", title)[0]) for title in TITLES)) == list(range(1, 14))


def test_every_claim_comes_to_what_it_must(sweep):
    code, out = sweep(TEXT)
    assert code == 0
    assert [title for title in TITLES if title not in out] == []
    assert out.count("\nas expected: ") == len(TITLES)
    assert out.endswith(f"\n{len(TITLES)} of {len(TITLES)} blocks as expected\n")


@pytest.mark.parametrize("block", BLOCKS, ids=TITLES)
def test_swapping_what_a_claim_must_come_to_fails(sweep, block):
    (expected,) = EXPECT.findall(block)
    swapped = '"pass"' if expected == '"fail"' else '"fail"'
    assert sweep(alone(EXPECT.sub(f"expect = {swapped}", block)))[0] == 1


@pytest.mark.parametrize("silent", ['["x", "W1", "b1", "W2", "b2"]', '["x", "W1", "b1"]'])
def test_at_zero_the_last_bias_learns_and_nothing_else(sweep, silent):
    (block,) = (block for block in BLOCKS if "learns nothing" in block)
    code, out = sweep(alone(EXPECT.sub(f"expect = {silent}", block)))
    assert code == 1
    assert "but it is so for W1, W2, b1, x" in out


@pytest.mark.parametrize("title", ["5a", "5b", "5c"])
def test_the_blow_up_is_where_a_probability_underflows(sweep, title):
    (block,) = (block for block in BLOCKS if f'"{title}. ' in block)
    _, out = sweep(alone(block))
    assert ("FAIL" in out, "UNDEFINED" in out) == ((title == "5b",) * 2)
