"""The layer contract: what users write, and the safe view of it that the rest of gradcheck works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from gradcheck.adapters.breach import Breach
from gradcheck.adapters.declared import accuracy_of, assumed_of, critical_of, inputs_of, sizes_of
from gradcheck.adapters.example import Example
from gradcheck.adapters.kinds import adapted
from gradcheck.frozen import dataclass
from gradcheck.interrupt import may_be_pressed
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Verdict
from gradcheck.records.input import Input
from gradcheck.text import printable

Method = TypeVar("Method", bound=Callable[..., Any])


def law(method: Method) -> Method:
    """Mark a method of a layer as a law: called with the inputs, it returns two arrays that must be equal."""
    method.is_law = True  # type: ignore[attr-defined]
    return method


class Layer:
    """An optional base for layers: nothing but defaults.

    Attributes
    ----------
    inputs : tuple of Input, or mapping of str to str
        One for each argument of `forward`; a mapping gives the shapes of real inputs: ``{"x": "batch n", "W": "n m"}``.
        Empty means what the annotations of the arguments say, or else a real input of shape ``("n",)`` for each.
    critical : tuple of float
        Values of the inputs at which the formula changes: kinks, clip edges.
    sizes : mapping of str to int
        Lengths for the size names that the inputs use, where the usual ones do not suit.
    accuracy : float
        Relative error that `forward` itself has, as an iteration to a tolerance has; 0 for that of rounding.

    Notes
    -----
    A method `defined(*inputs)` says whether the layer has a value at all: points where it returns False are skipped.
    """

    inputs: tuple[Input, ...] | Mapping[str, Any] = ()
    critical: tuple[float, ...] = ()
    sizes: Mapping[str, int] = {}
    accuracy: float = 0.0


@dataclass(frozen=True, eq=False)
class Subject:
    """A layer as gradcheck sees it: its facts, and calls that cannot harm the caller.

    Every call hands out fresh copies of the arrays, unless said otherwise, and turns whatever the layer raises into a
    `Breach` that says where it came from.
    """

    layer: Any
    name: str
    inputs: tuple[Input, ...]
    critical: tuple[float, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    laws: tuple[str, ...] = ()
    target: str = ""
    accuracy: float = 0.0
    reference: Any = None
    assumed: tuple[str, ...] = ()
    dtype: str = ""
    calls: Counter[str] = field(default_factory=Counter)  # of the layer's own methods, by their names

    @property
    def truth(self) -> Subject:
        """What is differentiated: the layer, or its reference, which takes the same inputs."""
        return self if self.reference is None else replace(self, layer=self.reference, reference=None, calls=Counter())

    @property
    def uncalled(self) -> Subject:
        """The same layer, of which no call is counted yet."""
        return replace(self, calls=Counter())

    @cached_property
    def differentiable(self) -> tuple[int, ...]:
        """Positions of the inputs for which a gradient is claimed."""
        return tuple(k for k, one in enumerate(self.inputs) if one.differentiable)

    def is_called(self, name: str) -> bool:
        """Whether that is the layer's name, or its target, which tells it from others of the same name."""
        return name == self.name or (name == self.target and name != "")

    @property
    def has_jacobian(self) -> bool:
        """Whether the layer has a method `jacobian`."""
        return callable(getattr(self.layer, "jacobian", None))

    @property
    def has_bprop(self) -> bool:
        """Whether the layer has a method `bprop`."""
        return callable(getattr(self.layer, "bprop", None))

    def offers(self, method: str) -> bool:
        """Whether the layer has a method of that name, such as ``"jvp"``."""
        return callable(getattr(self.layer, method, None))

    def forward(self, arrays: Sequence[Any]) -> Any:
        """What `forward` returns for copies of `arrays`, untouched."""
        return self.call("forward", [np.array(a) for a in arrays])

    def forward_at(self, arrays: Sequence[Any]) -> Any:
        """What `forward` returns for these very arrays, which are not copied; it may raise anything."""
        self.calls["forward"] += 1
        return self.layer.forward(*arrays)

    @property
    def stacked_forward(self) -> Callable[[Sequence[Any]], Any] | None:
        """The same for a stack of rows of every input, where an adapter has such a method."""
        rows = getattr(self.layer, "stacked_forward", None)
        if rows is None:
            return None

        def called(arrays: Sequence[Any]) -> Any:
            self.calls["forward"] += 1
            return rows(*arrays)

        return called

    def bprop(self, v: Any, arrays: Sequence[Any]) -> Any:
        """What `bprop` returns for copies of `v` and `arrays`, untouched."""
        return self.call("bprop", [np.array(v), *(np.array(a) for a in arrays)])

    def jacobian(self, arrays: Sequence[Any]) -> Any:
        """What `jacobian` returns for copies of `arrays`, untouched."""
        return self.call("jacobian", [np.array(a) for a in arrays])

    def jvp(self, tangents: Sequence[Any], arrays: Sequence[Any]) -> Any:
        """What `jvp` returns for copies of `arrays` and of `tangents`, one for each differentiable input, untouched."""
        return self.call("jvp", [self.together([np.array(t) for t in tangents]), *(np.array(a) for a in arrays)])

    def together(self, parts: Sequence[Any]) -> Any:
        """What a method takes of all differentiable inputs: the one part itself, or a tuple of several."""
        return parts[0] if len(self.differentiable) == 1 else tuple(parts)

    def is_defined(self, arrays: Sequence[Any]) -> bool:
        """Whether the layer has a value at these arrays: what its `defined(*inputs)` says, where it has one.

        Raises
        ------
        Breach
            When that raises, or returns no truth value.
        """
        if not callable(getattr(self.layer, "defined", None)):
            return True
        said = self.call("defined", [np.array(a) for a in arrays])
        if not isinstance(said, (bool, np.bool_)):
            found = printable(type(said).__name__)
            raise Breach(Fault.of(FaultKind.NO_TRUTH, "defined", found=found), Verdict.ERROR)
        return bool(said)

    def call(self, method: str, arguments: Sequence[Any]) -> Any:
        """What a method returns for these very arguments, which are not copied.

        Raises
        ------
        Breach
            When the method raises anything, unless that may be Ctrl-C; the cause is kept.
        """
        self.calls[method] += 1
        try:
            return getattr(self.layer, method)(*arguments)
        except Breach:  # of a layer that this one is made of
            raise
        except BaseException as cause:  # a layer may call sys.exit, or raise KeyboardInterrupt
            if isinstance(cause, KeyboardInterrupt) and may_be_pressed():
                raise
            from gradcheck.adapters.blame import said  # only for failures: start-up

            exception, text = said(cause)
            fault = Fault.of(FaultKind.RAISED, method, exception=exception, text=text)
            raise Breach(fault, Verdict.ERROR if method in ("forward", "defined") else Verdict.FAIL) from cause


def subject_of(layer: Any, *, name: str = "", target: str = "") -> Subject:
    """The view of any object that keeps the layer contract.

    Parameters
    ----------
    layer : object, class or function
        Has `forward(*inputs)` and at least one of `bprop(v, *inputs)` and `jacobian(*inputs)`, or is of another kind
        that an adapter knows. A class is instantiated.
    name : str
        Taken where the layer itself has no `name`.
    target : str
        The text that loads the layer again.

    Raises
    ------
    LoadError
        When it is of no kind; the sentence says what is missing, or what to write.
    """
    if isinstance(layer, Subject):
        return layer
    given = name or str(getattr(layer, "__name__", type(layer).__name__))
    made = None
    if isinstance(layer, Example):
        from gradcheck.adapters.examples import made_of  # few layers are given so: start-up

        made = made_of(layer, printable(given))
    layer = made.layer if made else adapted(layer, printable(given))
    own = None if made else getattr(layer, "name", None)
    shown = printable(own if isinstance(own, str) and own else given)
    return Subject(
        layer=layer,
        name=shown,
        assumed=() if made else assumed_of(layer, shown),
        inputs=made.inputs if made else inputs_of(layer, shown),
        critical=critical_of(layer, shown),
        sizes=sizes_of(layer, shown),
        laws=tuple(n for n in dir(type(layer)) if getattr(getattr(type(layer), n, None), "is_law", False)),
        target=target,
        accuracy=accuracy_of(layer, shown),
        reference=made.reference if made else None,
        dtype=made.dtype if made else "",
    )
