"""What must hold at a point: one file a check."""

from collections.abc import Iterable

from gradcheck.checks.agreement import CHECK as AGREEMENT
from gradcheck.checks.batch import CHECK as BATCH
from gradcheck.checks.bprop import CHECK as BPROP
from gradcheck.checks.contract import CHECK as CONTRACT
from gradcheck.checks.hessian import CHECK as HESSIAN
from gradcheck.checks.interface import Check
from gradcheck.checks.jacobian import CHECK as JACOBIAN
from gradcheck.checks.jvp import CHECK as JVP
from gradcheck.checks.laws import CHECK as LAWS
from gradcheck.checks.layout import CHECK as LAYOUT
from gradcheck.checks.linearity import CHECK as LINEARITY
from gradcheck.checks.order2 import CHECK as ORDER2
from gradcheck.checks.purity import CHECK as PURITY
from gradcheck.checks.sizes import CHECK as SIZES
from gradcheck.checks.value import CHECK as VALUE
from gradcheck.checks.vmap import CHECK as VMAP
from gradcheck.errors import UsageError
from gradcheck.registry import Registry

_ORDER = (
    CONTRACT,
    VALUE,
    JACOBIAN,
    BPROP,
    JVP,
    AGREEMENT,
    LINEARITY,
    PURITY,
    LAYOUT,
    BATCH,
    SIZES,
    VMAP,
    LAWS,
    HESSIAN,
    ORDER2,
)
CHECKS: Registry[Check] = Registry("check", ((check.name, check) for check in _ORDER))


def select_checks(names: Iterable[str]) -> list[Check]:
    """The checks of these names; where none is named, all that need not be asked for.

    Raises
    ------
    UsageError
        When there is no such check.
    """
    return [CHECKS[name] for name in names] or [check for check in CHECKS.values() if not check.asked]


def checks_of_order(names: Iterable[str], order: int) -> tuple[str, ...]:
    """The names of checks, with that of second derivatives where these are asked for.

    Parameters
    ----------
    names : iterable of str
        Empty for all that need not be asked for.
    order : int
        1, or 2 for second derivatives too.

    Raises
    ------
    UsageError
        For another order.
    """
    if order not in (1, 2):
        raise UsageError(f"`order` must be 1 or 2, not {order!r}")
    chosen = tuple(names)
    if order == 1:
        return chosen
    usual = chosen or tuple(name for name, check in CHECKS.items() if not check.asked)
    return tuple(dict.fromkeys((*usual, ORDER2.name)))
