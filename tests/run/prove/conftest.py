"""The same layers as for the families of corruptions."""

from tests.defects.planting.conftest import affine, by_name, consistent, cube, ground, mixing  # noqa: F401 - fixtures
