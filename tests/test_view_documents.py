"""The pages other than the worked solution as documents: in every format, with what the page says in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import backprop

VIEWS = (
    ["--matrix"], ["--passes"], ["--jacobian"], ["--paths", "w1"], ["--forward-mode", "w5"], ["--gradients"],
    ["--compare", "conventions"], ["--symbolic"],
)  # fmt: skip
FORMATS = ("text", "markdown", "html", "latex", "typst")


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view[0])
def test_every_page_is_a_document_in_every_format(view: list[str], tmp_path: Path) -> None:
    for name in FORMATS:
        done = backprop("solve", "mazur", *view, "--format", name)
        assert done.code == 0, done.err
        assert "One step on a 2-2-2 network" in done.out
    path = tmp_path / "page.pdf"
    assert backprop("solve", "mazur", *view, "-o", path).code == 0
    assert path.read_bytes().startswith(b"%PDF")
