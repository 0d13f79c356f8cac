"""The problem that a step of PyTorch poses: its own weights and data, exactly as they are, in a problem file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from backprop_cli.api.watching.functions import UNSEEN
from backprop_cli.api.watching.kinds import exact, names_of, nested, written
from backprop_cli.api.watching.recorder import Layer, Seen, rows, samples_of
from backprop_cli.ground.errors import UsageError
from backprop_cli.ground.words import _, listed, plural

_LOSSES = {  # PyTorch's functions: our loss where its mean is over samples only, and the term of one output
    "mse_loss": ("squared_error", "(out - t)^2"),
    "l1_loss": ("absolute_error", "abs(out - t)"),
    "huber_loss": ("huber", ""),
    "smooth_l1_loss": ("huber", ""),
    "binary_cross_entropy": ("binary_cross_entropy", "-(t*ln(out) + (1 - t)*ln(1 - out))"),
    "binary_cross_entropy_with_logits": ("binary_cross_entropy", "-(t*ln(out) + (1 - t)*ln(1 - out))"),
    "cross_entropy": ("cross_entropy", ""),
    "nll_loss": ("cross_entropy", ""),
}
_MEANS = {"mse_loss": "mean_squared_error", "l1_loss": "mean_absolute_error"}  # over the outputs, too
_CLASSES = ("cross_entropy", "nll_loss")
_MODULES = {  # of torch.nn, and the function that it calls
    "MSELoss": "mse_loss", "L1Loss": "l1_loss", "HuberLoss": "huber_loss", "SmoothL1Loss": "smooth_l1_loss",
    "CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss", "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
}  # fmt: skip
_BEHIND = {"cross_entropy": "softmax", "binary_cross_entropy_with_logits": "sigmoid"}  # what a loss does itself
_OPTIMIZERS = {  # torch.optim's classes, and ours with its settings by PyTorch's names
    "SGD": ("sgd", {}),
    "Adagrad": ("adagrad", {"eps": "epsilon"}),
    "RMSprop": ("rmsprop", {"alpha": "rho", "eps": "epsilon"}),
    "Adadelta": ("adadelta", {"rho": "rho", "eps": "epsilon"}),
    "Adam": ("adam", {"eps": "epsilon"}),
    "Adamax": ("adamax", {"eps": "epsilon"}),
    "NAdam": ("nadam", {"eps": "epsilon", "momentum_decay": "psi"}),
    "AdamW": ("adamw", {"eps": "epsilon", "weight_decay": "lambda"}),
}  # fmt: skip
_ELSE = ("maximize", "centered", "amsgrad", "dampening", "lr_decay", "decoupled_weight_decay")  # that we have not
_MOST = 20_000  # numbers; a larger step is no exercise


def loss_called(loss: Any) -> tuple[str, Mapping[str, Any]]:
    """The function of PyTorch that a loss is, and its settings. Raises UsageError for another one."""
    name = getattr(loss, "__name__", "")
    if name in _LOSSES:
        return name, {}
    name = _MODULES.get(type(loss).__name__, "")
    if not name:
        said = _("which loss {name} is cannot be seen: give its problem, watch(…, problem='problem.yaml')")
        raise UsageError(said.format(name=getattr(loss, "__name__", type(loss).__name__)))
    return name, {
        one: getattr(loss, one) for one in ("reduction", "delta", "beta", "label_smoothing") if hasattr(loss, one)
    }


def problem_of(seen: Seen, loss: Any, optimizer: Any, targets: Any) -> str:
    """The problem file of a step. Raises UsageError for what no problem can be made of, and says what would do."""
    for one in seen.unseen:
        said = _(
            "{name} is not watched, as what goes on in it cannot be seen: give its problem, watch(…, "
            "problem='problem.yaml'); `backprop help {topic}` shows how it is written"
        )
        raise UsageError(said.format(name=one, topic=UNSEEN[one]))
    if not any(layer.weight is not None for layer in seen.layers):
        raise UsageError(_("no layer of the model that can be watched was used in this step"))
    if elsewhere := parameters_elsewhere(seen):
        raise UsageError(elsewhere)
    name, settings = loss_called(loss)
    size = sum(one.numel() for one in seen.start.values()) * _samples(seen.layers[0])
    if size > _MOST:
        said = _("{size:,} weights times samples; the limit is {limit:,}: watch a smaller model, or fewer samples")
        raise UsageError(said.format(size=size, limit=_MOST))
    blocks = [
        [_("# Made of a step in PyTorch: its own weights and data, exactly as they are.")],
        _data(seen, name, targets),
        ["layers:", *(line for number, layer in _checked(seen) for line in _layer(seen, number, layer, name))],
        _loss(seen, name, settings),
        _update(seen, optimizer),
        _fixed(seen, optimizer),
    ]
    return "\n".join(line for block in blocks for line in block) + "\n"


def parameters_elsewhere(seen: Seen) -> str:
    """What is to be said of parameters that no layer which was seen uses; nothing where there are none."""
    used = {id(one) for layer in seen.layers for one in (layer.weight, layer.bias)}
    return "" if seen.start.keys() <= used else plural(
        "{count} parameter of the model is not in a layer of this step that can be watched: give its problem",
        "{count} parameters of the model are not in layers of this step that can be watched: give its problem",
        len(seen.start.keys() - used),
    )  # fmt: skip


def _samples(layer: Layer) -> int:
    return len(samples_of(layer, (one.net for one in layer.passes)))


# ---- data ----------------------------------------------------------------------------------------------------------


def _data(seen: Seen, name: str, targets: Any) -> list[str]:
    """The samples: one, or a batch."""
    first = seen.layers[0]
    inputs = [_inputs(first, one) for one in samples_of(first, (one.takes for one in first.passes))]
    outputs = rows(one.net for one in seen.layers[-1].passes).shape[-1]
    wanted = _targets(seen, name, targets, outputs)
    if len(inputs) != len(wanted):
        said = _("{inputs} samples went in, and there are targets for {targets}")
        raise UsageError(said.format(inputs=len(inputs), targets=len(wanted)))
    pairs = [f"{{inputs: {x}, targets: {_list(t)}}}" for x, t in zip(inputs, wanted, strict=True)]
    if len(pairs) == 1:
        return [f"inputs: {inputs[0]}", f"targets: {_list(wanted[0])}"]
    return ["samples:", *(f"  - {pair}" for pair in pairs), "batch: full"]


def _inputs(first: Layer, sample: Any) -> str:
    """What one sample has; the rows and columns of one channel by themselves, the indices into a table under a name."""
    if first.kind == "embedding":
        return f"{{x: [{', '.join(str(int(one)) for one in sample.reshape(-1))}]}}"
    return nested(sample[0] if sample.dim() > 1 and len(sample) == 1 else sample)


def _targets(seen: Seen, name: str, targets: Any, outputs: int) -> list[list[float]]:
    """The targets of each sample; of a class, a 1 for it and 0 for the others."""
    found = [one.targets for one in seen.losses] if targets is None else [targets.detach().cpu()]
    if not found:
        raise UsageError(_("what the outputs are compared with was not seen: watch(…, targets=y)"))
    is_class = name in _CLASSES and not found[0].is_floating_point()
    if is_class:
        return [[float(place == int(one)) for place in range(outputs)] for part in found for one in part.reshape(-1)]
    return [row for part in found for row in part.reshape(-1, outputs).tolist()]


def _list(values: Sequence[float]) -> str:
    return f"[{', '.join(map(exact, values))}]"


# ---- layers --------------------------------------------------------------------------------------------------------


def _checked(seen: Seen) -> Iterator[tuple[int, Layer]]:
    """The layers with their numbers, each taking what the one before gives. Raises UsageError where one does not."""
    before: Layer | None = None
    for place, layer in enumerate(seen.layers, start=1):
        once = len(seen.layers[0].passes) if seen.is_linear else 1
        if len(layer.passes) != once:
            raise UsageError(_("layer {layer} is used several times: give its problem").format(layer=place))
        if before is not None and not _follows(before, layer):
            said = _("what layer {layer} takes is not what layer {before} gives, nor an activation of it that is known")
            raise UsageError(said.format(layer=place, before=place - 1))
        before = layer
        yield place, layer


def _follows(before: Layer, layer: Layer) -> bool:
    """Whether a layer takes what the one before gives, in whatever shape: flattened, for instance."""
    gives = [one.net if one.out is None else one.out for one in before.passes]
    pairs = list(zip(gives, (one.takes for one in layer.passes), strict=True))
    return all(a.numel() == b.numel() and bool((a.reshape(-1) == b.reshape(-1)).all()) for a, b in pairs)


def _layer(seen: Seen, number: int, layer: Layer, loss: str) -> Iterator[str]:
    """One layer with the weights that it had before the step; names of their own where not all layers have matrices."""
    keys = written(number, layer, seen.start) if not seen.is_linear else _plainly(seen, layer)
    activation = layer.activation
    if layer is seen.layers[-1]:
        activation = _BEHIND.get(loss, activation)
    if activation:
        setting = f"({exact(layer.setting)})" if layer.setting is not None else ""
        keys["activation"] = f"{activation}{setting}"
    yield from (f"  {'-' if at == 0 else ' '} {key}: {value}" for at, (key, value) in enumerate(keys.items()))


def _plainly(seen: Seen, layer: Layer) -> dict[str, str]:
    return {
        key: nested(seen.start[id(one)])
        for key, one in (("weights", layer.weight), ("bias", layer.bias))
        if one is not None
    }


# ---- loss and update -----------------------------------------------------------------------------------------------


def _loss(seen: Seen, name: str, settings: Mapping[str, Any]) -> list[str]:
    """The loss and how the batch is put together: PyTorch's mean is over every output of every sample."""
    outputs = int(rows(one.net for one in seen.layers[-1].passes).shape[-1])
    reduction = settings.get("reduction", "mean")
    if reduction not in ("mean", "sum"):
        raise UsageError(_("a loss that is not reduced has no gradient: reduction='mean' or 'sum'"))
    ours, term = _LOSSES[name]
    if ours == "huber":
        ours = f"huber({exact(float(settings.get('delta', settings.get('beta', 1.0))))})"
    if reduction == "mean" and outputs > 1 and name not in _CLASSES:
        if not term:
            raise UsageError(_("a Huber loss of several outputs: give its problem, or reduction='sum'"))
        ours = _MEANS.get(name, f"({term})/{outputs}")
    lines = [f"loss: {ours}", *_smoothing(seen, name, settings)]
    return [*lines, f"reduce: {reduction}"] if _samples(seen.layers[0]) > 1 else lines


def _smoothing(seen: Seen, name: str, settings: Mapping[str, Any]) -> list[str]:
    """The label smoothing of a cross-entropy, as the module or the call has it."""
    called = [one.settings for one in seen.losses if one.name == name]
    found = settings.get("label_smoothing") or (called[-1].get("label_smoothing") if called else None)
    return [f"label_smoothing: {exact(float(found))}"] if found else []


def _update(seen: Seen, optimizer: Any) -> list[str]:
    """The optimizer with its settings and its state, and what it leaves as it is."""
    if optimizer is None:
        return []
    if len(optimizer.param_groups) != 1:
        raise UsageError(_("parameters in several groups: give its problem"))
    group = optimizer.param_groups[0]
    kind = type(optimizer).__name__
    used = [one for one in _ELSE if group.get(one) and (kind, one) != ("AdamW", "decoupled_weight_decay")]
    if kind not in _OPTIMIZERS or used:
        said = _("{name} is not among the optimizers that are known here: give its problem")
        raise UsageError(said.format(name=listed([kind, *used])))
    ours, names = _OPTIMIZERS[kind]
    settings = {mine: group[theirs] for theirs, mine in names.items()}
    if kind == "SGD" and group["momentum"]:
        ours, settings = ("nesterov" if group["nesterov"] else "momentum"), {"mu": group["momentum"]}
    if "betas" in group:
        settings |= {"beta1": group["betas"][0], "beta2": group["betas"][1]}
    said = ", ".join([f"name: {ours}", *(f"{one}: {value!r}" for one, value in settings.items())])
    lines = [f"learning_rate: {group['lr']!r}", f"optimizer: {{{said}}}" if settings else f"optimizer: {ours}"]
    if group.get("weight_decay") and kind != "AdamW":
        lines.append(f"penalty: {{l2: {group['weight_decay']!r}, biases: true}}")
    if any(value is not None and bool((value != 0).any()) for state in seen.state.values() for value in state.values()):
        raise UsageError(_("the optimizer has made steps before: watch its first one, or give its problem"))
    return lines


def _fixed(seen: Seen, optimizer: Any) -> list[str]:
    """The parameters that no step changes, by the names that they have in the problem."""
    learned = {
        id(one) for group in (optimizer.param_groups if optimizer is not None else []) for one in group["params"]
    }
    names, counts = [], {"w": 0, "b": 0}
    for number, layer in enumerate(seen.layers, start=1):
        for letter, (one, own) in zip("wb", names_of(number, layer), strict=False):
            first, counts[letter] = counts[letter] + 1, counts[letter] + one.numel()
            if not one.requires_grad or id(one) not in learned:
                usual = [f"{letter}{count}" for count in range(first, counts[letter] + 1)]
                names += usual if seen.is_linear else own
    return [f"fixed: [{', '.join(names)}]"] if names and optimizer is not None else []
