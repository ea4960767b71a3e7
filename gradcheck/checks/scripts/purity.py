"""The same call twice, with something in between; and what a call does to what it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradcheck.checks.scripts.reproducer import OTHERS, Lines, Reproducer

CALLS = 20  # that must all give one answer: what is off every so many calls shows in so many


def purity_script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for what is simplest first: twice the same, then something in between, then something before."""
    yield from _in_place(reproducer)
    for before in ([], *reproducer.seen(reproducer.method)):
        for answer in reproducer.answers(reproducer.method):
            for meanwhile in _meanwhile(reproducer):
                yield _twice(reproducer, before, meanwhile, answer(reproducer.call(reproducer.method)))
    for answer in reproducer.answers(reproducer.method):
        yield _refilled(reproducer, answer)
    yield from _restless(reproducer)


def _restless(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for a layer that gives another answer every so many calls."""
    for answer in reproducer.answers(reproducer.method):
        again = answer(reproducer.call(reproducer.method))
        yield [
            *reproducer.given(),
            reproducer.drawn_v(),
            f"answers = [np.array({again}) for i in range({CALLS})]",
            'print("answers to the same inputs", *answers, sep="\\n")',
            "assert all(np.allclose(one, answers[0], rtol=1e-12, atol=0, equal_nan=True) for one in answers)",
        ]


def _in_place(reproducer: Reproducer) -> Iterator[Lines]:
    for name in [*reproducer.names, *(["v"] if reproducer.method == "bprop" else [])]:
        yield [
            *reproducer.given(),
            reproducer.drawn_v(),
            f"kept = {name}.copy()",
            reproducer.call(reproducer.method),
            'print("before the call", kept)',
            f'print("after the call ", {name})',
            f"assert np.array_equal({name}, kept)",
        ]


def _meanwhile(reproducer: Reproducer) -> Iterator[Lines]:
    """What comes between two equal calls."""
    yield []
    if reproducer.subject.has_bprop:
        yield [reproducer.call("bprop", f"np.ones_like({reproducer.call('forward')})")]
        yield [
            reproducer.call("bprop", "-3 * v")
            if reproducer.method == "bprop"
            else reproducer.call("bprop", "np.ones_like(first)")
        ]
    for form in OTHERS:
        yield [reproducer.call_all("forward", form)]
        yield [reproducer.call_all(reproducer.method, form)]
    yield ["first[...] = 0", "first = kept.copy()"]


def _twice(reproducer: Reproducer, before: Lines, meanwhile: Lines, answer: str) -> Lines:
    return [
        *reproducer.given(),
        reproducer.drawn_v(),
        *before,
        f"first = {answer}",
        "kept = np.array(first)",
        *meanwhile,
        'print("at first    ", kept)',
        'print("the same now", first)',
        "assert np.array_equal(first, kept, equal_nan=True)",
        f"again = {answer}",
        'print("called again", again)',
        "assert np.allclose(again, kept, rtol=1e-12, atol=0, equal_nan=True)",
    ]


def _refilled(reproducer: Reproducer, answer: Callable[[str], str]) -> Lines:
    """A call with arrays that held other numbers when the layer saw them last."""
    names = ", ".join(reproducer.names)
    held = {name: f"held[{k}]" for k, name in enumerate(reproducer.names)}
    return [
        *reproducer.given(),
        reproducer.drawn_v(),
        f"kept = np.array({answer(reproducer.call(reproducer.method))})",
        f"held = [one + 1 for one in [{names}]]",
        "layer.forward(*held)",
        f"for one, now in zip(held, [{names}]):",
        "    one[...] = now",
        f"again = {answer(reproducer.call(reproducer.method, **held))}",
        'print("at first    ", kept)',
        'print("called again", again)',
        "assert np.allclose(again, kept, rtol=1e-12, atol=0, equal_nan=True)",
    ]
