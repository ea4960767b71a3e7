"""The same layers as for the families of corruptions."""

from tests.defects.corruption.conftest import affine, by_name, consistent, control, cube, mixing  # noqa: F401 - fixtures
