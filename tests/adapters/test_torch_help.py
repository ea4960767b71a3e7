"""The examples of the page on adapters that need torch."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gradcheck
from gradcheck.cli.main import main

pytest.importorskip("torch")
PAGE = Path(gradcheck.__file__).parent / "help" / "adapters.md"


@pytest.fixture
def example(tmp_path):
    """The blocks of the section on torch, as one file."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## torch\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    path = tmp_path / "example.py"
    path.write_text("\n\n".join(blocks), encoding="utf-8")
    return path


def test_its_layers_are_right(example, capsys):
    assert main([str(example), f"{example}:Net", "--inputs", "normal"]) == 0
    out = capsys.readouterr().out
    for name in ("Net", "rows", "kernel", "l.weight", "value", "bfloat16"):
        assert name in out


def test_a_slip_in_it_fails(example, capsys):
    example.write_text(example.read_text(encoding="utf-8").replace("s * (1 - s)", "s * (1 + s)"), encoding="utf-8")
    assert main([f"{example}:Swish", "--inputs", "normal"]) == 1
    assert main([f"{example}:kernel", "--inputs", "normal"]) == 1
    assert "FAIL" in capsys.readouterr().out
