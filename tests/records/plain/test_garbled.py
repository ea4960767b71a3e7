from __future__ import annotations

import json
import math

import pytest

from gradcheck.records.plain.garbled import GarbledError, line_of, parse_line


def test_a_line_is_json_for_everyone():
    assert line_of({"text": "±"}) == '{"text": "\\u00b1"}\n'
    assert parse_line(line_of({"text": "±"})) == json.loads(line_of({"text": "±"})) == {"text": "±"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        line_of({"value": math.inf})


@pytest.mark.parametrize("line", [b"", b"{", "nonsense\n", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_garbled(line):
    with pytest.raises(GarbledError):
        parse_line(line)


def test_a_place_is_told_from_outside_in():
    error = GarbledError("a number is needed").within("max_abs").within("[3]").within("findings")
    assert str(error) == "findings[3].max_abs: a number is needed"
    assert len(str(error.within("x" * 1000))) < 200
