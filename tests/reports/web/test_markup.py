from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gradcheck.reports.web.markup import Markup, safe, tag
from gradcheck.text import printable
from tests.reports.reader import Reader

HOSTILE = "</script><img src=x onerror='alert(1)' a=\"&lt;\">"
texts = st.text() | st.sampled_from([HOSTILE, "]]>", "<!--", "&amp;", "\x1b[31m", "\ud800", "\u202e"])


@given(texts)
def test_a_text_comes_back_as_it_is_printed(text):
    ((name, facts, inside),) = Reader(tag("p", text, title=text)).found
    assert name == "p"
    assert facts == {"title": printable(text)}
    assert "".join(inside) == printable(text)


def test_markup_is_not_escaped_again():
    assert tag("p", tag("b", "<")) == "<p><b>&lt;</b></p>"
    assert safe(Markup("<b>")) == "<b>"


def test_what_is_put_together_is_escaped_in_parts():
    assert Markup.concat(["<", tag("b", "x")], Markup("<i></i>")) == "&lt;<i></i><b>x</b>"


def test_attributes_are_spelled_as_html_does():
    told = tag("input", class_="a", aria_label="b", checked=True, hidden=False, title=None, x=0)
    assert told == '<input class="a" aria-label="b" checked x="0">'


def test_elements_of_svg_are_closed():
    assert tag("rect", x=1) == '<rect x="1"/>'
    assert tag("td") == "<td></td>"
