"""`%%backprop` in a notebook that is really run."""

from __future__ import annotations

from typing import Any

import pytest

nbclient = pytest.importorskip("nbclient", reason="nbclient runs the notebooks")
pytest.importorskip("ipykernel", reason="nbclient needs a kernel")

NEURON = """title: One neuron
inputs: {x: 2}
targets: {y: 1}
layers: [{neurons: [y], weights: [[w = 0.5]], activation: sigmoid}]
loss: half_squared_error
learning_rate: 0.1"""
CELLS = {
    "load": "%load_ext backprop_cli",
    "solve": f"%%backprop --then-forward --digits 5\n{NEURON}",
    "check": "%%backprop check\nnet_y: 1.0\nout_y: 0.2689",
    "bundled": "%backprop mazur --matrix",
    "data": "shown = get_ipython().run_line_magic('backprop', 'mazur --json')\nlen(shown['steps'])",
    "wrong key": f"%%backprop\n{NEURON}\nlayres: 1",
    "wrong option": "%backprop mazur --digtis 3",
    "two pages": "%backprop mazur --matrix --passes",
    "of a file": "%backprop mazur -o x.html",
    "python": "import backprop_cli as bp\nbp.load('mini-step').solve()",
    "picture": "bp.load('mini-step').draw()",
    "step": "bp.load('mazur').solve()['w5_new']",
    "line": "bp.load('mazur').check({'delta_o1': 0.7414})['delta_o1']",
    "problem": "bp.load('mazur')",
}


@pytest.fixture(scope="module")
def outputs() -> dict[str, Any]:
    """What each cell shows: its outputs by kind, text on stdout as `said`."""
    from nbformat.v4 import new_code_cell, new_notebook

    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS.values()])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    found = {}
    for name, cell in zip(CELLS, notebook.cells, strict=True):
        found[name] = {}
        for output in cell.outputs:
            found[name] |= {"said": output.text} if output.output_type == "stream" else dict(output.data)
    return found


@pytest.mark.parametrize(
    ("cell", "kind", "shown"),
    [
        ("solve", "text/html", '<div class="backprop"'),
        ("solve", "text/latex", r"\begin{aligned}"),
        ("solve", "text/markdown", "After the update"),
        ("check", "text/html", "<table>"),
        ("bundled", "text/html", "<mtable>"),
        ("data", "text/plain", "31"),
        ("wrong key", "said", "<text>:7:1: unknown key 'layres'"),
        ("wrong option", "said", "did you mean '--digits'"),
        ("two pages", "said", "--matrix and --passes are different pages"),
        ("of a file", "said", ".save('solution.pdf')"),
        ("python", "text/html", "<math"),
        ("picture", "image/svg+xml", "<svg"),
        ("step", "text/latex", r"w_5^{+}"),
        ("step", "text/html", "<math"),
        ("line", "text/html", "<table>"),
        ("problem", "text/html", "<svg"),
    ],
)
def test_a_cell_shows(outputs: dict[str, Any], cell: str, kind: str, shown: str) -> None:
    assert shown in outputs[cell].get(kind, ""), outputs[cell]
