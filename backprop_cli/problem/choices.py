"""From the names and formulas of `activation` and `loss` to what they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backprop_cli.algebra.expressions import FormulaError, parse
from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, Name, names_in, number
from backprop_cli.algebra.losses import ALIASES as LOSS_ALIASES
from backprop_cli.algebra.losses import LOSSES, PER_OUTPUT_NAMES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.operations import ALIASES as ACTIVATION_ALIASES
from backprop_cli.ground.errors import in_one_word, which
from backprop_cli.ground.words import _
from backprop_cli.problem import synonyms
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Conventions, LossChoice
from backprop_cli.problem.tree import Path

_OF_SEVERAL = {
    "triplet": "triplet(W @ a, W @ p, W @ n, 1)",
    "contrastive": "contrastive(W @ a, W @ b, y, 1)",
    "kl_normal": "kl_normal(mu, logvar)",
    "reparametrize": "reparametrize(mu, logvar, epsilon)",
}  # what only a graph has, whose nodes may be any vectors, and how it is written there


def read_activation(book: ComplaintBook, text: str, path: Path, conventions: Conventions) -> Formula | None:
    """The activation as a formula in z; None for softmax.

    The conventions say which slope ReLU has at 0, and what a step and a sign put out there.
    """
    text = text.strip()
    name, bracket, _rest = text.partition("(")
    name = ACTIVATION_ALIASES.get(name.strip(), name.strip())
    if name == "softmax" and not bracket:
        return None
    known = ACTIVATIONS.get(name)
    if known is None and name.isidentifier() and not bracket and name != "z":
        message = _("no activation called {name!r}").format(name=name)
        book.complain(path, message, which(name, [*ACTIVATIONS, "softmax"], synonyms.ACTIVATIONS))
        return Name("z")
    try:
        if known and not bracket:
            return _at_zero(name, conventions) or Apply(name, (Name("z"), *known.defaults))
        formula = parse(text, names=frozenset({"z"}) if not _settings_only(text) else frozenset())
    except FormulaError as error:
        if known and bracket and known.parameters:
            return _with_settings(book, name, text, path)
        book.complain(path, error.message, error.hint, (error.offset, error.length))
        return Name("z")
    if known and bracket and known.parameters and _settings_only(text):
        return _with_settings(book, name, text, path)
    if not _uses_z(formula):
        book.complain(path, _("an activation is a name or a formula in z"), _("for example z / (1 + abs(z))"))
    return formula


def _at_zero(name: str, conventions: Conventions) -> Formula | None:
    """The activation with what the conventions say of it at 0; a sign that is not 0 there is twice a step less 1."""
    chosen = {"relu": conventions.relu_at_zero, "step": conventions.step_at_zero}.get(name)
    if chosen is not None:
        return Apply(name, (Name("z"), chosen))
    if name != "sign" or conventions.sign_at_zero in (None, ZERO):
        return None
    step = Apply("step", (Name("z"), number(int(conventions.sign_at_zero == ONE))))
    return Apply("sum", (Apply("product", (number(2), step)), Apply("negative", (ONE,))))


def _with_settings(book: ComplaintBook, name: str, text: str, path: Path) -> Formula:
    """leaky_relu(0.1), elu(2), step(0): the name and its settings."""
    inner = text[text.index("(") + 1 :]
    offset = text.index("(") + 1
    try:
        formula = parse(f"{name}(z,{inner}", names=frozenset({"z"}))
    except FormulaError as error:
        book.complain(path, error.message, error.hint, (max(0, error.offset - len(name) - 3 + offset), error.length))
        return Name("z")
    return formula


def read_loss(book: ComplaintBook, text: str, outputs: Sequence[str] | None) -> LossChoice | None:
    """The loss: a row of the table, or a formula in outputs and targets; `outputs` None: there is no network."""
    text = text.strip()
    if text == "none":
        return None
    if outputs is None:
        book.complain_at_key(("loss",), _("a loss belongs to a network; in a graph, write it as a node"))
        return None
    name, bracket, rest = text.partition("(")
    name = LOSS_ALIASES.get(name.strip(), name.strip())
    row = LOSSES.get(name)
    if name in _OF_SEVERAL and name not in outputs:
        message = _("{name} is of vectors, not of outputs and their targets: it is a node of a graph")
        hint = _("write graph: {{…, L: {example}}} and objective: L").format(example=_OF_SEVERAL[name])
        book.complain(("loss",), message.format(name=name), hint)
        return None
    joined = in_one_word(name)
    spoken = joined != name and joined in {*LOSSES, *LOSS_ALIASES, *synonyms.LOSSES}
    is_word = name.isidentifier() and name not in (*PER_OUTPUT_NAMES, *outputs)
    if row is None and not bracket and (is_word or spoken):
        near = which(name, LOSSES, {**synonyms.LOSSES, **LOSS_ALIASES})
        book.complain(("loss",), _("no loss called {name!r}").format(name=name), near)
        return None
    if row is not None:
        return _table_loss(book, name, rest if bracket else None, len(text) - len(rest))
    names = frozenset(PER_OUTPUT_NAMES)
    names |= {prefix + output for output in outputs for prefix in ("", "out_", "t_", "target_")}
    try:
        formula = parse(text, names=names)
    except FormulaError as error:
        book.complain(("loss",), error.message, error.hint, (error.offset, error.length))
        return None
    return LossChoice("", formula=formula)


def _table_loss(book: ComplaintBook, name: str, settings: str | None, offset: int) -> LossChoice | None:
    """A loss of the table with its settings: huber(0.5), cross_entropy(2)."""
    row = LOSSES[name]
    if settings is None:
        return LossChoice(name, row.defaults)
    base = settings.strip().removesuffix(")").replace("base", "").strip()
    if name == "cross_entropy" and base in ("2", "10", "e"):
        return LossChoice(name if base == "e" else f"{name}_base_{base}")
    try:
        formula = parse(settings.removesuffix(")")) if row.parameters else None
    except FormulaError as error:
        book.complain(("loss",), error.message, error.hint, (offset + error.offset, error.length))
        return None
    if formula is None:
        book.complain(("loss",), _("{name} takes no settings").format(name=name))
        return None
    return LossChoice(name, (formula,))


def has_parts(loss: LossChoice) -> bool:
    """Whether the loss is a sum over the outputs: not a formula that names them."""
    return loss.formula is None or any(name.symbol in PER_OUTPUT_NAMES for name in names_in(loss.formula))


def _settings_only(text: str) -> bool:
    """Whether the brackets of `leaky_relu(0.1)` hold settings and not z."""
    return not re.search(r"\bz\b", text)


def _uses_z(formula: Formula) -> bool:
    match formula:
        case Name(symbol):
            return symbol == "z"
        case Apply(_, arguments):
            return any(map(_uses_z, arguments))
    return False
