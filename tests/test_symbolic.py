"""Solutions in letters: closed formulas against SymPy's derivatives of a loss built here, and against the numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sympy
from flint import arb
from helpers import Network, backprop, loaded, random_network

from backprop_cli.algebra.calculus import evaluate
from backprop_cli.algebra.optimizers import OPTIMIZERS
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.deriving.schedule import derive
from backprop_cli.ground.errors import MathError, UsageError
from backprop_cli.numbers.certified import Certified, precision
from backprop_cli.problem.letters import in_letters, letters_of
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import Loaded, bundled, load
from backprop_cli.solving.expansion import Closed
from backprop_cli.solving.solution import SolveOptions
from backprop_cli.solving.solver import solve
from backprop_cli.solving.symbolic import SymbolicSolution, symbolic_solution_of, symbolic_speller

LINEAR = """\
symbolic: true
inputs: [x1, x2]
targets: [t]
layers: [{weights: [[w1, w2]], bias: b}]
loss: half_squared_error
learning_rate: eta
"""


def in_symbols(text: str, every_letter: bool = False, detail: Detail | None = None) -> SymbolicSolution:
    """The solution in letters of the problem in the text."""
    return symbolic_solution_of(_loaded(text), SolveOptions(detail=detail), every_letter)


def _loaded(text: str) -> Loaded:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.yaml"
        path.write_text(text, "utf-8")
        return load(str(path), letters=True)


def closed(solution: SymbolicSolution) -> dict[str, str]:
    """The closed formulas in plain ASCII, in letters alone."""
    write = symbolic_speller(solution, "ascii", "plain")
    steps = solution.trace.steps
    return {step.quantity.key: write.closed(step.full, step.quantity.at) for step in steps if step.full is not None}


# ---- what a teacher would write ------------------------------------------------------------------------------


def test_a_linear_neuron_with_half_the_squared_error() -> None:
    found = closed(in_symbols(LINEAR))
    assert found["dE/dw1"] == "x1*(w1*x1 + w2*x2 + b - t)"
    assert found["dE/db"] == "w1*x1 + w2*x2 + b - t"
    assert found["w2_new"] == "w2 - eta*x2*(w1*x1 + w2*x2 + b - t)"
    assert found["E"] == "(1/2)*(t - w1*x1 - w2*x2 - b)^2"


def test_a_sigmoid_is_written_as_a_sigmoid() -> None:
    found = closed(
        in_symbols(LINEAR.replace("bias: b", "bias: b, activation: sigmoid").replace(", x2", "").replace(", w2", ""))
    )
    assert found["out_y1"] == "sigmoid(w1*x1 + b)"
    assert found["dE/db"] == "sigmoid(w1*x1 + b)*(1 - sigmoid(w1*x1 + b))*(sigmoid(w1*x1 + b) - t)"


def test_two_gates() -> None:
    """∂f/∂x = z, ∂f/∂y = z and ∂f/∂z = x + y."""
    found = closed(symbolic_solution_of(load("cs231n-gates"), SolveOptions(), True))
    assert [found[f"df/d{name}"] for name in "xyz"] == ["z", "z", "x + y"]
    assert found["f"] == "z*(x + y)"


def test_what_a_sign_decides_is_left_open() -> None:
    """Nothing is known of the net input, so the slope of ReLU stays ReLU′ of it, and a max a max."""
    found = closed(in_symbols("inputs: {x: x, y: y}\ngraph: {f: 'x*relu(x - y) + max(x, y) + abs(y)'}\n"))
    assert found["f"] == "x*relu(x - y) + max(x, y) + abs(y)"
    assert "relu'(x - y)" in found["df/dx"]
    assert "[x is the max]" in found["df/dx"]
    assert "sign(y)" in found["df/dy"]


def test_a_sign_that_is_known_is_decided() -> None:
    """relu(2) = 2 and max(3, 1) = 3, whatever a is."""
    found = closed(in_symbols("letters: [a]\ninputs: {x: 2, y: a}\ngraph: {f: 'y*relu(x) + max(x + 1, 1)'}\n"))
    assert found["f"] == "2*a + 3"


def test_numbers_that_can_be_computed_are() -> None:
    """net = 0.5·2 + b, and the target 3 leaves b − 2."""
    text = (
        "inputs: [2]\ntargets: [3]\nletters: [b]\nlayers: [{weights: [[w = 0.5]], bias: b}]\nloss: half_squared_error\n"
    )
    solution = in_symbols(text + "learning_rate: 0.1\n")
    found = closed(solution)
    assert found["dE/dw"] == "2*(b - 2)"
    assert found["w_new"] == "0.9 - 0.2*b"  # 0.5 − 0.2·(b − 2)
    linear = in_symbols(
        text.replace("bias: b", "bias: 0.5").replace("[b]", "[t]").replace("targets: [3]", "targets: [t]")
    )
    assert {step.quantity.key: step.value.decimal.text() for step in linear.trace.steps if step.value} == {
        "net_y1": "1.5",
        "out_y1": "1.5",
    }


def test_a_polynomial_in_one_letter_is_multiplied_out() -> None:
    """a − 1.5 + 2a(a − 0.25) = 2a² + ½a − 1.5; and a power that would be long stays one."""
    text = "letters: [a]\ninputs: {x: a}\ngraph: {f: 'x - 1.5 + 2*x*(x - 0.25)', g: '(x + 1)^100'}\n"
    found = closed(in_symbols(text))
    assert found["f"] == "2*a^2 + (1/2)*a - 1.5"
    assert found["g"] == "(a + 1)^100"


def test_momentum_of_two_steps() -> None:
    """v₁ = ηg₁ + μv, v₂ = μv₁ + ηg₂, and p goes down by both."""
    found = closed(symbolic_solution_of(load("momentum"), SolveOptions(), True))
    assert found["step 1 / p_new"] == "p - eta*dE/dp - mu*v_p"
    assert found["step 2 / v_p_new"] == "mu*(eta*dE/dp^(1) + mu*v_p) + eta*dE/dp^(2)"


def test_the_first_step_of_adam_has_the_size_of_the_learning_rate() -> None:
    """The corrections cancel the betas: x − η·2x/(2|x| + ε)."""
    found = closed(symbolic_solution_of(load("adam"), SolveOptions(), True))
    assert found["x0_new"] == "x0 - 2*eta*x0/(2*abs(x0) + epsilon)"


def test_softmax_with_cross_entropy_keeps_the_sum_of_the_targets() -> None:
    """Nobody says that letters add up to 1: δ = (Σt)·p − t."""
    solution = symbolic_solution_of(load("softmax"), SolveOptions(), True)
    delta = next(step for step in solution.trace.steps if step.quantity.key == "delta_p1")
    assert symbolic_speller(solution, "ascii").formula(delta) == "(t_p1 + t_p2 + t_p3)*out_p1 - t_p1"  # type: ignore[arg-type]
    assert any("which is 1 in a classification" in rule for rule in delta.line.rules)


def test_targets_that_add_up_to_one_whatever_the_letter_give_p_minus_t() -> None:
    text = "letters: [t]\ninputs: [1]\ntargets: {p: t, q: 1 - t}\nloss: cross_entropy\n"
    text += "layers: [{neurons: [p, q], activation: softmax, weights: [[0.5], [w = w]]}]\n"
    solution = in_symbols(text)
    delta = next(step for step in solution.trace.steps if step.quantity.key == "delta_p")
    assert symbolic_speller(solution, "ascii").formula(delta) == "out_p - t_p"  # type: ignore[arg-type]


def test_a_letter_may_name_another_open_number() -> None:
    """x is w, and a prescribed net input too: the same letter everywhere."""
    text = "letters: [w]\ninputs: {x: w}\nlayers: [{weights: [[w]], bias: 2*w}]\nobjective: y1\n"
    assert closed(in_symbols(text))["out_y1"] == "w*(w + 2)"
    text = "given: {net_p: w + 1}\nparameters: {}\nlayers: [{neurons: [p]}, {neurons: [y], weights: [[w = w]]}]\n"
    assert closed(in_symbols(text))["out_y"] == "w^2 + w"


# ---- against SymPy -------------------------------------------------------------------------------------------

FUNCTIONS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + sympy.exp(-z)),
    "tanh": sympy.tanh,
    "softplus": lambda z: sympy.log(1 + sympy.exp(z)),
    "sin": sympy.sin,
    "square": lambda z: z**2,
    "swish": lambda z: z / (1 + sympy.exp(-z)),
}
LOSSES = {
    "half_squared_error": lambda o, t: sum((a - b) ** 2 for a, b in zip(o, t, strict=True)) / 2,
    "mean_squared_error": lambda o, t: sum((a - b) ** 2 for a, b in zip(o, t, strict=True)) / len(o),
    "binary_cross_entropy": lambda o, t: (
        -sum(b * sympy.log(a) + (1 - b) * sympy.log(1 - a) for a, b in zip(o, t, strict=True))
    ),
}


def loss_of(network: Network, letter: dict[str, Any]) -> Any:
    """The loss of the network's only sample, in the letters of its parameters, inputs and targets."""
    outs = {name: letter[name] for name in network.inputs}
    for layer in network.layers:
        nets = {}
        for neuron in layer.neurons:
            nets[neuron] = sum(letter[wire.parameter] * outs[wire.sender] for wire in layer.into(neuron))
            if neuron in layer.biases:
                bias = letter[layer.biases[neuron]]
                nets[neuron] += -bias if network.threshold else bias
        if layer.activation == "softmax":
            total = sum(sympy.exp(net) for net in nets.values())
            outs |= {neuron: sympy.exp(net) / total for neuron, net in nets.items()}
        else:
            outs |= {neuron: FUNCTIONS[layer.activation](net) for neuron, net in nets.items()}
    targets = [letter[f"t_{name}"] for name in network.outputs]
    if network.loss == "cross_entropy":
        return -sum(t * sympy.log(outs[name]) for name, t in zip(network.outputs, targets, strict=True))
    return LOSSES[network.loss]([outs[name] for name in network.outputs], targets)


def networks() -> Iterator[Network]:
    for seed in range(12):
        random = Random(seed)
        last, loss = random.choice(
            [("identity", "half_squared_error"), ("sigmoid", "mean_squared_error"), ("tanh", "half_squared_error"),
             ("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")]
        )  # fmt: skip
        classes = {"outputs": random.randint(2, 3)} if last == "softmax" else {}
        yield random_network(random, list(FUNCTIONS), last, loss, samples=1, epochs=1, **classes)


NETWORKS = list(networks())


@pytest.mark.parametrize("seed", range(len(NETWORKS)))
def test_closed_gradients_are_sympys_derivatives_of_the_loss(seed: int) -> None:
    """At random values of all letters, for every parameter; so are the short ones, in which outputs have names."""
    network = NETWORKS[seed]
    solution = in_symbols(network.text(), every_letter=True)
    random = Random(seed)
    names = [*network.parameters, *network.inputs, *(f"t_{name}" for name in network.outputs)]
    letter = {name: sympy.Symbol(name, real=True) for name in names}
    at = {name: sympy.Rational(random.randint(-30, 30), 37) for name in names}
    at |= {name: abs(at[name]) for name in at if name.startswith("t_")}
    error = loss_of(network, letter)
    values = {symbol: at[name] for name, symbol in letter.items()}
    compared = 0
    for step in solution.trace.steps:
        if step.quantity.kind is Kind.GRADIENT and step.quantity.by is not None:
            expected = sympy.N(sympy.diff(error, letter[step.quantity.by.name]).subs(values), 40)
            for form in (step.full, step.short):
                if form is not None:
                    compared += 1
                    assert is_near(value_of(solution, form, at), expected), f"{network.text()}{step.quantity.key}"
    assert compared


def value_of(solution: SymbolicSolution, form: Closed, at: dict[str, Any]) -> Any:
    """A closed formula with numbers for its letters, and the outputs in it by what they are named for."""

    def number(symbol: Any) -> Any:
        assert isinstance(symbol, Quantity)
        if symbol in solution.trace.named:
            return evaluate(solution.trace.named[symbol].formula, Certified(), number)
        value = at[f"t_{symbol.name}" if symbol.kind is Kind.TARGET else symbol.name]
        return Certified().number(int(value.p)) / int(value.q)

    with precision(250):
        return evaluate(form.formula, Certified(), number)


def is_near(value: Any, expected: Any) -> bool:
    with precision(250):
        return bool(abs(arb(value) - arb(str(expected))) < arb("1e-30") * (1 + abs(arb(str(expected)))))


# ---- against the numbers -------------------------------------------------------------------------------------

SOLVED = [
    name
    for name in bundled()
    if not load(name).problem.rounding
    and not load(name).problem.report
    and load(name).problem.training.perceptron is None
]


IN_FULL = ("mazur", "softmax", "max-gate", "dead-relu", "momentum")


@pytest.mark.parametrize(
    ("name", "detail"), [(name, Detail.TEXTBOOK) for name in SOLVED] + [(name, Detail.FULL) for name in IN_FULL]
)
def test_with_its_numbers_put_in_a_closed_formula_is_the_solution(name: str, detail: Detail) -> None:
    """Every line of every bundled problem, in letters alone and with outputs named."""
    assert_agrees(load(name), detail)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_is_right_in_letters(optimizer: str) -> None:
    text = "parameters: {p: 1.5, q: -0.5}\ngradients: {p: [0.25, -0.5], q: [1, 2]}\nlearning_rate: 0.125\n"
    assert_agrees(loaded(f"{text}optimizer: {optimizer}\npenalty: {{l2: 0.25}}\nclip: {{value: 1}}\n"), Detail.TEXTBOOK)


def assert_agrees(one: Loaded, detail: Detail) -> None:
    numbers = solve(derive(one.problem, detail, then_forward=True), digits=40)
    solution = symbolic_solution_of(one, SolveOptions(detail=detail, then_forward=True), True)
    compared = 0
    with precision(300):
        for step in solution.trace.steps:
            for form in (step.full, step.short):
                if form is not None:
                    value = evaluate(form.formula, Certified(), lambda symbol: number_of(symbol, numbers))
                    assert is_near(value, numbers.value(step.quantity).decimal.text()), step.quantity.key
                    compared += 1
    assert compared


def number_of(symbol: Any, numbers: Any) -> Any:
    """The value of a letter; of a prescribed quantity, that of any epoch."""
    if symbol in numbers.by_quantity or symbol in numbers.constants:
        return numbers.value(symbol).number
    places = set(symbol.at)
    return next(
        s.value.number for s in numbers.steps if s.quantity.bare == symbol.bare and places <= set(s.quantity.at)
    )


# ---- which names are letters ---------------------------------------------------------------------------------

ONE = "inputs: {x: 2}\nlayers: [{weights: [[w1 = 0.5]]}]\n"
WRITTEN = {
    "a parameter equal to its own name": ("inputs: {x: 2}\nlayers: [{weights: [[w1 = w1]]}]\n", ("w1",)),
    "an input that is its own name": ("inputs: {x: x}\nlayers: [{weights: [[0.5]]}]\n", ("x",)),
    "an input of a list": ("inputs: [x = x, 2]\nlayers: [{weights: [[1, 2]]}]\n", ("x",)),
    "a parameter of the mapping": ("inputs: {x: 2}\nparameters: {w: w}\nlayers: [{weights: [[w]]}]\n", ("w",)),
    "a target by its own name": (ONE + "targets: {y1: t_y1}\nloss: squared_error\n", ("t_y1",)),
    "a target by its neuron": (ONE + "targets: {y1: y1}\nloss: squared_error\n", ("t_y1",)),
    "the learning rate": (ONE + "targets: [1]\nloss: squared_error\nlearning_rate: eta\n", ("eta",)),
    "a listed name": (ONE + "targets: [t]\nloss: squared_error\nletters: [t]\n", ("t",)),
    "a listed name alone": (ONE + "targets: [t]\nloss: squared_error\nletters: t\n", ("t",)),
    "a listed weight": (
        "inputs: {x: 2}\nlayers: [{weights: [[w, w]]}]\n".replace("{x: 2}", "[1, 2]") + "letters: [w]\n",
        ("w",),
    ),
    "a formula of letters": ("inputs: {x: 2*a}\nletters: [a]\nlayers: [{weights: [[1]]}]\n", ("a",)),
    "everything": ("symbolic: true\ninputs: [x]\nlayers: [{weights: [[w]], bias: b}]\n", ("w", "b", "x")),
    "a prescribed value": ("given: {net_y: net_y}\nlayers: [{neurons: [y]}]\n", ("net_y",)),
    "a setting": (
        "parameters: {p: 1}\ngradients: {p: g}\nletters: [g]\nlearning_rate: 1\noptimizer: {name: momentum, mu: mu}\n",
        ("g", "mu"),
    ),
    "penalties and bounds": (
        "parameters: {p: 1}\ngradients: {p: 2}\nlearning_rate: 1\npenalty: {l2: lambda2}\nclip: {norm: c}\n",
        ("c", "lambda2"),
    ),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_a_letter_is_written_where_a_number_is(what: str) -> None:
    text, letters = WRITTEN[what]
    problem = _loaded(text).problem
    assert sorted(problem.letters) == sorted(letters)
    assert in_symbols(text).trace.steps


@pytest.mark.parametrize("command", [["verify"], ["solve", "--compare", "conventions"]])
def test_what_needs_numbers_refuses_letters(command: list[str]) -> None:
    run = backprop(command[0], "-", *command[1:], stdin=WRITTEN["the learning rate"][0])
    assert run.code == 2
    assert "eta is a letter, and this needs numbers" in run.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mazur", "--symbolic", "--round", "4"], "letters cannot be rounded"),
        (["han-kamber", "--symbolic"], "letters cannot be rounded"),
        (["ten-thousand-epochs", "--symbolic"], "a long training needs numbers"),
        (["mazur", "--symbolic", "--compare", "conventions"], "ask for one at a time"),
        (["mazur", "--symbolic", "--only", "w9_new"], "no quantity called 'w9_new'"),
    ],
)
def test_what_letters_cannot_do_is_said(arguments: list[str], message: str) -> None:
    run = backprop("solve", *arguments)
    assert run.code == 2
    assert message in run.err


def test_every_number_becomes_a_letter_with_the_settings_that_are_not_written() -> None:
    problem = in_letters(loaded("parameters: {p: 1}\ngradients: {p: 2}\nlearning_rate: 1\noptimizer: adam\n").problem)
    assert {"p", "eta", "beta1", "beta2", "epsilon"} <= set(letters_of(problem))


# ---- pages and bounds ----------------------------------------------------------------------------------------


def test_the_page_names_outputs_where_a_formula_would_be_long_and_says_what_they_are() -> None:
    page = backprop("solve", "mazur", "--symbolic", "--only", "w5_new").out
    assert "∂E/∂w₅ = δₒ₁·outₕ₁ = outₕ₁·outₒ₁·(1 − outₒ₁)·(outₒ₁ − tₒ₁)" in page
    assert "outₒ₁ = σ(w₅·outₕ₁ + w₆·outₕ₂ + b₂)" in page
    assert "0.593" not in page


def test_json_has_closed_formulas_and_keeps_its_keys() -> None:
    run = backprop("solve", "-", "--json", stdin=LINEAR)
    data = json.loads(run.out)
    assert data["arithmetic"] == "symbolic"
    assert data["letters"] == ["w1", "w2", "b", "x1", "x2", "t", "eta"]
    step = next(step for step in data["steps"] if step["quantity"] == "dE/dw1")
    assert step["closed"] == "x1*(w1*x1 + w2*x2 + b - t)"
    assert (step["decimal"], step["exact"], step["is_exact"]) == (None, None, False)
    numeric = json.loads(backprop("solve", "mazur", "--json").out)["steps"][0]
    assert numeric.keys() <= step.keys()


def network(*sizes: int) -> str:
    """A network of so many neurons a layer."""
    lines = [f"inputs: [{', '.join(['0.5'] * sizes[0])}]", f"targets: [{', '.join(['0.5'] * sizes[-1])}]", "layers:"]
    for before, size in pairwise(sizes):
        row = f"[{', '.join(['0.25'] * before)}]"
        lines.append(f"  - {{weights: [{', '.join([row] * size)}], activation: sigmoid}}")
    return "\n".join([*lines, "loss: half_squared_error", "learning_rate: 0.5", ""])


@pytest.mark.parametrize("sizes", [(4, 6, 3), (2,) * 12, (30, 2, 1)])
def test_a_large_network_is_bounded(sizes: tuple[int, ...]) -> None:
    """What would be too long is left out; of a dozen layers, no formula is written in letters alone."""
    solution = in_symbols(network(*sizes), every_letter=True)
    assert all(step.value is None for step in solution.trace.steps)


def test_a_long_solution_says_that_it_has_no_closed_formulas() -> None:
    run = backprop("solve", "-", "--symbolic", stdin=network(10, 20, 10))
    assert "closed formulas are written up to 600" in " ".join(run.out.split())
    assert "w₁⁺ = w₁ − η·∂E/∂w₁" in " ".join(run.out.split())


def test_the_total_error_after_an_update_is_written_in_letters() -> None:
    page = backprop("solve", "one-neuron", "--symbolic", "--then-forward").out
    before, after = page.strip().splitlines()[-2:]
    assert before == "   before the update = ½·(t_y − w₁·x₁ − w₂·x₂ − b)²"
    assert after.startswith("   after the update  = ½·(t_y − ")


def test_a_notation_writes_letters_too() -> None:
    page = backprop("solve", "one-neuron", "--symbolic", "--notation", "mitchell").out
    assert "adds η·δ·input" in page
    assert "w₂⁺ = w₂ + η·δ_y·x₂ = w₂ + η·x₂·(t_y − w₁·x₁ − w₂·x₂ − b)" in page


def test_what_has_no_value_whatever_the_letters_is_an_error_that_names_its_line() -> None:
    with pytest.raises(MathError, match="df/dx: division by zero"):
        in_symbols("letters: [a]\ninputs: {x: a}\ngraph: {q: '2 - 2', f: x/q}\n")


def test_a_name_that_nothing_has_is_refused() -> None:
    with pytest.raises(UsageError, match="no quantity"):
        symbolic_solution_of(load("mazur"), SolveOptions(only=("nothing",)), True)
