"""What a green run is worth: derivatives spoiled on purpose, one family of corruptions a file."""

from gradcheck.defects.planting import batches, conditions, cotangents, factors, forms, places, state, terms
from gradcheck.defects.planting.interface import Family
from gradcheck.registry import Registry

_ORDER = (factors, places, terms, cotangents, state, conditions, batches, forms)
FAMILIES: Registry[Family] = Registry("family", [(f.__name__.rpartition(".")[2], f.corruptions) for f in _ORDER])
