"""Functions from R^n to R^m whose Jacobians are known in closed form: the truth for the oracle.

The forwards are numpy functions of the last axis that keep the precision of what they are given. The Jacobians are
formulas over mpmath numbers, evaluated with 60 digits. At a kink they give one of the one-sided derivatives.
"""

from tests.references.elementwise import ELEMENTWISE
from tests.references.mixing import MIXING

REFERENCES = (*ELEMENTWISE, *MIXING)
