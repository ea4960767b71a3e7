"""Median times of actions that take turns, so that a busy machine slows all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping

Clock = Callable[[], float]


def medians(
    actions: Mapping[str, Callable[[], object]], rounds: int, clock: Clock = time.perf_counter
) -> dict[str, float]:
    """The median seconds of each action, after one round that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(rounds + 1):
        for name, action in actions.items():
            start = clock()
            action()
            if number:
                times[name].append(clock() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}
