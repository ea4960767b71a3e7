"""Runs that are killed at any moment and gone on from; ``GRADCHECK_KILLS=50`` kills fifty times and not five."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import gradcheck
from tests.execution.layers import LAYERS

ROOT = Path(gradcheck.__file__).parents[1]
KILLS = int(os.environ.get("GRADCHECK_KILLS", "5"))
SCALES = ",".join(str(scale) for scale in range(1, 12))


@pytest.fixture
def start(tmp_path):
    """Starts a run of more than 500 cases in a folder with the file of layers."""
    (tmp_path / "layers.py").write_text(LAYERS)

    def starting(*options):
        words = ["layers.py:Right", "layers.py:Wrong", "softmax", "--size", "n=2", "--scale", SCALES, "-j", "2"]
        command = [sys.executable, "-P", "-m", "gradcheck", "check", *words, "--output-format", "jsonl", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    return starting


def noted(journal):
    """The identities of the lines that are whole, in order."""
    whole = journal.read_bytes().rpartition(b"\n")[0].splitlines() if journal.exists() else []
    return [json.loads(line)["id"] for line in whole[1:]]


def told(path):
    """A report without the times that it holds."""
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [{key: value for key, value in entry.items() if key != "seconds"} for entry in entries]


def test_a_run_that_is_killed_again_and_again_ends_as_if_it_had_not_been(start, tmp_path):
    assert start("-o", "whole.jsonl").wait(300) == 1
    journal = tmp_path / "run.journal"
    draw = random.Random(KILLS)  # noqa: S311 - moments, no secrets
    before = []
    for _ in range(KILLS):
        run = start("--resume", "run.journal", "-o", "resumed.jsonl")
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(draw.uniform(0.2, 1.0))
        run.kill()
        run.wait()
        after = noted(journal)
        assert after[: len(before)] == before
        before = after
    assert not (tmp_path / "resumed.jsonl").exists()
    assert start("--resume", "run.journal", "-o", "resumed.jsonl").wait(300) == 1
    cases = [identity for identity in noted(journal) if "diagnosis" not in identity]
    assert len(cases) == len(set(cases)) > 500
    assert noted(journal)[: len(before)] == before
    assert told(tmp_path / "resumed.jsonl") == told(tmp_path / "whole.jsonl")
