"""The one place that puts a fault into words: for people, and never read by code."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradcheck.records.fault import Fault, FaultKind
from gradcheck.text import magnitude


def sentence_of(fault: Fault) -> str:
    """A fault in one sentence; by its kind alone where a detail that the sentence needs is missing or strange."""
    try:
        return _SENTENCES[fault.kind](fault)
    except (ArithmeticError, TypeError, ValueError):
        return f"{fault.kind.value} {fault.method}".strip()


def comparison(fault: Fault) -> str:
    """The numbers of a breadcrumb, in the order analytic, numeric, and of how many entries they are the worst."""
    count, total = fault["count"] or 1, fault["total"]
    return f"{both_sides(fault)}, error {magnitude(fault['error'])}" + (
        f" (the worst of {count} of {total} entries)" if count > 1 else ""
    )


def _unclear(fault: Fault) -> str:
    """Why the differences cannot tell, where a term of the output hides the others."""
    why = ""
    if fault["hidden"] is not None:
        why = f"; rounding of an output of {magnitude(fault['output'])} hides terms below {magnitude(fault['hidden'])}"
    return f"the differences cannot tell: {comparison(fault)}{why}"


def both_sides(fault: Fault) -> str:
    """The two numbers of a fault that compares them."""
    return f"analytic {fault['analytic']:.6g}, numeric {fault['numeric']:.6g} ± {magnitude(fault['bound'])}"


def given_as(given: str) -> str:
    """Of the arrays whose layout is another: the beginning of what says which."""
    return "inputs that are" if given == "inputs" else "a cotangent that is"


def _answer(fault: Fault) -> str:
    return f"`{fault.method}` returned{f' for {fault.input}' if fault.input else ''}"


def _thing(found: str | None) -> str:
    """``None``, ``a list``, ``an int``: the type of what was returned."""
    return "None" if found is None else f"{'an' if found[:1] in 'aeiou' else 'a'} {found}"


def _cause(fault: Fault) -> str:
    return sentence_of(fault.cause) if fault.cause else ""


def _argument(fault: Fault) -> str:
    return f"its input {fault['argument']}" if fault["argument"] else "the cotangent v"


def _batch(fault: Fault) -> str:
    where = f"{fault['entry']}: " if fault["entry"] else "of one item: " if fault["item"] else ""
    return f"with {fault['sizes']} {where}{_cause(fault)}"


def _layout(fault: Fault) -> str:
    error = fault["error"]
    problem = f"fails ({_cause(fault)})" if error is None else f"gives another answer, off by {magnitude(error)},"
    return f"`{fault.method}` {problem} for {given_as(fault['given'])} {fault['layout']}"


def _items(fault: Fault) -> str:
    how = "those of its items" if fault["batched"] else "the sum of those of its items"
    return f"the gradient of {fault.input} is not {how}: it differs by {magnitude(fault['error'])}"


def _no_derivative(fault: Fault) -> str:
    share = f"{fault['count']} of {fault['total']} entries"
    return f"no finite derivative to compare with in {share}; analytic {fault['analytic']:.6g} at the worst"


def _no_subgradient(fault: Fault) -> str:
    return (
        f"no generalised gradient: along a direction of {fault['count']} entries {' + '.join(fault['outputs'])} has "
        f"slopes within {fault['numeric']:.6g} ± {magnitude(fault['bound'])} at the points nearby; "
        f"analytic {fault['analytic']:.6g}"
    )


def _at_run_time(fault: Fault) -> str:
    return (
        f"the formula is right, its value in {fault['dtype']} is not: "
        f"analytic {fault['analytic']:.6g}, in more digits {fault['exact']:.6g}"
    )


def _common_factor(fault: Fault) -> str:
    return (
        f"all entries together are {fault['factor']:.4g} times those of the reference; "
        f"rounding in {fault['dtype']} allows 1 ± {fault['allowed']:.2g}"
    )


def _not_linear(fault: Fault) -> str:
    whole, parts = fault["whole"], fault["parts"]
    return (
        f"`bprop` is not linear in v: for v = {fault['v']} it gives {fault['entry']} = {whole:.6g}, "
        f"its parts give {parts:.6g} together, error {magnitude(abs(whole - parts))}"
    )


def _law_fails(fault: Fault) -> str:
    error, bound = magnitude(fault["error"]), magnitude(fault["bound"])
    return f"law {fault.method}: the sides differ by {error}, rounding allows {bound}"


_SENTENCES: Mapping[FaultKind, Callable[[Fault], str]] = {
    FaultKind.RAISED: lambda f: f"`{f.method}` raised {f['exception']}: {f['text']}",
    FaultKind.NO_ARRAY: lambda f: f"{_answer(f)} {_thing(f['found'])}; an array of floating numbers is required",
    FaultKind.NO_TUPLE: lambda f: (
        f"{_answer(f)} {_thing(f['found'])}; a tuple of {f['required']} gradients is required"
    ),
    FaultKind.COUNT: lambda f: (
        f"{_answer(f)} {f['found']} gradients; {f['required']} are required, one for each differentiable input"
    ),
    FaultKind.DTYPE: lambda f: f"{_answer(f)} an array of dtype {f['dtype']}; a real floating dtype is required",
    FaultKind.SHAPE: lambda f: f"{_answer(f)} an array of shape {f['found']}; {f['required']} is required",
    FaultKind.EXCLUDED: lambda _: "`defined` excludes the point, which is skipped",
    FaultKind.NO_TRUTH: lambda f: f"`defined` returned {_thing(f['found'])}; True or False is required",
    FaultKind.NAN_OUTPUT: lambda f: f"`forward` returned NaN in {f['entry']} on a finite input of its domain",
    FaultKind.OVERFLOW: lambda f: f"`forward` overflows: {f['value']} in {f['entry']}, in more digits {f['exact']:.6g}",
    FaultKind.INFINITE: lambda f: f"`forward` is infinite in {f['count']} of {f['total']} entries",
    FaultKind.BEYOND_CAST: lambda f: (
        f"`forward` computes in {f['dtype']}, which holds no number as large as {f['value']:g}"
    ),
    FaultKind.NAN_DERIVATIVE: lambda f: f"`{f.method}` gives NaN for {f['entry']}, where `forward` is finite",
    FaultKind.DIFFERS: comparison,
    FaultKind.UNCLEAR: _unclear,
    FaultKind.NO_DERIVATIVE: _no_derivative,
    FaultKind.NO_SUBGRADIENT: _no_subgradient,
    FaultKind.AT_RUN_TIME: _at_run_time,
    FaultKind.COMMON_FACTOR: _common_factor,
    FaultKind.VALUE: lambda f: f"`forward` beside its reference: {comparison(f)}",
    FaultKind.VALUE_SHAPE: lambda f: f"`forward` has shape {f['found']}, its reference {f['required']}",
    FaultKind.NOT_LINEAR: _not_linear,
    FaultKind.FAILS_FOR_V: lambda f: f"for v = {f['v']}: {_cause(f)}",
    FaultKind.IN_PLACE: lambda f: f"`{f.method}` changes {_argument(f)} in place",
    FaultKind.SHARED_ARRAY: lambda f: f"`{f.method}` returned an array that a later call changes",
    FaultKind.OTHER_ANSWER: lambda f: (
        f"`{f.method}` gives another answer to the same inputs {f['after']}: it differs by {magnitude(f['error'])}"
    ),
    FaultKind.FIRST_CALL: lambda f: (
        f"`{f.method}` gave another answer when it was first called: it differs by {magnitude(f['error'])}"
    ),
    FaultKind.OVERWRITTEN: lambda f: (
        f"`{f.method}` gives another answer once the array it returned was overwritten: "
        f"it differs by {magnitude(f['error'])}"
    ),
    FaultKind.FAILS_AGAIN: lambda f: f"`{f.method}` fails when it is called again: {_cause(f)}",
    FaultKind.LAYOUT: _layout,
    FaultKind.BATCH: _batch,
    FaultKind.ITEMS: _items,
    FaultKind.MAPPED: lambda f: (
        f"`{f.method}` of {f['count']} points gives another {f['entry']} than `forward` of each: "
        f"it differs by {magnitude(f['error'])}"
    ),
    FaultKind.LAW: lambda f: f"law {f.method}: {_cause(f)}",
    FaultKind.LAW_SHAPES: lambda f: f"law {f.method}: the left side has shape {f['left']}, the right side {f['right']}",
    FaultKind.LAW_SIDES: lambda f: f"law {f.method} must return two arrays",
    FaultKind.LAW_FAILS: _law_fails,
    FaultKind.INTERNAL: lambda f: f"internal error of gradcheck: {f['text']}",
    FaultKind.STATED: lambda f: f"{f['text']}",
}
