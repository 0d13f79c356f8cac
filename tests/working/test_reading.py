"""What is read of hand-ins as a class writes them, in every format."""

from __future__ import annotations

import pytest
from working.cases import Case, cases, squeezed

from backprop_cli.working.model import Chain
from backprop_cli.working.readers import read_text

ENDINGS = {"text": ".txt", "markdown": ".md", "latex": ".tex", "html": ".html"}


def shown(chain: Chain) -> str:
    """A chain as the cases write it."""
    label = f"{chain.label}: " if chain.label else ""
    name = " / ".join([*chain.under, label + chain.name])
    return squeezed(" | ".join([name, *(part.text for part in chain.parts)]))


@pytest.mark.parametrize(
    ("form", "case"), [pytest.param(form, one, id=f"{form}: {one.title}") for form in ENDINGS for one in cases(form)]
)
def test_what_was_written_is_read(form: str, case: Case) -> None:
    found = read_text(case.work, "<sheet>", ENDINGS[form])
    assert found.form == form
    assert [*map(shown, found.chains)] == [*map(squeezed, case.read)]
    assert [one.text for one in found.unread] == [*case.unread]
