from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gradcheck.defects.shrink.ddmin import ddmin


@given(st.integers(0, 40), st.sets(st.integers(0, 39)))
def test_what_is_needed_is_found(length, needed):
    needed = {k for k in needed if k < length}
    assert set(ddmin(range(length), lambda kept: needed <= set(kept))) == needed


@given(st.integers(1, 30), st.integers(0, 30))
def test_the_order_stays_and_no_single_one_can_go(length, count):
    count = min(count, length)
    kept = ddmin(range(length), lambda items: len(items) >= count)
    assert list(kept) == sorted(kept)
    assert len(kept) == count


def test_few_questions_are_asked_where_little_is_needed():
    asked = []
    kept = ddmin(range(1000), lambda items: asked.append(items) or 617 in items)
    assert kept == (617,)
    assert len(asked) < 60


def test_nothing_is_asked_of_nothing():
    assert ddmin((), lambda items: 1 / 0) == ()
