from __future__ import annotations

import pytest

from gradcheck.config.document import TEXT, Document, Rule
from gradcheck.errors import ConfigError

EVEN = Rule("an even number", lambda value: value in (0, 2, 4))
COLOUR = Rule("red or green", ("red", "green").__contains__, ("red", "green"))
FILE = '# first\n[paint]\ncolour = "gren"\ncoats = [2, 3, 2]\n[[wall]]\nname = ""\n'


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "paint.toml"
    path.write_text(FILE)
    return Document(path)


def mistakes(document):
    with pytest.raises(ConfigError) as caught:
        document.finish()
    return [line.rpartition("/")[2] for line in str(caught.value).splitlines()]


def test_what_is_right_is_handed_out(document):
    table = document.table((), document.data, ("paint", "wall"))
    assert document.value(("paint", "colour"), table["paint"]["colour"], TEXT) == "gren"
    assert document.tables(("wall",), table["wall"]) == [{"name": ""}]
    assert document.is_right
    document.finish()


def test_all_that_is_wrong_is_told_by_its_line(document):
    document.value(("wall", 0, "name"), "", TEXT)
    document.value(("paint", "colour"), "gren", COLOUR)
    assert document.items(("paint", "coats"), [2, 3, 2], EVEN) == (2,)
    document.table(("paint",), document.data["paint"], ("colour", "coat"))
    assert not document.is_right
    assert mistakes(document) == [
        "paint.toml:3: paint.colour: must be red or green, not 'gren'; did you mean 'green'?",
        "paint.toml:4: paint.coats: must be an even number, not 3",
        "paint.toml:4: paint.coats: unknown key 'coats'; did you mean 'coat'?",
        "paint.toml:6: wall.name: must be a string that is not empty, not ''",
    ]


@pytest.mark.parametrize(
    ("method", "value", "handed"), [("table", 3, {}), ("tables", {"a": 1}, []), ("tables", [1], [])]
)
def test_what_is_no_table_is_refused_and_none_is_handed_out(document, method, value, handed):
    assert getattr(document, method)(("paint",), value) == handed
    assert len(mistakes(document)) == 1


@pytest.mark.parametrize("value", [3, [], "red"])
def test_what_is_no_list_is_refused(document, value):
    assert document.items(("paint", "coats"), value, EVEN) == ()
    assert "must be a list of one or more, each an even number" in mistakes(document)[0]
