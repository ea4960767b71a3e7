from __future__ import annotations

import inspect
from zlib import crc32

import pytest

from gradcheck.errors import UsageError
from gradcheck.pytest_plugin.options import OPTIONS, known, marked, names_in_file, seed_of
from gradcheck.run.api import check


def test_the_options_are_those_of_a_check():
    assert ("layer", *OPTIONS) == tuple(inspect.signature(check).parameters)


def test_what_is_known_comes_back():
    options = {"scales": [1], "seed": 2}
    assert known(options) == options


@pytest.mark.parametrize(
    ("name", "hint"),
    [("sede", "; did you mean 'seed'?"), ("zzz", "; known are inputs, scales, sizes, dtype, seed, order, budget")],
)
def test_what_is_unknown_is_refused_with_the_nearest_name(name, hint):
    with pytest.raises(UsageError) as caught:
        known({name: 1})
    assert str(caught.value) == f"unknown option {name!r} of `gradcheck`{hint}"


SOURCE = """
import pytest

@pytest.mark.gradcheck(scales=[1], seed=1)
class TestIt:
    @pytest.mark.gradcheck(seed=2)
    @pytest.mark.parametrize("k", ["a::b"])
    def test_it(self, k): pass

    @pytest.mark.gradcheck("\\x1b")
    def test_other(self): pass
"""


@pytest.fixture
def items(folder, alone):
    """The two tests of the source, which pytest meets in a folder below its root."""
    folder.mkpydir("below").joinpath("test_it.py").write_text(SOURCE)
    return folder.inline_genitems(*alone)[0]


def test_of_two_markers_the_nearer_one_holds(items):
    assert marked(items[0]) == {"scales": [1], "seed": 2}


def test_an_option_of_a_marker_needs_a_name(items):
    with pytest.raises(UsageError, match=r"must have options with names, such as scales=\[1\], not '\\x1b'"):
        marked(items[1])


def test_the_seed_is_that_of_the_names_of_a_test_and_its_file(items):
    assert names_in_file(items[0]) == ["TestIt", "test_it[a::b]"]
    assert seed_of(items[0]) == crc32(b"test_it.py::TestIt::test_it[a::b]")
    assert seed_of(items[1]) != seed_of(items[0])
