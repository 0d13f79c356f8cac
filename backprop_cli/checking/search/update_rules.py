"""Edits of an update: by the rule of another optimizer, another penalty, a step times the parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backprop_cli.algebra.formula import Apply, Formula, Name, apply, replace
from backprop_cli.algebra.optimizers import OPTIMIZERS, Optimizer
from backprop_cli.algebra.parts import UpdateParts
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.algebra.slots import LEARNING_RATE, Slot
from backprop_cli.algebra.updates import PENALTIES
from backprop_cli.checking.parts import with_names
from backprop_cli.checking.search.edits import Edit, places
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root

_STRENGTHS = (*dict.fromkeys(PENALTIES.values()), "lambda")
_SHARES = ("mu", "beta", "rho", "beta1", "beta2")


def update_edits(root: Root, made: UpdateParts, relations: Relations) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    yield from _penalties(root)
    yield from _decays(root, made, relations)
    yield from _roots_of_gradients(root, made)
    yield from _step_factors(root, made)
    yield from _parts_of_gradients(root, made, relations)
    yield from _optimizers(root, made, relations)


def _step_factors(root: Root, made: UpdateParts) -> Iterator[Edit]:
    """The gradient of a step times the parameter itself."""
    if made.old is None:
        return
    for part, put in places(root.formula):
        if isinstance(part, Name) and root.role(part) in ("gradient", "new state", "step"):
            instead = Apply("product", (part, made.old))
            yield Edit("extra factor", ("extra factor", "weight"), 4, "step factor", put(instead), made.old)


def _parts_of_gradients(root: Root, made: UpdateParts, relations: Relations) -> Iterator[Edit]:
    """The step with one term of the gradient alone, the first or the last: one use, one step, one sample."""
    gradient = made.gradient
    if not isinstance(gradient, Name) or not isinstance(gradient.symbol, Quantity):
        return
    match relations.around.derivation.formula_of(gradient.symbol):
        case Apply("sum", terms):
            for term in dict.fromkeys((terms[0], terms[-1])):
                only = with_names(root.formula, {gradient: term})
                yield Edit("only of", ("only", "some terms"), 4, "part of the gradient", only, gradient, term)


def _penalties(root: Root) -> Iterator[Edit]:
    """|w|, w², the sign of w for one another in a penalty."""
    strengths = {*PENALTIES.values(), "lambda"}
    for part, put in places(root.formula):
        match part:
            case Apply("product", factors) if any(_is_setting(factor, strengths) for factor in factors):
                weights = [factor for factor in factors if not _is_setting(factor, strengths)]
                for weight in weights:
                    rest = tuple(factor for factor in factors if factor is not weight)
                    inner = weight.arguments[0] if isinstance(weight, Apply) and weight.operation == "sign" else weight
                    for word, other in (("sign", apply("sign", inner)), ("size", apply("abs", inner)),
                                        ("weight", inner), ("square", inner**2)):  # fmt: skip
                        yield Edit("another penalty", ("another penalty", word), 6, "penalty",
                                   put(Apply("product", (*rest, other))), weight, other)  # fmt: skip


def _decays(root: Root, made: UpdateParts, relations: Relations) -> Iterator[Edit]:
    """A penalty with the rate where it has none, or taken off the parameter without it."""
    strengths = [Name(one) for one in (Quantity(Kind.CONSTANT, name) for name in _STRENGTHS) if relations.is_known(one)]
    if made.old is None or made.rate is None:
        rate, used = Name(LEARNING_RATE), {name.symbol for name in strengths}
        for part, put in places(root.formula):
            if isinstance(part, Name) and part.symbol in used:
                yield Edit("extra factor", ("decay", "rate"), 4, "decay", put(rate * part), rate)
        return
    for strength in strengths if root.line.quantity.name == made.parameter.symbol.name else ():  # type: ignore[attr-defined]
        step = made.rate * made.gradient
        for word, decay in (("bare", strength * made.old), ("both", made.rate * strength * made.old),
                            ("of the step", made.rate * strength * made.gradient)):  # fmt: skip
            for sign, written in (("off", made.old - step - decay), ("on", made.old - step + decay)):
                yield Edit("another decay", ("decay", word, sign), 4, "decay", written, root.formula, written)


def _roots_of_gradients(root: Root, made: UpdateParts) -> Iterator[Edit]:
    """√g, or |g|, in the place of the root of a state."""
    for part, put in places(root.formula):
        match part:
            case Apply("sqrt", (Name(Quantity(kind=Kind.NEW | Kind.AUX)),)):
                size = apply("abs", made.used)
                for instead in (apply("sqrt", size), size):
                    yield Edit("instead", ("root of the gradient",), 4, "root of", put(instead), part, instead)


def _is_setting(formula: Formula, names: set[str]) -> bool:
    return isinstance(formula, Name) and isinstance(formula.symbol, Quantity) and formula.symbol.name in names


def _optimizers(root: Root, made: UpdateParts, relations: Relations) -> Iterator[Edit]:
    """What the line would be by the rules of other optimizers, with the state and the settings of this one."""
    if made.old is None or made.rate is None:
        return
    quantity = root.line.quantity
    parameter = made.parameter.symbol
    meanings = _meanings(made, relations)
    assert isinstance(parameter, Quantity)
    is_state = quantity.name != parameter.name
    for share in dict.fromkeys(meanings.values()) if is_state and quantity.kind is Kind.NEW else ():
        written = share * made.old + (1 - share) * made.rate * made.used
        key = ("another optimizer", "average with rate", "state")
        yield Edit("another optimizer", key, 6, "optimizer", written, root.formula, written)
    for gradient in dict.fromkeys((made.used, made.gradient)):
        for row in OPTIMIZERS.values():
            for name, formula in row.update(Slot(parameter, gradient), Name(LEARNING_RATE)):
                if (name != "w") if is_state else (name == "w"):
                    written = _meant(formula, row, name, made, meanings)
                    key = ("another optimizer", row.name, "state" if is_state else "step")
                    yield Edit("another optimizer", key, 6, "optimizer", written, root.formula, written)


def _meanings(made: UpdateParts, relations: Relations) -> Mapping[str, Name]:
    """The setting of this optimizer that stands for those of another one."""
    known = list(relations.shares())
    return dict.fromkeys(_SHARES, known[0]) if known else {}


def _meant(formula: Formula, row: Optimizer, state: str, made: UpdateParts, meanings: Mapping[str, Name]) -> Formula:
    """A formula of another optimizer, with the names that there are here."""
    assert made.old is not None
    states = dict(made.states)
    olds, news = list(states.values()), list(states.keys())

    def put(name: Name) -> Formula:
        one = name.symbol
        assert isinstance(one, Quantity)
        if one.name == LEARNING_RATE.name:
            return made.rate or name
        if one.kind is Kind.CONSTANT:
            return meanings.get(one.name, name)
        letter = one.name.split("_", 1)[0]
        if letter in row.state and one.name != made.parameter.symbol.name:  # type: ignore[attr-defined]
            own = [position for position, old in enumerate(olds) if _letter(old) == letter]
            place = own[0] if own else 0
            if letter == state and one.kind is Kind.PARAMETER:
                return made.old or name
            if olds:
                return olds[place] if one.kind is Kind.PARAMETER else news[place]
        return name

    return replace(formula, put)


def _letter(name: Name) -> str:
    return name.symbol.name.split("_", 1)[0] if isinstance(name.symbol, Quantity) else ""
