"""How a script shows a failure: one file a check, as on the shelf of the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradcheck.registry import Registry
from gradcheck.shrinking.scene import Lines, Scene
from gradcheck.shrinking.scripts.agreement import show_agreement
from gradcheck.shrinking.scripts.batch import show_batch
from gradcheck.shrinking.scripts.contract import show_contract
from gradcheck.shrinking.scripts.derivative import show_derivative
from gradcheck.shrinking.scripts.laws import show_laws
from gradcheck.shrinking.scripts.layout import show_layout
from gradcheck.shrinking.scripts.linearity import show_linearity
from gradcheck.shrinking.scripts.purity import show_purity

Template = Callable[[Scene], Iterator[Lines]]
TEMPLATES: Registry[Template] = Registry(
    "check",
    [
        ("contract", show_contract),
        ("jacobian", show_derivative),
        ("bprop", show_derivative),
        ("agreement", show_agreement),
        ("linearity", show_linearity),
        ("purity", show_purity),
        ("layout", show_layout),
        ("batch", show_batch),
        ("laws", show_laws),
    ],
)
