from __future__ import annotations

import numpy as np
import pytest

from gradcheck.checks.streams import Stream
from gradcheck.records.case import Case

CASE = Case("mine", "normal")
FIRST = -0.4152139481117333  # of numpy's PCG64


def test_the_numbers_of_the_streams_are_part_of_every_seed():
    names = "DIRECTIONS DIFFERENCES NUDGES WEIGHTS COTANGENTS ORDINARY LAYOUT BATCH GRAIN TANGENT SECOND PATTERN"
    assert {stream.name: stream.value for stream in Stream} == {name: k + 1 for k, name in enumerate(names.split())}
    assert Stream.WEIGHTS.generator(CASE).standard_normal() == pytest.approx(FIRST, rel=1e-14)


def test_a_stream_depends_on_the_case_and_itself_alone():
    def draw(stream, case=CASE):
        return stream.generator(case).standard_normal(3).tolist()

    assert draw(Stream.BATCH) == draw(Stream.BATCH)
    others = [
        draw(Stream.LAYOUT),
        draw(Stream.BATCH, Case("mine", "ties")),
        draw(Stream.BATCH, Case("mine", "normal", seed=1)),
    ]
    assert not any(np.array_equal(draw(Stream.BATCH), other) for other in others)
