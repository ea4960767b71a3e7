"""How long a whole run takes beside the imports that it cannot avoid: `python -m tests.bench`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 11
BASE = ["-c", "import numpy, click, rich.table, rich.console"]
RUNS = {
    "gradcheck softmax": ["-m", "gradcheck", "softmax"],
    "gradcheck --help": ["-m", "gradcheck", "--help"],
}


def seconds(arguments: list[str]) -> float:
    """What one new process takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def medians(commands: dict[str, list[str]]) -> dict[str, float]:
    """The median of each command; they take turns, so that a busy machine slows all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, arguments in commands.items():
            times[name].append(seconds(arguments))
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    """Print the medians in milliseconds, and each as a ratio to the bare imports."""
    taken = medians({"imports alone": BASE, **RUNS})
    base = taken["imports alone"]
    for name, value in taken.items():
        print(f"{name:<20} {1e3 * value:7.1f} ms  {value / base:5.2f} x")


if __name__ == "__main__":
    main()
