from __future__ import annotations

import io

import pytest

from gradcheck.records.finding import Verdict
from gradcheck.reports.cells import Cell, Column
from gradcheck.reports.interface import RenderOptions
from gradcheck.reports.page import Page

COLUMNS = (
    Column("verdict", whole=True),
    Column("inputs", drop=1),
    Column("max abs", number=True),
    Column("floor", number=True, drop=2),
)
ROWS = [[Cell("PASS", Verdict.PASS), Cell("normal"), Cell("1.2e-13"), Cell("3.4e-12")]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_terminal_settings(monkeypatch):
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TERM", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def written(columns=COLUMNS, rows=ROWS, **options):
    stream = io.StringIO()
    Page(stream, RenderOptions(**options)).table(columns, rows)
    return stream.getvalue()


def titles(text):
    return [c.title for c in COLUMNS if c.title in text.splitlines()[0]]


def test_where_nobody_watches_a_table_is_as_wide_as_it_needs():
    names = [Cell(f"strategy-{k:02}") for k in range(30)]
    text = written([Column(cell.text) for cell in names], [names])
    assert all(text.count(cell.text) == 2 for cell in names)


@pytest.mark.parametrize(
    ("width", "kept"),
    [
        (80, ["verdict", "inputs", "max abs", "floor"]),
        (27, ["verdict", "inputs", "max abs"]),
        (20, ["verdict", "max abs"]),
    ],
)
def test_columns_make_room_in_tiers(width, kept):
    text = written(width=width)
    assert titles(text) == kept
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("width", [1, 5, 15])
def test_verdict_and_number_are_whole_at_any_width(width):
    text = written(width=width)
    assert "PASS" in text
    assert "1.2e-13" in text


def test_long_names_are_folded_and_whole():
    name = "".join(chr(ord("a") + k % 26) for k in range(90))
    lines = [line.strip() for line in written([Column("layer")], [[Cell(name)]]).splitlines()[2:]]
    assert "".join(lines) == name
    assert max(map(len, lines)) <= 32


@pytest.mark.parametrize(("columns", "kept"), [("20", 2), ("80", 4)])
def test_columns_of_the_environment_count(monkeypatch, columns, kept):
    monkeypatch.setenv("COLUMNS", columns)
    assert len(titles(written())) == kept


def test_a_terminal_is_asked_for_its_width(monkeypatch):
    monkeypatch.setattr("shutil.get_terminal_size", lambda: type("Size", (), {"columns": 20}))
    assert Page(Terminal(), RenderOptions()).width == 20
    assert Page(io.StringIO(), RenderOptions()).width is None


def test_a_dumb_terminal_changes_nothing(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    names = [Cell(f"strategy-{k:02}") for k in range(30)]
    assert "strategy-29" in written([Column(cell.text) for cell in names], [names], color=True)


@pytest.mark.parametrize(("color", "escapes"), [(True, True), (False, False)])
@pytest.mark.parametrize("variable", ["NO_COLOR", "FORCE_COLOR"])
def test_colour_is_as_told_whatever_the_environment_says(monkeypatch, variable, color, escapes):
    monkeypatch.setenv(variable, "1")
    stream = Terminal()
    page = Page(stream, RenderOptions(color=color))
    page.heading("softmax")
    page.table(COLUMNS, ROWS)
    page.line("2 PASS", Verdict.PASS)
    assert ("\x1b[" in stream.getvalue()) is escapes


def test_plain_lines_are_plain_and_unbroken():
    stream = Terminal()
    Page(stream, RenderOptions(color=True, width=20)).line("FAIL softmax " + "x" * 100)
    assert stream.getvalue() == "FAIL softmax " + "x" * 100 + "\n"


def test_coloured_lines_are_unbroken():
    stream = Terminal()
    Page(stream, RenderOptions(color=True, width=20)).line("2 PASS " * 10, Verdict.PASS)
    assert stream.getvalue().count("\n") == 1


def test_user_text_is_no_markup_and_no_control_code():
    stream = io.StringIO()
    page = Page(stream, RenderOptions())
    page.heading("[bold]name[/bold] :smile:")
    page.line("one\ntwo\x1b[31m", Verdict.FAIL)
    page.table([Column("[/x]")], [[Cell("a\x1b]b")]])
    assert "[bold]name[/bold] :smile:" in stream.getvalue()
    assert "one two\\x1b[31m" in stream.getvalue()
    assert "a\\x1b]b" in stream.getvalue()


@pytest.mark.parametrize(("encoding", "mark"), [("ascii", "?"), ("cp1252", "±"), ("utf-8", "±")])
def test_an_encoding_gets_what_it_can_take(encoding, mark):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict")
    page = Page(stream, RenderOptions())
    page.line("1 ± 2")
    page.table([Column("layer ±")], [[Cell("softmax ∂")]])
    stream.flush()
    text = raw.getvalue().decode(encoding)
    assert f"1 {mark} 2" in text
    assert f"layer {mark}" in text
    assert ("∂" in text) is (encoding == "utf-8")


class Closed(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("write", [lambda p: p.line("x"), lambda p: p.heading("x"), lambda p: p.table(COLUMNS, ROWS)])
def test_a_closed_pipe_is_left_to_the_command_line(write):
    page = Page(Closed(), RenderOptions())
    with pytest.raises(BrokenPipeError):
        write(page)


def pieces(spans, **options):
    stream = io.StringIO()
    Page(stream, RenderOptions(**options)).pieces(spans)
    return stream.getvalue()


def test_pieces_stand_on_one_line_in_their_styles():
    spans = [("a" * 90, ""), ("[b]\x1b", "red"), ("  ", "")]
    assert pieces(spans, width=80) == f"{'a' * 90}[b]\\x1b\n"
    assert pieces(spans, width=80, color=True) == f"{'a' * 90}\x1b[31m[b]\\x1b\x1b[0m\n"
