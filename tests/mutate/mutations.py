"""Small harm done to a text: to its bytes, its lines, its numbers, and, where it is JSON, to its values."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable

Harm = Callable[[bytes, random.Random], bytes]

# What stands in place of something: numbers at the ends of what they may be, other types, and texts that drive things.
TOKENS = (
    *(b"0", b"-1", b"1e999", b"-1e999", b"1e-999", b"NaN", b"Infinity", b"-0.0", b"5.0", b"9" * 30, b"9" * 5000),
    *(b"18446744073709551616", b"1e308", b"5e-324", b"0x10", b"1_000", b"true", b"null", b"[]", b"{}", b'""', b"''"),
    *(b'"x"', b"[[]]", b"[1, [2]]", b'{"a": 1}', b"inf", b"nan", b"2030-02-30", b"\xff", b"\xed\xa0\x80", b"\x00"),
    *(b"\x1b[31m", b"\xe2\x80\xae", b"\r\n", b"\\ud800", b"\\u0000", b"<b>&amp;", b"[bold]", b"::error::x", b"'"),
)
VALUES = (
    *(0, -1, 1, 1.5, -0.0, 1e308, 10**18, 10**400, 2**64, True, False, None, "", "x", "nan", "inf", "-inf"),
    *([], {}, [None], [[]], ["x"], [0], [-1.0], {"x": 1}, "\ud800", "\x1b[31m", "\x00", "\u202e", "PASS", "FAIL"),
)
DEEP = 20_000  # brackets: more than a recursive reader takes
LONG = 60_000  # bytes of blank lines or of one letter: more than what is quadratic reads in a moment


def mutant(sample: bytes, rng: random.Random) -> bytes:
    """The sample with one to three of all kinds of harm done to it."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        sample = rng.choice(HARMS)(sample, rng)
    return sample


def _place(data: bytes, rng: random.Random) -> int:
    return rng.randrange(len(data) + 1)


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: _place(data, rng)]


def _drop(data: bytes, rng: random.Random) -> bytes:
    at = _place(data, rng)
    return data[:at] + data[at + rng.choice((1, 2, 9, 80)) :]


def _flip(data: bytes, rng: random.Random) -> bytes:
    at = _place(data, rng)
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    at = _place(data, rng)
    return data[:at] + rng.choice(TOKENS) + data[at:]


def _other_token(data: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb"-?\d[\d.e+-]*|\"[^\"\n]*\"|\w+", data))
    if not found:
        return data
    one = rng.choice(found)
    return data[: one.start()] + rng.choice(TOKENS) + data[one.end() :]


def _swapped_tokens(data: bytes, rng: random.Random) -> bytes:
    found = list(re.finditer(rb"-?\d[\d.e+-]*|\"[^\"\n]*\"|\w+", data))
    if len(found) < 2:
        return data
    one, other = sorted(rng.sample(found, 2), key=lambda match: match.start())
    return b"".join((data[: one.start()], other[0], data[one.end() : other.start()], one[0], data[other.end() :]))


def _lines(change: Callable[[list[bytes], random.Random], list[bytes]]) -> Harm:
    return lambda data, rng: b"".join(change(data.splitlines(keepends=True) or [b""], rng))


def _without_line(lines: list[bytes], rng: random.Random) -> list[bytes]:
    at = rng.randrange(len(lines))
    return lines[:at] + lines[at + 1 :]


def _twice_a_line(lines: list[bytes], rng: random.Random) -> list[bytes]:
    at = rng.randrange(len(lines))
    return [*lines[:at], lines[at], *lines[at:]]


def _moved_line(lines: list[bytes], rng: random.Random) -> list[bytes]:
    line = lines.pop(rng.randrange(len(lines)))
    lines.insert(rng.randrange(len(lines) + 1), line)
    return lines


def _swollen(data: bytes, rng: random.Random) -> bytes:
    at = _place(data, rng)
    return data[:at] + rng.choice((b"\n" * LONG, b" " * LONG, b"a" * LONG, b"[" * DEEP, b'{"a":' * DEEP)) + data[at:]


def _json(change: Callable[[list[tuple[object, object]], random.Random], None]) -> Harm:
    """Harm to the places of a line of JSON; any other text stays as it is."""

    def harm(data: bytes, rng: random.Random) -> bytes:
        lines = data.splitlines(keepends=True) or [b""]
        at = rng.randrange(len(lines))
        try:
            value = json.loads(lines[at])
        except (ValueError, RecursionError):
            return data
        if places := list(_places(value)):
            change(places, rng)
        lines[at] = json.dumps(value).encode() + b"\n"
        return b"".join(lines)

    return harm


def _places(value: object) -> list[tuple[object, object]]:
    """Every container of a value, with each of its keys or numbers."""
    found: list[tuple[object, object]] = []
    pending = [value]
    while pending:
        one = pending.pop()
        keys = one if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            found.append((one, key))
            pending.append(one[key])
    return found


def _other_value(places: list, rng: random.Random) -> None:
    inside, key = rng.choice(places)
    inside[key] = rng.choice(VALUES)


def _no_value(places: list, rng: random.Random) -> None:
    inside, key = rng.choice(places)
    del inside[key]


def _other_name(places: list, rng: random.Random) -> None:
    inside, key = rng.choice(places)
    if isinstance(inside, dict):
        inside[f"{key}{rng.choice(('s', '', ' ', chr(0)))}"] = inside.pop(key)


def _moved_value(places: list, rng: random.Random) -> None:
    (one, key), (other, place) = rng.choice(places), rng.choice(places)
    if one is not other[place]:
        one[key] = json.loads(json.dumps(other[place]))


HARMS: tuple[Harm, ...] = (
    *(_cut, _drop, _flip, _insert, _other_token, _other_token, _other_token, _swapped_tokens, _swollen),
    *map(_lines, (_without_line, _twice_a_line, _moved_line)),
    *map(_json, (_other_value, _other_value, _other_value, _no_value, _other_name, _moved_value)),
)
