"""The lines of an update: what a problem's rule, its penalties and its clipping make of the gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from dataclasses import replace as _replace

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import ONE, ZERO, Apply, Formula, Name, add, apply, multiply, negate, number
from backprop_cli.algebra.layerwise import ITERATIONS, Step
from backprop_cli.algebra.optimizers import DESCENT, FIRST_STATE, OPTIMIZERS, Optimizer
from backprop_cli.algebra.parts import UpdateParts
from backprop_cli.algebra.quantities import Kind, Phase, Quantity
from backprop_cli.algebra.quantities import gradient as gradient_of
from backprop_cli.algebra.second_order import SECOND_ORDER, first_state
from backprop_cli.algebra.slots import LEARNING_RATE, Slot, Tensor
from backprop_cli.ground.records import record


@record
class Rows:
    """The names of the parameters of a matrix row by row, what it is called, and whether all of them begin at 0."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    is_zero: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the order of reading."""
        return tuple(name for row in self.rows for name in row)


@record
class UpdateRule:
    """An optimizer as a problem uses it: penalties and clipping change the gradient before the optimizer sees it."""

    optimizer: str = DESCENT
    settings: Mapping[str, Formula] = field(default_factory=dict)
    penalties: Mapping[str, Formula] = field(default_factory=dict)  # l1, l2, l2_full
    unpenalized: frozenset[str] = frozenset()
    clip: str = ""  # value or norm; the bound is the setting c
    maximize: bool = False  # the optimizer sees −∂E/∂w, so that it goes up: gradient ascent
    show: frozenset[str] = (
        frozenset()
    )  # lines on request: changes (Δw), rates (what η comes to for each), penalized (J)
    layers: tuple[Rows, ...] = ()  # of an optimizer that looks at whole matrices; what is in none is one of its own
    iterations: int = 0
    second: str = ""  # the step by second derivatives that is taken in place of the optimizer's
    rated: bool = False  # whether that is multiplied by η

    @property
    def called(self) -> str:
        """The name of the optimizer."""
        return self.second or self.optimizer

    @property
    def says(self) -> str:
        """What the optimizer does, in a sentence."""
        return SECOND_ORDER[self.second].says(self.constants()) if self.second else OPTIMIZERS[self.optimizer].rule

    @property
    def is_plain(self) -> bool:
        """Whether each step is η times the gradient, up or down, and nothing is kept."""
        return self.optimizer == DESCENT and not self.second

    @property
    def is_descent(self) -> bool:
        """Whether each step is η times the gradient against it, and nothing is kept."""
        return self.is_plain and not self.maximize

    @property
    def looks_ahead(self) -> bool:
        """Whether gradients are taken elsewhere than at the parameters."""
        return OPTIMIZERS[self.optimizer].ahead is not None

    @property
    def writes_penalized(self) -> bool:
        """Whether the penalized loss J is a line, and what the optimizer sees its gradient ∂J/∂w."""
        return "penalized" in self.show

    def constants(self) -> dict[Quantity, Formula]:
        """The settings and the penalties' strengths by name."""
        row = OPTIMIZERS[self.optimizer]
        constants = row.usual | dict(self.settings)
        constants |= {PENALTIES[penalty]: strength for penalty, strength in self.penalties.items()}
        return {Quantity(Kind.CONSTANT, name): value for name, value in constants.items()}

    def first_state(self, parameter: str) -> dict[str, Formula]:
        """The names of the state of a parameter with their first values."""
        if self.second:
            return first_state(SECOND_ORDER[self.second], parameter)
        row = OPTIMIZERS[self.optimizer]
        return {f"{state}_{parameter}": FIRST_STATE.get(state, ZERO) for state in row.state}


PENALTIES = {"l1": "lambda1", "l2": "lambda2", "l2_full": "lambda2"}
PENALIZED = "g"  # the gradient with its penalty, before the name of its parameter
PENALIZED_LOSS = Quantity(Kind.METRIC, "J")  # E with the penalties, where it is a line
PENALTY_TERMS = {"l1": "λ₁·Σ|w|", "l2": "½·λ₂·Σw²", "l2_full": "λ₂·Σw²"}  # what each adds to the loss


def update_lines(rule: UpdateRule, gradients: Mapping[Quantity, Formula]) -> Iterator[Line]:
    """The lines of one update of all these parameters.

    What is maximized goes up by the step that would take its negative down, as `maximize=True` of torch.optim does:
    penalties and decays still make parameters smaller.
    """
    changed = {one: negate(gradient) if rule.maximize else gradient for one, gradient in gradients.items()}

    def written(parameter: Quantity, prefix: str, formula: Formula) -> Line:
        """The line of a changed gradient, which the next lines use in place of the old one."""
        parts = UpdateParts(Name(parameter), gradients[parameter], changed[parameter])
        named = Quantity(Kind.AUX, f"{prefix}_{parameter.name}")
        if prefix == PENALIZED and rule.writes_penalized:
            named = gradient_of(PENALIZED_LOSS, parameter)
        changed[parameter] = Name(named)
        return Line(Phase.UPDATE, named, formula, parts=parts)

    for parameter, gradient in list(changed.items()):
        penalized = _penalized(rule, parameter, gradient)
        if penalized != gradient:
            yield written(parameter, PENALIZED, penalized)
    if rule.clip:
        clipped = dict(_clipped(rule, changed))
        if rule.clip == "norm":
            norm = apply("sqrt", add(*(gradient**2 for gradient in changed.values())))
            yield Line(Phase.UPDATE, Quantity(Kind.AUX, "gradient_norm"), norm)
        for parameter, formula in clipped.items():
            yield written(parameter, "clipped", formula)
    row = OPTIMIZERS[rule.optimizer]
    slots = {parameter: Slot(parameter, gradient) for parameter, gradient in changed.items()}
    for part, name, formula in _steps(rule, row, slots):
        if isinstance(part, Tensor):
            yield Line(Phase.UPDATE, Quantity(Kind.AUX, f"{name}_{part.name}"), formula)
            continue
        rules = () if name != "w" else (row.rule,)
        parts = _parts(row, name, part, gradients[part.parameter])
        yield Line(Phase.UPDATE, _written(row, name, part.parameter), formula, rules=rules, parts=parts)


def _steps(rule: UpdateRule, row: Optimizer, slots: Mapping[Quantity, Slot]) -> Step:
    """The formulas of a step with the parameter, or the whole matrix, that each is of."""
    eta = Name(LEARNING_RATE)
    if row.together is None:
        for slot in slots.values():
            yield from _with_shown(rule, row, slot, ((slot, *one) for one in row.update(slot, eta)))
        return
    for tensor in _tensors(rule, slots):
        for part, name, formula in row.together(tensor, eta):
            if isinstance(part, Tensor):
                yield (tensor.slots[0] if len(tensor.slots) == 1 else part), name, formula
            else:
                yield from _with_shown(rule, row, part, [(part, name, formula)])


def _tensors(rule: UpdateRule, slots: Mapping[Quantity, Slot]) -> Iterator[Tensor]:
    """The matrices of what is updated, in the order of their first entries; one of one number has its name."""
    usual = int(OPTIMIZERS[rule.optimizer].settings.get(ITERATIONS, "0"))
    by_name = {parameter.name: slot for parameter, slot in slots.items()}
    rows_of = {name: one for one in rule.layers for name in one.names}
    seen: set[str] = set()
    for name in by_name:
        if name in seen:
            continue
        one = rows_of.get(name, Rows(name, ((name,),)))
        rows = tuple(tuple(by_name[each] for each in row if each in by_name) for row in one.rows)
        tensor = Tensor(one.name, tuple(filter(None, rows)), one.is_zero, rule.iterations or usual)
        seen |= {slot.parameter.name for slot in tensor.slots}
        yield _replace(tensor, name=name) if len(tensor.slots) == 1 else tensor


def ahead_lines(rule: UpdateRule, parameters: Iterable[Quantity]) -> Iterator[tuple[Quantity, Line]]:
    """Each parameter with the line of the place where its gradient is taken; none where that is the parameter."""
    place = OPTIMIZERS[rule.optimizer].ahead
    for parameter in parameters if place is not None else ():
        assert place is not None
        named = Quantity(Kind.AUX, f"ahead_{parameter.name}")
        yield parameter, Line(Phase.FORWARD, named, place(Slot(parameter, ZERO)))


CHANGE, RATE = "change", "rate"  # the names of lines on request


def _with_shown(rule: UpdateRule, row: Optimizer, slot: Slot, written: Iterable[tuple[Slot, str, Formula]]) -> Step:
    """The formulas of a step, the new value behind the lines that are shown on request: w⁺ = w + Δw."""
    for part, name, formula in written:
        if name == "w" and "rates" in rule.show and row.rate is not None:
            yield slot, RATE, row.rate(slot, Name(LEARNING_RATE))
        if name == "w" and "changes" in rule.show:
            yield slot, CHANGE, _without(formula, slot.w)
            yield slot, name, slot.w + slot.aux(CHANGE)
        else:
            yield part, name, formula


def _without(formula: Formula, w: Name) -> Formula:
    """What is added to w in the formula of its new value."""
    assert isinstance(formula, Apply)
    assert formula.operation == "sum"
    assert formula.arguments[0] == w
    return add(*formula.arguments[1:])


def _parts(row: Optimizer, name: str, slot: Slot, gradient: Formula) -> UpdateParts:
    """The parts of the line of a step called `name`."""
    old = slot.w if name == "w" else slot.old(name) if name in row.state else None
    states = tuple((slot.new(state), slot.old(state)) for state in row.state)
    return UpdateParts(slot.w, gradient, slot.gradient, old, Name(LEARNING_RATE), states)


def _written(row: Optimizer, name: str, parameter: Quantity) -> Quantity:
    if name == "w":
        return Quantity(Kind.NEW, parameter.name)
    return Quantity(Kind.NEW if name in row.state else Kind.AUX, f"{name}_{parameter.name}")


def _penalized(rule: UpdateRule, parameter: Quantity, gradient: Formula) -> Formula:
    """∂E/∂w + λ₁·sign(w) + λ₂·w: the gradient of E + λ₁Σ|w| + ½λ₂Σw² (2λ₂·w where the penalty is λ₂Σw²)."""
    if parameter.name in rule.unpenalized:
        return gradient
    terms = [gradient]
    w = Name(parameter)
    for penalty in rule.penalties:
        strength = Name(Quantity(Kind.CONSTANT, PENALTIES[penalty]))
        slopes: dict[str, Formula] = {"l1": apply("sign", w), "l2": w, "l2_full": multiply(number(2), w)}
        terms.append(multiply(strength, slopes[penalty]))
    return add(*terms)


def penalized_loss(rule: UpdateRule, loss: Formula, parameters: Sequence[Quantity]) -> Formula:
    """E + λ₁·Σ|w| + ½·λ₂·Σw² (λ₂·Σw² where the penalty is the whole square), over those parameters that have one."""
    weights = [Name(one) for one in parameters if one.name not in rule.unpenalized]
    terms = [loss]
    for penalty in rule.penalties if weights else ():
        strength = Name(Quantity(Kind.CONSTANT, PENALTIES[penalty]))
        sizes: list[Formula] = [apply("abs", w) if penalty == "l1" else w**2 for w in weights]
        half = [number(1, 2)] if penalty == "l2" else []
        total = sizes[0] if len(sizes) == 1 else Apply("sum", tuple(sizes))
        terms.append(Apply("product", (*half, strength, total)))
    return add(*terms)


def _clipped(rule: UpdateRule, gradients: Mapping[Quantity, Formula]) -> Iterator[tuple[Quantity, Formula]]:
    """Each gradient cut off at ±c, or all scaled so that their norm is at most c (Pascanu et al. 2013, algorithm 1)."""
    bound = Name(Quantity(Kind.CONSTANT, "c"))
    norm = Name(Quantity(Kind.AUX, "gradient_norm"))
    for parameter, gradient in gradients.items():
        if rule.clip == "value":
            yield parameter, apply("clip", gradient, apply("negative", bound), bound)
        else:
            yield parameter, multiply(gradient, apply("min", ONE, apply("quotient", bound, norm)))
