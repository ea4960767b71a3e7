from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.run.shards import WHOLE, Shard


@given(st.text(), st.integers(1, 9))
def test_a_case_belongs_to_one_shard(identity, total):
    assert sum(Shard(number, total).holds(identity) for number in range(1, total + 1)) == 1


@given(st.text())
def test_the_whole_holds_everything(identity):
    assert WHOLE.holds(identity)


@pytest.mark.parametrize(
    ("identity", "number"),
    [
        ("softmax[ties,scale=1e3,n=5,f64]", 3),
        ("softmax[normal,scale=1,n=5,f64]", 2),
        ("tanh[zeros,scale=1,n=5,f32]", 1),
    ],
)
def test_which_one_is_the_same_on_every_machine_and_in_every_release(identity, number):
    assert [n for n in range(1, 5) if Shard(n, 4).holds(identity)] == [number]


def test_shards_are_of_about_one_size():
    sizes = [sum(Shard(n, 4).holds(f"softmax[normal,seed={seed}]") for seed in range(1000)) for n in range(1, 5)]
    assert min(sizes) > 200


def test_a_shard_is_told_as_it_is_typed():
    assert str(Shard(2, 4)) == "2/4"
