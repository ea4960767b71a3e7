"""What a user declares where a layer is given by an example of its call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcheck.frozen import dataclass

Maker = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Example:
    """What `case` makes of a function.

    Attributes
    ----------
    function
        Returns a pair: a layer, or whatever else can be adapted, and the tuple of its arguments.
    reference
        Another callable of the same arguments, whose derivative is the right one; None where the layer's own `forward`
        is differentiated.
    """

    function: Maker
    reference: Any = None

    @property
    def __name__(self) -> str:
        """That of the function."""
        return str(getattr(self.function, "__name__", "case"))
