from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.errors import ConfigError
from gradcheck.records.finding import Verdict
from gradcheck.run.baseline import Known
from gradcheck.run.baseline_file import KEYS, read, written
from gradcheck.text import printable
from tests.reports import hostile

FULL = Known("softmax", "bprop", "x", "softmax[ties,f64]", Verdict.FAIL, 0.5, "see #12", dt.date(2031, 1, 31))


def read_back(tmp_path, text):
    path = tmp_path / "known.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def refused(tmp_path, text):
    """What is said against a file, without the folder."""
    with pytest.raises(ConfigError) as caught:
        read_back(tmp_path, text)
    return [line.removeprefix(f"{tmp_path}/") for line in str(caught.value).splitlines()]


def test_what_is_written_is_read_back(tmp_path):
    known = (FULL, Known("tanh", verdict=Verdict.ERROR), Known("relu", size=float("inf")))
    assert tuple(replace(entry, line=0) for entry in read_back(tmp_path, written(known))) == known


def test_an_entry_is_what_a_person_would_write():
    assert written([FULL]).split("\n\n")[1].splitlines() == [
        "[[known]]",
        'layer = "softmax"',
        'check = "bprop"',
        'input = "x"',
        'case = "softmax[ties,f64]"',
        'verdict = "FAIL"',
        "size = 5.0e-01",
        'reason = "see #12"',
        "expires = 2031-01-31",
    ]


def test_an_empty_one_holds_nothing(tmp_path):
    assert read_back(tmp_path, written([])) == read_back(tmp_path, "") == ()


def test_entries_know_their_lines(tmp_path):
    text = '\n[[known]]\nlayer = "a"\n\n[[known]]\nlayer = "b"\n'
    assert [entry.line for entry in read_back(tmp_path, text)] == [2, 5]


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_any_text_can_be_kept(tmp_path, text):
    entry = Known(text, text, text, text, reason=text)
    (back,) = read_back(tmp_path, written([entry]))
    assert (back.layer, back.case, back.reason) == (printable(text),) * 3


@settings(derandomize=True, deadline=None, max_examples=60, database=None)
@given(st.text(min_size=1), st.none() | st.floats(0, allow_nan=False), st.none() | st.dates())
def test_whatever_is_kept_is_toml(text, size, expires):
    (table,) = tomllib.loads(written([Known(text, size=size, expires=expires)]))["known"]
    assert table["layer"] == printable(text)
    assert table.get("expires") == expires
    assert size is None or table["size"] == pytest.approx(size, rel=0.06, abs=1e-300)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('laier = "a"', "unknown key 'laier'; did you mean 'layer'?"),
        ("zzz = 1", f"unknown key 'zzz'; known keys are {', '.join(KEYS)}"),
        ("size = -1", "must be a number >= 0, not -1"),
        ("size = nan", "must be a number >= 0, not nan"),
        ("size = true", "must be a number >= 0, not True"),
        ('size = "1"', "must be a number >= 0, not '1'"),
        ('verdict = "FINE"', "must be one of UNDEFINED, INCONCLUSIVE, ERROR, FAIL, not 'FINE'"),
        ('verdict = "PASS"', "must be one of UNDEFINED, INCONCLUSIVE, ERROR, FAIL, not 'PASS'"),
        ("verdict = [1]", "must be one of UNDEFINED, INCONCLUSIVE, ERROR, FAIL, not [1]"),
        ('expires = "2031-01-31"', "must be a day such as 2030-01-31, without quotes, not '2031-01-31'"),
        ("expires = 2031-01-31T00:00:00", "must be a day such as 2030-01-31"),
        ("check = 3", "must be a string that is not empty, not 3"),
        ('reason = ""', "must be a string that is not empty, not ''"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path, line, sentence):
    (told,) = refused(tmp_path, f'[[known]]\nlayer = "a"\n{line}\n')
    assert told.startswith(f"known.toml:3: known.{line.split()[0]}: ")
    assert sentence in told


def test_every_mistake_is_told(tmp_path):
    text = '[[known]]\ncheck = "bprop"\n\n[[known]]\nlayer = 1\nsize = -1\n[other]\n'
    assert [told.split(": ")[0] for told in refused(tmp_path, text)] == [f"known.toml:{n}" for n in (1, 5, 6, 7)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("known = 3", "known.toml:1: known: must be tables headed [[known]], not 3"),
        ("[known]\nlayer = 'a'", "known.toml:1: known: must be tables headed [[known]]"),
        ("known = [3]", "known.toml:1: known: must be tables headed [[known]]"),
        ("[[known]]", "known.toml:1: known: 'layer' is missing"),
        ("[[known]", "known.toml:1: not TOML"),
    ],
)
def test_files_of_another_form_are_refused(tmp_path, text, told):
    assert refused(tmp_path, text)[0].startswith(told)


def test_two_entries_for_the_same_are_refused(tmp_path):
    text = '[[known]]\nlayer = "a"\n[[known]]\nlayer = "a"\nsize = 1\n'
    assert refused(tmp_path, text) == ["known.toml:3: known: covers what line 1 covers"]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.toml: cannot be read"):
        read(tmp_path / "none.toml")
