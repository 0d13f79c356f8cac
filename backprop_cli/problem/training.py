"""From the keys of a file that are about training to how parameters are updated."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_cli.algebra.formula import ONE
from backprop_cli.ground.errors import did_you_mean
from backprop_cli.ground.words import _
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.model import Layer, Training
from backprop_cli.problem.perceptrons import PASSES, read_perceptron
from backprop_cli.problem.runs import check_orders, has_rate, read_order, read_rates
from backprop_cli.problem.schedules import read_schedule
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.update_rules import read_rule


def read_batch(file: ProblemFile, book: ComplaintBook) -> int | None:
    """How many samples go into one update; None for all of them."""
    text = str(file.batch).strip()
    if text == "full":
        return None
    if text.isascii() and text.isdigit() and 0 < len(text) < 9 and int(text) > 0:
        return int(text)
    if text != "online":
        hint = did_you_mean(text, ["online", "full"]) or _("online, full, or how many samples make a batch")
        book.complain(("batch",), _("no batch called {text!r}").format(text=text), hint)
    return 1


def read_training(
    file: ProblemFile,
    book: ComplaintBook,
    layers: Sequence[Layer],
    batch: int | None,
    report: Sequence[int],
) -> Training:
    """Learning rate, epochs and batches; `report` has the last epoch where training goes on for longer."""
    if file.epochs > 1 and not has_rate(file):
        book.complain_at_key(("epochs",), _("epochs need a learning_rate"))
    if file.gradients and not has_rate(file):
        book.complain_at_key(("gradients",), _("given gradients need a learning_rate"))
    rule = read_rule(file, book, layers)
    rates, order = read_rates(file, book), read_order(file, book)
    schedule = read_schedule(file, book)
    first = rates[0] if rates else schedule.rates[0] if schedule and schedule.rates else file.learning_rate
    perceptron = read_perceptron(file, book, layers)
    passes = perceptron is not None and perceptron.until_clean and "epochs" not in file.model_fields_set
    epochs = PASSES if passes else file.epochs
    check_orders(book, order, max(epochs, *report) if report else epochs)
    return Training(
        learning_rate=None if isinstance(first, list) else first if rule.rated or not rule.second else ONE,
        epochs=epochs,
        batch=batch,
        batch_is_said="batch" in file.model_fields_set,
        mean=file.reduce == "mean",
        rule=rule,
        state=dict(file.state),
        first_step=file.step,
        rates=rates,
        schedule=schedule,
        order=order,
        perceptron=perceptron,
    )
