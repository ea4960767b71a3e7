from __future__ import annotations

import math

import pytest

from gradcheck.records.figures import Curve, HeatMap
from gradcheck.reports.curve import curve_lines
from gradcheck.reports.heat import map_lines

CURVE = {"entry": "dy[0]/dx[0]", "steps": (1e-1, 1e-2), "errors": (1e-3, 1e-5)}
MAP = {
    "input": "x",
    "shape": (2, 3),
    "fold": (1, 1),
    "cells": ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)),
    "rows": ("y[0]", "y[1]"),
    "columns": ("x[0]", "x[2]"),
}


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"steps": (), "errors": ()},
        {"errors": (math.nan, math.inf)},
        {"errors": (math.inf, math.inf), "floor": math.inf},
        {"errors": (0.0, 0.0), "floor": 1e-300, "analytic": math.nan},
        {"truncation": math.inf, "rounding": math.nan, "order": 1, "infinite": True},
        {"steps": (1e300, 5e-324), "errors": (1e300, 5e-324)},
    ],
)
def test_a_curve_that_there_can_be_is_drawn(facts):
    assert list(curve_lines(Curve(**{**CURVE, **facts}), braille=True))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"errors": (1.0,)}, "errors: one for each of the 2 steps is needed, not 1"),
        ({"steps": (1e-1, 0.0)}, "steps: positive finite numbers are needed"),
        ({"steps": (1e-1, -1.0)}, "steps: positive finite numbers are needed"),
        ({"steps": (math.inf, 1.0)}, "steps: positive finite numbers are needed"),
        ({"order": 3}, "order: 1 or 2 is needed, not 3"),
        ({"errors": (1.0, -1.0)}, "errors: numbers that are not negative are needed, not -1.0"),
        ({"floor": -1e-3}, "floor: numbers that are not negative are needed, not -0.001"),
    ],
)
def test_a_curve_that_cannot_be_drawn_is_none(facts, said):
    with pytest.raises(ValueError, match=r"is needed|are needed") as caught:
        Curve(**{**CURVE, **facts})
    assert str(caught.value) == said


@pytest.mark.parametrize("blocks", [True, False])
@pytest.mark.parametrize(
    "facts", [{}, {"cells": ((math.nan, math.inf, -1.0),), "rows": ("",)}, {"cells": ((0.0,),) * 2, "fold": (0, -3)}]
)
def test_a_map_that_there_can_be_is_drawn(facts, blocks):
    assert list(map_lines(HeatMap(**{**MAP, **facts}), blocks=blocks))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"cells": (), "rows": ()}, "cells: one or more rows of one length are needed"),
        ({"cells": ((), ())}, "cells: one or more rows of one length are needed"),
        ({"cells": ((1.0,), (1.0, 2.0))}, "cells: one or more rows of one length are needed"),
        ({"rows": ("y[0]",)}, "rows: a name for each of the 2 rows is needed, not 1"),
        ({"cells": ((1.0,),) * 33, "rows": ("",) * 33}, "cells: at most 32 x 64 are needed"),
    ],
)
def test_a_map_that_cannot_be_drawn_is_none(facts, said):
    with pytest.raises(ValueError, match=r"is needed|are needed") as caught:
        HeatMap(**{**MAP, **facts})
    assert str(caught.value) == said
