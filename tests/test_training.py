"""Long training: the published end of the 2-2-2 example, PyTorch on others, and exact fractions where it diverges."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from random import Random

import mpmath
import pytest
from flint import arb, ctx
from helpers import backprop, loaded, random_network, steps

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Apply, Name, number
from backprop_cli.algebra.quantities import Kind, Phase, parameter
from backprop_cli.ground.errors import MathError
from backprop_cli.numbers.certified import precision
from backprop_cli.problem.reader import bundled
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.training.compiled_epoch import CompiledEpochs
from backprop_cli.training.compiler import LineCompiler
from backprop_cli.training.runs import EpochReport, TrainingRun
from backprop_cli.training.sharpness import Sharpness

MAZUR = bundled()["mazur"].read_text("utf-8")
XOR = """\
samples:
  - {inputs: [0, 0], targets: 0}
  - {inputs: [0, 1], targets: 1}
  - {inputs: [1, 0], targets: 1}
  - {inputs: [1, 1], targets: 0}
layers:
  - {weights: [[0.5, -0.4], [0.3, 0.8]], bias: [0.1, -0.2], activation: ACTIVATION}
  - {weights: [[0.7, -0.6]], bias: 0.05, activation: sigmoid}
loss: half_squared_error
learning_rate: 0.5
"""


def trained(text: str, digits: int = 12) -> TrainingRun:
    run = solution_of(loaded(text), SolveOptions(digits=digits)).training
    assert run is not None
    return run


def value(report: EpochReport, key: str) -> str:
    return next(v.text() for name, v in report.values.items() if name.bare_key == key)


def test_ten_thousand_epochs_of_the_2_2_2_example_end_where_gradient_descent_ends() -> None:
    """The true values, not the printed ones: E ≈ 0.0000351019 and out_o1 ≈ 0.015914."""
    last = trained(f"{MAZUR}\nreport: [0, 1, 10000]\n", 15).reports[-1]
    assert last.epoch == 10_000
    assert value(last, "E").startswith("0.000035101877829")
    assert value(last, "out_o1").startswith("0.01591362044")
    assert value(last, "out_o2").startswith("0.98406427351")


def test_with_updated_weights_it_ends_where_the_article_does() -> None:
    """0.000035085, 0.015912196 and 0.984065734 are printed, and come from hidden δ with updated weights."""
    last = trained(f"{MAZUR}\nreport: [10000]\nhidden_uses: updated\n").reports[-1]
    assert f"{float(value(last, 'E')):.9f}" == "0.000035085"
    assert f"{float(value(last, 'out_o1')):.9f}" == "0.015912196"
    assert f"{float(value(last, 'out_o2')):.9f}" == "0.984065734"


def test_the_report_after_epochs_that_are_worked_out_is_what_the_worked_solution_says() -> None:
    worked = solution_of(loaded(f"{MAZUR}\nepochs: 3\n"), SolveOptions(then_forward=True, digits=12)).trace
    reports = {report.epoch: report for report in trained(f"{MAZUR}\nreport: [0, 1, 3]\n").reports}
    assert value(reports[0], "E") == worked["epoch 1 / E"].decimal.text()
    assert value(reports[1], "E") == worked["epoch 2 / E"].decimal.text()
    assert value(reports[3], "E") == worked["after / E"].decimal.text()
    assert value(reports[3], "w5") == worked["epoch 3 / w5_new"].decimal.text()


@pytest.mark.parametrize("batch", ["online", "full", "2"])
@pytest.mark.parametrize(("activation", "optimizer"), [("tanh", "sgd"), ("relu", "sgd"), ("sigmoid", "adam")])
def test_two_hundred_epochs_are_pytorchs(activation: str, optimizer: str, batch: str) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle of training")
    text = f"{XOR.replace('ACTIVATION', activation)}optimizer: {optimizer}\nbatch: {batch}\nreport: [50, 200]\n"
    reports = trained(text).reports
    tensors = [
        torch.tensor(rows, dtype=torch.float64, requires_grad=True)
        for rows in ([[0.5, -0.4], [0.3, 0.8]], [0.1, -0.2], [[0.7, -0.6]], [0.05])
    ]
    rule = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer](tensors, lr=0.5)
    inputs = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float64)
    targets = torch.tensor([[0], [1], [1], [0]], dtype=torch.float64)
    size = {"online": 1, "full": 4, "2": 2}[batch]

    def loss(x: object, t: object) -> object:
        w1, b1, w2, b2 = tensors
        out = torch.sigmoid(getattr(torch, activation)(x @ w1.T + b1) @ w2.T + b2)
        return ((out - t) ** 2).sum() / 2 / len(x)  # type: ignore[arg-type]

    for epoch in range(1, 201):
        for start in range(0, 4, size):
            rule.zero_grad()
            loss(inputs[start : start + size], targets[start : start + size]).backward()  # type: ignore[attr-defined]
            rule.step()
        for report in reports:
            if report.epoch == epoch:
                assert float(value(report, "E")) == pytest.approx(loss(inputs, targets).item(), rel=1e-7)
                assert float(value(report, "w1")) == pytest.approx(float(tensors[0][0, 0]), rel=1e-7)


def test_the_digits_stay_certain_where_a_rate_diverges() -> None:
    """w ← w − 2·4·(2w − 10)/2 …: exact fractions grow to 60 digits, and every printed one is right."""
    text = "inputs: [2]\ntargets: [10]\nlayers: [{weights: [[w = 1]]}]\nloss: squared_error\nlearning_rate: 1\n"
    (report,) = trained(f"{text}report: [70]\n", 20).reports
    w = Fraction(1)
    for _epoch in range(70):
        w -= 2 * 2 * (2 * w - 10)
    mantissa, exponent = value(report, "w").split("e")
    assert mantissa.replace(".", "").lstrip("-") == str(abs(round(w / 10 ** (int(exponent) - 19))))[:20]


def test_training_stops_below_the_bound_and_says_so() -> None:
    run = trained(f"{MAZUR}\nepochs: 10000\nstop: {{loss_below: 0.01}}\n")
    assert run.stopped
    last = run.reports[-1]
    before = trained(f"{MAZUR}\nreport: [{last.epoch - 1}]\n").reports[-1]
    assert float(value(last, "E")) < 0.01 <= float(value(before, "E"))


def test_only_the_first_epoch_is_worked_out_line_by_line() -> None:
    solution = solution_of(loaded(f"{MAZUR}\nreport: [5]\n"), SolveOptions())
    assert {line.quantity.at for line in solution.trace.derivation.lines} == {()}


def test_the_table_and_the_curve_stand_under_the_worked_solution(tmp_path: object) -> None:
    run = backprop("solve", "-", stdin=f"{MAZUR}\nreport: [0, 1, 10000]\n")
    assert run.code == 0
    table = run.out[run.out.index("Training") :]
    assert "0.0000351018778" in table
    assert "logarithmic" in table
    assert max(map(len, table.split("\n"))) <= 80


LINE = "inputs: [2]\ntargets: [10]\nlayers: [{weights: [[w = 1]]}]\nloss: squared_error\n"


def test_chosen_quantities_are_reported_in_their_order() -> None:
    """δ and gradients are those of the next epoch's first pass: of the parameters as they are after this one."""
    wanted = "[delta_h1, w5, E, dE/dw5, out_o1, E_o1]"
    run = trained(f"{MAZUR}\nreport: {{epochs: [0, 1, 3], quantities: {wanted}}}\n")
    worked = solution_of(loaded(f"{MAZUR}\nepochs: 4\n"), SolveOptions(digits=12)).trace
    for report in run.reports:
        assert [name.bare_key for name in report.values] == ["delta_h1", "w5", "E", "dE/dw5", "out_o1", "E_o1"]
        for name, value in report.values.items():
            if name.bare_key != "w5":
                key = f"epoch {report.epoch + 1} / {name.bare_key}"
                assert value.text() == worked[key].decimal.text()
        assert report.loss.text() == worked[f"epoch {report.epoch + 1} / E"].decimal.text()


def test_of_several_samples_a_quantity_is_reported_for_each_and_its_total_for_all() -> None:
    text = f"{XOR.replace('ACTIVATION', 'tanh')}batch: 2\n"
    wanted = "[out_y1, sample 2 / delta_y1, dE/dw5, E, sample 3 / E]"
    run = trained(f"{text}report: {{epochs: [0, 2], quantities: {wanted}}}\n")
    names = [name.key.removeprefix("after / ") for name in run.reports[0].values]
    assert names == [
        *(f"sample {n} / out_y1" for n in (1, 2, 3, 4)),
        "sample 2 / delta_y1",
        "dE/dw5",
        "E",
        "sample 3 / E",
    ]
    full = solution_of(loaded(f"{text.replace('batch: 2', 'batch: full')}"), SolveOptions(digits=12)).trace
    first = {name.key.removeprefix("after / "): number.text() for name, number in run.reports[0].values.items()}
    assert {key: full[key].decimal.text() for key in first} == first


SCHEDULES = [
    "", "{name: exponential, factor: 0.8}", "{name: step, every: 2, factor: 1/2, per: update}", "eta / (1 + n)",
    "{name: cosine, over: 3}",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(24))
def test_random_networks_are_trained_as_they_are_worked_out(seed: int) -> None:
    """Orders, schedules, optimizers, batches, fixed and shared parameters, as chance has it, to twelve digits."""
    random = Random(f"training {seed}")
    network = random_network(
        random, ["tanh", "sigmoid", "relu", "swish", "softsign"], random.choice(["identity", "sigmoid"])
    )
    count = len(network.samples)
    more = [f"schedule: {schedule}" for schedule in random.sample(SCHEDULES, 1) if schedule]
    more += [f"optimizer: {random.choice(['sgd', 'momentum', 'adam'])}"]
    if count > 1:
        more += [f"order: {[random.sample(range(1, count + 1), count) for _ in range(random.randint(1, 3))]}"]
    free = [name for name in network.parameters if name not in network.fixed]
    if not free:
        return
    worked = solution_of(loaded(replace(network, epochs=4).with_lines(*more).text()), SolveOptions(digits=12)).trace
    report = f"report: {{epochs: [4], quantities: [{', '.join(free)}]}}"
    ends = trained(replace(network, epochs=4).with_lines(*more, report).text()).reports[-1].values
    newest = {step.quantity.name: step.value.decimal.value for step in worked.steps if step.quantity.kind is Kind.NEW}
    assert {name.name: number.value for name, number in ends.items()} == {name: newest[name] for name in free}


def test_an_optimizers_state_can_be_reported() -> None:
    run = trained(f"{MAZUR}\noptimizer: adam\nreport: {{epochs: [1, 2], quantities: [m_w5, v_w5, b1]}}\n")
    worked = solution_of(loaded(f"{MAZUR}\noptimizer: adam\nepochs: 2\n"), SolveOptions(digits=12)).trace
    assert value(run.reports[1], "m_w5") == worked["epoch 2 / m_w5_new"].decimal.text()
    assert value(run.reports[1], "v_w5") == worked["epoch 2 / v_w5_new"].decimal.text()
    assert value(run.reports[1], "b1") == "0.35"


def test_epochs_are_chosen_where_only_their_number_is_given() -> None:
    run = trained(f"{MAZUR}\nepochs: 300\nreport: {{quantities: [E]}}\n")
    assert [report.epoch for report in run.reports] == [0, 1, 2, 5, 10, 20, 50, 100, 200, 300]


@pytest.mark.parametrize("given", ["out_h1: 0.9", "net_h1: 2", "dE/dout_y1: 0.25"])
def test_what_is_prescribed_for_the_first_pass_is_computed_in_later_epochs(given: str) -> None:
    """As in the worked solution; a prescribed gradient of the loss that there is not stays prescribed."""
    loss = "" if "dE" in given else "loss: half_squared_error\ntargets: [1]\n"
    text = ("inputs: [1]\nlayers: [{weights: [[0.5]], activation: sigmoid}, {weights: [[0.5]], activation: sigmoid}]\n"
            f"{loss}learning_rate: 0.5\ngiven: {{{given}}}\n")  # fmt: skip
    worked = solution_of(loaded(f"{text}epochs: 3\n"), SolveOptions(digits=12)).trace
    for report in trained(f"{text}report: {{epochs: [1, 2, 3], quantities: [w1, w2]}}\n").reports:
        assert value(report, "w1") == worked[f"epoch {report.epoch} / w1_new"].decimal.text()
        assert value(report, "w2") == worked[f"epoch {report.epoch} / w2_new"].decimal.text()


def test_values_that_leave_every_bound_end_training_at_the_epoch_where_they_do() -> None:
    """The exponent of w triples: beyond 10^100,000 after epoch 12, however far apart the reports are."""
    text = "parameters: {w: 0.5}\ngraph: {E: (w^2 - 1)^2}\nlearning_rate: 5\nreport: [1, 100000]\n"
    run = trained(text)
    assert run.gone == 12
    assert [report.epoch for report in run.reports] == [1]
    assert "ended after epoch 12" in backprop("solve", "-", stdin=text).out


def test_a_constant_in_a_formula_is_as_certain_as_the_rest() -> None:
    """w is multiplied by 1 − 2/30 each time, exactly, although 1/3 is no number of a computer."""
    text = "parameters: {w: ln(2)}\ngraph: {E: (1/3)*w^2 + 2/7 - sqrt(2)*0*w}\nlearning_rate: 0.1\nreport: [200]\n"
    with mpmath.workdps(60):
        expected = mpmath.log(2) * (1 - mpmath.mpf(1) / 15) ** 200
        assert abs(mpmath.mpf(value(trained(text, 40).reports[-1], "w")) / expected - 1) < mpmath.mpf(10) ** -39


@pytest.mark.parametrize("activation", ["sigmoid(relu(z))", "exp(min(z, 0))", "tanh(max(z, 1))", "cos(abs(z))"])
def test_a_choice_inside_a_function_trains_as_it_is_worked_out(activation: str) -> None:
    text = (f"inputs: [1]\ntargets: [0.25]\nlayers: [{{weights: [[-0.5]], bias: 0.1, activation: '{activation}'}}]\n"
            "loss: half_squared_error\nlearning_rate: 0.5\n")  # fmt: skip
    worked = solution_of(loaded(f"{text}epochs: 4\n"), SolveOptions(digits=12)).trace
    run = trained(f"{text}report: {{epochs: [4], quantities: [w1, b1]}}\n")
    assert float(value(run.reports[-1], "w1")) == pytest.approx(float(worked["epoch 4 / w1_new"].decimal.text()))
    assert float(value(run.reports[-1], "b1")) == pytest.approx(float(worked["epoch 4 / b1_new"].decimal.text()))


def test_a_unit_at_exactly_its_kink_is_decided_while_the_numbers_are_exact() -> None:
    """0.1·1 + 0.2·1 − 0.3 is 0, which no ball around 0.1 knows; ReLU passes nothing on there."""
    text = ("inputs: [1, 1]\ntargets: [1]\nlayers:\n"
            "  - {weights: [[0.1, 0.2], [0.5, 0.5]], bias: [-0.3, 0], activation: relu}\n"
            "  - {weights: [[1, 0.5]]}\nloss: half_squared_error\nlearning_rate: 0.1\nfixed: b2\n")  # fmt: skip
    worked = solution_of(loaded(f"{text}epochs: 5\n"), SolveOptions(digits=12)).trace
    run = trained(f"{text}report: [5]\n")
    assert value(run.reports[0], "w6") == worked["epoch 5 / w6_new"].decimal.text()
    assert value(run.reports[0], "w1") == "0.1"


def test_what_depends_on_no_parameter_is_exact_in_every_epoch() -> None:
    text = (
        "inputs: {x: 0.2}\nparameters: {w: -0.3}\ngraph:\n  q: hard_tanh(x/x)\n  E: (q - w)^2/3\nlearning_rate: 0.1\n"
    )
    run = trained(f"{text}report: [3000]\n")
    assert value(run.reports[0], "w") == "1.00000000000"


def test_fractions_stay_fractions_while_they_are_short() -> None:
    run = trained(f"{LINE}learning_rate: 0.1\nreport: [0, 1, 2, 3]\n", 9)
    assert [value(report, "w") for report in run.reports] == ["1", "4.2", "4.84", "4.968"]
    assert [value(report, "E") for report in run.reports] == ["64", "2.56", "0.1024", "0.004096"]


@pytest.mark.parametrize("epoch", [1, 5_000])
def test_a_value_halfway_between_two_decimals_is_given_with_more_digits(epoch: int) -> None:
    """w is 0.12345 after one epoch and stays there: no precision rounds it to four digits, so it has more of them."""
    text = ("inputs: [1]\ntargets: [0.12345]\nlayers: [{weights: [[w = ln(2)]]}]\nloss: half_squared_error\n"
            f"learning_rate: 1\nreport: [{epoch}]\n")  # fmt: skip
    assert float(value(trained(text, 4).reports[-1], "w")) == 0.12345


def test_json_has_the_loss_and_the_values() -> None:
    text = f"{LINE}learning_rate: 0.1\nschedule: [0.1, 0.05]\nreport: {{epochs: [1, 2], quantities: [w]}}\n"
    text = text.replace("learning_rate: 0.1\n", "")
    data = json.loads(backprop("solve", "-", "--json", stdin=text).out)
    assert data["training"]["reports"] == [
        {"epoch": 1, "learning_rate": "0.1", "loss": "2.56", "values": {"w": "4.2"}},
        {"epoch": 2, "learning_rate": "0.05", "loss": "0.9216", "values": {"w": "4.52"}},
    ]


def test_lines_have_the_same_names_and_addresses_in_json_with_and_without_a_report() -> None:
    text = """
samples: [{inputs: [1], targets: [2]}, {inputs: [3], targets: [1]}]
layers: [{weights: [[w = 0.5]]}]
loss: squared_error
learning_rate: 0.01
"""
    reported = steps("-", stdin=f"{text}report: [1, 3]\n")
    worked = steps("-", stdin=f"{text}epochs: 3\n")
    by_hand = {(*one["at"], one["name"]): one["decimal"] for one in reported}
    first = {(*one["at"], one["name"]): one["decimal"] for one in worked if one["at"][0] == "epoch 1"}
    assert by_hand == first
    assert ("epoch 1", "sample 2", "w_new") in first
    assert {one["at"][0] for one in worked} == {"epoch 1", "epoch 2", "epoch 3"}


NARROW = """\
samples:
  - {inputs: [0.5, -0.3], targets: [1, 0]}
  - {inputs: [-0.8, 0.2], targets: [0, 1]}
  - {inputs: [0.1, 0.9], targets: [1, 0]}
layers:
  - {weights: [[0.5, -0.4], [0.3, 0.8]], bias: [0.1, -0.2], activation: tanh}
  - {weights: [[0.7, -0.6], [-0.2, 0.4]], bias: [0, 0.1], activation: softmax}
loss: cross_entropy
learning_rate: 0.05
batch: full
optimizer: OPTIMIZER
"""


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "rmsprop"])
def test_digits_are_the_same_with_whatever_precision_training_begins(
    optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = NARROW.replace("OPTIMIZER", optimizer) + "report: [1, 40, 120]\n"
    found = trained(text).reports
    for bits in (64, 4_096):
        monkeypatch.setattr("backprop_cli.training.runs.FIRST_BITS", bits)
        assert trained(text).reports == found


def test_the_next_attempt_begins_where_the_growth_of_the_balls_says() -> None:
    """Three quarters of a bit an epoch, of 128: after 600 epochs 450 bits are gone, and 12 digits are 40 more."""
    sharp = Sharpness(128, 600, 12)
    for epoch in range(0, 129, 4):
        sharp.see(epoch, [arb(1, 2.0 ** (0.75 * epoch - 128))])
    assert 490 < sharp.next_bits < 850
    assert sharp.is_hopeless


def test_an_attempt_is_not_ended_by_a_value_that_is_nothing() -> None:
    """A bias before a normalization is 0 with a ball around it; of the others, nothing is lost."""
    sharp = Sharpness(128, 600, 12)
    for epoch in range(0, 200, 4):
        sharp.see(epoch, [arb(0, 1e-9), arb(3, 1e-30)])
    assert not sharp.is_hopeless
    assert sharp.next_bits == 256  # the growth is not to blame


def test_a_training_that_is_out_of_reach_is_refused_with_the_bits_that_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backprop_cli.training.runs.MOST_BITS", 256)
    with pytest.raises(MathError, match=r"600 epochs would need about [\d,]+ bits, and there are at most 256"):
        trained(NARROW.replace("OPTIMIZER", "adam") + "report: [600]\n")


def test_what_all_outputs_and_all_weights_share_is_computed_once() -> None:
    """Of two outputs, one sum of e^z a sample; of all weights, one power of each β."""
    problem = loaded(NARROW.replace("OPTIMIZER", "adam")).problem
    epoch = CompiledEpochs(problem)._first
    body = "\n".join(LineCompiler([*epoch.state, *epoch.steps]).lines(epoch.lines))
    assert body.count("softmax_parts(") == 3
    assert body.count("op_power(") == 2


def test_another_attempt_with_more_precision_writes_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines are the same at every precision; only the numbers are put in anew."""
    written, bits = [], []
    program, advance = LineCompiler.program, CompiledEpochs.compiled
    monkeypatch.setattr(LineCompiler, "program", lambda *of: written.append(1) or program(*of))
    monkeypatch.setattr(CompiledEpochs, "compiled", lambda self: bits.append(ctx.prec) or advance(self))
    trained(NARROW.replace("OPTIMIZER", "adam") + "report: [120]\n")
    assert len(bits) > 1
    assert sorted(set(bits)) == bits
    assert len(written) == 1


def test_a_program_takes_the_constants_and_the_precision_of_the_moment() -> None:
    """η/3 is one third of whatever η is given, as sharp as the precision at hand."""
    eta, start, ready = parameter("eta"), parameter("w"), parameter("third")
    third = Line(Phase.UPDATE, ready, Apply("quotient", (Name(eta), number(3))))
    changed = Line(Phase.UPDATE, parameter("w_new"), Apply("sum", (Name(start), Name(ready))))
    writer = LineCompiler([start])
    body = writer.lines([third, changed])
    assert len(body) == 1  # what depends on nothing is no line of the function
    program = writer.program([f"def run({writer.arguments[0]}{{numbers}}):", f"    {body[0]}",
                              f"    return {writer.name(changed.quantity)}"])  # fmt: skip
    for bits, rate in ((64, 1), (256, 2)):
        with precision(bits):
            found = program.function({eta: number(rate)})(arb(1))
            assert (3 * found).contains(3 + rate)
            assert bits - 4 <= found.rel_accuracy_bits() <= bits
