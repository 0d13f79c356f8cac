"""Every optimizer against torch.optim over fifty steps, and by hand where PyTorch has none."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from helpers import backprop, loaded
from torch_rules import RATE, settings_of, torch_rules

from backprop_cli.algebra.formula import Name
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.parts import UpdateParts
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.quantities import gradient as gradient_of
from backprop_cli.algebra.updates import UpdateRule, update_lines
from backprop_cli.deriving.trace import Trace
from backprop_cli.ground.errors import BackpropError
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.views.matrices import matrix_view

STEPS = 50


def solved(text: str) -> Trace:
    return solution_of(loaded(text), SolveOptions(digits=15)).trace


def number(trace: Trace, key: str) -> float:
    return float(trace[key].decimal.text())


def gradients(seed: int, steps: int = STEPS) -> list[str]:
    random = Random(seed)
    return [f"{random.uniform(-2, 2):.3f}" for _ in range(steps)]


def given(optimizer: str, sequence: list[str], more: str = "") -> Trace:
    """The weight 0.7 after each of the given gradients."""
    return solved(
        f"parameters: {{w: 0.7}}\ngradients: {{w: [{', '.join(sequence)}]}}\n"
        f"learning_rate: {RATE}\noptimizer: {optimizer}\n{more}"
    )


def momentum_step(sequence: list[float], mu: float) -> list[float]:
    w, v, path = 0.7, 0.0, []
    for g in sequence:
        v = mu * v + RATE * g
        w -= v
        path.append(w)
    return path


def momentum_velocity(sequence: list[float], mu: float) -> list[float]:
    w, v, path = 0.7, 0.0, []
    for g in sequence:
        v = mu * v - RATE * g
        w += v
        path.append(w)
    return path


def momentum_average(sequence: list[float], beta: float) -> list[float]:
    w, v, path = 0.7, 0.0, []
    for g in sequence:
        v = beta * v + (1 - beta) * g
        w -= RATE * v
        path.append(w)
    return path


def momentum_dampened(sequence: list[float], mu: float, tau: float) -> list[float]:
    w, v, path = 0.7, 0.0, []
    for g in sequence:
        v = mu * v + (1 - tau) * g
        w -= RATE * v
        path.append(w)
    return path


def adam_keras(sequence: list[float], beta1: float, beta2: float, epsilon: float) -> list[float]:
    """keras/src/optimizers/adam.py: `update_step`, with the names that it has there."""
    w, m, v, path = 0.7, 0.0, 0.0, []
    for local_step, g in enumerate(sequence, start=1):
        beta_1_power, beta_2_power = beta1**local_step, beta2**local_step
        alpha = RATE * (1 - beta_2_power) ** 0.5 / (1 - beta_1_power)
        m += (g - m) * (1 - beta1)
        v += (g * g - v) * (1 - beta2)
        w -= m * alpha / (v**0.5 + epsilon)
        path.append(w)
    return path


def lion(sequence: list[float], beta1: float, beta2: float, **settings: float) -> list[float]:
    w, m, path = 0.7, 0.0, []
    for g in sequence:
        update = beta1 * m + g * (1 - beta1)
        w = w - RATE * (math.copysign(1, update) + settings["lambda"] * w)
        m = beta2 * m + g * (1 - beta2)
        path.append(w)
    return path


def momentum_corrected(sequence: list[float], beta: float) -> list[float]:
    w, v, path = 0.7, 0.0, []
    for step, g in enumerate(sequence, start=1):
        v = beta * v + (1 - beta) * g
        w -= RATE * v / (1 - beta**step)
        path.append(w)
    return path


def adagrad_inside(sequence: list[float], epsilon: float) -> list[float]:
    """d2l.ai, "Adagrad": s += g², x −= η/√(s + ε)·g."""
    w, s, path = 0.7, 0.0, []
    for g in sequence:
        s += g * g
        w -= RATE / math.sqrt(s + epsilon) * g
        path.append(w)
    return path


def rmsprop_inside(sequence: list[float], rho: float, epsilon: float) -> list[float]:
    w, s, path = 0.7, 0.0, []
    for g in sequence:
        s = rho * s + (1 - rho) * g * g
        w -= RATE * g / math.sqrt(s + epsilon)
        path.append(w)
    return path


def adam_inside(sequence: list[float], beta1: float, beta2: float, epsilon: float) -> list[float]:
    w, m, v, path = 0.7, 0.0, 0.0, []
    for step, g in enumerate(sequence, start=1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        w -= RATE * m / (1 - beta1**step) / math.sqrt(v / (1 - beta2**step) + epsilon)
        path.append(w)
    return path


def nesterov_ahead(sequence: list[float], mu: float) -> list[float]:
    """cs231n.github.io/neural-networks-3: v_prev = v; v = mu*v - learning_rate*dx; x += -mu*v_prev + (1 + mu)*v."""
    x, v, path = 0.7, 0.0, []
    for dx in sequence:
        v_prev = v
        v = mu * v - RATE * dx
        x += -mu * v_prev + (1 + mu) * v
        path.append(x)
    return path


def test_what_looks_ahead_is_the_velocity_of_sutskever_seen_from_where_it_leads() -> None:
    """v = μv − η·f′(w + μv), w = w + v: the parameter on the page is w + μv, in every epoch, also after a hundred."""
    text = "parameters: {w: 0.7}\ngraph: {f: sin(w) + w^2/4}\nobjective: f\nlearning_rate: 0.1\n"
    text += "optimizer: {name: nesterov_ahead, mu: 0.8}\nreport: [1, 2, 3, 100]\n"
    training = solution_of(loaded(text), SolveOptions(digits=12)).training
    assert training is not None
    w, v, ahead = 0.7, 0.0, []
    for _epoch in range(100):
        v = 0.8 * v - 0.1 * (math.cos(w + 0.8 * v) + (w + 0.8 * v) / 2)
        w += v
        ahead.append(w + 0.8 * v)
    for report in training.reports:
        value = next(float(one.text()) for quantity, one in report.values.items() if quantity.key == "w")
        assert value == pytest.approx(ahead[report.epoch - 1], rel=1e-9)


def lamb(sequence: list[float], beta1: float, beta2: float, epsilon: float, **settings: float) -> list[float]:
    """You et al. (2020), algorithm 2, of a layer with one weight."""
    w, m, v, path = 0.7, 0.0, 0.0, []
    for t, g in enumerate(sequence, start=1):
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        r = m / (1 - beta1**t) / (math.sqrt(v / (1 - beta2**t)) + epsilon) + settings["lambda"] * w
        w -= RATE * abs(w) / abs(r) * r
        path.append(w)
    return path


def muon(sequence: list[float], mu: float, alpha: float, beta: float, gamma: float, **settings: float) -> list[float]:
    """torch.optim.Muon of a matrix with one entry, in the precision of a float."""
    w, b, path = 0.7, 0.0, []
    for g in sequence:
        b = b + (1 - mu) * (g - b)
        x = (u := g + mu * (b - g)) / max(abs(u), settings["epsilon"])
        for _ in range(round(settings["iterations"])):
            gram = x * x
            x = alpha * x + (beta * gram + gamma * gram * gram) * x
        w = w * (1 - RATE * settings["lambda"]) - RATE * x
        path.append(w)
    return path


BY_HAND: dict[str, Callable[..., list[float]]] = {
    "nesterov_ahead": nesterov_ahead,
    "nesterov_classical": momentum_velocity,  # of gradients that are given, wherever they were taken
    "momentum_step": momentum_step,
    "momentum_velocity": momentum_velocity,
    "momentum_average": momentum_average,
    "momentum_dampened": momentum_dampened,
    "adam_keras": adam_keras,
    "lion": lion,
    "momentum_corrected": momentum_corrected,
    "adagrad_inside": adagrad_inside,
    "rmsprop_inside": rmsprop_inside,
    "adam_inside": adam_inside,
    "lamb": lamb,
    "muon": muon,
}


def test_every_optimizer_is_checked_here() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these optimizers")
    assert set(OPTIMIZERS) == {*torch_rules(torch), *BY_HAND}


def asked(name: str, unusual: bool) -> str:
    """The optimizer as a file says it: by its name alone where every setting is the usual one."""
    settings = settings_of(name, unusual) if unusual else {}
    return f"{{name: {name}{''.join(f', {key}: {value}' for key, value in settings.items())}}}" if settings else name


@pytest.mark.parametrize("unusual", [False, True])
@pytest.mark.parametrize("name", sorted(set(OPTIMIZERS) - set(BY_HAND)))
def test_fifty_steps_are_pytorchs(name: str, unusual: bool) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these optimizers")
    sequence = gradients(1)
    weight = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    rule = torch_rules(torch)[name]([weight], settings_of(name, unusual))
    trace = given(asked(name, unusual), sequence)
    for step, gradient in enumerate(sequence, start=1):
        weight.grad = torch.tensor(float(gradient), dtype=torch.float64)
        rule.step()
        assert number(trace, f"step {step} / w_new") == pytest.approx(weight.item(), rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("unusual", [False, True])
@pytest.mark.parametrize("name", BY_HAND)
def test_fifty_steps_are_those_of_the_loop_in_the_paper(name: str, unusual: bool) -> None:
    sequence = gradients(2)
    trace = given(asked(name, unusual), sequence)
    path = BY_HAND[name]([float(g) for g in sequence], **settings_of(name, unusual))
    for step, expected in enumerate(path, start=1):
        assert number(trace, f"step {step} / w_new") == pytest.approx(expected, rel=1e-12)


_LOOKING = """samples: [{{inputs: [1, -2], targets: [0.5]}}, {{inputs: [0.5, 1], targets: [-0.25]}}]
layers:
  - {{weights: [[0.75, -0.5], [1, 0.25]], bias: [0, 0.125], activation: tanh}}
  - {{weights: [[0.5, -1]], bias: 0.25}}
loss: half_squared_error
learning_rate: 0.1
optimizer: {{name: {optimizer}, mu: 0.8}}
batch: {batch}
"""


@pytest.mark.parametrize("batch", ["full", "online"])
@pytest.mark.parametrize("fixed", ["", "fixed: [w2, b1]\n"])
def test_classical_nesterov_takes_the_gradient_of_autograd_at_the_look_ahead(batch: str, fixed: str) -> None:
    """Sutskever et al. (2013), equations 3 and 4: v⁺ = μ·v − ε·∇f(θ + μ·v), θ⁺ = θ + v⁺."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these gradients")
    names = ("w1", "w2", "w3", "w4", "b1", "b2", "w5", "w6", "b3")
    theta = torch.tensor([0.75, -0.5, 1, 0.25, 0, 0.125, 0.5, -1, 0.25], dtype=torch.float64)
    learns = torch.tensor([name not in fixed for name in names])
    xs = torch.tensor([[1, -2], [0.5, 1]], dtype=torch.float64)
    ts = torch.tensor([[0.5], [-0.25]], dtype=torch.float64)
    v = torch.zeros(9, dtype=torch.float64)

    def loss(p: Any, x: Any, t: Any) -> Any:
        hidden = torch.tanh(x @ p[:4].reshape(2, 2).T + p[4:6])
        return (0.5 * (hidden @ p[6:8].reshape(1, 2).T + p[8] - t) ** 2).mean()

    trace = solved(_LOOKING.format(optimizer="nesterov_classical", batch=batch) + fixed + "epochs: 3\n")
    for epoch in (1, 2, 3):
        online = {"sample 1 / ": (0,), "sample 2 / ": (1,)}
        for place, rows in ({"": (0, 1)} if batch == "full" else online).items():
            ahead = torch.where(learns, theta + 0.8 * v, theta).requires_grad_()
            loss(ahead, xs[list(rows)], ts[list(rows)]).backward()
            v = torch.where(learns, 0.8 * v - 0.1 * ahead.grad, v)
            theta = theta + v
            for index, name in enumerate(names):
                at = f"epoch {epoch} / {place}"
                if learns[index]:
                    assert number(trace, f"{at}ahead_{name}") == pytest.approx(ahead[index].item(), rel=1e-11)
                    assert number(trace, f"{at}dE/d{name}") == pytest.approx(ahead.grad[index].item(), rel=1e-9)
                    assert number(trace, f"{at}{name}_new") == pytest.approx(theta[index].item(), rel=1e-11)


def test_classical_nesterov_goes_where_the_other_form_stands() -> None:
    """w + μ·v of the classical form is the w of `nesterov_ahead`, which is that of PyTorch where η stays."""
    classical = solved(_LOOKING.format(optimizer="nesterov_classical", batch="full") + "epochs: 4\n")
    other = solved(_LOOKING.format(optimizer="nesterov", batch="full") + "epochs: 4\n")
    for epoch in (1, 2, 3):
        for name in ("w1", "w4", "w6", "b2"):
            ours = number(classical, f"epoch {epoch + 1} / ahead_{name}")
            assert ours == pytest.approx(number(other, f"epoch {epoch} / {name}_new"), rel=1e-12)


def test_a_long_training_by_classical_nesterov_is_the_loop_of_the_paper() -> None:
    text = "inputs: {x: 1}\ntargets: {y: 0.5}\nlayers: [{neurons: [y], weights: [[w = 0.5]], activation: tanh}]\n"
    text += "loss: half_squared_error\nlearning_rate: 0.1\noptimizer: nesterov_classical\nreport: [1, 3, 200]\n"
    solution = solution_of(loaded(text), SolveOptions(digits=15))
    assert solution.training is not None
    w, v, path = 0.5, 0.0, []
    for _epoch in range(200):
        out = math.tanh(w + 0.9 * v)
        v = 0.9 * v - 0.1 * (out - 0.5) * (1 - out * out)
        w += v
        path.append(w)
    values = [
        (one.text(), quantity.key) for report in solution.training.reports for quantity, one in report.values.items()
    ]
    ours = [float(text) for text, key in values if key == "w"]
    assert ours == pytest.approx([path[0], path[2], path[199]], rel=1e-12)


def test_what_looks_ahead_is_written_line_by_line() -> None:
    with pytest.raises(BackpropError, match="made at w"):
        matrix_view(solution_of(loaded(_LOOKING.format(optimizer="nesterov_classical", batch="full")), SolveOptions()))


# ---- whole matrices ------------------------------------------------------------------------------------------

_MATRICES = {  # W, the gradients of two steps; the objective is linear in W, so that they are what is given here
    "square": ([[0.5, -0.25], [0.75, 1.0]], [[[1.0, -2.0], [0.5, 0.25]], [[0.5, 0.5], [-1.0, 2.0]]]),
    "flat": ([[0.5, -0.25, 2.0], [0.75, 1.0, -1.0]], [[[1.0, 0.5, -2.0], [3.0, 0.25, 1.0]]]),
    "tall": ([[0.5, -0.25], [0.75, 1.0], [2.0, -1.0]], [[[1.0, 0.5], [3.0, 0.25], [-2.0, 1.0]]]),
    "column": ([[0.5], [-0.25]], [[[3.0], [4.0]]]),
    "row": ([[0.5, -0.25]], [[[3.0, 4.0]]]),
}


def of_matrix(weights: list[list[float]], steps: list[list[list[float]]], optimizer: str) -> Trace:
    """One epoch of a graph whose gradient in W is that of each sample: f = Σ G ⊙ W."""
    samples = ", ".join(f"{{inputs: {{G: {g}}}}}" for g in steps)
    return solved(f"samples: [{samples}]\nparameters: {{W: {weights}}}\ngraph: {{f: sum(G * W)}}\nobjective: f\n"
                  f"learning_rate: {RATE}\noptimizer: {optimizer}\n")  # fmt: skip


def entries(trace: Trace, sample: str, like: list[list[float]]) -> list[list[float]]:
    return [[number(trace, f"{sample}W{i}_{j}_new") for j in range(1, len(row) + 1)]
            for i, row in enumerate(like, start=1)]  # fmt: skip


@pytest.mark.parametrize("shape", _MATRICES)
@pytest.mark.parametrize("settings", [{}, {"mu": 0.5, "lambda": 0, "iterations": 2}])
def test_muon_is_pytorchs(shape: str, settings: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its Newton–Schulz iteration goes on in bfloat16; here in the double precision of the gradient."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of this optimizer")
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda self: self)
    weights, steps = _MATRICES[shape]
    of = {"mu": 0.95, "lambda": 0.1, "iterations": 5, **settings}
    parameter = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
    rule = torch.optim.Muon([parameter], lr=RATE, momentum=of["mu"], weight_decay=of["lambda"],
                            ns_steps=int(of["iterations"]))  # fmt: skip
    said = "".join(f", {key}: {value}" for key, value in settings.items())
    trace = of_matrix(weights, steps, f"{{name: muon{said}}}")
    for step, gradient in enumerate(steps, start=1):
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        rule.step()
        ours = entries(trace, f"sample {step} / " if len(steps) > 1 else "", weights)
        assert torch.allclose(torch.tensor(ours, dtype=torch.float64), parameter.detach(), rtol=1e-10, atol=1e-12)


def test_newton_and_schulz_with_their_own_coefficients_make_a_matrix_orthogonal() -> None:
    """3/2·X − 1/2·X·Xᵀ·X converges to U·Vᵀ of the singular value decomposition (Björck and Bowie 1971)."""
    numpy = pytest.importorskip("numpy")
    weights, (gradient, _second) = _MATRICES["square"]
    optimizer = "{name: muon, mu: 0, lambda: 0, alpha: 3/2, beta: -1/2, gamma: 0, iterations: 12}"
    trace = of_matrix(weights, [gradient], optimizer)
    left, _sizes, right = numpy.linalg.svd(numpy.array(gradient))
    ours = (numpy.array(weights) - numpy.array(entries(trace, "", weights))) / RATE
    assert numpy.allclose(ours, left @ right, atol=1e-9)


def test_lamb_scales_the_step_of_each_layer_to_its_size() -> None:
    """You et al. (2020), algorithm 2, in NumPy: weights and biases of both layers are a tensor each."""
    numpy = pytest.importorskip("numpy")
    text = ("inputs: [1, -2]\ntargets: [1]\nlayers:\n  - {weights: [[0.5, -0.25], [0.75, 1]], bias: [0, 0], "
            "activation: tanh}\n  - {weights: [[0.3, -0.4]], bias: [0.1]}\n"
            "loss: half_squared_error\nlearning_rate: 0.05\noptimizer: lamb\nepochs: 2\n")  # fmt: skip
    trace = solved(text)
    tensors = {"W1": ("w1", "w2", "w3", "w4"), "b1": ("b1", "b2"), "W2": ("w5", "w6"), "b2": ("b3",)}
    start = {"w1": 0.5, "w2": -0.25, "w3": 0.75, "w4": 1.0, "b1": 0.0, "b2": 0.0, "w5": 0.3, "w6": -0.4, "b3": 0.1}
    for names in tensors.values():
        w, m, v = numpy.array([start[name] for name in names]), 0.0, 0.0
        for t in (1, 2):
            g = numpy.array([number(trace, f"epoch {t} / dE/d{name}") for name in names])
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
            r = m / (1 - 0.9**t) / (numpy.sqrt(v / (1 - 0.999**t)) + 1e-6) + 0.01 * w
            size = numpy.linalg.norm(w)
            w = w - 0.05 * (size / numpy.linalg.norm(r) if size else 1) * r
            ours = [number(trace, f"epoch {t} / {name}_new") for name in names]
            assert numpy.allclose(ours, w, rtol=1e-10, atol=1e-12)


def test_a_matrix_that_muon_cannot_move_as_a_whole_is_refused() -> None:
    network = ("inputs: {a: 1, b: 2}\ntargets: {y: 1, z: 0}\nlayers:\n  - neurons: [y, z]\n    weights: %s\n"
               "loss: half_squared_error\nlearning_rate: 0.1\noptimizer: %s\n%s")  # fmt: skip
    with pytest.raises(BackpropError, match=r"only a part is fixed: w1"):
        loaded(network % ("[[0.5, 1], [0.25, 2]]", "muon", "fixed: [w1]\n"))
    with pytest.raises(BackpropError, match="some are missing"):
        loaded(network % ("{y: {a: 0.5}, z: {a: 1, b: 2}}", "muon", ""))
    with pytest.raises(BackpropError, match="a whole number from 1 to 20"):
        loaded(network % ("[[0.5, 1], [0.25, 2]]", "{name: muon, iterations: 2.5}", ""))
    assert loaded(network % ("[[0.5, 1], [0.25, 2]]", "lamb", "fixed: [w1]\n"))


def test_where_epsilon_stands_decides_what_is_printed() -> None:
    """Keras prints 0.4998 for w = 0.5, g = 0.005, η = 1 and ε = 1, where ε after the bias correction gives 199/402."""
    text = "parameters: {{w: 0.5}}\ngradients: {{w: 0.005}}\nlearning_rate: 1\noptimizer: {{name: {}, epsilon: 1}}\n"
    printed = {name: number(solved(text.format(name)), "w_new") for name in ("adam", "adam_keras")}
    assert round(printed["adam_keras"], 4) == 0.4998
    assert printed["adam"] == pytest.approx(199 / 402, rel=1e-12)


@pytest.mark.parametrize("name", sorted(set(OPTIMIZERS) - set(BY_HAND)))
def test_what_is_maximized_goes_up_as_pytorchs_does(name: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these optimizers")
    sequence = gradients(5, 8)
    weight = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    rule = torch_rules(torch)[name]([weight], settings_of(name, True))
    rule.param_groups[0]["maximize"] = True
    trace = given(asked(name, True), sequence, "maximize: true\n")
    for step, gradient in enumerate(sequence, start=1):
        weight.grad = torch.tensor(float(gradient), dtype=torch.float64)
        rule.step()
        assert number(trace, f"step {step} / w_new") == pytest.approx(
            weight.item(), rel=1e-7
        )  # NAdam's Πμ is a float32


def test_a_penalty_still_makes_smaller_what_is_maximized() -> None:
    text = "parameters: {w: 2}\ngradients: {w: 0.5}\nlearning_rate: 0.1\nmaximize: true\npenalty: {l2: 0.25}\n"
    assert number(solved(text), "w_new") == pytest.approx(2 + 0.1 * (0.5 - 0.25 * 2))


def test_dampening_is_pytorchs_where_its_velocity_begins_at_0() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of these optimizers")
    sequence = gradients(4)
    weight = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    rule = torch.optim.SGD([weight], lr=RATE, momentum=0.6, dampening=0.3)
    rule.state[weight]["momentum_buffer"] = torch.zeros((), dtype=torch.float64)  # else the first g is not dampened
    trace = given("{name: momentum_dampened, mu: 0.6, tau: 0.3}", sequence)
    for step, gradient in enumerate(sequence, start=1):
        weight.grad = torch.tensor(float(gradient), dtype=torch.float64)
        rule.step()
        assert number(trace, f"step {step} / w_new") == pytest.approx(weight.item(), rel=1e-9, abs=1e-10)


def test_a_step_of_momentum_from_a_given_velocity_is_the_published_one() -> None:
    """Deep-ML 146: v = 0.9·0.5 + 0.01·0.1 = 0.451, and the parameter 1 becomes 0.549."""
    trace = solved(
        "parameters: {p: 1}\ngradients: {p: 0.1}\nlearning_rate: 0.01\n"
        "optimizer: {name: momentum_step, mu: 0.9}\nstate: {v_p: 0.5}\n"
    )
    assert trace["v_p_new"].decimal.text() == "0.451"
    assert trace["p_new"].decimal.text() == "0.549"
    assert trace["p_new"].decimal.whole_truth


@pytest.mark.parametrize(
    ("start", "end"),
    [(("1.0", "1.0"), ("0.99000325", "0.99000325")), (("0.2", "12.3"), ("0.19001678", "12.29000026"))],
)
def test_ten_steps_of_adam_are_the_published_ones(start: tuple[str, str], end: tuple[str, str]) -> None:
    """Deep-ML 49: f = x0² + x1², α = 0.001, the usual β and ε; the eight decimals are as printed."""
    trace = solved(
        f"parameters: {{x0: {start[0]}, x1: {start[1]}}}\ngraph: {{f: x0^2 + x1^2}}\n"
        "learning_rate: 0.001\noptimizer: adam\nepochs: 10\n"
    )
    for name, printed in zip(("x0", "x1"), end, strict=True):
        assert f"{number(trace, f'epoch 10 / {name}_new'):.8f}" == printed


def test_the_first_step_of_adam_keeps_its_square_root_exact() -> None:
    """v̂ = 0.16, its root is 0.4, and so the new weight is a fraction."""
    trace = given("adam", ["0.4"])
    assert trace["vhat_w"].decimal.text() == "0.16"
    assert trace["w_new"].exact is not None


def test_the_step_number_of_an_exercise_that_starts_later_counts() -> None:
    """At t = 3 the correction is 1 − 0.9³ = 0.271."""
    trace = given("adam", ["0.4"], "step: 3\nstate: {m_w: 0.1, v_w: 0.2}\n")
    assert number(trace, "mhat_w") == pytest.approx((0.9 * 0.1 + 0.1 * 0.4) / 0.271, rel=1e-12)


PENALIZED = """\
inputs: [1, 2]
targets: [1]
layers: [{{weights: [[0.5, -0.25]], bias: 0.1, activation: sigmoid}}]
loss: half_squared_error
learning_rate: 0.5
{more}
"""


def penalized(more: str) -> tuple[Trace, Trace]:
    return solved(PENALIZED.format(more="")), solved(PENALIZED.format(more=more))


@pytest.mark.parametrize(
    ("penalty", "slope"),
    [
        ("{l2: 0.1}", lambda w: 0.1 * w),
        ("{l2_full: 0.1}", lambda w: 0.2 * w),
        ("{l1: 0.1}", lambda w: 0.1 * (1 if w > 0 else -1)),
        ("{l1: 0.1, l2: 0.2}", lambda w: 0.1 * (1 if w > 0 else -1) + 0.2 * w),
    ],
)
def test_a_penalty_adds_its_slope_to_the_gradient_of_each_weight(penalty: str, slope: Callable[[float], float]) -> None:
    plain, with_penalty = penalized(f"penalty: {penalty}")
    for name, value in (("w1", 0.5), ("w2", -0.25)):
        expected = number(plain, f"dE/d{name}") + slope(value)
        assert number(with_penalty, f"g_{name}") == pytest.approx(expected, rel=1e-12)
        assert number(with_penalty, f"{name}_new") == pytest.approx(value - 0.5 * expected, rel=1e-12)


def test_a_bias_is_penalized_only_on_request() -> None:
    plain, with_penalty = penalized("penalty: {l2: 0.1}")
    assert with_penalty["b1_new"].number.overlaps(plain["b1_new"].number)  # type: ignore[union-attr]
    _plain, asked = penalized("penalty: {l2: 0.1, biases: true}")
    assert number(asked, "g_b1") == pytest.approx(number(plain, "dE/db1") + 0.01, rel=1e-12)


def test_clipping_by_norm_shortens_all_gradients_together() -> None:
    """(3, 4) has length 5; at most 1 it is (0.6, 0.8), exactly."""
    trace = solved("parameters: {a: 0, b: 0}\ngradients: {a: 3, b: 4}\nlearning_rate: 1\nclip: {norm: 1}\n")
    assert trace["gradient_norm"].decimal.text() == "5"
    assert (trace["a_new"].decimal.text(), trace["b_new"].decimal.text()) == ("-0.6", "-0.8")


def test_clipping_by_value_cuts_each_gradient_off() -> None:
    trace = solved("parameters: {a: 0, b: 0}\ngradients: {a: 3, b: -0.25}\nlearning_rate: 1\nclip: {value: 0.5}\n")
    assert (trace["a_new"].decimal.text(), trace["b_new"].decimal.text()) == ("-0.5", "0.25")


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_works_in_a_network_in_every_batching_and_detail(name: str) -> None:
    """Its first update is that of a problem in which the batch's gradient is given."""
    text = (
        "samples: [{{inputs: [1], targets: [1]}}, {{inputs: [2], targets: [0]}}]\n"
        "layers: [{{weights: [[w = 0.7]], activation: tanh}}]\nloss: half_squared_error\n"
        "learning_rate: 0.05\noptimizer: {name}\nbatch: {batch}\n"
    )
    whole = solution_of(loaded(text.format(name=name, batch="full")), SolveOptions(Detail.FULL, digits=30)).trace
    online = solution_of(loaded(text.format(name=name, batch="online")), SolveOptions(Detail.BRIEF, digits=30)).trace
    for trace, address in ((whole, ""), (online, "sample 1 / ")):
        gradient = trace[f"{address}dE/dw"].decimal.text()
        alone = given(name, [gradient])
        assert number(trace, f"{address}w_new") == pytest.approx(number(alone, "w_new"), rel=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_line_of_a_step_names_the_state_that_it_looks_at(name: str) -> None:
    """The new value of each, then the old one; and the parameter's old value where the line is its new one."""
    w = Quantity(Kind.PARAMETER, "w")
    written = update_lines(UpdateRule(name), {w: Name(gradient_of(Quantity(Kind.LOSS), w))})
    lines = {line.quantity.key: line for line in written}
    states = tuple(
        (Name(Quantity(Kind.NEW, f"{one}_w")), Name(Quantity(Kind.PARAMETER, f"{one}_w")))
        for one in OPTIMIZERS[name].state
    )
    for line in lines.values():
        assert isinstance(line.parts, UpdateParts)
        assert line.parts.states == states
    assert lines["w_new"].parts.old == Name(w)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("optimizer", "key", "meant"),
    [
        ("adamw", "weight_decay", "lambda"), ("adamw", "decay", "lambda"), ("adam", "eps", "epsilon"),
        ("adam", "betas", "beta1"), ("adam", "b2", "beta2"), ("nesterov", "momentum", "mu"),
        ("momentum_average", "momentum", "beta"), ("rmsprop", "alpha", "rho"), ("rmsprop_momentum", "momentum", "mu"),
        ("momentum_dampened", "dampening", "tau"), ("nadam", "momentum_decay", "psi"),
        ("muon", "ns_steps", "iterations"),
        ("newton", "damping", "lambda"),
    ],
)  # fmt: skip
def test_a_setting_that_other_programs_call_otherwise_is_suggested(optimizer: str, key: str, meant: str) -> None:
    text = "inputs: [1]\ntargets: [2]\nlayers: [{weights: [[w = 0.5]]}]\nloss: squared_error\nlearning_rate: 0.1\n"
    run = backprop("solve", "-", stdin=f"{text}optimizer: {{name: {optimizer}, {key}: 0.9}}\n")
    assert (run.code, f"did you mean '{meant}'?" in run.err) == (2, True), run.err
