"""One failure, one block, at 80 columns, for layers as a beginner writes them."""

from __future__ import annotations

import re

import pytest

from gradcheck.cli.main import main
from gradcheck.inputs import STRATEGIES

LAYERS = """
import numpy as np


class Squash:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x))


class Mean:
    def forward(self, y, t):
        return np.mean((y - t) ** 2)

    def bprop(self, v, y, t):
        return 2 * v * (y - t), -2 * v * (y - t)


class Length:
    def forward(self, x):
        return np.sqrt(np.sum(x * x))

    def bprop(self, v, x):
        return v * x / np.sqrt(np.sum(x * x))


class Noisy:
    def __init__(self):
        self.draws = np.random.default_rng(0)

    def forward(self, x):
        self.kept = self.draws.random(x.shape) > 0.5
        return x * self.kept

    def bprop(self, v, x):
        return v * self.kept


class Scale:
    inputs = {"x": "n", "gamma": "n"}

    def forward(self, x, gamma):
        return x * gamma

    def bprop(self, v, x, gamma):
        return v * gamma, (v * x).sum()


class Right:
    def forward(self, x):
        return np.tanh(x)

    def bprop(self, v, x):
        return v * (1 - np.tanh(x) ** 2)
"""
WRONG = ("Squash", "Mean", "Length", "Noisy", "Scale")
LINES = 25  # of a layer: half of a screen
FEW = ("--inputs", "normal,ties")  # for what does not depend on how many points a block is of
HALF = ("--inputs", ",".join([*STRATEGIES][1::2]))  # of all points, enough for blocks of many kinds


@pytest.fixture(scope="module")
def told(tmp_path_factory, thorough):
    """What is printed of a layer at 80 columns, by its name and further words; every run once."""
    folder, known = tmp_path_factory.mktemp("blocks"), {}
    (folder / "own.py").write_text(LAYERS)

    def telling(capsys, *words):
        if words not in known:
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                patch.setenv("COLUMNS", "80")
                main(["own.py:" + words[0], *words[1:], *(() if thorough or "--inputs" in words else HALF)])
            known[words] = capsys.readouterr().out
        return known[words]

    return telling


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_layer_takes_half_a_screen_and_no_word_is_cut(told, capsys, name):
    lines = told(capsys, name).rstrip("\n").splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", WRONG)
def test_a_block_tells_cause_place_point_and_line(told, capsys, name):
    text = told(capsys, name)
    blocks = re.split(
        r"^(?=FAIL (?:\w+, )*\w+(?: · (?:\w+, )*\w+)?  )", text[text.index("findings:") :], flags=re.MULTILINE
    )[1:]
    assert blocks
    for block in blocks:
        assert re.search(r"^    own\.py:\d+, at (all )?\d+ ", block, re.MULTILINE)
        assert re.search(r"^    gradcheck own\.py:\w+ --(replay|inputs) ", block, re.MULTILINE)
        assert name == "Noisy" or re.search(r"^    \w+ = np\.array\(", block, re.MULTILINE)
    causes = [re.sub(r"\s+", " ", block.split("\n    own.py")[0]) for block in blocks]
    assert len(set(causes)) == len(causes)
    assert text.count("gradcheck explain own.py:") == 1


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("Mean", "FAIL bprop · y, t  too large by the factor 5"),
        ("Length", "FAIL contract, bprop · x  `bprop` gives no finite number where x is all zeros"),
        ("Noisy", "FAIL purity  `forward` gives a new answer at each of 5 equal calls"),
        ("Scale", "FAIL contract · gamma  the gradient of gamma is summed to one number"),
    ],
)
def test_the_first_line_of_a_block_is_the_cause(told, capsys, name, head):
    assert f"\n{head}" in told(capsys, name)


def test_a_right_layer_has_no_block(told, capsys):
    text = told(capsys, "Right")
    assert "FAIL" not in text
    assert "gradcheck explain" not in text
    assert "would have seen" in text


@pytest.mark.parametrize("name", WRONG)
def test_of_a_layer_that_fails_no_sensitivity_is_claimed(told, capsys, name):
    assert "would have seen" not in told(capsys, name)


def test_v_unfolds_rows_and_not_blocks(told, capsys):
    folded, unfolded = told(capsys, "Squash"), told(capsys, "Squash", "-v")
    rows, more = (len(re.findall(r"^FAIL  .* bprop ", text, re.MULTILINE)) for text in (folded, unfolded))
    assert rows == 1 < more
    assert folded.count("FAIL bprop · x  ") == unfolded.count("FAIL bprop · x  ") == 1


def test_in_processes_the_blocks_are_the_same(told, capsys):
    here, there = (told(capsys, "Mean", *FEW, *words) for words in ((), ("-j", "1")))
    assert here[here.index("FAIL bprop · ") :] == there[there.index("FAIL bprop · ") :]


def test_q_tells_the_blocks_alone(told, capsys):
    quiet = told(capsys, "Mean", *FEW, "-q")
    assert re.match(r"Mean: \d+ findings: ", quiet)
    assert quiet.count("\nFAIL bprop · ") == 1
    assert "verdict" not in quiet
