"""The table: ours, the limit and the peers for single points, in one run, and whole runs of the program."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gradcheck.inputs.cases import cases_of
from gradcheck.inputs.points import make_point
from gradcheck.records.plan import Plan
from gradcheck.run.examine import examine
from tests.bench.cases import LARGE, SMALL, Case
from tests.bench.medians import medians
from tests.bench.peers import limit, scipy_differences, torch_slow
from tests.bench.processes import BASES, ELSEWHERE, NUMBER, RUNS, cases, halves, process

ROUNDS, SECONDS = 5, 120.0
COLUMNS = ("limit", "ours", "torch", "scipy")


def point(case: Case) -> Callable[[], object]:
    """A layer's bprop against the differences, with bound and noise, at one normal point."""
    plan = Plan(inputs=("normal",), sizes=(case.sizes,), checks=("bprop",), budget=case.budget)
    subject = case.subject
    return lambda: examine(subject, plan)


def small(case: Case) -> None:
    """One line of the table: milliseconds of CPU time, and the ratio to the limit."""
    plan = Plan(inputs=("normal",), sizes=(case.sizes,))
    arrays = make_point(case.subject.inputs, case.subject.critical, cases_of(case.subject, plan)[0]).arrays
    actions = {"limit": limit(case, arrays), "ours": point(case)}
    if case.peers:
        found = {"torch": torch_slow(case, arrays), "scipy": scipy_differences(case, arrays)}
        actions.update({name: action for name, action in found.items() if action})
    taken = medians(actions, ROUNDS, time.process_time)
    told = [
        f"{1e3 * taken[name]:10.2f}" if name in taken else f"{'-':>10}" for name in ("limit", "ours", "torch", "scipy")
    ]
    print(f"{case.name:<34}", *told, f"{taken['ours'] / taken['limit']:8.1f} x", flush=True)


def large(number: int) -> None:
    """Seconds of CPU time, and the memory beyond that of a small point, of a process of its own."""
    command = [sys.executable, "-m", "tests.bench", str(number)]
    try:
        told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS).stdout.strip()
    except subprocess.TimeoutExpired:
        told = f"more than {SECONDS:g} s"
    except subprocess.CalledProcessError as cause:
        told = f"failed: {cause.stderr.strip().splitlines()[-1:]}"
    print(f"{LARGE[number].name:<34} {told}", flush=True)


def alone(case: Case) -> None:
    """What the process of `large` does."""
    point(SMALL[0])()
    before, start = peak(), time.process_time()
    report = point(case)()
    seconds, after = time.process_time() - start, peak()
    print(f"{seconds:8.2f} s  {after - before:8.0f} MiB  {report.verdict.name}")


def peak() -> float:
    """The largest memory of this process, in MiB; `getrusage` tells that of the one that started it, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main() -> None:
    """Print everything; with a number, one large point alone."""
    if len(sys.argv) > 1:
        alone(LARGE[int(sys.argv[1])])
        return
    print(
        f"{'one point, ms of CPU time':<34} {'limit':>10} {'ours':>10} {'torch':>10} {'scipy':>10} {'ours/limit':>10}"
    )
    for case in SMALL:
        small(case)
    for number in range(len(LARGE)):
        large(number)
    actions = {f"{name} base": process(command) for name, command in BASES.items()}
    taken = medians({**actions, **{name: process(command) for name, command in RUNS.items()}}, rounds=15)
    for name in RUNS:
        print(f"{name:<34} {1e3 * taken[name]:8.1f} ms  {taken[name] / taken[f'{name} base']:5.2f} x its imports")
    elsewhere()


def elsewhere() -> None:
    """Runs of many cases in processes of their own beside that in one: the time of the one by that of the other."""
    with tempfile.TemporaryDirectory() as folder:
        actions = {name: cases(Path(folder), options) for name, options in ELSEWHERE.items()}
        actions["two halves at once"] = halves(Path(folder))
        taken = medians(actions, rounds=3)
    plain = next(iter(taken))
    for name, seconds in taken.items():
        print(f"{f'{NUMBER} cases, {name}':<34} {seconds:8.2f} s   {taken[plain] / seconds:5.2f} x as fast as {plain}")
