"""HTML read back."""

from __future__ import annotations

import pytest

from tests.reports.reader import Reader


@pytest.fixture
def read():
    """What a browser would make of a text."""
    return Reader
