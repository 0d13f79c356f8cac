"""What the tests share: the flag that accepts golden files, and a steady hypothesis profile."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --accept` writes the golden files anew; review them like prose."""
    parser.addoption("--accept", action="store_true", help="accept the golden files as they are now")
