"""Runs that are killed at any moment and gone on from; ``GRADCHECK_KILLS=50`` kills fifty times and not twice."""

from __future__ import annotations

import json
import os
import random
import select
import subprocess
import sys
from pathlib import Path

import pytest

import gradcheck
from tests.execution.layers import LAYERS
from tests.processes import LONGEST, until

ROOT = Path(gradcheck.__file__).parents[1]
KILLS = int(os.environ.get("GRADCHECK_KILLS", "2"))
GATED = """

class Gated(Right):
    def __init__(self):
        with open("leave", "rb", buffering=0) as gate:
            gate.read(1)
"""
WHOLE = 4096  # more than a whole run begins
SCALES = ",".join(str(scale) for scale in range(1, KILLS + 1))
INPUTS = "normal,uniform,mixed,zeros,sparse,equal,ties,negative,spike"
MADE = 8  # below this a run that is killed is let; a scale has more points than that, so that none comes to its end


@pytest.fixture
def gate(tmp_path):
    """A pipe with a byte for each time that a layer may be made: a run gets no further than it is let."""
    os.mkfifo(tmp_path / "leave")
    descriptor = os.open(tmp_path / "leave", os.O_RDWR | os.O_NONBLOCK)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def begin(tmp_path, start):
    """Starts a run of some 30 cases for each time that it is killed, in a folder with the file of layers."""
    (tmp_path / "layers.py").write_text(LAYERS + GATED)

    def starting(*options):
        words = ["layers.py:Gated", "layers.py:Wrong", "softmax", "--size", "n=2", "--inputs", INPUTS]
        words += ["--scale", SCALES, "-j", "2", "--no-shrink"]
        command = [sys.executable, "-P", "-m", "gradcheck", "check", *words, "--output-format", "jsonl", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        nowhere = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return start(command, cwd=tmp_path, env=environment, **nowhere)

    return starting


def noted(journal):
    """The identities of the lines that are whole, in order."""
    whole = journal.read_bytes().rpartition(b"\n")[0].splitlines() if journal.exists() else []
    return [json.loads(line)["id"] for line in whole[1:]]


def told(path):
    """A report without the times that it holds."""
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [{key: value for key, value in entry.items() if key != "seconds"} for entry in entries]


def test_a_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been(begin, gate, tmp_path):
    os.write(gate, bytes(WHOLE))
    assert begin("-o", "whole.jsonl").wait(LONGEST) == 1
    journal = tmp_path / "run.journal"
    draw = random.Random(0)  # noqa: S311 - moments, no secrets
    before = []
    os.read(gate, WHOLE)
    for _ in range(KILLS):
        run = begin("--resume" if journal.exists() else "--journal", "run.journal", "-o", "resumed.jsonl")
        os.write(gate, bytes(draw.randrange(MADE)))
        until(lambda: not select.select([gate], [], [], 0)[0])
        run.kill()
        run.wait()
        after = noted(journal)
        assert after[: len(before)] == before
        before = after
    assert before
    assert not (tmp_path / "resumed.jsonl").exists()
    os.write(gate, bytes(WHOLE))
    assert begin("--resume", "run.journal", "-o", "resumed.jsonl").wait(LONGEST) == 1
    cases = [identity for identity in noted(journal) if "diagnosis" not in identity]
    assert len(cases) == len(set(cases)) > 3 * MADE * KILLS
    assert noted(journal)[: len(before)] == before
    assert told(tmp_path / "resumed.jsonl") == told(tmp_path / "whole.jsonl")
