"""The formulas that a sheet gives, and those of which it reminds: the first of each form, without its numbers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from backprop_cli.algebra.calculus import spelled_out
from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Apply, Formula, Name
from backprop_cli.algebra.quantities import Address, Kind, Phase, Quantity
from backprop_cli.algebra.quantities import place as place_of
from backprop_cli.deriving.trace import Step
from backprop_cli.documents.matrix_page import forward_in_arrays
from backprop_cli.documents.model import Block, Equation, Heading, Lines, Role, Say, Side, SideRole, Text
from backprop_cli.documents.worked import layer_labels, owner
from backprop_cli.ground.words import _
from backprop_cli.worksheets.exercise import SheetExercise, without_sample
from backprop_cli.worksheets.tabled import is_usual, wired

_MOST = 60  # formulas, unless every one is wished for


def definitions(exercise: SheetExercise, every: bool) -> tuple[list[Equation], int]:
    """What no table and no word says: the nodes of a graph, layers beyond dense, and the loss; and how many are not.

    Each form once in each layer, then those that differ by their parameters alone, as far as there is room.
    """
    if exercise.problem.arrays:
        return list(forward_in_arrays(exercise.page)), 0
    labels = layer_labels(exercise.problem)

    def of_layer(step: Step) -> Hashable:
        name = step.quantity.name if step.quantity.kind is Kind.NODE else _stem(step.quantity)
        return step.quantity.kind, name, labels.get(owner(step.quantity), "")

    steps = list(_unsaid(exercise))
    forms = _firsts(steps, lambda step: (of_layer(step), _form(step.line.formula), _parameters(step.line.formula)))
    if every or len(forms) <= _MOST:
        return _equations(exercise, forms), 0
    first = _firsts(steps, of_layer)
    more = _firsts(steps, lambda step: (of_layer(step), _form(step.line.formula)))
    kept = set(list(dict.fromkeys(step.quantity for step in (*first, *more, *forms)))[: max(_MOST, len(first))])
    return _equations(exercise, [step for step in forms if step.quantity in kept]), len(forms) - len(kept)


def _unsaid(exercise: SheetExercise) -> Iterator[Step]:
    """The steps of the forward pass and of the loss that neither a table nor the word for an activation says."""
    seen = {name for layer in wired(exercise) for name in layer.units}
    usual = {name for layer in exercise.problem.layers for name in layer.units if is_usual(layer)}
    for step in exercise.page.solution.trace.steps:
        match step.line.phase, step.quantity.kind:
            case Phase.FORWARD, Kind.OUT if step.quantity.name in usual:
                continue
            case Phase.FORWARD, Kind.NET if step.quantity.name in seen:
                continue
            case ((Phase.FORWARD | Phase.LOSS), _):
                yield step


def reminder(exercise: SheetExercise) -> Iterator[Block]:
    """The formulas that the work needs, the first of each form."""
    labels = layer_labels(exercise.problem)
    wanted = {line.quantity for line in exercise.lines}
    steps = [step for step in exercise.page.solution.trace.steps if step.quantity in wanted]
    firsts = _firsts(
        steps, lambda step: (step.quantity.kind, _form(step.line.formula), labels.get(owner(step.quantity), ""))
    )
    if firsts:
        yield Heading(1, Role.SHEET, (Text(_("Reminder")),))
        yield Say((Text(_("The first line of each form; the others are written in the same way.")),))
        yield Lines(tuple(_equations(exercise, firsts)))


def _firsts(steps: Iterable[Step], form: Callable[[Step], Hashable]) -> list[Step]:
    """The first step of each form that is not given."""
    found: dict[Hashable, Step] = {}
    for step in steps:
        if not step.line.given:
            found.setdefault(form(step), step)
    return list(found.values())


def _equations(exercise: SheetExercise, steps: Sequence[Step]) -> list[Equation]:
    """The lines without their numbers; E of a sample has its number where there is an E of all of them, too."""
    of_samples = {step.quantity.bare for step in steps if _is_of_sample(step)}
    of_batches = {step.quantity.bare for step in steps if not _is_of_sample(step)}
    batched = bool(of_samples & of_batches)  # E of a sample, and E, the mean of them all
    pages = [exercise.page.speller.page_of(step.quantity.at) for step in steps]
    return [
        _in_symbols(exercise, step, without_sample(page) if batched else page)
        for step, page in zip(steps, pages, strict=True)
    ]


def _is_of_sample(step: Step) -> bool:
    return place_of(step.quantity.at, "sample") is not None


def _form(formula: Formula) -> Hashable:
    """The formula without the names in it, only what they are."""
    match formula:
        case Name(Quantity(kind=Kind.NEW)):  # the same line in the next step
            return Kind.PARAMETER
        case Name(Quantity() as quantity):
            return quantity.kind
        case Apply(operation, arguments):
            return (operation, *map(_form, arguments))
    return formula


def _parameters(formula: Formula) -> frozenset[str]:
    return frozenset(q.name for q in quantities_in(formula) if q.kind in (Kind.PARAMETER, Kind.NEW))


def _stem(quantity: Quantity) -> str:
    """f of f1, c of c1_1_2: what the units of one row have in common."""
    return quantity.name.rstrip("0123456789_")


def _in_symbols(exercise: SheetExercise, step: Step, here: Address) -> Equation:
    """The line in symbols, and once more with everything written out, where that says more: σ(net) = 1/(1 + e^−net)."""
    page, speller = exercise.page, exercise.page.speller
    equal = speller.writer.dialect.equal
    texts = [speller.formula(step, here)]
    if step.line.phase is Phase.FORWARD:
        texts.append(speller.symbols_of(spelled_out(step.line.formula), here))
    sides = tuple(Side(equal, text, SideRole.FORMULA) for text in dict.fromkeys(texts))
    return Equation((page.symbol(step.quantity, here),), sides, key=step.quantity.key)
