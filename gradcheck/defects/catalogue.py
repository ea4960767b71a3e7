"""The catalogue of defects: how each is made, for `prove`, and how it is recognised, for the diagnosis.

A family is one file here and one line below. The order counts twice: corruptions are made in it, and of the hypotheses
that claim as much as each other the first is tried first.
"""

from __future__ import annotations

from gradcheck.defects.affine import FAMILY as AFFINE
from gradcheck.defects.along import FAMILY as ALONG
from gradcheck.defects.averages import FAMILY as AVERAGES
from gradcheck.defects.axes import FAMILY as AXES
from gradcheck.defects.batches import FAMILY as BATCHES
from gradcheck.defects.bilinear import FAMILY as BILINEAR
from gradcheck.defects.choices import FAMILY as CHOICES
from gradcheck.defects.conditions import FAMILY as CONDITIONS
from gradcheck.defects.cotangents import FAMILY as COTANGENTS
from gradcheck.defects.dependence import FAMILY as DEPENDENCE
from gradcheck.defects.elsewhere import FAMILY as ELSEWHERE
from gradcheck.defects.exchanged import FAMILY as EXCHANGED
from gradcheck.defects.factors import FAMILY as FACTORS
from gradcheck.defects.family import Family
from gradcheck.defects.forms import FAMILY as FORMS
from gradcheck.defects.formula import FAMILY as FORMULA
from gradcheck.defects.groups import FAMILY as GROUPS
from gradcheck.defects.indexing import FAMILY as INDEXING
from gradcheck.defects.inner import FAMILY as INNER
from gradcheck.defects.instead import FAMILY as INSTEAD
from gradcheck.defects.invariance import FAMILY as INVARIANCE
from gradcheck.defects.labels import FAMILY as LABELS
from gradcheck.defects.memory import FAMILY as MEMORY
from gradcheck.defects.mixing import FAMILY as MIXING
from gradcheck.defects.monomials import FAMILY as MONOMIALS
from gradcheck.defects.nearly_right import FAMILY as NEARLY_RIGHT
from gradcheck.defects.other_inputs import FAMILY as OTHER_INPUTS
from gradcheck.defects.outer import FAMILY as OUTER
from gradcheck.defects.overwritten import FAMILY as OVERWRITTEN
from gradcheck.defects.places import FAMILY as PLACES
from gradcheck.defects.products import FAMILY as PRODUCTS
from gradcheck.defects.recurrence import FAMILY as RECURRENCE
from gradcheck.defects.repeats import FAMILY as REPEATS
from gradcheck.defects.replacements import FAMILY as REPLACEMENTS
from gradcheck.defects.routing import FAMILY as ROUTING
from gradcheck.defects.scales import FAMILY as SCALES
from gradcheck.defects.shares import FAMILY as SHARES
from gradcheck.defects.softening import FAMILY as SOFTENING
from gradcheck.defects.sorting import FAMILY as SORTING
from gradcheck.defects.split import FAMILY as SPLIT
from gradcheck.defects.terms import FAMILY as TERMS
from gradcheck.defects.within import FAMILY as WITHIN
from gradcheck.registry import Registry

_ORDER = (
    FACTORS,
    CHOICES,
    PLACES,
    SORTING,
    AXES,
    REPEATS,
    AVERAGES,
    INNER,
    GROUPS,
    OUTER,
    FORMULA,
    AFFINE,
    LABELS,
    OTHER_INPUTS,
    REPLACEMENTS,
    TERMS,
    COTANGENTS,
    MEMORY,
    INDEXING,
    BILINEAR,
    SCALES,
    ALONG,
    DEPENDENCE,
    MIXING,
    WITHIN,
    ROUTING,
    CONDITIONS,
    OVERWRITTEN,
    BATCHES,
    FORMS,
    NEARLY_RIGHT,
    SOFTENING,
    EXCHANGED,
    PRODUCTS,
    MONOMIALS,
    INSTEAD,
    SHARES,
    SPLIT,
    INVARIANCE,
    RECURRENCE,
    ELSEWHERE,
)
FAMILIES: Registry[Family] = Registry("family", ((family.name, family) for family in _ORDER))
