from __future__ import annotations

import ctypes
from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck.adapters.breach import Breach, attempt
from gradcheck.adapters.contract import subject_of
from gradcheck.adapters.reading import output_of
from gradcheck.adapters.refusal import compiled_refuses, raised, refuses


def says_so(x):
    raise ValueError("two items are required")


def asserts(x):
    assert len(x) > 9, "ten items are required"


def says_so_after_an_error(x):
    try:
        return x[len(x)]
    except IndexError as error:
        raise ValueError("another item is required") from error


def singular(x):
    return np.linalg.inv(np.zeros((2, 2)))


def assigns(x):
    x.flags.writeable = False
    x[0] = 1


def adds_in_place(x):
    x.flags.writeable = False
    x += 1


def reshapes(x):
    x[::2].shape = (1, 2, 1, 2)


def breach_of(forward):
    breach = attempt(lambda: output_of(subject_of(SimpleNamespace(forward=forward, bprop=forward)), [np.ones(3)]))
    assert isinstance(breach, Breach)
    return breach


@pytest.mark.parametrize("forward", [says_so, asserts, says_so_after_an_error])
def test_a_raise_of_the_layers_own_refuses(forward):
    assert refuses(breach_of(forward))


@pytest.mark.parametrize("forward", [lambda x: x[len(x)], lambda x: x + np.ones(2), singular, assigns])
def test_an_operation_that_goes_wrong_refuses_nothing(forward):
    assert raised(breach_of(forward))
    assert not refuses(breach_of(forward))


@pytest.mark.parametrize("forward", [lambda x: None, lambda x: "3"])
def test_an_answer_that_does_not_fit_refuses_nothing(forward):
    breach = breach_of(forward)
    assert not raised(breach)
    assert not refuses(breach)
    assert not compiled_refuses(breach)


@pytest.mark.parametrize("forward", [lambda x: memoryview(x[::2]).cast("B"), lambda x: ctypes.c_char.from_buffer(b"")])
def test_compiled_code_that_is_called_refuses(forward):
    assert compiled_refuses(breach_of(forward))


@pytest.mark.parametrize("forward", [assigns, adds_in_place, reshapes, lambda x: x[len(x)], lambda x: None])
def test_an_operator_or_an_assignment_that_fails_does_not(forward):
    assert not compiled_refuses(breach_of(forward))
