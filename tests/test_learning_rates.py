"""Several learning rates side by side: the exact bounds on a parabola, the words elsewhere, and what is refused."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
import sympy
from helpers import as_fraction, backprop, fraction, loaded

from backprop_cli.ground.errors import UsageError
from backprop_cli.numbers.certified import precision
from backprop_cli.problem.reader import bundled
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.training.compiled_epoch import CompiledEpochs
from backprop_cli.training.convergence import Behaviour
from backprop_cli.training.quadratics import Quadratic, quadratic_of
from backprop_cli.training.trials import TrialComparison, compared

ONE_WEIGHT = "inputs: [2]\ntargets: [10]\nlayers: [{weights: [[w = 1]]}]\nloss: squared_error\n"
MAZUR = bundled()["mazur"].read_text("utf-8").replace("learning_rate: 0.5\n", "")


def comparison(text: str, digits: int = 12) -> TrialComparison:
    found = compared(loaded(text).problem, digits)
    assert found is not None
    return found


def words(text: str) -> list[str]:
    return [trial.verdict.word.value for trial in comparison(text).trials if trial.verdict]


def parabola(text: str) -> Quadratic:
    found = quadratic_of(CompiledEpochs(loaded(text).problem))
    assert found is not None
    return found


# ---- the parabola --------------------------------------------------------------------------------------------

SAMPLES = "samples: [{inputs: [1], targets: [2]}, {inputs: [2], targets: [3]}, {inputs: [-3], targets: [5]}]\n"
PARABOLAS = {  # a problem, and its loss in w for SymPy
    "one weight": (ONE_WEIGHT, "(10 - 2*w)**2"),
    "half the error": (ONE_WEIGHT.replace("squared", "half_squared"), "(10 - 2*w)**2/2"),
    "a batch": (
        f"{SAMPLES}layers: [{{weights: [[w = 0.5]]}}]\nloss: squared_error\nbatch: full\n",
        "((2 - w)**2 + (3 - 2*w)**2 + (5 + 3*w)**2)/3",
    ),
    "a batch that is summed": (
        f"{SAMPLES}layers: [{{weights: [[w = 0.5]]}}]\nloss: squared_error\nbatch: full\nreduce: sum\n",
        "(2 - w)**2 + (3 - 2*w)**2 + (5 + 3*w)**2",
    ),
    "a bias behind a sigmoid of what is fixed": (
        "inputs: [0]\ntargets: [2]\nfixed: [v, u]\nlayers:\n  - {weights: [[v = 1]], activation: sigmoid}\n"
        "  - {weights: [[u = 3]], bias: w = 0}\nloss: half_squared_error\n",
        "(2 - Rational(3, 2) - w)**2/2",
    ),
    "a shared weight": (
        "inputs: [1, 3]\ntargets: [4]\nlayers: [{weights: [[w = 1/3, w]]}]\nloss: half_squared_error\n",
        "(4 - 4*w)**2/2",
    ),
    "a graph": ("parameters: {w: 1}\ngraph:\n  q: w - 3\n  E: 2*q^2 + q/2 + 1\n", "2*(w - 3)**2 + (w - 3)/2 + 1"),
    "a hill": ("parameters: {w: 1}\ngraph: {E: 3 - w*w/4}\n", "3 - w**2/4"),
    "a penalty": (f"{ONE_WEIGHT}penalty: {{l2: 3}}\n", "(10 - 2*w)**2 + 3*w**2/2"),
}


@pytest.mark.parametrize("which", PARABOLAS)
def test_a_parabola_has_sympys_second_derivative_and_minimum(which: str) -> None:
    text, formula = PARABOLAS[which]
    found = parabola(f"{text}learning_rate: 0.1\n")
    w = sympy.Symbol("w")
    loss = sympy.sympify(formula, locals={"w": w})
    assert as_fraction(found.curvature) == Fraction(str(sympy.diff(loss, w, 2)))
    assert as_fraction(found.still) == Fraction(str(sympy.solve(sympy.diff(loss, w), w)[0]))


OTHERS = {
    "a sigmoid": ONE_WEIGHT.replace("[[w = 1]]", "[[w = 1]], activation: sigmoid"),
    "a ReLU": ONE_WEIGHT.replace("[[w = 1]]", "[[w = 1]], activation: relu"),
    "an absolute error": ONE_WEIGHT.replace("squared_error", "absolute_error"),
    "a cube": "parameters: {w: 1}\ngraph: {E: w^3}\n",
    "a power that is not whole": "parameters: {w: 2}\ngraph: {E: w^1.5}\n",
    "two weights": ONE_WEIGHT.replace("[[w = 1]]", "[[w = 1]], bias: 0"),
    "two layers with one weight": (
        "inputs: [2]\ntargets: [10]\nlayers: [{weights: [[w = 1]]}, {weights: [[w]]}]\nloss: squared_error\n"
    ),
    "momentum": f"{ONE_WEIGHT}optimizer: momentum\n",
    "clipping": f"{ONE_WEIGHT}clip: {{value: 1}}\n",
    "several updates an epoch": f"{SAMPLES}layers: [{{weights: [[w = 0.5]]}}]\nloss: squared_error\n",
    "a schedule": f"{ONE_WEIGHT}schedule: inverse_sqrt\n",
}


@pytest.mark.parametrize("which", OTHERS)
def test_what_is_no_parabola_is_not_taken_for_one(which: str) -> None:
    assert quadratic_of(CompiledEpochs(loaded(f"{OTHERS[which]}learning_rate: 0.1\n").problem)) is None


@pytest.mark.parametrize(
    ("rate", "word", "factor"),
    [
        ("0.005", Behaviour.TOO_SMALL, "24/25"),
        ("0.1", Behaviour.CONVERGES, "1/5"),
        ("1/8", Behaviour.CONVERGES, "0"),
        ("0.2", Behaviour.OSCILLATES, "-3/5"),
        ("1/4", Behaviour.OSCILLATES, "-1"),
        ("0.251", Behaviour.DIVERGES, "-126/125"),
        ("1", Behaviour.DIVERGES, "-7"),
    ],
)
def test_a_rate_does_what_its_factor_says(rate: str, word: Behaviour, factor: str) -> None:
    """E″ = 8: the distance to w* = 5 is multiplied by 1 − 8η, which the trained weights confirm."""
    (trial,) = comparison(f"{ONE_WEIGHT}learning_rate: [{rate}]\n", 40).trials
    assert trial.verdict is not None
    assert trial.verdict.word is word
    assert as_fraction(trial.verdict.factor) == fraction(factor)
    for report in trial.run.reports:
        assert report.place is not None
        expected = 5 + (1 - 5) * fraction(factor) ** report.epoch
        assert float(as_fraction(report.place.value)) == pytest.approx(float(expected), rel=1e-15)


def test_what_is_exact_is_written_exactly() -> None:
    run = comparison(f"{ONE_WEIGHT}learning_rate: [0.1]\nepochs: 4\n", 9).trials[0].run
    assert [report.place.text() for report in run.reports if report.place] == ["1", "4.2", "4.84", "4.968", "4.9936"]
    assert [report.loss.text() for report in run.reports] == ["64", "2.56", "0.1024", "0.004096", "0.00016384"]


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (f"{PARABOLAS['a hill'][0]}learning_rate: [0.1, 2]\n", ["diverges", "diverges"]),
        ("parameters: {w: 1}\ngraph: {E: 3*w + 1}\nlearning_rate: [0.1]\n", ["diverges"]),
        (f"{ONE_WEIGHT.replace('w = 1', 'w = 5')}learning_rate: [0.1, 3]\n", ["stands still", "stands still"]),
    ],
)
def test_hills_lines_and_the_minimum_itself(problem: str, expected: list[str]) -> None:
    assert words(problem) == expected


def test_a_second_derivative_that_is_not_rational_has_certain_digits() -> None:
    found = parabola("inputs: [ln(2)]\ntargets: [1]\nlayers: [{weights: [[w = 0]]}]\nloss: half_squared_error\n"
                     "learning_rate: 0.1\n")  # fmt: skip
    with precision(200):
        assert float(found.bound.mid()) == pytest.approx(2 / 0.4804530139182014)  # type: ignore[union-attr]


# ---- other losses --------------------------------------------------------------------------------------------


def test_the_words_for_a_loss_that_is_no_parabola() -> None:
    """A double well: a small rate, a good one, one that jumps over the bottom, and one that flies away."""
    well = "parameters: {w: 0.5}\ngraph: {E: (w^2 - 1)^2}\nepochs: 20\n"
    assert words(f"{well}learning_rate: [0.0005, 0.05, 0.23, 5]\n") == [
        "too small", "converges", "oscillates", "diverges",
    ]  # fmt: skip


def test_a_long_valley_is_still_being_gone_down() -> None:
    assert words(f"{MAZUR}learning_rate: [0.5, 0.4]\nepochs: 12\n") == ["still falling", "still falling"]
    assert words(f"{MAZUR}learning_rate: [0.01, 0.5]\nepochs: 12\n") == ["too small", "still falling"]


def test_a_flat_loss_stands_still() -> None:
    flat = "inputs: [1]\ntargets: [1]\nlayers: [{weights: [[-1]], activation: relu}]\nloss: squared_error\n"
    assert words(f"{flat}learning_rate: [0.1]\n") == ["stands still"]


def test_chaos_within_bounds_is_no_divergence() -> None:
    """With η = 0.4 the weight of the double well never settles and never leaves."""
    well = "parameters: {w: 0.5}\ngraph: {E: (w^2 - 1)^2}\nepochs: 200\n"
    assert words(f"{well}learning_rate: [0.4]\n") == ["oscillates"]


def test_the_losses_are_those_of_pytorch() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of training")
    rates = ["0.1", "0.5", "20"]
    found = comparison(f"{MAZUR}learning_rate: [{', '.join(rates)}]\nepochs: 40\n")
    for trial, rate in zip(found.trials, rates, strict=True):
        hidden, output = (
            torch.tensor(rows, dtype=torch.float64, requires_grad=True)
            for rows in ([[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55]])
        )
        rule = torch.optim.SGD([hidden, output], lr=float(rate))
        inputs, targets = (torch.tensor(row, dtype=torch.float64) for row in ([0.05, 0.1], [0.01, 0.99]))
        losses = []
        for _epoch in range(41):
            rule.zero_grad()
            out = torch.sigmoid(output @ torch.sigmoid(hidden @ inputs + 0.35) + 0.6)
            loss = ((out - targets) ** 2).sum() / 2
            loss.backward()
            losses.append(loss.item())
            rule.step()
        for report in trial.run.reports:
            assert float(report.loss.text()) == pytest.approx(losses[report.epoch], rel=1e-9)


# ---- where values run away -----------------------------------------------------------------------------------


def test_a_value_beyond_every_bound_ends_the_run_and_prints_well() -> None:
    """With η = 5 the exponent of w triples in each epoch: after eleven it has a hundred thousand digits."""
    text = "parameters: {w: 0.5}\ngraph: {E: (w^2 - 1)^2}\nlearning_rate: [5]\nepochs: 40\n"
    (trial,) = comparison(text).trials
    assert trial.run.gone == 12
    w, reports = Fraction(1, 2), {report.epoch: report for report in trial.run.reports}
    for epoch in range(1, 6):
        w -= 5 * 4 * w * (w * w - 1)
        if epoch in reports and (place := reports[epoch].place) is not None:
            assert abs(as_fraction(place.value) / w - 1) < Fraction(1, 10**11)
    page = backprop("solve", "-", stdin=text).out
    assert "diverges; ended after epoch 12: a value is beyond 1e100000" in page
    assert max(map(len, page.split("\n"))) <= 80


def test_an_operation_without_a_value_ends_its_run_and_no_other() -> None:
    text = "parameters: {w: 0.5}\ngraph: {E: e^w - 3*w}\nlearning_rate: [0.05, 50]\nepochs: 20\n"
    good, bad = comparison(text).trials
    assert good.verdict is not None
    assert good.verdict.word is Behaviour.CONVERGES
    assert bad.verdict is not None
    assert bad.verdict.word is Behaviour.DIVERGES
    assert "e^x is refused" in bad.run.failure


def test_ten_thousand_epochs_of_a_diverging_rate_have_certain_digits() -> None:
    """w − 5 is multiplied by −7: after 10,000 epochs it has 8,452 digits."""
    run = solution_of(loaded(f"{ONE_WEIGHT}learning_rate: 1\nreport: [10000]\n"), SolveOptions(digits=20)).training
    assert run is not None
    w = 5 - 4 * 7**10_000
    exact = str(abs(w) // 10 ** (8451 - 20))
    text = run.reports[-1].place.text() if run.reports[-1].place else ""
    assert text.endswith("e8451")
    assert text[1:].partition("e")[0].replace(".", "")[:19] == exact[:19]


# ---- the command line ----------------------------------------------------------------------------------------


def test_the_page_says_why() -> None:
    page = " ".join(backprop("solve", "-", stdin=f"{ONE_WEIGHT}learning_rate: [0.005, 0.2, 1]\n").out.split())
    assert "η = 0.005 (worked out; compared with 0.2, 1)" in page
    assert "it multiplies the distance w − w* by 1 − η·E″" in page
    assert "η = 0.25 = 2/E″ −1: back and forth for ever" in page
    assert "diverges: each step goes to the other side, 7 times as far away" in page


def test_json_has_the_runs_and_the_parabola() -> None:
    data = json.loads(backprop("solve", "-", "--json", stdin=f"{ONE_WEIGHT}learning_rate: [0.1, 1/4]\nepochs: 2\n").out)
    assert data["parabola"] == {
        "parameter": "w", "second_derivative": "8", "minimum": "5", "fastest": "1/8", "bound": "1/4",
    }  # fmt: skip
    first, second = data["learning_rates"]
    assert (first["learning_rate"], first["verdict"], first["factor"]) == ("0.1", "converges", "1/5")
    assert (second["learning_rate"], second["verdict"], second["factor"]) == ("1/4", "oscillates", "-1")
    assert [report["loss"] for report in second["reports"]] == ["64", "64", "64"]
    assert first["reports"][2]["values"] == {"E": "0.1024", "out_y1": "9.68", "w": "4.84"}
    assert {"problem", "arithmetic", "digits", "detail", "steps"} <= data.keys()


def test_chosen_quantities_are_compared() -> None:
    text = f"{ONE_WEIGHT}learning_rate: [0.1, 0.2]\nreport: {{epochs: [1, 2], quantities: [delta_y1, dE/dw]}}\n"
    page = backprop("solve", "-", stdin=text).out
    table = page[page.index("Learning rates compared") : page.index("The descents")]
    assert "   δ_y₁\n" in table
    assert "   ∂E/∂w\n" in table
    assert "   E\n" not in table


def test_other_commands_take_the_first_rate() -> None:
    assert backprop("verify", "-", stdin=f"{ONE_WEIGHT}learning_rate: [0.1, 0.2]\n").code == 0


def test_rounding_and_several_rates_do_not_go_together() -> None:
    with pytest.raises(UsageError, match="cannot be combined with rounding"):
        solution_of(loaded(f"{ONE_WEIGHT}learning_rate: [0.1, 0.2]\nrounding: {{places: 4}}\n"), SolveOptions())
