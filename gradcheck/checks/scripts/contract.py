"""A method called once, and what it returns held against the layer contract."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradcheck.checks.scripts.pasting import literal
from gradcheck.checks.scripts.reproducer import Lines, Reproducer
from gradcheck.checks.scripts.tangents import tangents
from gradcheck.inputs.cotangents import one_hots


def contract_script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for every simple cotangent, and for a layer that has seen something before."""
    if reproducer.method == "forward":
        yield [
            *reproducer.given(),
            f"y = {reproducer.call('forward')}",
            'print("y", y)',
            "assert np.isfinite(y).all()",
        ]
        return
    if reproducer.method == "jvp":
        yield from (_of_change(reproducer, t) for t in tangents(reproducer))
        return
    shape = reproducer.failure.probe.y.shape
    cotangents = [np.ones(shape), *one_hots(shape)] if reproducer.method == "bprop" else [None]
    for seen in ([], *reproducer.seen(reproducer.method)):
        for v in cotangents:
            yield _lines(reproducer, "" if v is None else f"v = {literal(v)}", seen)


def _of_change(reproducer: Reproducer, t: Lines) -> Lines:
    return [
        *reproducer.given(),
        *t,
        f"y = {reproducer.call('forward')}",
        f"change = {reproducer.call('jvp')}",
        'print("jvp", change)',
        'assert isinstance(change, (float, np.floating, np.ndarray)) and np.asarray(change).dtype.kind == "f"',
        "assert np.shape(change) == np.shape(y) and not np.isnan(change).any()",
    ]


def _lines(reproducer: Reproducer, v: str, seen: Lines) -> Lines:
    names = [reproducer.names[k] for k in reproducer.subject.differentiable]
    several = f"assert isinstance(found, (tuple, list)) and len(found) == {len(names)}"
    return [
        *reproducer.given(),
        *([v] if v else []),
        f"y = {reproducer.call('forward')}",
        *seen,
        f"found = {reproducer.call(reproducer.method)}",
        f'print("{reproducer.method}", found)',
        several if len(names) > 1 else "found = [found]",
        f"for one, x in zip(found, [{', '.join(names)}]):",
        '    assert isinstance(one, (float, np.floating, np.ndarray)) and np.asarray(one).dtype.kind == "f"',
        f"    assert np.shape(one) == {'np.shape(y) + ' if reproducer.method == 'jacobian' else ''}x.shape",
        "    assert not np.isnan(one).any()",
    ]
