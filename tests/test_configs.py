"""The configurations that are shipped: each says what it shows, goes as it expects, and notices a wrong layer."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import gradcheck
from gradcheck.cli.main import main

CONFIGS = Path(gradcheck.__file__).parents[1] / "configs"
# The worksheet has tests of its own.
NAMES = sorted(path.name for path in CONFIGS.glob("*.toml") if path.name != "worksheet.toml")
# What is enough of those that take long: one seed of two, two scales and two inputs of three, both ends of seven
# scales, two inputs of four.
PARTS = {
    "ci.toml": ["-k", "not seed=1"],
    "float32.toml": ["-k", "not (seed=1 or scale=100 or uniform)"],
    "scales.toml": ["-k", "scale=1e-6 or scale=1e6 or softmax_cross_entropy"],
    "torch_functions.toml": ["-k", "normal or ties"],
}


def test_there_are_some():
    assert {"ci.toml", "float32.toml", "scales.toml"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_its_first_line_says_what_it_shows(name):
    assert re.match(r"# [A-Z].{20,}\.\n", (CONFIGS / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_it_goes_as_it_expects(name, capsys, thorough):
    if name.startswith("torch"):
        pytest.importorskip("torch")
    part = [] if thorough else PARTS.get(name, [])
    assert main(["sweep", str(CONFIGS / name), *part]) == 0
    assert "NOT as expected" not in capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
def test_it_notices_a_wrong_layer(name, tmp_path, capsys, thorough):
    shutil.copy(CONFIGS / "worksheet_slips.py", tmp_path)
    text = (CONFIGS / name).read_text(encoding="utf-8")
    wrong, count = re.subn(r"layers = \[[^]]*\]", 'layers = ["worksheet_slips.py:LogSoftmaxClassroom"]', text)
    (tmp_path / name).write_text(wrong, encoding="utf-8")
    assert count
    part = [] if thorough else PARTS.get(name, [])
    assert main(["sweep", str(tmp_path / name), *part]) == 1
    assert "MISMATCH LogSoftmaxClassroom" in capsys.readouterr().out
