from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.config.toml_lines import key_lines, read_toml
from gradcheck.errors import ConfigError

TEXT = '''# a comment = not a key
top = 1
[defaults]
seeds = [
  0,
  1,
]
"quoted.key" = 2
a . b = 3
[[sweep]]
title = """
seeds = "inside a string"
[nor.a.table]
"""
seeds = [2]
  [sweep.sizes]  # of the first
  n = 3
[[sweep]]
seeds = [4]
'''


def test_every_table_and_key_has_its_line():
    assert key_lines(TEXT) == {
        ("top",): 2,
        ("defaults",): 3,
        ("defaults", "seeds"): 4,
        ("defaults", "quoted.key"): 8,
        ("defaults", "a", "b"): 9,
        ("sweep", 0): 10,
        ("sweep", 0, "title"): 11,
        ("sweep", 0, "seeds"): 15,
        ("sweep", 0, "sizes"): 16,
        ("sweep", 0, "sizes", "n"): 17,
        ("sweep", 1): 18,
        ("sweep", 1, "seeds"): 19,
    }


def test_the_paths_are_those_of_the_standard_library():
    document = tomllib.loads(TEXT)
    for path in key_lines(TEXT):
        here = document
        for part in path:
            here = here[part]


@given(st.text(alphabet="[]\"=.#a\n' ", max_size=60))
def test_no_text_is_too_odd(text):
    assert all(1 <= line <= text.count("\n") + 1 for line in key_lines(text).values())


def test_a_file_is_its_data_and_its_lines(tmp_path):
    (tmp_path / "a.toml").write_text("# first\nseeds = [0]\n", encoding="utf-8")
    assert read_toml(tmp_path / "a.toml") == ({"seeds": [0]}, {("seeds",): 2})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\nb =\n", "sweep.toml:2: not TOML: Invalid value"),
        ("a = [1,\n\n", "sweep.toml:3: not TOML: "),
        ("a = 1\na = 2\n", "sweep.toml:2: not TOML: Cannot overwrite a value"),
        (f"a = {'9' * 5000}", "sweep.toml:1: not TOML: Exceeds the limit"),
        (f"a = {'[' * 20000}", "sweep.toml:1: not TOML: maximum recursion depth"),
    ],
)
def test_what_is_not_toml_is_said_with_its_line(text, said, tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_toml(path)
    assert said in str(caught.value)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"a\.toml: must be UTF-8 text: invalid start byte at byte 0"):
        read_toml(tmp_path / "a.toml")


@pytest.mark.parametrize(("name", "said"), [("none.toml", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, name, said):
    with pytest.raises(ConfigError, match=f"cannot be read: {said}"):
        read_toml(tmp_path / name)
