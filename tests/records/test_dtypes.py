"""The table of dtypes: numpy's own numbers, those of bfloat16, and no package that nobody asked for."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from gradcheck.errors import UsageError
from gradcheck.records.dtypes import converted, dtype_of, is_floating, precision_of, widened
from tests import processes


@pytest.fixture
def bfloat16():
    pytest.importorskip("ml_dtypes")
    return dtype_of("bfloat16")


@pytest.fixture
def without_ml_dtypes(monkeypatch):
    monkeypatch.setitem(sys.modules, "ml_dtypes", None)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", np.float16, np.dtype("float32")])
def test_numbers_of_numpy_dtypes(dtype):
    info, found = np.finfo(dtype), precision_of(dtype)
    assert (found.eps, found.normal, found.subnormal) == (info.eps, info.tiny, info.smallest_subnormal)
    assert found.largest == float(info.max)


def test_longdouble_has_its_digits():
    assert precision_of(np.longdouble).eps == np.finfo(np.longdouble).eps


def test_numbers_of_bfloat16(bfloat16):
    found = precision_of(bfloat16)
    assert precision_of("bfloat16") == found
    assert (found.eps, found.normal, found.subnormal) == (2.0**-7, 2.0**-126, 2.0**-133)
    assert found.largest == (2 - 2.0**-7) * 2.0**127


def test_what_is_floating(bfloat16):
    assert all(map(is_floating, map(np.dtype, (np.float16, np.float64, np.longdouble, bfloat16))))
    assert not any(map(is_floating, map(np.dtype, (np.int64, np.complex128, bool, object, "V2"))))


def test_labels_stay_and_numbers_are_converted(bfloat16):
    x, labels = converted((np.array([1.5, 2.0], bfloat16), np.array([0, 2])), np.longdouble)
    assert x.dtype == np.longdouble
    assert x.tolist() == [1.5, 2.0]
    assert labels.dtype == np.int64


def test_only_bfloat16_is_widened(bfloat16):
    assert widened(np.array([1.5], bfloat16)).dtype == np.float32
    half = np.array([1.5], np.float16)
    assert widened(half) is half


def test_an_unknown_name_is_refused():
    with pytest.raises(UsageError, match=r"one of float64, .*, not 'float23'; did you mean 'float\d\d'\?"):
        dtype_of("float23")


def test_a_missing_package_is_named(without_ml_dtypes):
    with pytest.raises(UsageError, match=r"bfloat16 needs the package ml_dtypes: pip install 'gradcheck\[lowp\]'"):
        dtype_of("bfloat16")
    assert dtype_of("float16") == np.float16


def test_the_package_is_imported_for_bfloat16_alone():
    run = "gradcheck.check(gradcheck.load('tanh')[0], dtype='float16')"
    program = f"import sys, gradcheck; {run}; print('ml_dtypes' in sys.modules)"
    done = processes.run([sys.executable, "-c", program], text=True)
    assert done.stdout.strip() == "False"
