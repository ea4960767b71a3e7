"""From the command line to the arithmetic of a verdict the way is short."""

from __future__ import annotations

import traceback
from pathlib import Path

import gradcheck
from gradcheck.checks import claims
from gradcheck.cli.main import main

PACKAGE = Path(gradcheck.__file__).parent
FRAMES = 12  # at most, as whoever reads a traceback can hold in mind


def test_few_calls_lie_between_the_command_and_a_comparison(monkeypatch):
    frames, compare = [], claims.compare

    def seen(*arguments, **options):
        if not frames:
            frames.extend(one for one in traceback.extract_stack() if PACKAGE in Path(one.filename).parents)
        return compare(*arguments, **options)

    monkeypatch.setattr(claims, "compare", seen)
    assert main(["softmax", "--inputs", "normal"]) == 0
    assert 0 < len(frames) <= FRAMES, [f"{Path(one.filename).name}:{one.name}" for one in frames]
    assert not any("reports" in Path(one.filename).parts for one in frames)
