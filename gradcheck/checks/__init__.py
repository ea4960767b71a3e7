"""What must hold at a point: one file a check."""

from gradcheck.checks.agreement import CHECK as AGREEMENT
from gradcheck.checks.bprop import CHECK as BPROP
from gradcheck.checks.contract import CHECK as CONTRACT
from gradcheck.checks.interface import Check
from gradcheck.checks.jacobian import CHECK as JACOBIAN
from gradcheck.checks.laws import CHECK as LAWS
from gradcheck.registry import Registry

CHECKS: Registry[Check] = Registry("check", ((c.name, c) for c in (CONTRACT, JACOBIAN, BPROP, AGREEMENT, LAWS)))
