"""How long gradcheck takes: `python -m tests.bench` times whole runs beside their imports, and single points."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from gradcheck import load
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine

BASE = ["-c", "import numpy, click, rich.table, rich.console"]
RUNS = {
    "gradcheck softmax": ["-m", "gradcheck", "softmax"],
    "gradcheck --help": ["-m", "gradcheck", "--help"],
}
LAYERS = ("softmax", "tanh")
LENGTHS = (4, 64, 1024)


def process(arguments: list[str]) -> Callable[[], object]:
    """A whole new process, which may keep the byte-code it compiles, as an installed command does."""
    command = [sys.executable, *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)


def point(name: str, length: int) -> Callable[[], object]:
    """A layer's bprop against the differences at one point, in this process."""
    (subject,) = load(name)
    plan = Plan(inputs=("normal",), sizes=((("n", length),),), checks=("bprop",))
    return lambda: examine(subject, plan)


def medians(actions: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each action; they take turns, so that a busy machine slows all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            start = time.perf_counter()
            action()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    """Print the medians in milliseconds, those of processes as ratios to the bare imports too."""
    runs = {"imports alone": process(BASE), **{name: process(arguments) for name, arguments in RUNS.items()}}
    taken = medians(runs, rounds=11)
    for name, seconds in taken.items():
        print(f"{name:<20} {1e3 * seconds:8.1f} ms  {seconds / taken['imports alone']:5.2f} x")
    points = {f"{name}, n = {length}": point(name, length) for name in LAYERS for length in LENGTHS}
    for name, seconds in medians(points, rounds=5).items():
        print(f"{name:<20} {1e3 * seconds:8.1f} ms")


if __name__ == "__main__":
    main()
