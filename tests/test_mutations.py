"""A changed sign, number, operand or name in any row of the tables is caught by the tests of that table."""

from __future__ import annotations

import pytest
from mutations import EXPLAINED, TABLES, survivors


def unexplained(living: list[str]) -> list[str]:
    return [name for name in living if not any(part in name for part in EXPLAINED)]


@pytest.mark.parametrize("table", TABLES)
def test_a_few_of_the_mutants_are_caught(table: str) -> None:
    assert not unexplained(survivors(table, share=120))


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_every_mutant_is_caught(table: str) -> None:
    assert not unexplained(survivors(table))
