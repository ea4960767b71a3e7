"""What must hold at a point: one file a check."""

from collections.abc import Iterable

from gradcheck.checks.agreement import CHECK as AGREEMENT
from gradcheck.checks.batch import CHECK as BATCH
from gradcheck.checks.bprop import CHECK as BPROP
from gradcheck.checks.contract import CHECK as CONTRACT
from gradcheck.checks.interface import Check
from gradcheck.checks.jacobian import CHECK as JACOBIAN
from gradcheck.checks.jvp import CHECK as JVP
from gradcheck.checks.laws import CHECK as LAWS
from gradcheck.checks.layout import CHECK as LAYOUT
from gradcheck.checks.linearity import CHECK as LINEARITY
from gradcheck.checks.purity import CHECK as PURITY
from gradcheck.checks.sizes import CHECK as SIZES
from gradcheck.checks.value import CHECK as VALUE
from gradcheck.registry import Registry

_ORDER = (CONTRACT, VALUE, JACOBIAN, BPROP, JVP, AGREEMENT, LINEARITY, PURITY, LAYOUT, BATCH, SIZES, LAWS)
CHECKS: Registry[Check] = Registry("check", ((check.name, check) for check in _ORDER))


def select_checks(names: Iterable[str]) -> list[Check]:
    """The checks of these names; all of them where none is named.

    Raises
    ------
    UsageError
        When there is no such check.
    """
    return [CHECKS[name] for name in names] or list(CHECKS.values())
