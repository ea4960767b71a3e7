"""HTML read back."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "input", "link"}


class Reader(HTMLParser):
    """The elements of a text as (name, attributes, text inside), in order; unbalanced ones are refused."""

    def __init__(self, text):
        super().__init__()
        self.found, self._open = [], []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs)
        self.found.append((tag, dict(attrs), []))
        if tag not in VOID:
            self._open.append(self.found[-1])

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs), []))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        for _, _, texts in self._open:
            texts.append(data)

    def all(self, name):
        """Attributes and text of the elements of a name."""
        return [(facts, "".join(texts)) for tag, facts, texts in self.found if tag == name]

    def texts(self, name):
        """The text of each element of a name."""
        return [text for _, text in self.all(name)]
