"""A variational autoencoder's sample and its divergence by name in a graph, against torch.distributions."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import backprop, loaded

from backprop_cli.api import load
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

MEANS, LOGS, NOISE = [0.3, -0.2], [0.1, -0.4], [0.5, -1.0]
SAMPLE = f"""inputs: {{e: {NOISE}, x: [1, 0.5]}}
parameters: {{m: {MEANS}, v: {LOGS}}}
graph:
  z: reparametrize(m, v, e)
  r: sum((x - z)^2)
  k: kl_normal(m, v)
  L: r + k
objective: L
learning_rate: 0.1
ask: [z, k, dL/dm, dL/dv]
"""


def values(text: str) -> dict[str, float]:
    trace = solution_of(loaded(text), SolveOptions(digits=15)).trace
    return {step.quantity.key: float(step.value.decimal.text()) for step in trace.steps}


def test_the_sample_and_the_divergence_are_those_of_torch_distributions() -> None:
    torch: Any = pytest.importorskip("torch", reason="PyTorch is the oracle of these formulas")
    mean, log = (torch.tensor(one, dtype=torch.float64, requires_grad=True) for one in (MEANS, LOGS))
    normal = torch.distributions.Normal(mean, torch.exp(log / 2))
    z = normal.loc + normal.scale * torch.tensor(NOISE, dtype=torch.float64)
    divergence = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0.0, 1.0)).sum()
    loss = ((torch.tensor([1, 0.5], dtype=torch.float64) - z) ** 2).sum() + divergence
    loss.backward()
    found = values(SAMPLE)
    assert [found["z1"], found["z2"]] == pytest.approx(z.tolist(), rel=1e-13)
    assert found["k"] == pytest.approx(divergence.item(), rel=1e-12)
    assert found["L"] == pytest.approx(loss.item(), rel=1e-13)
    assert [found["dL/dm1"], found["dL/dm2"]] == pytest.approx(mean.grad.tolist(), rel=1e-12)
    assert [found["dL/dv1"], found["dL/dv2"]] == pytest.approx(log.grad.tolist(), rel=1e-12)


def test_the_divergence_of_the_standard_normal_from_itself_is_0() -> None:
    """And of N(1, 1) it is ½, by hand; single numbers are as good as vectors."""
    text = "parameters: {{m: {}, v: {}}}\ngraph: {{k: 'kl_normal(m, v)'}}\nobjective: k\n"
    assert values(text.format("[0, 0]", "[0, 0]"))["k"] == 0
    assert values(text.format(1, 0))["k"] == 0.5


def test_finite_differences_agree() -> None:
    compared = verification_of(WorkedProblem(loaded(SAMPLE).problem)).comparisons
    assert len(compared) >= 6
    assert all(one.agrees for one in compared)


def test_the_page_writes_what_the_names_stand_for() -> None:
    page = backprop("solve", "-", stdin=SAMPLE).out
    assert "z = m + e^(½·v) ⊙ e" in page
    assert "k = ½·sum(m² + e^v − v − 1)" in page
    for kind in ("latex", "typst", "markdown", "html", "python", "numpy", "pytorch", "json"):
        assert backprop("solve", "-", "--format", kind, stdin=SAMPLE).code == 0


def test_a_sheet_of_it_is_marked() -> None:
    problem, found = load(SAMPLE), values(SAMPLE)
    right = {key: f"{found[key]:.6g}" for key in ("z1", "z2", "k", "dL/dm1", "dL/dm2", "dL/dv1", "dL/dv2")}
    assert problem.check(right).marks == 7
    assert problem.check(right | {"k": "0.9"}).marks == 6
    assert problem.worksheet()


def test_what_does_not_fit_is_said() -> None:
    assert (
        "kl_normal takes 2 argument(s), not 1" in backprop("solve", "-", stdin=SAMPLE.replace("(m, v)\n", "(m)\n")).err
    )
    said = backprop("solve", "-", stdin=SAMPLE.replace("reparametrize(m", "reparametrise(m")).err
    assert "did you mean 'reparametrize'?" in said
