"""How PyTorch writes operations, so that its own derivatives are those of the solution, at kinks and ties too."""

from __future__ import annotations

from collections.abc import Callable

from backprop_cli.algebra.formula import ZERO, Apply, Formula, Number, apply
from backprop_cli.formats.code.formulas import MEANINGS, CodeDialect
from backprop_cli.formats.code.python_dialect import PYTHON, SHOW
from backprop_cli.writing.shapes import Shape, function

_SHAPES = {
    **PYTHON.shapes,
    **{name: function(f"torch.{name}") for name in ("exp", "sqrt", "sin", "cos", "tan", "tanh", "erf", "floor", "abs")},
    **{name: function(f"torch.{name}") for name in ("log2", "log10", "sigmoid", "sign")},
    "ln": function("torch.log"),
    "softplus": function("torch.nn.functional.softplus"),
    "times_ln": function("torch.xlogy"),
    "relu_of_0": function("torch.relu"),
    "softmax_of": Shape("torch.softmax(torch.stack([{rest}]), 0)[{0}]"),
    "max": function("largest"),
    "min": function("smallest"),
    "clip": function("clip"),
}


def _relu(z: Formula, at_zero: Formula) -> Formula:
    return apply("relu_of_0", z) if at_zero == ZERO else apply("relu_at", z, at_zero)


def _softmax(which: Formula, *nets: Formula) -> Formula:
    assert isinstance(which, Number)
    return Apply("softmax_of", (Number(which.value - 1), *nets))


_MEANINGS: dict[str, Callable[..., Formula]] = {
    **{name: said for name, said in MEANINGS.items() if name != "softplus"},
    "relu": _relu,
    "softmax": _softmax,
}

_HELPERS = {  # none returns its argument itself, so that each quantity is a tensor of its own
    **{name: source for name, source in PYTHON.helpers.items() if name not in ("relu", "times_ln", "sign")},
    "relu_at": "def relu_at(z, at_zero):  # torch.relu, with another slope at 0\n"
    "    return torch.where(z == 0, at_zero*z, torch.relu(z))",
    "leaky_relu": "def leaky_relu(z, a):\n    return (1 if z > 0 else a)*z",
    "pick": "def pick(row, *rows):  # rows count from 0\n"
    "    return 1*rows[int(row)] if row in range(len(rows)) else torch.tensor(0.0)",
    "elu": "def elu(z, a):\n    return 1*z if z > 0 else a*(torch.exp(z) - 1)",
    "elu_slope": "def elu_slope(z, a):\n    return 1 if z > 0 else a*torch.exp(z)",
    "step": "def step(z, at_zero=1):  # its slope is 0\n    return (1 if z > 0 else 0 if z < 0 else at_zero) + 0*z",
    "max": "def largest(*values):  # ties share the gradient\n"
    "    return torch.stack([torch.as_tensor(value, dtype=torch.float64) for value in values]).amax()",
    "min": "def smallest(*values):  # ties share the gradient\n"
    "    return torch.stack([torch.as_tensor(value, dtype=torch.float64) for value in values]).amin()",
    "clip": "def clip(z, low, high):\n    return 1*z if low < z < high else 0*z + (low if z <= low else high)",
}

TORCH = CodeDialect(
    _SHAPES, _HELPERS, _MEANINGS, {name: usual for name, usual in PYTHON.usual.items() if name != "relu"}
)

SHOW_TENSOR = SHOW.replace("    text =", "    value = float(value)\n    text =", 1)

GRADIENTS = '''\
def gradients(of, by):
    """PyTorch's own derivatives of one tensor by others; 0 where it does not depend on them."""
    return torch.autograd.grad(of, by, retain_graph=True, allow_unused=True, materialize_grads=True)'''

OPTIMIZERS = {  # ours, and PyTorch's that computes the same
    "sgd": "SGD(parameters, lr={eta})",
    "momentum": "SGD(parameters, lr={eta}, momentum={mu})",
    "nesterov": "SGD(parameters, lr={eta}, momentum={mu}, nesterov=True)",
    "adagrad": "Adagrad(parameters, lr={eta}, eps={epsilon})",
    "rmsprop": "RMSprop(parameters, lr={eta}, alpha={rho}, eps={epsilon})",
    "rmsprop_centered": "RMSprop(parameters, lr={eta}, alpha={rho}, eps={epsilon}, centered=True)",
    "rmsprop_momentum": "RMSprop(parameters, lr={eta}, alpha={rho}, eps={epsilon}, momentum={mu})",
    "rmsprop_centered_momentum": "RMSprop(parameters, lr={eta}, alpha={rho}, eps={epsilon}, momentum={mu}, "
    "centered=True)",
    "adadelta": "Adadelta(parameters, lr={eta}, rho={rho}, eps={epsilon})",
    "adam": "Adam(parameters, lr={eta}, betas=({beta1}, {beta2}), eps={epsilon})",
    "amsgrad": "Adam(parameters, lr={eta}, betas=({beta1}, {beta2}), eps={epsilon}, amsgrad=True)",
    "adamax": "Adamax(parameters, lr={eta}, betas=({beta1}, {beta2}), eps={epsilon})",
    "nadam": "NAdam(parameters, lr={eta}, betas=({beta1}, {beta2}), eps={epsilon}, momentum_decay={psi})",
    "adamw": "AdamW(parameters, lr={eta}, betas=({beta1}, {beta2}), eps={epsilon}, weight_decay={lambda})",
}
