"""`layout`: how an array lies in memory is no matter: Fortran order, strides, broadcast and read-only arrays."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.reading import read_output, read_parts
from gradcheck.adapters.refusal import compiled_refuses, refuses
from gradcheck.checks import scripts
from gradcheck.checks.interface import Check, failed, not_applicable, passed, without_room
from gradcheck.checks.probe import Probe
from gradcheck.checks.streams import Stream
from gradcheck.frozen import dataclass
from gradcheck.oracle.allowance import REORDERED
from gradcheck.records.fault import Fault, FaultKind
from gradcheck.records.finding import Finding

if TYPE_CHECKING:
    from gradcheck.checks.scripts.reproducer import Lines, Reproducer

Array = NDArray[Any]
Lay = Callable[[Array], Array]
INPUTS, COTANGENT, READ_ONLY = "inputs", "cotangent", "read-only"  # what was given, and how it lay in memory
EXPANDED = ("np.broadcast_to({0}.flat[0], {0}.shape)", "np.broadcast_to({0}[:1], {0}.shape)")  # cotangents in a script
DEVIATIONS = 8.0  # of the forward's own noise: the difference of two answers is beyond that by no chance
SAMPLED_SLACK = 100.0  # times as much where the natural scale of each entry is not known: sums may cancel to 1 %


@dataclass(frozen=True, eq=False)
class Trial:
    """A call with arrays in another layout, and what the same numbers give in the usual one.

    Attributes
    ----------
    given, layout
        Whose layout is another, and which.
    arguments
        Of the call.
    right
        The answer in the usual layout.
    v
        The cotangent, in the usual layout.
    """

    given: str
    layout: str
    arguments: tuple[Array, ...]
    right: Array
    v: Array

    @property
    def usual(self) -> bool:
        """Whether it is no other layout, as Fortran order is none for a vector."""
        return all(a.flags.c_contiguous and a.flags.writeable for a in self.arguments)


def run(probe: Probe) -> Iterator[Finding]:
    """One finding for each method that depends on the layout of what it is given, or one PASS, at ordinary points.

    A layout that a method refuses is not applicable, which a note says.
    """
    if not probe.usable or not probe.at_length:
        return
    wrong, refused, tried, large = [], [], 0, without_room(probe)
    for method in ("forward", "bprop") if large else ("forward", "jacobian", "bprop"):
        for trial in _trials(probe, method):
            tried += 1
            answer = attempt(lambda method=method, trial=trial: _answer(probe, method, trial.arguments))  # type: ignore[misc]
            if isinstance(answer, Breach) and _refuses(probe, method, trial, answer):
                refused.append((method, trial))
            elif fault := _problem(probe, method, trial, answer):
                wrong.append(failed(probe, CHECK.name, fault.having(given=trial.given, layout=trial.layout)))
                break
    notes = (*_notes(refused, tried), *not_applicable(large, nothing_left=False))
    yield from wrong or [passed(probe, CHECK.name, notes=notes)]


def _trials(probe: Probe, method: str) -> Iterator[Trial]:
    """Other layouts of the inputs and, for `bprop`, of the cotangent; none where the method fails as it is."""
    if not probe.may_call(method):
        return
    for arrays in (probe.digits.exact_arrays, probe.point.arrays):  # the latter for methods that refuse more digits
        dtype = probe.digits.exact_dtype if arrays is probe.digits.exact_arrays else probe.y.dtype
        v = probe.rng(Stream.LAYOUT).standard_normal(probe.y.shape).astype(dtype)
        lead = (v,) if method == "bprop" else ()
        right = attempt(lambda given=(*lead, *arrays): _answer(probe, method, given))  # type: ignore[misc]
        if not isinstance(right, Breach):
            trials = _laid_out(arrays, lead, right, v), _expanded(probe, arrays, v) if lead else ()
            yield from (trial for trial in itertools.chain(*trials) if not trial.usual)
            return


def _laid_out(arrays: tuple[Array, ...], lead: tuple[Array, ...], right: Array, v: Array) -> Iterator[Trial]:
    for layout, lay, _ in LAYOUTS:
        yield Trial(INPUTS, layout, (*lead, *map(lay, arrays)), right, v)
        if lead:
            yield Trial(COTANGENT, layout, (lay(v), *arrays), right, v)


def _expanded(probe: Probe, arrays: tuple[Array, ...], v: Array) -> Iterator[Trial]:
    """Cotangents that a sum or a mean sends back: one number, or one row, expanded without a copy."""
    number, row = v.reshape(-1)[:1], v[:1] if v.ndim > 1 else v
    for small in (number.reshape((1,) * v.ndim), row) if v.size else ():
        expanded = np.broadcast_to(small, v.shape)
        full = np.array(expanded)
        right = attempt(lambda full=full: _answer(probe, "bprop", (full, *arrays)))  # type: ignore[misc]
        if not isinstance(right, Breach):
            yield Trial(COTANGENT, "expanded by broadcasting", (expanded, *arrays), right, full)


def _refuses(probe: Probe, method: str, trial: Trial, breach: Breach) -> bool:
    """Whether it is the layout that was refused, and not an operation on it, or a write into it, that went wrong."""
    if refuses(breach):
        return True
    writable = all(a.flags.writeable for a in trial.arguments)
    return compiled_refuses(breach) and (writable or not _writes(probe, method, trial))


def _writes(probe: Probe, method: str, trial: Trial) -> bool:
    """Whether a method changes what it is given, where that can be written to."""
    arguments = [np.array(a, order="C") for a in trial.arguments]
    attempt(lambda: probe.subject.call(method, arguments))
    return not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(arguments, trial.arguments, strict=True))


def _notes(refused: Sequence[tuple[str, Trial]], tried: int) -> tuple[str, ...]:
    if not refused:
        return ()
    from gradcheck.records.sentences import given_as  # only for what is refused: start-up

    layouts: dict[tuple[str, str], list[str]] = {}
    for method, trial in refused:
        layouts.setdefault((method, trial.given), []).append(trial.layout)
    return not_applicable(
        [
            f"`{method}` refuses {given_as(given)} {', '.join(dict.fromkeys(found))}"
            for (method, given), found in layouts.items()
        ],
        nothing_left=len(refused) == tried,
    )


def _problem(probe: Probe, method: str, trial: Trial, answer: Array | Breach) -> Fault | None:
    if isinstance(answer, Breach):
        return Fault.of(FaultKind.LAYOUT, method, cause=answer.fault)
    right = trial.right
    with np.errstate(all="ignore"):
        error, bound = np.abs(answer - right), _bound(probe, method, right, trial.v)
        wrong = ~(error <= bound) & ~(np.isnan(answer) & np.isnan(right)) & (answer != right)
    return Fault.of(FaultKind.LAYOUT, method, error=float(error[wrong].max())) if wrong.any() else None


def _answer(probe: Probe, method: str, given: tuple[Array, ...]) -> Array:
    """What a method returns for these very arrays, as one vector."""
    fresh = [a if a.base is not None or not a.flags.writeable else a.copy("K") for a in given]
    raw = probe.subject.call(method, fresh)
    if method == "forward":
        return read_output(raw).reshape(-1)
    lead = probe.y.shape if method == "jacobian" else ()
    parts = read_parts(probe.subject, raw, method, lead, probe.point.arrays)
    return np.concatenate([part.reshape(probe.y.size if lead else 1, -1) for part in parts], axis=-1).reshape(-1)


def _bound(probe: Probe, method: str, right: Array, v: Array) -> Array:
    """What another order of summation may change."""
    if probe.sample is not None or (probe.sparse and method == "jacobian"):
        return np.asarray(REORDERED * SAMPLED_SLACK * probe.digits.unit * np.max(np.abs(right), initial=0))
    if method == "forward":
        size = np.max(np.abs(right), initial=0)
        return np.asarray(REORDERED * probe.digits.unit * size + DEVIATIONS * probe.reference[1].sigma.max(axis=0))
    scale = probe.estimate.scale
    if method == "bprop":
        size = probe.projection.combined(np.abs(v).reshape(-1), scale) + np.max(np.abs(right), initial=0)
        return np.asarray(REORDERED * probe.digits.unit * size)
    return REORDERED * probe.digits.unit * (scale.reshape(-1) + np.abs(right))


def _transposed(array: Array) -> Array:
    return np.array(array, order="F")


def _sliced(array: Array) -> Array:
    wide = np.empty((*array.shape, 2), array.dtype)
    wide[..., 0] = array
    wide[..., 1] = 7
    return wide[..., 0]


def _reversed(array: Array) -> Array:
    flip = (slice(None, None, -1),) * array.ndim
    return np.array(array[flip])[flip]


def _read_only(array: Array) -> Array:
    fixed = array.copy()
    fixed.flags.writeable = False
    return fixed


LAYOUTS: tuple[tuple[str, Lay, str], ...] = (  # in words, as an action, and as an expression for a script
    ("in Fortran order", _transposed, "np.asfortranarray({0})"),
    ("a slice with gaps", _sliced, "np.insert({0}[..., None], 1, 7, axis=-1)[..., 0]"),
    ("a reversed view", _reversed, "np.flip(np.flip({0}).copy())"),
    (READ_ONLY, _read_only, "np.frombuffer({0}.tobytes(), {0}.dtype).reshape({0}.shape)"),
)


def script(reproducer: Reproducer) -> Iterator[Lines]:
    """Lines for each layout of the inputs, then for those of the cotangent."""
    names = [reproducer.names]
    names += [["v"]] if reproducer.method == "bprop" else []
    for tightness, changed in itertools.product(scripts.comparing.TIGHTNESS, names):
        for form in (*(form for _, _, form in LAYOUTS), *(EXPANDED if changed == ["v"] else ())):
            yield from _lines(reproducer, changed, form, tightness)
    yield from scripts.purity.purity_script(reproducer)


def _lines(reproducer: Reproducer, changed: list[str], form: str, tightness: float) -> Iterator[Lines]:
    laid = {name: form.format(name) for name in changed}
    plain = {name: f"np.array({text}, order='C')" for name, text in laid.items()}
    for answer in reproducer.answers(reproducer.method):
        yield [
            *reproducer.given(),
            reproducer.drawn_v(),
            f"plain = np.array({answer(_called(reproducer, plain))})",
            f"other = {answer(_called(reproducer, laid))}",
            *scripts.comparing.conclusion(
                "plain", "other", f"{scripts.comparing.relative(tightness, 'np.max(np.abs(plain))')}, equal_nan=True"
            ),
        ]


def _called(reproducer: Reproducer, instead: dict[str, str]) -> str:
    inputs = {name: text for name, text in instead.items() if name != "v"}
    return reproducer.call(reproducer.method, instead.get("v", "v"), **inputs)


CHECK = Check(
    "layout", "the order, strides and flags of arrays in memory change no answer", run, script, at_length=True
)
