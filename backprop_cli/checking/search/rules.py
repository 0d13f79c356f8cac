"""Edits that follow another rule: another loss, another optimizer, a factor that belongs elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from backprop_cli.algebra.calculus import slopes
from backprop_cli.algebra.formula import (
    ONE,
    Apply,
    Formula,
    Name,
    Number,
    apply,
    multiply,
    names_in,
    negate,
    number,
    replace,
)
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.optimizers import LEARNING_RATE, OPTIMIZERS, PENALTIES, Optimizer, Slot
from backprop_cli.algebra.parts import (
    ChainParts,
    DeltaParts,
    GradientParts,
    LossParts,
    NetParts,
    OutParts,
    Term,
    UpdateParts,
)
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.search.edits import Edit, joined, places
from backprop_cli.checking.search.roles import Relations
from backprop_cli.checking.search.roots import Root

_SHARES = ("mu", "beta", "rho", "beta1", "beta2")


def rule_edits(root: Root, relations: Relations) -> Iterator[Edit]:
    """Every edit of this module on a formula."""
    match root.line.parts:
        case LossParts() as made:
            yield from _losses(root, made)
        case NetParts() as made:
            yield from _rows(root, made, relations)
        case OutParts() as made:
            yield from _biases(root, made, relations)
        case ChainParts() as made:
            yield from _chain_factors(root, relations)
        case DeltaParts() as made:
            yield from _error_slopes(root, made, relations)
            yield from _delta_factors(root, made, relations)
        case GradientParts() as made:
            yield from _gradient_factors(root, made, relations)
        case UpdateParts() as made:
            yield from _penalties(root)
            yield from _step_factors(root, made)
            yield from _optimizers(root, made, relations)


# ---- losses ------------------------------------------------------------------------------------------------------


def _losses(root: Root, made: LossParts) -> Iterator[Edit]:
    """The value by other losses, with one output or several."""
    if len(made.terms) > 1:
        yield _loss(root, "root", apply("sqrt", Apply("sum", made.terms)))
    pairs = _pairs(root.formula)
    if not pairs:
        return
    half = number(1, 2)
    for name, loss in LOSSES.items():
        terms = [loss.term(out, target, *loss.defaults) for out, target in pairs]
        total = Apply("sum", tuple(terms)) if len(terms) > 1 else terms[0]
        yield _loss(root, name, multiply(loss.factor(len(pairs)), total))
    errors = [out - target for out, target in pairs]
    total = Apply("sum", tuple(errors)) if len(errors) > 1 else errors[0]
    yield _loss(root, "errors alone", total)
    yield _loss(root, "square of the sum", half * total**2)
    yield _loss(root, "square of the sum", total**2)
    matches = joined("sum", [target * out for out, target in pairs])
    yield _loss(root, "matches", matches)
    yield _loss(root, "matches", 1 - matches)
    squares = [error**2 for error in errors]
    summed = Apply("sum", tuple(squares)) if len(squares) > 1 else squares[0]
    yield _loss(root, "root", apply("sqrt", summed))
    yield _loss(root, "difference of squares", Apply("sum", tuple(target**2 - out**2 for out, target in pairs)))


def _loss(root: Root, word: str, formula: Formula) -> Edit:
    return Edit("another loss", ("another loss", word), 8, "loss", formula, root.formula, formula)


def _pairs(formula: Formula) -> list[tuple[Name, Name]]:
    """The outputs in a loss, each with its target."""
    names = [part for part, _put in places(formula) if isinstance(part, Name) and isinstance(part.symbol, Quantity)]
    outs = {one.symbol.name: one for one in names if one.symbol.kind in (Kind.OUT, Kind.NET)}  # type: ignore[attr-defined]
    targets = {one.symbol.name: one for one in names if one.symbol.kind is Kind.TARGET}  # type: ignore[attr-defined]
    return [(outs[name], targets[name]) for name in outs if name in targets]


# ---- factors that belong elsewhere -------------------------------------------------------------------------------


def _rows(root: Root, made: NetParts, relations: Relations) -> Iterator[Edit]:
    """A net input with all the weights of another unit, and its own bias or that one's."""
    own = root.line.quantity
    bias = [made.bias] if made.bias is not None else []
    others = [other for other, _ in relations.neighbours(own) if other.kind is Kind.NET and other.at == own.at]
    for other in [*others, *relations.layers(own)]:
        line = relations.around.derivation.index.get(other)
        parts = line.parts if line is not None else None
        if not isinstance(parts, NetParts) or not made.terms or len(parts.terms) < len(made.terms):
            continue  # without weights of its own: a sum on a shortcut
        products = [term.weight * mine.sender for term, mine in zip(parts.terms, made.terms, strict=False)]
        for word, last in (("own bias", bias), ("its bias", [parts.bias] if parts.bias is not None else [])):
            weight = parts.terms[0].weight if parts.terms else None
            yield Edit("weights of another unit", ("weights of another unit", word), 8, "rows",
                       joined("sum", [*products, *last]), made.terms[0].weight, weight)  # fmt: skip


def _biases(root: Root, made: OutParts, relations: Relations) -> Iterator[Edit]:
    """The bias of a unit added once more, or taken off, where its activation is."""
    if made.net is None or not isinstance(made.net.symbol, Quantity):
        return
    line = relations.around.derivation.index.get(made.net.symbol)
    bias = line.parts.bias if line is not None and isinstance(line.parts, NetParts) else None
    if bias is None:
        return
    for part, put in places(root.formula):
        if part == made.net:
            yield Edit("counted twice", ("twice", "bias"), 4, "bias", put(part + bias), bias)
            yield Edit("summand left out", ("summand left out", "bias"), 4, "bias", put(part - bias), bias)


def _chain_factors(root: Root, relations: Relations) -> Iterator[Edit]:
    """A gradient of a graph times the value that it is of."""
    by = root.line.quantity.by
    if by is None:
        return
    own = by.at_address(root.line.quantity.at) if by.kind is Kind.NODE else by
    yield Edit("extra summand", ("extra summand", "value"), 4, "extra value", root.formula + Name(own), Name(own))
    for other, word in relations.kin(own):
        if word == "value":
            yield _extra(root, word, Name(other))
            yield Edit(
                "extra summand", ("extra summand", word), 4, "extra value", root.formula + Name(other), Name(other)
            )
    yield _extra(root, "value", Name(own))


def _error_slopes(root: Root, made: DeltaParts, relations: Relations) -> Iterator[Edit]:
    """Another loss's slope in the place of the error, or another number: the loss itself, the output, the target."""
    kin = {word: Name(other) for other, word in relations.kin(made.out.symbol)}  # type: ignore[arg-type]
    target = kin.get("target")
    for part, put in places(root.formula):
        if root.role(part) != "error" or isinstance(part, Name | Number):
            continue
        turned = negate if made.negative else _as_it_is
        for other, _ in relations.neighbours(made.out.symbol):  # type: ignore[arg-type]
            changes = {name: Name(one) for name, one in _of_another_unit(part, other, relations)}
            instead = replace(part, lambda name, changes=changes: changes.get(name, name))  # type: ignore[misc]
            yield Edit("instead", ("error instead", "another unit"), 6, "error instead", put(instead), part, instead)
        others = [("the loss", Name(relations.around.objective.at_address(root.line.quantity.at)))]
        others += [(word, name) for word, name in kin.items() if word != "delta"]
        for word, name in others:
            yield Edit("instead", ("error instead", word), 6, "error instead", put(turned(name)), part, name)
        for loss in LOSSES.values() if target is not None else ():
            slope = slopes(loss.term(made.out, target, *loss.defaults), {}).get(made.out.symbol)
            if slope is not None:
                instead = turned(slope)
                key = ("slope of another loss", loss.name)
                yield Edit("slope of another loss", key, 8, "loss slope", put(instead), part, instead)


def _of_another_unit(part: Formula, other: Quantity, relations: Relations) -> Iterator[tuple[Name, Quantity]]:
    """The output and the target in an error, each with that of another unit."""
    kin = {one.kind: one for one, _ in relations.kin(other)} | {other.kind: other}
    for name in names_in(part):
        if isinstance(name.symbol, Quantity) and name.symbol.kind in kin:
            yield name, kin[name.symbol.kind]


def _as_it_is(formula: Formula) -> Formula:
    return formula


def _delta_factors(root: Root, made: DeltaParts, relations: Relations) -> Iterator[Edit]:
    out, net = made.out, made.net
    found: list[tuple[str, Formula]] = [
        ("slope", out * (1 - out)),
        ("tanh slope", 1 - out**2),
        ("output", out),
        ("net", net),
    ]
    found += [(role, name) for role, name in _of_unit(net, relations)]
    for path in made.paths[:3]:
        if path.delta is not None and isinstance(path.delta.symbol, Quantity):
            found += [(f"{word} above", slope) for word, slope in _slopes_of(path.delta.symbol, relations)]
    for word, factor in found:
        yield _extra(root, word, factor)
    yield from _other_rows(made, relations)


def _other_rows(made: DeltaParts, relations: Relations) -> Iterator[Edit]:
    """δ that comes back over the weights into the unit itself, or into one beside it."""
    if not made.paths or not all(path.delta and path.weight for path in made.paths):
        return
    unit = made.net.symbol
    assert isinstance(unit, Quantity)
    beside = [other for other, word in relations.neighbours(unit) if other.kind is Kind.NET and word == "neighbour"]
    for one in (unit, *beside):
        terms = _terms_of(one, relations)
        if len(terms) >= len(made.paths):
            summed = [multiply(path.upstream, term.weight) for path, term in zip(made.paths, terms, strict=False)]
            formula = made.written(joined("sum", summed), made.slope)
            weight = made.paths[0].weight
            yield Edit("another layer", ("weights into the unit",), 6, "rows", formula, weight, terms[0].weight)


def _terms_of(net: Quantity, relations: Relations) -> tuple[Term, ...]:
    line = relations.around.derivation.index.get(net)
    return line.parts.terms if line is not None and isinstance(line.parts, NetParts) else ()


def _gradient_factors(root: Root, made: GradientParts, relations: Relations) -> Iterator[Edit]:
    by = root.line.quantity.by
    found: list[tuple[str, Formula]] = []
    if by is not None:
        current = [Name(one) for one, word in relations.kin(by) if word == "old"]
        found += [("weight", name) for name in (Name(by), *current)]
    for use in made.uses[:2]:
        for name in (use.delta, use.factor):
            if (
                isinstance(name, Name)
                and isinstance(name.symbol, Quantity)
                and name.symbol.kind in (Kind.DELTA, Kind.OUT)
            ):
                found += _slopes_of(name.symbol, relations)
    for word, factor in found:
        yield _extra(root, word, factor)
    yield from _other_factors(made, found, relations)


def _other_factors(made: GradientParts, found: Sequence[tuple[str, Formula]], relations: Relations) -> Iterator[Edit]:
    """δ of each use times something else than what goes into the weight: the weight itself, a value of the receiver."""
    own = made.uses[0].delta.symbol
    assert isinstance(own, Quantity)
    senders = [("another sender", Name(one)) for one in relations.senders(own)]
    others = [
        *senders,
        *found,
        *((word, Name(other)) for other, word in relations.kin(own)),
        ("rate", Name(LEARNING_RATE)),
    ]
    for word, factor in others:
        total = joined("sum", [use.times(factor) for use in made.uses])
        yield Edit("instead", ("factor instead", word), 6, "factor instead", total, made.uses[0].factor, factor)


def _of_unit(net: Name, relations: Relations) -> Iterator[tuple[str, Formula]]:
    """The inputs and weights of a unit, and η."""
    assert isinstance(net.symbol, Quantity)
    for term in _terms_of(net.symbol, relations)[:4]:
        yield "weight", term.weight
        yield "sender", term.sender


def _slopes_of(unit: Quantity, relations: Relations) -> Iterator[tuple[str, Formula]]:
    """The slope of a unit's activation, and what it puts out."""
    out, net = (Quantity(kind, unit.name, at=unit.at) for kind in (Kind.OUT, Kind.NET))
    slope = relations.around.slope(out, net)
    if slope != ONE:
        yield "slope", slope
    yield "output", Name(out)
    yield "sigmoid slope", Name(out) * (1 - Name(out))
    yield "tanh slope", 1 - Name(out) ** 2


def _extra(root: Root, word: str, factor: Formula) -> Edit:
    formula = Apply("product", (root.formula, factor))
    return Edit("extra factor", ("extra factor", word), 5, "extra factor", formula, factor)


# ---- updates -----------------------------------------------------------------------------------------------------


def _step_factors(root: Root, made: UpdateParts) -> Iterator[Edit]:
    """The gradient of a step times the parameter itself."""
    if made.old is None:
        return
    for part, put in places(root.formula):
        if isinstance(part, Name) and root.role(part) in ("gradient", "new state", "step"):
            instead = Apply("product", (part, made.old))
            yield Edit("extra factor", ("extra factor", "weight"), 4, "step factor", put(instead), made.old)


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
