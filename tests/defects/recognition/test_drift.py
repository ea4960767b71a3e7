from __future__ import annotations

import numpy as np
import pytest

from tests.mutants.kit import Plain, args, tanh_slope


def changing_after(calls, method="bprop"):
    """A layer one method of which gives a tenth more from some call on."""
    count = {"forward": 0, "bprop": 0}

    def factor(name):
        count[name] += 1
        return 1.1 if name == method and count[name] > calls else 1.0

    return Plain(
        args(x=(4,)),
        lambda x: np.tanh(x) * factor("forward"),
        lambda v, x: v * tanh_slope(x) * factor("bprop"),
    )


@pytest.mark.parametrize("calls", [2, 3, 40])
def test_a_change_after_some_calls(calls, told):
    found = told(changing_after(calls))
    assert {one.kind for one in found.values()} == {"memory"}
    assert all("another answer after some calls" in one.sentence for one in found.values())


def test_the_first_call_alone(told):
    found = told(changing_after(1))
    assert {one.kind for one in found.values()} == {"memory"}
    assert all("the first call of `bprop` differs" in one.sentence for one in found.values())


def test_an_output_that_changes_after_some_calls(told):
    assert "`forward` gives another answer after some calls" in told(changing_after(3, "forward"))["purity"].sentence


def test_what_does_not_change_is_no_matter_of_calls(told):
    found = told(Plain(args(x=(4,)), np.tanh, lambda v, x: 1.1 * v * tanh_slope(x)))
    assert {one.kind for one in found.values()} == {"factor"}
