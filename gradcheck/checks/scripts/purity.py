"""The same call twice, with something in between; and what a call does to what it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradcheck.checks.scripts.scene import OTHERS, Lines, Scene

TWENTY = 20  # calls that must all give one answer


def show_purity(scene: Scene) -> Iterator[Lines]:
    """Lines for what is simplest first: twice the same, then something in between, then something before."""
    yield from _in_place(scene)
    for before in ([], *scene.seen(scene.method)):
        for answer in scene.answers(scene.method):
            for meanwhile in _meanwhile(scene):
                yield _twice(scene, before, meanwhile, answer(scene.call(scene.method)))
    for answer in scene.answers(scene.method):
        yield _refilled(scene, answer)
    yield from _restless(scene)


def _restless(scene: Scene) -> Iterator[Lines]:
    """Lines for a layer that gives another answer every so many calls."""
    for answer in scene.answers(scene.method):
        again = answer(scene.call(scene.method))
        yield [
            *scene.given(),
            scene.drawn_v(),
            f"answers = [np.array({again}) for i in range({TWENTY})]",
            'print("answers to the same inputs", *answers, sep="\\n")',
            "assert all(np.allclose(one, answers[0], rtol=1e-12, atol=0, equal_nan=True) for one in answers)",
        ]


def _in_place(scene: Scene) -> Iterator[Lines]:
    for name in [*scene.names, *(["v"] if scene.method == "bprop" else [])]:
        yield [
            *scene.given(),
            scene.drawn_v(),
            f"kept = {name}.copy()",
            scene.call(scene.method),
            'print("before the call", kept)',
            f'print("after the call ", {name})',
            f"assert np.array_equal({name}, kept)",
        ]


def _meanwhile(scene: Scene) -> Iterator[Lines]:
    """What comes between two equal calls."""
    yield []
    if scene.subject.has_bprop:
        yield [scene.call("bprop", f"np.ones_like({scene.call('forward')})")]
        yield [scene.call("bprop", "-3 * v") if scene.method == "bprop" else scene.call("bprop", "np.ones_like(first)")]
    for form in OTHERS:
        yield [scene.call_all("forward", form)]
        yield [scene.call_all(scene.method, form)]
    yield ["first[...] = 0", "first = kept.copy()"]


def _twice(scene: Scene, before: Lines, meanwhile: Lines, answer: str) -> Lines:
    return [
        *scene.given(),
        scene.drawn_v(),
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


def _refilled(scene: Scene, answer: Callable[[str], str]) -> Lines:
    """A call with arrays that held other numbers when the layer saw them last."""
    names = ", ".join(scene.names)
    held = {name: f"held[{k}]" for k, name in enumerate(scene.names)}
    return [
        *scene.given(),
        scene.drawn_v(),
        f"kept = np.array({answer(scene.call(scene.method))})",
        f"held = [one + 1 for one in [{names}]]",
        "layer.forward(*held)",
        f"for one, now in zip(held, [{names}]):",
        "    one[...] = now",
        f"again = {answer(scene.call(scene.method, **held))}",
        'print("at first    ", kept)',
        'print("called again", again)',
        "assert np.allclose(again, kept, rtol=1e-12, atol=0, equal_nan=True)",
    ]
