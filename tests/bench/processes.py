"""Whole runs of the program beside the start-up that they cannot avoid."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

BASES = {
    "gradcheck softmax": ["-c", "import numpy, click, rich.table, rich.console"],
    "gradcheck --help": ["-c", "import click"],
}
RUNS = {
    "gradcheck softmax": ["-m", "gradcheck", "softmax"],
    "gradcheck --help": ["-m", "gradcheck", "--help"],
}


def process(arguments: list[str]) -> Callable[[], object]:
    """A whole new process, which may keep the byte-code it compiles, as an installed command does."""
    command = [sys.executable, *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
