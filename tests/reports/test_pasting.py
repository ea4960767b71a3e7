from __future__ import annotations

import shlex

import numpy as np
import pytest

from gradcheck.reports.pasting import python_lines, shell_lines

CODE = "W = np.array([[0, 1.5, 2], [3, 4, 5], [6, 7, 8]]); v = np.array([1., 0, 0])"
COMMAND = "gradcheck 'my models/own.py:Net' --replay 'Net[W=[[0,1.5],[2,3]],f64]'"


@pytest.mark.parametrize("width", [20, 30, 40, 60, 200, None])
def test_code_in_lines_still_makes_the_same_arrays(width):
    lines = python_lines(CODE, width)
    whole, parted = {}, {}
    exec(CODE, {"np": np}, whole)  # noqa: S102 - as a person would paste it
    exec("\n".join(lines), {"np": np}, parted)  # noqa: S102
    assert {name: array.tolist() for name, array in whole.items()} == {n: a.tolist() for n, a in parted.items()}
    assert max(map(len, lines)) <= (width or 100)


@pytest.mark.parametrize("width", [20, 40, 60, 200, None])
def test_a_command_in_lines_says_the_same_words(width):
    lines = shell_lines(COMMAND, width)
    assert shlex.split("".join(line.removesuffix("\\") for line in lines)) == shlex.split(COMMAND)
    assert all(line.endswith(" \\") for line in lines[:-1])
    assert not lines[-1].endswith("\\")


def test_what_has_room_stays_on_one_line():
    assert python_lines(CODE, len(CODE)) == [CODE]
    assert len(python_lines(CODE, len(CODE) - 1)) == 2
    assert shell_lines(COMMAND, len(COMMAND)) == [COMMAND]
    assert len(shell_lines(COMMAND, len(COMMAND) - 1)) == 2


def test_rows_stay_whole_where_they_have_room():
    assert python_lines("W = np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8.]])", 38) == [
        "W = np.array([[0, 1, 2], [3, 4, 5],",
        "  [6, 7, 8.]])",
    ]


def test_a_word_is_never_cut():
    assert "'Net[W=[[0,1.5],[2,3]],f64]'" in "\n".join(shell_lines(COMMAND, 10))
