"""Lines on request, `show:`: Δw, errors, ∂E/∂x and effective rates, in the solution and on sheets."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop, loaded

from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.quantities import Kind
from backprop_cli.api.problem import load
from backprop_cli.deriving.trace import Trace
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.verification import verification_of

MAZUR = (Path(__file__).parent.parent / "problems" / "09-mazur.yaml").read_text("utf-8")
BATCH = (Path(__file__).parent.parent / "problems" / "22-xor-batch.yaml").read_text("utf-8")
COUPLED = (Path(__file__).parent.parent / "problems" / "52-batch-norm-network.yaml").read_text("utf-8")


def solved(text: str) -> Trace:
    return solution_of(loaded(text), SolveOptions(digits=15)).trace


def number(trace: Trace, key: str) -> float:
    return float(trace[key].decimal.text())


def keys(trace: Trace) -> list[str]:
    return [step.quantity.key for step in trace.steps]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_change_is_the_difference_of_the_new_value_and_the_old_one(optimizer: str) -> None:
    text = f"parameters: {{w: 0.7}}\ngradients: {{w: [0.5, -0.25]}}\nlearning_rate: 0.05\noptimizer: {optimizer}\n"
    plain, shown = solved(text), solved(f"{text}show: changes\n")
    old = 0.7
    for step in (1, 2):
        new = number(plain, f"step {step} / w_new")
        assert number(shown, f"step {step} / w_new") == pytest.approx(new, rel=1e-12)
        assert number(shown, f"step {step} / change_w") == pytest.approx(new - old, rel=1e-9)
        old = new


@pytest.mark.parametrize("optimizer", [name for name, row in OPTIMIZERS.items() if row.rate is not None])
def test_an_effective_rate_is_what_pytorch_divides_by(optimizer: str) -> None:
    """The rate is what the gradient's part of the step is multiplied by: it is read off PyTorch's own state."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these rates")
    rate, eta, g = 0.05, 0.05, [0.5, -0.25]
    classes = {"adagrad": "Adagrad", "rmsprop": "RMSprop", "rmsprop_centered": "RMSprop", "adadelta": "Adadelta",
               "adam": "Adam", "amsgrad": "Adam", "adamax": "Adamax", "nadam": "NAdam", "adamw": "AdamW"}  # fmt: skip
    trace = solved(f"parameters: {{w: 0.7}}\ngradients: {{w: {g}}}\nlearning_rate: {rate}\n"
                   f"optimizer: {optimizer}\nshow: rates\n")  # fmt: skip
    ours = number(trace, "step 2 / rate_w")
    if optimizer not in classes:  # ε under the root
        under = {"adagrad_inside": "G_w_new", "rmsprop_inside": "s_w_new", "adam_inside": "vhat_w"}[optimizer]
        average = number(trace, f"step 2 / {under}")
        epsilon = float(OPTIMIZERS[optimizer].settings["epsilon"])
        assert ours == pytest.approx(eta / math.sqrt(average + epsilon), rel=1e-12)
        return
    weight = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    more: dict[str, Any] = {"rmsprop_centered": {"centered": True}, "amsgrad": {"amsgrad": True}}.get(optimizer, {})
    if optimizer.startswith("rmsprop"):
        more["alpha"] = 0.9
    rule = getattr(torch.optim, classes[optimizer])([weight], lr=rate, **more)
    before = 0.0
    for gradient in g:
        before = rule.state[weight].get("acc_delta", torch.tensor(0.0)).item() if optimizer == "adadelta" else 0.0
        weight.grad = torch.tensor(gradient, dtype=torch.float64)
        rule.step()
    state = {key: value.item() if hasattr(value, "item") else value for key, value in rule.state[weight].items()}
    epsilon = rule.defaults["eps"]
    expected = {
        "adagrad": lambda: eta / (math.sqrt(state["sum"]) + epsilon),
        "rmsprop": lambda: eta / (math.sqrt(state["square_avg"]) + epsilon),
        "rmsprop_centered": lambda: eta / (math.sqrt(state["square_avg"] - state["grad_avg"] ** 2) + epsilon),
        "adadelta": lambda: eta * math.sqrt(before + epsilon) / math.sqrt(state["square_avg"] + epsilon),
        "amsgrad": lambda: eta / (math.sqrt(state["max_exp_avg_sq"] / (1 - 0.999**2)) + epsilon),
        "adamax": lambda: eta / (1 - 0.9**2) / state["exp_inf"],
    }.get(optimizer, lambda: eta / (math.sqrt(state["exp_avg_sq"] / (1 - 0.999**2)) + epsilon))
    assert ours == pytest.approx(expected(), rel=1e-6)


def test_the_error_is_the_target_minus_the_output() -> None:
    trace = solved(f"{MAZUR}show: [errors]\n")
    assert number(trace, "e_o1") == pytest.approx(0.01 - number(trace, "out_o1"), rel=1e-12)
    written = keys(trace)
    assert written.index("out_o2") < written.index("e_o1") < written.index("E_o1")


@pytest.mark.parametrize("text", [BATCH, COUPLED], ids=["batch", "batch normalization"])
def test_every_sample_of_a_batch_has_its_errors(text: str) -> None:
    trace = solved(f"{text}show: [errors, changes]\n")
    assert [key for key in keys(trace) if "e_y" in key] == [f"sample {n} / e_y" for n in range(1, 5)]
    assert len([key for key in keys(trace) if "change_" in key]) == len([k for k in keys(trace) if k.endswith("_new")])


@pytest.mark.parametrize("text", [MAZUR, COUPLED], ids=["mazur", "batch normalization"])
def test_the_gradients_of_the_inputs_are_those_of_finite_differences(text: str) -> None:
    problem = loaded(f"{text}show: inputs\n").problem
    ends = tuple(f"/d{x}" for x in problem.inputs)
    shown = [key for key in keys(solved(f"{text}show: inputs\n")) if key.endswith(ends)]
    assert len(shown) == len(problem.inputs) * len(problem.samples)
    assert not [key for key in keys(solved(text)) if key.endswith(ends)]
    compared = [one for one in verification_of(WorkedProblem(problem)).comparisons if one.quantity.key in shown]
    assert len(compared) == len(shown)
    assert all(one.agrees for one in compared)


def test_a_sheet_with_shown_lines_is_marked_with_follow_through() -> None:
    problem = load(f"{MAZUR}show: [changes, errors]\nask: [e_o1, change_w5, w5_new]\n")
    report = problem.check({"e_o1": "-0.741365", "change_w5": "0.0410835", "w5_new": "0.4410835"})
    assert report.marks == 2  # of 3: Δw₅ goes uphill, and w₅⁺ follows from it
    assert "follows from your Δw₅" in str(report)
    assert "Δw₅" in str(problem.worksheet())
    assert "change_w5" in problem.template()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("show: chnges\n", "did you mean 'changes'?"),
        ("show: rates\n", "one learning rate for all parameters"),
        ("show: [errors, rats]\n", "no line to show called 'rats'"),
    ],
)
def test_what_cannot_be_shown_is_refused(more: str, said: str) -> None:
    done = backprop("solve", "-", stdin=MAZUR + more)
    assert done.code == 2
    assert said in done.err


def test_errors_need_targets_and_changes_an_update() -> None:
    graph = "inputs: {x: 2}\ngraph: {f: x^2}\nobjective: f\n"
    assert "it needs layers and targets" in backprop("solve", "-", stdin=f"{graph}show: errors\n").err
    assert "there is no update" in backprop("solve", "-", stdin=f"{graph}show: changes\n").err


# ---- the share of every output, `show: shares` ----------------------------------------------------------------

GIVEN_OUTS = """
given: {{out_a: 0.75, out_b: 0.5}}
targets: {{a: 1, b: 0.25}}
layers: [{{neurons: [a, b]}}]
loss: {loss}
show: shares
"""
SOFTMAX = (Path(__file__).parent.parent / "problems" / "16-softmax-network.yaml").read_text("utf-8")
SEQUENCE = (Path(__file__).parent.parent / "problems" / "40-recurrent.yaml").read_text("utf-8")
ONE = (Path(__file__).parent.parent / "problems" / "17-binary-cross-entropy.yaml").read_text("utf-8")
PER_OUTPUT = {  # of PyTorch's losses with reduction="none"
    "binary_cross_entropy": lambda f, o, t: f.binary_cross_entropy(o, t, reduction="none"),
    "squared_error": lambda f, o, t: f.mse_loss(o, t, reduction="none"),
    "absolute_error": lambda f, o, t: f.l1_loss(o, t, reduction="none"),
    "huber(0.3)": lambda f, o, t: f.huber_loss(o, t, reduction="none", delta=0.3),
    "kl_divergence": lambda f, o, t: f.kl_div(o.log(), t, reduction="none"),
    "cross_entropy": lambda f, o, t: -t * o.log(),
}


@pytest.mark.parametrize("loss", PER_OUTPUT)
def test_the_shares_of_the_outputs_are_pytorchs_without_reduction(loss: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these shares")
    out, target = (torch.tensor(row, dtype=torch.float64) for row in ([0.75, 0.5], [1, 0.25]))
    expected = PER_OUTPUT[loss](torch.nn.functional, out, target).tolist()
    trace = solved(GIVEN_OUTS.format(loss=loss))
    assert [number(trace, key) for key in ("E_a", "E_b")] == pytest.approx(expected, rel=1e-12)
    assert number(trace, "E") == pytest.approx(sum(expected), rel=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_is_its_factor_times_the_sum_of_its_shares(loss: str) -> None:
    with_shares = solved(GIVEN_OUTS.format(loss=loss))
    plain = solved(GIVEN_OUTS.format(loss=loss).replace("show: shares\n", ""))
    factor = float(LOSSES[loss].factor(2).value)  # type: ignore[attr-defined]
    assert number(with_shares, "E") == pytest.approx(number(plain, "E"), rel=1e-12)
    total = number(with_shares, "E_a") + number(with_shares, "E_b")
    assert number(with_shares, "E") == pytest.approx(factor * total, rel=1e-12)


@pytest.mark.parametrize("detail", Detail)
@pytest.mark.parametrize("text", [ONE, SOFTMAX, SEQUENCE, MAZUR, BATCH, COUPLED])
def test_shares_change_no_other_number(text: str, detail: Detail) -> None:
    if detail is Detail.GATES:
        return
    options = SolveOptions(digits=12, detail=detail)
    plain = {step.quantity.key: step.value.decimal.text() for step in solution_of(loaded(text), options).trace.steps}
    trace = solution_of(loaded(f"{text}show: shares\n"), options).trace
    shown = {step.quantity.key: step.value.decimal.text() for step in trace.steps}
    assert {key: shown.get(key) for key in plain} == plain
    kinds = {step.quantity.kind for step in trace.steps if step.quantity.key not in plain}
    assert kinds <= {Kind.PART, Kind.AUX, Kind.LOCAL, Kind.PATH}


def test_one_output_has_a_share_and_a_softmax_the_terms_of_its_sum() -> None:
    assert number(solved(f"{ONE}show: shares\n"), "E_p") == number(solved(ONE), "E")
    trace = solved(f"{SOFTMAX}show: [shares]\n")
    terms = [number(trace, f"exp_c{k}") for k in (1, 2, 3)]
    assert terms == pytest.approx([1, math.e, math.sqrt(math.e)], rel=1e-12)
    assert [number(trace, f"out_c{k}") for k in (1, 2, 3)] == pytest.approx([t / sum(terms) for t in terms], rel=1e-12)
    assert number(trace, "E_c2") == pytest.approx(-math.log(terms[1] / sum(terms)), rel=1e-12)
    page = backprop("solve", "-", stdin=f"{SOFTMAX}show: shares\n").out
    assert page[: page.index("2  Error")].count("   output layer\n") == 1
    written = keys(trace)
    assert written.index("net_c3") < written.index("exp_c1") < written.index("exp_c3") < written.index("out_c1")


def test_shares_are_asked_for_and_marked() -> None:
    problem = load(f"{SOFTMAX}show: shares\nask: [exp_c3, E_c2, E]\n")
    assert "term of c₃ in the sum of the softmax" in str(problem.worksheet())
    report = problem.check({"exp_c3": "1.6487", "E_c2": "-0.68027", "E": "-0.68027"})
    assert report.marks == 2  # the sign was dropped, and E follows from it


def test_shares_need_a_loss_that_is_a_sum_over_outputs() -> None:
    said = "the shares are of the outputs in a loss that is a sum over them"
    whole = MAZUR.replace("loss: half_squared_error", "loss: (out_o1 - t_o1)^2 + (out_o2 - t_o2)^2")
    assert whole != MAZUR
    assert said in backprop("solve", "-", stdin=f"{whole}show: shares\n").err
    assert said in backprop("solve", "-", stdin="inputs: {x: 2}\ngraph: {f: x^2}\nobjective: f\nshow: shares\n").err


def test_derivatives_by_inputs_are_on_the_template_in_every_way_to_it() -> None:
    """Whether the lines were worked out before, to understand the names of the file, or not."""
    text = f"{MAZUR}show: inputs\n"
    worked = WorkedProblem(loaded(text).problem)
    assert worked.full  # now all lines are known
    shown = {line.quantity.key for line in worked.lines_for([], Detail.TEXTBOOK, then_forward=False).lines}
    assert {"dE/di1", "dE/di2"} <= shown
    assert {"dE/di1", "dE/di2"} <= {*backprop("check", "-", "--template", stdin=text).out.replace(":", " ").split()}
