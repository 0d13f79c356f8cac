"""A problem file by questions: how many inputs and layers, each matrix row by row, the loss, the learning rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle, islice
from typing import TypeVar

from backprop_cli.algebra.expressions import FormulaError, parse_constant
from backprop_cli.algebra.losses import ALIASES as LOSS_ALIASES
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.operations import ALIASES as ACTIVATION_ALIASES
from backprop_cli.ground.errors import UsageError, which
from backprop_cli.ground.words import _, listed, plural
from backprop_cli.problem import synonyms
from backprop_cli.problem.json_schema import editor_line
from backprop_cli.problem.slides import ORIENTATION, ORIENTATIONS
from backprop_cli.problem.texts import explained

T = TypeVar("T")
NONE = "-"  # the reply for what there is not
_MOST = 8  # inputs, layers, neurons: what is still typed
_NUMBERS = ("0.5", "-0.25", "0.25", "1", "-0.5", "0.75")  # that stand where nothing is typed


class Refused(Exception):  # noqa: N818 - a reply that is asked for again, with this said
    """A reply that cannot be taken."""


class Interview:
    """Asks, and writes the file; a reply that cannot be taken is asked for again, Enter takes what is proposed.

    `ask` is given a prompt and gives the reply, None at the end of the input; `tell` says what is wrong with a reply;
    `show` is given the file as far as it is written after each layer, and what the names of that layer's neurons begin
    with. Raises UsageError where the input ends early.
    """

    def __init__(
        self, ask: Callable[[str], str | None], tell: Callable[[str], None], show: Callable[[str, str], None]
    ) -> None:
        self.ask, self.tell, self.show = ask, tell, show
        self.lines: list[str] = []
        self.numbers = cycle(_NUMBERS)

    def text(self) -> str:
        """The whole file."""
        inputs = self._reply(_("How many inputs?"), "2", _count)
        values = self._row(_("Their values:"), inputs, islice(cycle(("0.5", "1", "-1")), inputs))
        layers = self._reply(_("How many layers, the output layer among them?"), "2", _count)
        said = _("A row of a weight matrix: the weights into one neuron (rows receive) or out of one (rows send)?")
        orientation = self._reply(said, "rows receive", _orientation)
        self.lines = [f"inputs: [{', '.join(values)}]", f"{ORIENTATION}: {orientation}"]
        activations: list[str] = []
        senders = inputs
        for number in range(1, layers + 1):
            senders = self._layer(number, senders, number == layers, orientation, activations)
            stem = "y" if number == layers else "h" if layers == 2 else f"h{number}_"
            self.show(self._written(activations), stem)
        targets = self._row(_("The targets:"), senders, islice(cycle(("1", "0")), senders))
        loss = self._reply(_("The loss?"), "half_squared_error", _loss)
        rate = self._reply(_("The learning rate? {none} for none.").format(none=NONE), "0.1", _number_or_none)
        self.lines.insert(1, f"targets: [{', '.join(targets)}]")
        end = [f"loss: {loss}", *([f"learning_rate: {rate}"] if rate != NONE else [])]
        return f"{editor_line('problem')}\n{self._written(activations)}" + "".join(f"{line}\n" for line in end)

    def _written(self, activations: Sequence[str]) -> str:
        """The file as far as it goes."""
        quoted = [f'"{one}"' if "," in one else one for one in activations]
        return "".join(f"{line}\n" for line in [*self.lines, f"activation: [{', '.join(quoted)}]"])

    def _layer(self, number: int, senders: int, last: bool, orientation: str, activations: list[str]) -> int:
        """Asks for a layer; its neurons."""
        names = {"number": number}
        said = _("How many outputs?") if last else _("How many neurons has hidden layer {number}?").format(**names)
        neurons = self._reply(said, "1" if last else "2", _count)
        activations.append(self._reply(_("Their activation?"), "identity" if last else "sigmoid", _activation))
        rows, columns = (neurons, senders) if orientation == "rows receive" else (senders, neurons)
        size = {"name": f"W{number}", "rows": rows, "columns": columns}
        matrix = []
        for row in range(1, rows + 1):
            asked = _("{name} is {rows}×{columns}. Its row {row}:").format(**size, row=row)
            matrix.append(self._row(asked, columns, islice(self.numbers, columns)))
        written = ", ".join(f"[{', '.join(row)}]" for row in matrix)
        self.lines.append(f"W{number}: [{written}]")
        asked = _("b{number}: a number for each neuron, one for all, or {none} for none:").format(**names, none=NONE)
        biases = self._reply(asked, NONE, lambda text: _biases(text, neurons))
        if biases:
            self.lines.append(f"b{number}: " + (biases[0] if len(biases) == 1 else f"[{', '.join(biases)}]"))
        return neurons

    def _row(self, prompt: str, count: int, usual: islice[str]) -> list[str]:
        """So many numbers."""
        return self._reply(prompt, " ".join(usual), lambda text: _numbers(text, count))

    def _reply(self, prompt: str, usual: str, read: Callable[[str], T]) -> T:
        """The reply to a question, asked until it can be taken."""
        while True:
            reply = self.ask(f"{prompt} [{usual}] ")
            if reply is None:
                raise UsageError(_("the replies end before the file is whole, so nothing is written"))
            try:
                return read(reply.strip() or usual)
            except Refused as refused:
                self.tell(str(refused))


# ---- what a reply says -----------------------------------------------------------------------------------------


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST):
        raise Refused(_("a whole number from 1 to {most}").format(most=_MOST))
    return int(text)


def _numbers(text: str, count: int) -> list[str]:
    """So many numbers with spaces, or commas and spaces, between them."""
    found = [part for part in text.replace(", ", " ").split() if part]
    if len(found) != count:
        raise Refused(plural("{count} number is needed", "{count} numbers are needed, with spaces between them", count))
    return [_number(one) for one in found]


def _number(text: str) -> str:
    try:
        parse_constant(text)
    except FormulaError as error:
        failure = explained(error, text, may_be_letter=False)
        said = _("{text!r}: {message}").format(text=text, message=failure.message)
        raise Refused(f"{said} ({failure.hint})" if failure.hint else said) from None
    return text


def _number_or_none(text: str) -> str:
    return NONE if text == NONE else _number(text)


def _biases(text: str, neurons: int) -> list[str]:
    """The biases: none, one for all, or one for each."""
    if text == NONE:
        return []
    found = text.replace(", ", " ").split()
    return [_number(found[0])] if len(found) == 1 else _numbers(text, neurons)


def _orientation(text: str) -> str:
    word = text if text.startswith("rows") else f"rows {text}"
    return _known(" ".join(word.split()), ORIENTATIONS, {}, _("way to read a matrix"), {})


def _activation(text: str) -> str:
    words = (*ACTIVATIONS, "softmax")
    return _known(text, words, ACTIVATION_ALIASES, _("activation"), synonyms.ACTIVATIONS)


def _loss(text: str) -> str:
    return _known(text, LOSSES, LOSS_ALIASES, _("loss"), synonyms.LOSSES)


def _known(
    text: str, words: Sequence[str] | Mapping[str, object], aliases: Mapping[str, str], what: str,
    synonyms_of: Mapping[str, str],
) -> str:  # fmt: skip
    """The word, where there is such a one."""
    name = text.partition("(")[0].strip()
    if name in words or name in aliases:
        return text
    said = _("no {what} called {text!r}").format(what=what, text=text)
    hint = which(text, words, synonyms_of) or listed(words)
    raise Refused(f"{said} ({hint})")
