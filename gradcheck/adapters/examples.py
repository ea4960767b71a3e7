"""Layers by example: a function that returns something to call and the arrays that it is called with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

from gradcheck.adapters.adapted import Adapted
from gradcheck.adapters.arguments import places_of
from gradcheck.adapters.blame import blame
from gradcheck.adapters.call import Call
from gradcheck.adapters.declared import inputs_of
from gradcheck.adapters.example import Example, Maker
from gradcheck.adapters.example_inputs import is_constant, shown
from gradcheck.adapters.kinds import adapted, kind_of
from gradcheck.errors import LoadError
from gradcheck.frozen import dataclass
from gradcheck.records.input import Input
from gradcheck.text import printable, shorten


@overload
def case(function: Maker) -> Example: ...
@overload
def case(*, reference: Any = None) -> Callable[[Maker], Example]: ...
def case(function: Maker | None = None, *, reference: Any = None) -> Any:
    """Declare a layer by an example of its call; a decorator, with or without arguments.

    Parameters
    ----------
    function : callable
        Takes nothing; returns ``(layer, (arrays...))``. The arrays give the shapes of the layer's inputs. Floating ones
        are drawn anew, in the dtypes and domains asked for; of integers, at least 0, labels below the largest
        are drawn; all other arguments stay as they are.
    reference : callable, optional
        Takes the same arguments; its derivative, in double precision, is what the layer's is compared with. The layer
        is then given arrays of the example's own dtype, and its output is compared with the reference's as well.

    Examples
    --------
    >>> import numpy as np
    >>> from gradcheck.layers.linear import Linear
    >>> @case
    ... def wide():
    ...     return Linear(), (np.ones((2, 7)), np.ones((7, 3)), np.ones(3))
    """
    if function is None:
        return lambda own: Example(own, reference)
    return Example(function, reference)


@dataclass(frozen=True, eq=False)
class Made:
    """What comes of an example.

    Attributes
    ----------
    layer
        Keeps the layer contract.
    inputs
    reference
        An object with a `forward` of the same inputs, whose derivative is the right one; None where there is none.
    dtype
        Of the example's first floating array, where there is a reference: what the layer is to compute in.
    """

    layer: Any
    inputs: tuple[Input, ...]
    reference: Any = None
    dtype: str = ""


def made_of(example: Example, name: str) -> Made:
    """The layer of an example, adapted, and its inputs.

    Raises
    ------
    LoadError
        When the function raises or returns something else, or the layer cannot be adapted.
    """
    candidate, values = _returned(example, name)
    call = Call(candidate, values)
    called = callable(candidate) and (kind_of(call) or not kind_of(candidate))
    candidate = call if called else candidate
    kind = kind_of(candidate)
    if nested := getattr(kind.leaf if kind else None, "of_example", None):
        return _nested(nested, candidate, values, example.reference, name)
    layer = adapted(candidate, name)
    facts = _named(layer, values, name)
    constants = {k: value for k, value in enumerate(values) if is_constant(value)}
    facts_shown = tuple(shown(facts[k], value) for k, value in enumerate(values) if k not in constants)
    inputs = (*facts_shown, *facts[len(values) :])
    bound = _with_constants(layer, values, constants, inputs, len(facts))
    if example.reference is None:
        return Made(bound, inputs)
    call = Call(example.reference, values)
    plain = Adapted(call, (), forward=(example.reference, example.reference))
    reference = adapted(call, name) if kind_of(call) else plain
    dtypes = (str(value.dtype).rpartition(".")[2] for k, value in enumerate(values) if k not in constants)
    own = next((dtype for dtype in dtypes if "float" in dtype), "")
    return Made(bound, inputs, _with_constants(reference, values, constants, inputs, len(facts)), own)


def _nested(of_example: Maker, candidate: Any, values: tuple[Any, ...], reference: Any, name: str) -> Made:
    """What a leaf makes of an example whose arguments may hold arrays in any nesting."""
    layer, inputs, dtype = of_example(candidate, values, name)
    if reference is None:
        return Made(layer, inputs)
    return Made(layer, inputs, of_example(Call(reference, values), values, name)[0], dtype)


def _with_constants(
    layer: Any, values: tuple[Any, ...], constants: dict[int, Any], inputs: tuple[Input, ...], count: int
) -> Any:
    """A layer of these inputs alone, by a way of its own where it has one."""
    if bound := getattr(layer, "at_example", None):
        return bound(values, constants, inputs)
    return _bound(layer, constants, count) if constants else layer


def _returned(example: Example, name: str) -> tuple[Any, tuple[Any, ...]]:
    try:
        returned = example.function()
    except Exception as cause:
        raise LoadError(f"the case {name} raised {blame(cause)}") from cause
    if not isinstance(returned, tuple) or len(returned) != 2 or not isinstance(returned[1], (tuple, list)):
        came = printable(shorten(type(returned).__name__, 80))
        raise LoadError(
            f"the case {name} must return a layer and the tuple of its arrays: (layer, (x, ...)), not {came}"
        )
    return returned[0], tuple(returned[1])


def _named(layer: Any, values: Sequence[Any], name: str) -> tuple[Input, ...]:
    """The inputs of a layer, and those of its optional arguments that the example gives as well."""
    declared = inputs_of(layer, name)
    if len(values) <= len(declared):
        return declared
    optional = places_of(layer.forward)[len(declared) : len(values)]
    if len(declared) + len(optional) < len(values):
        known = ", ".join(one.name for one in declared)
        raise LoadError(
            f"the case {name} must return at most as many arrays as the layer takes ({known}), not {len(values)}"
        )
    return (*declared, *(Input(one, ("n",)) for one in optional))


def _bound(layer: Any, constants: dict[int, Any], count: int) -> Any:
    """A layer without the arguments that stay as they are."""

    def whole(arrays: Sequence[Any]) -> list[Any]:
        left = iter(arrays)
        return [constants[k] if k in constants else next(left) for k in range(count)]

    def without(answer: Any) -> Any:
        """An answer without what it says of constants: None for each."""
        if isinstance(answer, (tuple, list)) and len(answer) == count and all(answer[k] is None for k in constants):
            left = tuple(part for k, part in enumerate(answer) if k not in constants)
            return left[0] if len(left) == 1 else left
        return answer

    methods = {"forward": (lambda *arrays: layer.forward(*whole(arrays)), layer.forward)}
    if callable(getattr(layer, "bprop", None)):
        methods["bprop"] = (lambda v, *arrays: without(layer.bprop(v, *whole(arrays))), layer.bprop)
    if callable(getattr(layer, "jacobian", None)):
        methods["jacobian"] = (lambda *arrays: without(layer.jacobian(*whole(arrays))), layer.jacobian)
    return Adapted(layer, (), **methods)
