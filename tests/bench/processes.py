"""Whole runs of the program beside the start-up that they cannot avoid."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASES = {
    "gradcheck softmax": ["-c", "import numpy, click, rich.table, rich.console"],
    "gradcheck --help": ["-c", "import click"],
}
RUNS = {
    "gradcheck softmax": ["-m", "gradcheck", "softmax"],
    "gradcheck --help": ["-m", "gradcheck", "--help"],
}


NUMBER = 800
ELSEWHERE = {"plain": [], "-j 1": ["-j", "1"], "--journal": ["--journal"], "-j 2": ["-j", "2"]}
LAYER = """
import numpy as np

class Coupled:
    inputs = {"x": "n"}

    def forward(self, x):
        return np.tanh(x) * (x @ x)

    def bprop(self, v, x):
        t = np.tanh(x)
        return v * (1 - t * t) * (x @ x) + 2 * x * (v @ t)
"""


def cases(folder: Path, options: list[str]) -> Callable[[], object]:
    """A run of many cases of some 5 ms each, of a layer in a file; a journal is a new one each time."""
    (folder / "layer.py").write_text(LAYER, encoding="utf-8")
    scales = ",".join(map(str, range(1, NUMBER // 2 + 1)))
    words = ["layer.py", "--inputs", "spike,ties", "--scale", scales, "--size", "n=5", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def run() -> None:
        journal = folder / "run.journal"
        journal.unlink(missing_ok=True)
        own = [*options, str(journal)] if options == ["--journal"] else options
        command = [sys.executable, "-m", "gradcheck", *words, *own]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, env=environment)

    return run


def process(arguments: list[str]) -> Callable[[], object]:
    """A whole new process, which may keep the byte-code it compiles, as an installed command does."""
    command = [sys.executable, *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
