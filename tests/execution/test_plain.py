from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.execution.plain import GarbledError, items, line_of, number, parsed, real, string, text, whole

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


@given(st.floats())
def test_every_number_survives(value):
    line = line_of({"value": number(value)})
    assert line.endswith(b"\n")
    again = real(parsed(line)["value"])
    assert again == value or (math.isnan(again) and math.isnan(value))


def test_a_line_is_json_for_everyone():
    def refused(name):
        raise AssertionError(name)

    json.loads(line_of({"value": number(math.inf)}), parse_constant=refused)
    with pytest.raises(ValueError, match="not JSON compliant"):
        line_of({"value": math.inf})


@pytest.mark.parametrize("line", [b"", b"{", b"nonsense\n", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_garbled(line):
    with pytest.raises(GarbledError):
        parsed(line)


@given(ANYTHING)
def test_a_value_is_what_is_asked_for_or_garbled(value):
    kinds = {real: float, whole: int, string: str, text: str, items: list}
    for read, kind in kinds.items():
        try:
            assert type(read(value)) is kind
        except GarbledError as refused:
            assert len(str(refused)) < 200


@pytest.mark.parametrize("value", [True, "infinity", "1", None, [1]])
def test_what_is_no_number_is_garbled(value):
    with pytest.raises(GarbledError, match="a number is needed"):
        real(value)


def test_a_text_to_be_printed_can_do_no_harm():
    shown = text("\x1b[31m" + "x" * 10_000)
    assert "\x1b" not in shown
    assert len(shown) < 6000
    assert string("\x1b") == "\x1b"
