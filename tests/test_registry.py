from __future__ import annotations

from collections.abc import Mapping

import pytest

from gradcheck.errors import UsageError
from gradcheck.registry import Registry

FRUIT = Registry("fruit", [("pear", 3), ("apple", 1), ("plum", 2)])


def test_it_is_a_table():
    assert isinstance(FRUIT, Mapping)
    assert FRUIT["apple"] == 1
    assert len(FRUIT) == 3
    assert dict(FRUIT) == {"pear": 3, "apple": 1, "plum": 2}


def test_it_keeps_the_order_in_which_it_was_given():
    assert list(FRUIT) == ["pear", "apple", "plum"]


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(UsageError, match=r"^unknown fruit 'aple'; did you mean 'apple'\?$"):
        FRUIT["aple"]


def test_a_name_that_is_like_no_other_gets_no_advice():
    with pytest.raises(UsageError, match=r"^unknown fruit 'xyz'$"):
        FRUIT["xyz"]


def test_asking_whether_a_name_is_known_raises_nothing():
    assert "pear" in FRUIT
    assert "aple" not in FRUIT
    assert 3 not in FRUIT


def test_it_cannot_be_changed():
    with pytest.raises(TypeError):
        FRUIT["fig"] = 4
