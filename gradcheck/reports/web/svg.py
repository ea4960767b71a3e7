"""A drawing in SVG: part of a page, or of a larger drawing."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.reports.web.markup import Markup, tag


@dataclass(frozen=True)
class Drawing:
    """Elements of SVG and the room that they take, in pixels.

    Attributes
    ----------
    inside : Markup
    width, height : int
    style : str
        The class that styles it.
    """

    inside: Markup
    width: int
    height: int
    style: str

    @property
    def element(self) -> Markup:
        """The whole drawing."""
        size = {"viewBox": f"0 0 {self.width} {self.height}", "width": self.width, "height": self.height}
        return tag("svg", self.inside, **size, role="img", class_=self.style)
