"""What the methods of a layer say in the reference's precision, as far as the layer keeps that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.checks.digits import Digits
from gradcheck.frozen import dataclass

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class LongerClaims:
    """The claims of a layer at a point, once more with the digits of the numeric side.

    Parameters
    ----------
    digits : Digits
    claims : mapping of str to ndarray
        The matrices in the point's own dtype, by method.
    claim : callable
        Takes a method and arrays, and returns its matrix there.
    gradient : callable
        Takes arrays, and returns one gradient of `bprop` there.
    """

    digits: Digits
    claims: Mapping[str, Array]
    claim: Callable[[str, Sequence[Array]], Array]
    gradient: Callable[[Sequence[Array]], Array]

    @cached_property
    def matrices(self) -> dict[str, Array]:
        """The claims, each entry in more digits where the layer keeps them and the value is finite."""
        if self.digits.alone:
            return dict(self.claims)
        return {
            name: plain if isinstance(longer, Breach) else np.where(np.isfinite(longer), longer, plain)
            for (name, plain), longer in zip(self.claims.items(), self._answers.values(), strict=True)
        }

    @cached_property
    def _answers(self) -> dict[str, Array | Breach]:
        if self.digits.exact_dtype == np.float64 and self.digits.point.case.dtype == "float64":
            return dict(self.claims)
        return {name: attempt(lambda name=name: self.claim(name, self.digits.exact_arrays)) for name in self.claims}  # type: ignore[misc]

    def keeps(self, name: str) -> bool:
        """Whether a method takes the longer numbers, and does not refuse them; one gradient tells of `bprop`."""
        if name == "bprop" and "_answers" not in self.__dict__:
            return self._keeps_gradient
        return not self.digits.alone and not isinstance(self._answers[name], Breach)

    @cached_property
    def _keeps_gradient(self) -> bool:
        said = None if self.digits.alone else attempt(lambda: self.gradient(self.digits.exact_arrays))
        return said is not None and not isinstance(said, Breach)
