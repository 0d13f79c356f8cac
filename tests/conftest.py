"""What the tests share: the flag that accepts golden files, a steady hypothesis profile, and English."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from backprop_cli.ground.words import ENGLISH, set_language

os.environ["BACKPROP_LANG"] = ENGLISH  # whoever runs the tests, in whatever locale

settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A test may choose a language; the next one begins in English again."""
    yield
    set_language(ENGLISH)


@pytest.fixture(autouse=True)
def single_precision() -> Iterator[None]:
    """A program that a test runs may choose PyTorch's type of numbers; the next test has the usual one again."""
    yield
    if torch := sys.modules.get("torch"):
        torch.set_default_dtype(torch.float32)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --accept` writes the golden files anew; review them like prose."""
    parser.addoption("--accept", action="store_true", help="accept the golden files as they are now")


def pytest_configure(config: pytest.Config) -> None:
    """Golden files are written one after the other: two processes would overwrite each other's pages."""
    if config.getoption("--accept") and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--accept goes without -n")
