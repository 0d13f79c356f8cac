"""A step of PyTorch that is watched: right steps are right, and each usual mistake of code ends in its name."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import backprop

import backprop_cli as bp

torch = pytest.importorskip("torch", reason="there is no step of PyTorch to watch without it")
nn, functional = torch.nn, torch.nn.functional
GOLDEN = Path(__file__).parent / "golden" / "watched"
X = torch.tensor([[0.5, -1.0], [1.0, 0.25], [0.1, 0.7]])
Y = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
CLASSES = torch.tensor([0, 1, 1])
MEAN = nn.MSELoss()


class Net(nn.Module):  # type: ignore[misc]
    """Two layers, with a hidden activation and what is done to the hidden outputs on the way."""

    def __init__(self, activation: Any = torch.tanh, between: Any = None, sizes: tuple[int, int, int] = (2, 2, 2)):
        super().__init__()
        torch.manual_seed(3)
        self.first, self.second = nn.Linear(sizes[0], sizes[1]), nn.Linear(sizes[1], sizes[2])
        self.activation, self.between = activation, between or (lambda hidden: hidden)

    def forward(self, x: Any) -> Any:
        return self.second(self.between(self.activation(self.first(x))))


def sgd(model: Any, **settings: Any) -> Any:
    return torch.optim.SGD(model.parameters(), **{"lr": 0.1, **settings})


def step(model: Any, optimizer: Any, loss: Any = MEAN, x: Any = X, y: Any = Y) -> None:
    """The step as it should be."""
    optimizer.zero_grad()
    loss(model(x), y).backward()
    optimizer.step()


def watched(
    model: Any, code: Callable[..., None] = step, loss: Any = MEAN, optimizer: Any = None, **wishes: Any
) -> Any:
    optimizer = optimizer or sgd(model)
    with bp.watch(model, loss, optimizer, **wishes) as seen:
        code(model, optimizer)
    return seen


# ---- right steps ---------------------------------------------------------------------------------------------------

ACTIVATIONS = {
    "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": functional.tanh, "leaky": functional.leaky_relu,
    "leaky(0.2)": nn.LeakyReLU(0.2), "elu": nn.ELU(0.5), "softplus": functional.softplus, "softsign": nn.Softsign(),
    "silu": nn.SiLU(), "gelu": nn.GELU(), "hardsigmoid": nn.Hardsigmoid(), "hardtanh": nn.Hardtanh(),
    "in place": nn.ReLU(inplace=True), "as a method": lambda z: z.sigmoid(), "softmax": nn.Softmax(dim=1),
}  # fmt: skip
LOSSES = {
    "mse": (nn.MSELoss(), Y, None),
    "mse, sum": (nn.MSELoss(reduction="sum"), Y, None),
    "mse, a function": (functional.mse_loss, Y, None),
    "l1": (nn.L1Loss(), Y, None),
    "huber, sum": (nn.HuberLoss(reduction="sum", delta=0.3), Y, None),
    "cross entropy": (nn.CrossEntropyLoss(), CLASSES, None),
    "cross entropy, sum": (nn.CrossEntropyLoss(reduction="sum"), CLASSES, None),
    "cross entropy, smoothed": (nn.CrossEntropyLoss(label_smoothing=0.1), CLASSES, None),
    "cross entropy of shares": (nn.CrossEntropyLoss(), Y, None),
    "nll": (nn.NLLLoss(), CLASSES, nn.LogSoftmax(dim=1)),
    "bce": (nn.BCELoss(), Y, nn.Sigmoid()),
    "bce with logits": (nn.BCEWithLogitsLoss(), Y, None),
}
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "SGD": {}, "SGD ": {"momentum": 0.9}, "SGD  ": {"momentum": 0.9, "nesterov": True}, "SGD   ": {"weight_decay": 0.1},
    "Adagrad": {}, "RMSprop": {}, "Adadelta": {}, "Adam": {}, "Adamax": {}, "NAdam": {}, "AdamW": {},
}  # fmt: skip


torch.manual_seed(5)  # of the numbers below and of the layers' parameters, so that no unit is dead by chance
IMAGES, PAIRS = torch.rand(2, 1, 4, 4) - 0.5, torch.rand(2, 2, 4, 4) - 0.5
FLAT = nn.Flatten
OTHER_LAYERS: dict[str, tuple[list[Any], Any]] = {  # the layers, and what goes in; behind them stands a linear one
    "a convolution and a pool": ([nn.Conv2d(1, 2, 2), nn.ReLU(), nn.MaxPool2d(2, 1), FLAT()], IMAGES),
    "channels, stride, padding": ([nn.Conv2d(2, 1, 2, stride=2, padding=1), nn.Tanh(), FLAT()], PAIRS),
    "two convolutions": (
        [nn.Conv2d(1, 2, 2), nn.Tanh(), nn.Conv2d(2, 2, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(1), FLAT()],
        IMAGES,
    ),
    "values": ([nn.Conv1d(2, 2, 2, bias=False), nn.ReLU(), nn.AvgPool1d(3, 1, 1), FLAT()], PAIRS[:, 0, :2]),
    "batch normalization of channels": ([nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), FLAT()], IMAGES),
    "batch normalization": ([nn.Linear(2, 2), nn.BatchNorm1d(2), nn.ReLU()], X),
    "batch normalization in use": ([nn.Linear(2, 2), nn.BatchNorm1d(2).eval(), nn.Sigmoid()], X),
    "layer normalization": ([nn.Linear(2, 3), nn.LayerNorm(3), nn.ReLU()], X),
    "dropout": ([nn.Linear(2, 4), nn.ReLU(), nn.Dropout(0.5)], X),
    "dropout of one sample": ([nn.Linear(2, 4), nn.Tanh(), nn.Dropout(0.5)], X[:1]),
    "dropout in use": ([nn.Linear(2, 4), nn.Dropout(0.5).eval(), nn.ReLU()], X),
    "an embedding": ([nn.Embedding(4, 2), FLAT()], torch.tensor([[0, 1, 0], [2, 1, 3]])),
}


def of_classes(layers: list[Any], x: Any) -> tuple[Any, Callable[..., None], Any]:
    """These layers and a linear one behind them, its step with a class for each sample, and the loss."""
    torch.manual_seed(3)
    loss, wide = nn.CrossEntropyLoss(), nn.Sequential(*layers)(x).shape[-1]
    targets = torch.tensor([0, 1, 1])[: len(x)]
    return nn.Sequential(*layers, nn.Linear(wide, 2)), lambda m, opt: step(m, opt, loss, x, targets), loss


def all_right(seen: Any) -> bool:
    report = seen.check()
    assert report.all_right, f"{seen.problem.text}\n{report}"
    return len(report) > 20


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_step_with_this_activation_is_right(name: str) -> None:
    assert all_right(watched(Net(ACTIVATIONS[name])))


@pytest.mark.parametrize("name", LOSSES)
def test_a_step_with_this_loss_is_right(name: str) -> None:
    loss, targets, last = LOSSES[name]
    model = Net() if last is None else nn.Sequential(Net(), last)
    seen = watched(model, lambda model, optimizer: step(model, optimizer, loss, y=targets), loss)
    assert all_right(seen)
    assert "E" in seen.sheet


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_of_this_optimizer_is_right(name: str) -> None:
    model = Net()
    make = getattr(torch.optim, name.strip())
    assert all_right(watched(model, optimizer=make(model.parameters(), lr=0.05, **OPTIMIZERS[name])))


@pytest.mark.parametrize("name", OTHER_LAYERS)
def test_a_step_with_other_layers_is_right(name: str) -> None:
    assert all_right(watched(*of_classes(*OTHER_LAYERS[name])))


def test_files_of_a_step_with_other_layers_are_read_by_the_command(tmp_path: Path) -> None:
    seen = watched(*of_classes(*OTHER_LAYERS["a convolution and a pool"]))
    problem, sheet = seen.problem.save(tmp_path / "step.yaml"), seen.save(tmp_path / "step.json")
    run = backprop("check", problem, sheet, "--json")
    assert run.code == 0, run.out
    assert json.loads(run.out)["marks"] == str(seen.check().of)


def test_mistakes_of_code_with_other_layers_have_their_names() -> None:
    model, _step, loss = of_classes(*OTHER_LAYERS["a convolution and a pool"])
    targets = torch.tensor([0, 1])

    def not_zeroed(model: Any, optimizer: Any) -> None:
        loss(model(IMAGES), targets).backward()
        optimizer.step()

    def cut(model: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        loss(model[4](model[:4](IMAGES).detach()), targets).backward()
        optimizer.step()

    loss(model(IMAGES), targets).backward()
    said = {code.__name__: str(watched(model, code, loss).check()) for code in (not_zeroed, cut)}
    assert "it was not set to zero" in said["not_zeroed"]
    assert "behind this layer the graph is cut" in said["cut"]


def test_one_sample_without_its_batch_is_right() -> None:
    assert all_right(watched(Net(), lambda model, optimizer: step(model, optimizer, x=X[0], y=Y[0])))


def test_double_precision_has_its_own_digits() -> None:
    seen = watched(Net().double(), lambda model, optimizer: step(model, optimizer, x=X.double(), y=Y.double()))
    assert all_right(seen)
    assert len(seen.check()["dE/dw1"].answer) > 14


def test_layers_without_a_bias_and_frozen_ones_are_right() -> None:
    model = nn.Sequential(nn.Linear(2, 3, bias=False), nn.ReLU(), nn.Linear(3, 2))
    assert all_right(watched(model))
    frozen = Net()
    frozen.first.requires_grad_(False)
    seen = watched(frozen)
    assert "fixed:" in seen.problem.text
    assert all_right(seen)


def test_a_loop_over_the_samples_is_a_batch() -> None:
    def loop(model: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        for x, y in zip(X, Y, strict=True):
            (functional.mse_loss(model(x), y) / len(X)).backward()
        optimizer.step()

    assert all_right(watched(Net(), loop))


def test_a_problem_that_is_given_says_what_is_right() -> None:
    model = Net()
    with torch.no_grad():
        for tensor, values in zip(model.parameters(), MAZUR, strict=True):
            tensor.copy_(torch.tensor(values))
    model.activation = torch.sigmoid
    x, y = torch.tensor([[0.05, 0.10]]), torch.tensor([[0.01, 0.99]])

    def code(model: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        (0.5 * (torch.sigmoid(model(x)) - y) ** 2).sum().backward()
        optimizer.step()

    report = watched(model, code, None, sgd(model, lr=0.5), problem=MAZUR_WITH_BIASES).check()
    assert report.all_right, str(report)
    assert report["dE/dw5"].answer == "0.082167044"


MAZUR = ([[0.15, 0.20], [0.25, 0.30]], [0.35, 0.35], [[0.40, 0.45], [0.50, 0.55]], [0.60, 0.60])

MAZUR_WITH_BIASES = {
    "inputs": [0.05, 0.10],
    "targets": [0.01, 0.99],
    "layers": [{"weights": MAZUR[at], "bias": MAZUR[at + 1], "activation": "sigmoid"} for at in (0, 2)],
    "loss": "half_squared_error",
    "learning_rate": 0.5,
}


def test_the_problem_and_the_sheet_are_files_that_the_command_reads(tmp_path: Path) -> None:
    seen = watched(Net())
    problem, sheet = seen.problem.save(tmp_path / "step.yaml"), seen.save(tmp_path / "step.json")
    run = backprop("check", problem, sheet, "--json")
    assert run.code == 0, run.out
    assert json.loads(run.out)["marks"] == str(seen.check().of)


def test_the_problem_has_the_exact_value_of_every_number() -> None:
    model = Net()
    weight = float(model.first.weight[0, 0].detach())
    parameter = watched(model).problem.model.parameters["w1"]
    assert (int(parameter.value.p), int(parameter.value.q)) == weight.as_integer_ratio()


def test_watching_changes_nothing() -> None:
    one, other = Net(), Net()
    watched(one)
    step(other, sgd(other))
    assert all(bool((a == b).all()) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    assert not one.first._forward_hooks


def test_only_the_first_step_is_looked_at() -> None:
    def several(model: Any, optimizer: Any) -> None:
        for _turn in range(3):
            step(model, optimizer)

    seen = watched(Net(), several)
    assert all_right(seen)
    assert "only the first" in str(seen.check())


def test_the_report_on_a_step_survives_pickling() -> None:
    report = watched(Net(), summed, targets=Y).check()
    assert pickle.loads(pickle.dumps(report)).lines == report.lines


# ---- mistakes ------------------------------------------------------------------------------------------------------


def summed(model: Any, optimizer: Any) -> None:
    optimizer.zero_grad()
    ((model(X) - Y) ** 2).mean(dim=1).sum().backward()
    optimizer.step()


def accumulated(model: Any, optimizer: Any) -> None:
    MEAN(model(X), Y).backward()
    optimizer.step()


def stepped_first(model: Any, optimizer: Any) -> None:
    optimizer.zero_grad()
    loss = MEAN(model(X), Y)
    optimizer.step()
    loss.backward()


def emptied(model: Any, optimizer: Any) -> None:
    MEAN(model(X), Y).backward()
    optimizer.zero_grad()
    optimizer.step()


def no_step(model: Any, optimizer: Any) -> None:
    optimizer.zero_grad()
    MEAN(model(X), Y).backward()


def clipped(model: Any, optimizer: Any) -> None:
    optimizer.zero_grad()
    MEAN(model(X), Y).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.1)
    optimizer.step()


def no_backward(model: Any, optimizer: Any) -> None:
    optimizer.zero_grad()
    MEAN(model(X), Y)
    optimizer.step()


class NoSlope(torch.autograd.Function):  # type: ignore[misc]
    """tanh, with a backward pass that forgets its slope."""

    @staticmethod
    def forward(context: Any, z: Any) -> Any:
        return torch.tanh(z)

    @staticmethod
    def backward(context: Any, gradient: Any) -> Any:
        return gradient


class Transposed(torch.autograd.Function):  # type: ignore[misc]
    """h·Wᵀ, with a backward pass that takes W the wrong way round."""

    @staticmethod
    def forward(context: Any, hidden: Any, weight: Any) -> Any:
        context.save_for_backward(weight)
        return hidden.clone()

    @staticmethod
    def backward(context: Any, gradient: Any) -> Any:
        (weight,) = context.saved_tensors
        return gradient @ torch.linalg.inv(weight) @ weight.T, None


def left_over() -> Any:
    model = Net()
    MEAN(model(2 * X), Y).backward()
    return model


def with_transposed_weight() -> Any:
    model = Net()
    model.between = lambda hidden: Transposed.apply(hidden, model.second.weight)
    return model


def with_softmax_twice() -> Any:
    return watched(nn.Sequential(Net(), nn.Softmax(dim=1)), lambda model, optimizer: step(
        model, optimizer, nn.CrossEntropyLoss(), y=CLASSES), nn.CrossEntropyLoss())  # fmt: skip


def right_problem() -> Any:
    return watched(Net()).problem


MISTAKES: dict[str, tuple[Callable[[], Any], str, str]] = {  # the step, the name of the mistake, where it shows first
    "sum for mean": (lambda: watched(Net(), summed, targets=Y), "mean-or-sum", "E"),
    "not zeroed": (lambda: watched(left_over(), accumulated), "not-zeroed", "dE/dw5"),
    "detached": (lambda: watched(Net(between=lambda h: h.detach())), "detached", "dE/dw1"),
    "data": (lambda: watched(Net(between=lambda h: h.data)), "detached", "dE/dw1"),
    "by way of NumPy": (lambda: watched(Net(between=lambda h: torch.tensor(h.tolist()))), "detached", "dE/dw1"),
    "missing slope": (
        lambda: watched(Net(NoSlope.apply), problem=right_problem()),
        "no-derivative-hidden",
        "sample 1 / delta_h1",
    ),
    "transposed weight": (
        lambda: watched(with_transposed_weight(), problem=right_problem()),
        "",
        "sample 1 / delta_h1",
    ),
    "softmax twice": (with_softmax_twice, "", "sample 1 / delta_y1"),
    "step before backward": (lambda: watched(Net(), stepped_first), "bias-frozen", "w1_new"),
    "zeroed before the step": (lambda: watched(Net(), emptied), "bias-frozen", "w1_new"),
    "no step": (lambda: watched(Net(), no_step), "bias-frozen", "w1_new"),
    "no backward": (lambda: watched(Net(), no_backward), "bias-frozen", "w1_new"),
    "clipped": (lambda: watched(Net(), clipped), "", "w1_new"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_code_ends_in_its_name(name: str, request: pytest.FixtureRequest) -> None:
    make, mistake, first = MISTAKES[name]
    report = make().check()
    assert report.first_wrong is not None
    assert report.first_wrong.key == first
    if mistake:
        assert mistake in report.first_wrong.mistakes
    accepted(name, report, request)


def accepted(name: str, report: Any, request: pytest.FixtureRequest) -> None:
    """What is said of the step: the notes, and what is to be looked at first."""
    before, _table, after = str(report).partition("   quantity")
    said = f"{before.strip()}\n\n{after[after.index('Look first') :].strip()}\n"
    path = GOLDEN / f"{name.replace(' ', '-')}.txt"
    if request.config.getoption("--accept"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(said, "utf-8")
    assert said == path.read_text("utf-8")


# ---- what cannot be watched ----------------------------------------------------------------------------------------


def test_what_cannot_be_made_a_problem_says_what_would_do() -> None:
    def own(model: Any, optimizer: Any) -> None:
        ((model(X) - Y) ** 2).mean().backward()

    cases = [
        (watched(Net(), own), r"targets=y"),
        (watched(Net(), own, lambda out, y: out, targets=Y), r"which loss <lambda> is"),
        (watched(Net(), loss=nn.MSELoss(reduction="none"), targets=Y), r"reduction='mean' or 'sum'"),
        (watched(Net(between=lambda h: h * 2)), r"what layer 2 takes is not what layer 1 gives"),
        (watched(Net(), optimizer=torch.optim.Rprop(Net().parameters())), r"Rprop is not among the optimizers"),
        (watched(Net(sizes=(2, 6000, 2))), r"limit is 20,000"),
        (
            watched(nn.Sequential(nn.Flatten()), lambda model, optimizer: model(X), optimizer=sgd(Net())),
            r"no layer of the model",
        ),
    ]
    prelu = nn.Sequential(nn.PReLU(), nn.Linear(2, 2))
    cases.append((watched(prelu), r"1 parameter of the model is not in a layer"))
    for layer, topic in ((nn.LSTM, "lstm"), (nn.GRU, "gru"), (nn.RNN, "recurrent")):
        recurrent = layer(2, 2)
        cases.append((watched(recurrent, lambda model, optimizer: model(X)), rf"backprop help layers\.{topic}"))
    grouped = nn.Sequential(nn.Conv2d(2, 2, 2, groups=2), nn.Flatten(), nn.Linear(18, 2))
    cases.append((watched(grouped, lambda model, opt: step(model, opt, x=PAIRS, y=Y[:2])), "conv2d with groups"))
    for seen, words in cases:
        with pytest.raises(bp.UsageError, match=words):
            _ = seen.check()


def test_an_optimizer_that_has_a_state_is_named() -> None:
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    step(model, optimizer)
    with pytest.raises(bp.UsageError, match="made steps before"):
        _ = watched(model, optimizer=optimizer).problem


def test_a_step_is_watched_once_and_before_it_is_asked_about() -> None:
    model = Net()
    seen = bp.watch(model, MEAN, sgd(model))
    with pytest.raises(bp.UsageError, match="nothing was watched yet"):
        seen.check()
    with seen:
        step(model, sgd(model))
    with pytest.raises(bp.UsageError, match="watched already"), seen:
        pass


def test_without_pytorch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "backprop_cli.api.watching.recorder", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(bp.UsageError, match="pip install torch"):
        bp.watch(None)


def test_layers_that_are_not_looked_at_are_named() -> None:
    """A model with a layer of another kind, under a problem that is given: nothing of it is dropped in silence."""
    model = torch.nn.Sequential(torch.nn.LayerNorm(2), torch.nn.Linear(2, 2), torch.nn.Sigmoid(), torch.nn.Linear(2, 2))
    step = bp.watch(model, torch.nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=0.5), problem="mazur")
    with step:
        loss = torch.nn.MSELoss()(model(torch.tensor([[0.05, 0.10]])), torch.tensor([[0.01, 0.99]]))
        loss.backward()
    assert "0.weight, 0.bias" in step.notes[-1]


def test_another_shape_than_the_problem_is_said() -> None:
    with pytest.raises(bp.SourceError, match="dE/dW2: no quantity called"):
        watched(Net(), problem="mini-step").check()
    report = watched(Net(), problem=MAZUR_WITH_BIASES).check()
    assert any("net_1: net_1 has 2×1 entries here, and not 2×3" in said for said in report.not_read)
