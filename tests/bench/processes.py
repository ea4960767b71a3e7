"""Whole runs of the program beside the start-up that they cannot avoid."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = str(Path(sys.executable).with_name("gradcheck"))  # as it is installed
BASES = {
    "gradcheck softmax": [sys.executable, "-c", "import numpy, click, rich.table, rich.console"],
    "gradcheck --help": [sys.executable, "-c", "import click"],
}
RUNS = {"gradcheck softmax": [PROGRAM, "softmax"], "gradcheck --help": [PROGRAM, "--help"]}
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

    def run() -> None:
        journal = folder / "run.journal"
        journal.unlink(missing_ok=True)
        own = [*options, str(journal)] if options == ["--journal"] else options
        _ended(_started(folder, range(1, NUMBER // 2 + 1), own))

    return run


def halves(folder: Path) -> Callable[[], object]:
    """Two plain runs of half of the cases each at the same time: what the machine has to give to `-j 2`."""

    def run() -> None:
        both = [_started(folder, range(start, NUMBER // 2 + 1, 2), []) for start in (1, 2)]
        for process in both:
            _ended(process)

    return run


def _started(folder: Path, scales: Iterable[int], options: list[str]) -> subprocess.Popen[bytes]:
    (folder / "layer.py").write_text(LAYER, encoding="utf-8")
    told = ",".join(map(str, scales))
    words = ["layer.py", "--inputs", "spike,ties", "--scale", told, "--size", "n=5", "--quiet", *options]
    return subprocess.Popen([PROGRAM, *words], cwd=folder, stdout=subprocess.DEVNULL, env=_environment())


def _ended(process: subprocess.Popen[bytes]) -> None:
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, process.args)


def process(command: list[str]) -> Callable[[], object]:
    """A whole new process, which may keep the byte-code it compiles, as an installed command does."""
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=_environment())


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}
