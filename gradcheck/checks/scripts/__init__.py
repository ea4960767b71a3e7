"""How a script shows a failure: one file a check, as on the shelf of the checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gradcheck.checks.scripts.agreement import show_agreement
from gradcheck.checks.scripts.batch import show_batch
from gradcheck.checks.scripts.contract import show_contract
from gradcheck.checks.scripts.derivative import show_derivative
from gradcheck.checks.scripts.laws import show_laws
from gradcheck.checks.scripts.layout import show_layout
from gradcheck.checks.scripts.linearity import show_linearity
from gradcheck.checks.scripts.purity import show_purity
from gradcheck.checks.scripts.scene import Lines, Scene
from gradcheck.registry import Registry

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
