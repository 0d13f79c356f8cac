"""What students do wrong: every kind with its own wrong formula, written by hand, in the names of the sheet.

A function gives the wrong formula for a line of its kind, or None where the mistake has no place there. The slips at
the end change the digits of a right result instead."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from families import SLOPES, Exercise, Role, Unit, times
from formulas import UnreadableError

Wrong = Callable[[Role, Exercise], str | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mistake, and the kinds of lines on which it can be made."""

    name: str
    lines: tuple[str, ...]
    wrong: Wrong
    convention: bool = False  # also the other sign convention of δ, if the rest of the sheet agrees


KINDS: list[Kind] = []


def kind(name: str, *lines: str, convention: bool = False) -> Callable[[Wrong], Wrong]:
    def keep(wrong: Wrong) -> Wrong:
        KINDS.append(Kind(name, lines, wrong, convention))
        return wrong

    return keep


def say(lines: str, convention: bool = False, **table: str) -> None:
    """Kinds whose wrong formula is a template: {u} is the unit, {o} its neighbour, {role} the line."""
    for name, template in table.items():
        text = name.replace("_", " ")

        def wrong(role: Role, exercise: Exercise, template: str = template) -> str | None:
            return filled(template, role)

        KINDS.append(Kind(f"{lines.split(',', maxsplit=1)[0]}: {text}", tuple(lines.split(",")), wrong, convention))


def filled(template: str, role: Role) -> str | None:
    """The template with this line's names; None where one of them does not exist."""
    try:
        text = template.format(u=role.unit, o=role.unit and role.unit.other, i=role.index, **role.about)
    except (AttributeError, KeyError, IndexError):
        return None
    return None if "None" in text else text


def need(unit: Unit | None) -> Unit:
    assert unit is not None
    return unit


# ------------------------------------------------------------------------------------------------ net inputs


@kind("net: the bias is left out", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return u.sum(bias=False) if u.bias else None


@kind("net: the bias is subtracted", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return f"{u.sum(bias=False)} - {u.bias}" if u.bias else None


@kind("net: the matrix is transposed", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    if len(u.beside) != len(u.terms) or len(u.terms) < 2:
        return None
    column = u.beside.index(u)
    return u.sum([(v.terms[column][0], x) for v, (_, x) in zip(u.beside, u.terms, strict=True)])


@kind("net: the weights of the neighbour", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return u.sum([(w, x) for (w, _), (_, x) in zip(u.other.terms, u.terms, strict=True)]) if u.other else None


@kind("net: one weight of the neighbour", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return u.sum([(u.other.terms[0][0], u.terms[0][1]), *u.terms[1:]]) if u.other else None


@kind("net: the weight of the neighbour for the second input", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return u.sum([u.terms[0], (u.other.terms[1][0], u.terms[1][1]), *u.terms[2:]]) if u.other and u.terms[1:] else None


@kind("net: two inputs are exchanged", "net")
def _(role: Role, _: Exercise) -> str | None:
    (w, x), (v, y), *rest = need(role.unit).terms
    return need(role.unit).sum([(w, y), (v, x), *rest])


@kind("net: the same input twice", "net")
def _(role: Role, _: Exercise) -> str | None:
    (w, x), (v, _), *rest = need(role.unit).terms
    return need(role.unit).sum([(w, x), (v, x), *rest])


@kind("net: the last product is left out", "net")
def _(role: Role, _: Exercise) -> str | None:
    return need(role.unit).sum(need(role.unit).terms[:-1])


@kind("net: the first product is left out", "net")
def _(role: Role, _: Exercise) -> str | None:
    return need(role.unit).sum(need(role.unit).terms[1:])


@kind("net: the last product has the other sign", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return f"{u.sum(u.terms[:-1])} - {u.terms[-1][0]}*{u.terms[-1][1]}"


@kind("net: the net inputs of the layer before for its outputs", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return u.sum([(w, v.net) for (w, _), v in zip(u.terms, u.before, strict=True)]) if u.before else None


@kind("net: one net input of the layer before for its output", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return u.sum([(u.terms[0][0], u.before[0].net), *u.terms[1:]]) if u.before else None


@kind("net: the inputs of the network for the hidden outputs", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return u.sum([(w, f"x{i + 1}") for i, (w, _) in enumerate(u.terms)]) if u.before else None


@kind("net: the bias is multiplied by an input", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return f"{u.sum(bias=False)} + {u.bias}*{u.terms[0][1]}" if u.bias else None


@kind("net: the bias twice", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return f"{u.sum()} + {u.bias}" if u.bias else None


@kind("net: the bias of another unit", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return f"{u.sum(bias=False)} + {u.other.bias}" if u.other and u.other.bias != u.bias else None


@kind("net: the bias of the layer before", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return f"{u.sum(bias=False)} + {u.before[0].bias}" if u.before and u.bias else None


@kind("net: the sum of weights times the sum of inputs", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    weights, inputs = (" + ".join(t[i] for t in u.terms) for i in (0, 1))
    return f"({weights})*({inputs})" + (f" + {u.bias}" if u.bias else "")


@kind("net: weights and inputs are added", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    (w, x), *rest = u.terms
    return f"{w} + {x} + {u.sum(rest)}"


@kind("net: the mean of the products", "net")
def _(role: Role, _: Exercise) -> str | None:
    u = need(role.unit)
    return f"({u.sum(bias=False)})/{len(u.terms)}" + (f" + {u.bias}" if u.bias else "")


# ------------------------------------------------------------------------------------------------ activations

say(
    "out",
    net_copied="{u.net}",
    net_of_the_neighbour="{u.activation}({o.net})",
    with_bias="{u.activation}({u.net} + {u.bias})",
)


def other_function(name: str, text: str, *only: str) -> None:
    def wrong(role: Role, _: Exercise) -> str | None:
        u = need(role.unit)
        return text.format(n=u.net) if u.activation in only else None

    KINDS.append(Kind(f"out: {name}", ("out",), wrong))


other_function("the sign in the exponent", "1/(1 + e^{n})", "sigmoid")
other_function("tanh for sigmoid", "tanh({n})", "sigmoid")
other_function("sigmoid for tanh", "sigmoid({n})", "tanh")
other_function("sigmoid for ReLU", "sigmoid({n})", "relu")
other_function("ReLU for sigmoid", "relu({n})", "sigmoid")
other_function("the reciprocal is left out", "1 + e^(-{n})", "sigmoid")
other_function("the 1 under the fraction is left out", "1/e^(-{n})", "sigmoid")
other_function("a minus under the fraction", "1/(1 - e^(-{n}))", "sigmoid")
other_function("e^−net alone", "e^(-{n})", "sigmoid")
other_function("the slope for the value", "sigmoid({n})*(1 - sigmoid({n}))", "sigmoid")
other_function("the slope for the value (tanh)", "1 - tanh({n})^2", "tanh")
other_function("tanh of half", "tanh({n}/2)", "tanh")
other_function("the halves of tanh forgotten", "(e^{n} - e^(-{n}))/2", "tanh")
other_function("tanh upside down", "(e^{n} + e^(-{n}))/(e^{n} - e^(-{n}))", "tanh")
other_function("ten for e", "1/(1 + 10^(-{n}))", "sigmoid")
other_function("the size for ReLU", "abs({n})", "relu")
other_function("the sign of ReLU", "relu(-{n})", "relu")
other_function("0 for a living ReLU", "0*{n}", "relu")
other_function("twice the net", "sigmoid(2*{n})", "sigmoid")


def softmax_kind(name: str, text: Callable[[Unit], str]) -> None:
    KINDS.append(Kind(f"softmax: {name}", ("softmax",), lambda role, _: text(need(role.unit))))


def exponentials(units: list[Unit], sign: str = "") -> str:
    return " + ".join(f"e^({sign}{v.net})" for v in units)


softmax_kind("the sum is left out", lambda u: f"e^{u.net}")
softmax_kind("the exponentials are left out", lambda u: f"{u.net}/({' + '.join(v.net for v in u.beside)})")
softmax_kind(
    "the own exponential is missing below", lambda u: f"e^{u.net}/({exponentials([v for v in u.beside if v is not u])})"
)
softmax_kind("sigmoid for softmax", lambda u: f"sigmoid({u.net})")
softmax_kind("minus in the exponents", lambda u: f"e^(-{u.net})/({exponentials(u.beside, '-')})")
softmax_kind("the neighbour's exponential above", lambda u: f"e^{need(u.other).net}/({exponentials(u.beside)})")
softmax_kind("no exponential above", lambda u: f"{u.net}/({exponentials(u.beside)})")
softmax_kind("exponential of the sum below", lambda u: f"e^{u.net}/e^({' + '.join(v.net for v in u.beside)})")
softmax_kind("the last class is missing below", lambda u: f"e^{u.net}/({exponentials(u.beside[:-1])})")
softmax_kind("ten for e", lambda u: f"10^{u.net}/({' + '.join(f'10^{v.net}' for v in u.beside)})")
softmax_kind("two for e", lambda u: f"2^{u.net}/({' + '.join(f'2^{v.net}' for v in u.beside)})")

# ------------------------------------------------------------------------------------------------ errors

say(
    "loss,plain loss",
    the_sign="-{half}({u.target} - {u.out})^2",
    twice="2*({u.target} - {u.out})^2",
    not_squared="{half}({u.target} - {u.out})",
    squares_subtracted="{half}({u.target}^2 - {u.out}^2)",
    a_plus_inside="{half}({u.target} + {u.out})^2",
    the_net_input_for_the_output="{half}({u.target} - {u.net})^2",
    the_target_of_the_neighbour="{half}({o.target} - {u.out})^2",
    the_output_of_the_neighbour="{half}({u.target} - {o.out})^2",
    the_size_of_the_error="{half}abs({u.target} - {u.out})",
    a_quarter="1/4*({u.target} - {u.out})^2",
    cubed="{half}({u.target} - {u.out})^3",
    the_root="sqrt({half}({u.target} - {u.out})^2)",
    half_inside_the_square="(1/2*({u.target} - {u.out}))^2",
    output_squared_only="{half}{u.out}^2",
)


@kind("loss: the half is left out, or taken where there is none", "loss")
def _(role: Role, _: Exercise) -> str | None:
    u, half = need(role.unit), role.about["half"]
    return f"{'' if half else '1/2*'}({u.target} - {u.out})^2"


say(
    "total",
    the_first_share_only="{parts[0]}",
    the_second_share_only="{parts[1]}",
    the_mean_or_sum="1/4*({parts[0]} + {parts[1]})",
    the_difference="{parts[0]} - {parts[1]}",
    the_root="sqrt({parts[0]} + {parts[1]})",
    twice="2*({parts[0]} + {parts[1]})",
    the_product="{parts[0]}*{parts[1]}",
    one_share_twice="{parts[0]} + {parts[0]}",
)


def right_class(exercise: Exercise, u: Unit) -> Unit:
    return next(v for v in u.beside if exercise.course.given[v.target] == 1)


def entropy(name: str, text: Callable[[Unit, list[Unit]], str]) -> None:
    def wrong(role: Role, exercise: Exercise) -> str | None:
        u = need(role.unit)
        return text(right_class(exercise, u), u.beside)

    KINDS.append(Kind(f"cross-entropy: {name}", ("ce",), wrong))


def all_of(units: list[Unit], term: str) -> str:
    return " + ".join(term.format(u=v) for v in units)


entropy("the minus is left out", lambda u, all_: all_of(all_, "{u.target}*ln({u.out})"))
entropy("logarithm to base 10", lambda u, all_: f"-({all_of(all_, '{u.target}*log10({u.out})')})")
entropy("logarithm to base 2", lambda u, all_: f"-({all_of(all_, '{u.target}*log2({u.out})')})")
entropy("all classes", lambda u, all_: f"-({all_of(all_, 'ln({u.out})')})")
entropy("the wrong classes", lambda u, all_: f"-({all_of(all_, '(1 - {u.target})*ln({u.out})')})")
entropy("the logarithm of 1 − p", lambda u, all_: f"-({all_of(all_, '{u.target}*ln(1 - {u.out})')})")
entropy("no logarithm", lambda u, all_: all_of(all_, "{u.target}*{u.out}"))
entropy("1 − p", lambda u, all_: f"1 - ({all_of(all_, '{u.target}*{u.out}')})")
entropy("the net inputs", lambda u, all_: f"-({all_of(all_, '{u.target}*{u.net}')})")
entropy("squares", lambda u, all_: f"1/2*({all_of(all_, '({u.target} - {u.out})^2')})")
entropy("divided by the number of classes", lambda u, all_: f"-({all_of(all_, '{u.target}*ln({u.out})')})/{len(all_)}")
entropy(
    "both logarithms",
    lambda u, all_: "-(" + all_of(all_, "{u.target}*ln({u.out}) + (1 - {u.target})*ln(1 - {u.out})") + ")",
)
say(
    "bce",
    the_minus_is_left_out="{u.target}*ln({u.out}) + (1 - {u.target})*ln(1 - {u.out})",
    the_other_class="-((1 - {u.target})*ln({u.out}) + {u.target}*ln(1 - {u.out}))",
    logarithm_to_base_10="-({u.target}*log10({u.out}) + (1 - {u.target})*log10(1 - {u.out}))",
    logarithm_to_base_2="-({u.target}*log2({u.out}) + (1 - {u.target})*log2(1 - {u.out}))",
    both_logarithms="-(ln({u.out}) + ln(1 - {u.out}))",
    squared_error="1/2*({u.target} - {u.out})^2",
    half="-1/2*({u.target}*ln({u.out}) + (1 - {u.target})*ln(1 - {u.out}))",
)

# ------------------------------------------------------------------------------------------------ δ of the outputs


def delta_out(name: str, text: Callable[[Unit, str, str], str | None], convention: bool = False) -> None:
    """`text` gets the unit, its right error term, and its slope by the rule that belongs to it."""

    def wrong(role: Role, exercise: Exercise) -> str | None:
        u = need(role.unit)
        free = exercise.loss in ("cross_entropy", "binary_cross_entropy")
        two = "2*" if exercise.loss == "squared_error" else ""
        return text(u, f"{two}({u.out} - {u.target})", "" if free else u.slope)

    KINDS.append(Kind(f"δ of an output: {name}", ("delta out",), wrong, convention))


def has(slope: str, text: str) -> str | None:
    return text if slope else None


def not_two(error: str) -> str:
    return error.removeprefix("2*") if error.startswith("2*") else f"2*{error}"


delta_out(
    "target minus output", lambda u, e, s: times(e.replace(f"{u.out} - {u.target}", f"{u.target} - {u.out}"), s), True
)
delta_out("the slope is left out", lambda u, e, s: has(s, e))
delta_out("the slope of the net input", lambda u, e, s: has(s, times(e, s.replace(u.out, u.net))))
delta_out("a plus in the slope", lambda u, e, s: has(s, times(e, f"{u.out}*(1 + {u.out})")))
delta_out("1 − out alone for the slope", lambda u, e, s: has(s, times(e, f"(1 - {u.out})")))
delta_out("out alone for the slope", lambda u, e, s: has(s, times(e, u.out)))
delta_out("a 2 kept or lost", lambda u, e, s: times(not_two(e), s))
delta_out("a half too much", lambda u, e, s: times("1/2", e, s))
delta_out("the slope twice", lambda u, e, s: has(s, times(e, s, s)))
delta_out(
    "the target of the neighbour", lambda u, e, s: times(e.replace(u.target, u.other.target), s) if u.other else None
)
delta_out("the slope of the neighbour", lambda u, e, s: times(e, u.other.slope) if s and u.other else None)
delta_out("the output of the neighbour", lambda u, e, s: times(e.replace(u.out, u.other.out), s) if u.other else None)
delta_out(
    "the slope of tanh", lambda u, e, s: has(s, times(e, f"(1 - {u.out}^2)")) if u.activation == "sigmoid" else None
)
delta_out(
    "a slope where it has cancelled",
    lambda u, e, s: None if s or u.activation == "identity" else times(e, f"{u.out}*(1 - {u.out})"),
)
delta_out(
    "a slope of σ for the identity",
    lambda u, e, s: times(e, f"{u.out}*(1 - {u.out})") if u.activation == "identity" else None,
)
delta_out("the probability alone", lambda u, e, s: u.out if u.activation == "softmax" else None)
delta_out("minus 1 in every class", lambda u, e, s: f"{u.out} - 1" if u.activation == "softmax" else None)
delta_out("−t/p", lambda u, e, s: None if s or u.activation == "identity" else f"-{u.target}/{u.out}")
delta_out("−ln p", lambda u, e, s: f"-ln({u.out})" if u.activation == "softmax" else None)
delta_out("the error value E for out − t", lambda u, e, s: has(s, times("E", s)))
delta_out("output plus target", lambda u, e, s: times(e.replace(" - ", " + "), s))
delta_out("the squared error", lambda u, e, s: times(f"({u.out} - {u.target})^2", s))
delta_out(
    "net input minus target", lambda u, e, s: times(e.replace(u.out, u.net), s) if u.activation != "identity" else None
)
delta_out("the target in the slope", lambda u, e, s: has(s, times(e, s.replace(u.out, u.target))))
delta_out("the error itself left out", lambda u, e, s: has(s, s))
delta_out("minus the target only", lambda u, e, s: times(f"(-{u.target})", s))
delta_out("times the net input", lambda u, e, s: times(e, s, u.net))
delta_out("divided by the slope", lambda u, e, s: has(s, f"{e}/({s})"))
delta_out("slope added", lambda u, e, s: has(s, f"{e} + {s}"))

# ------------------------------------------------------------------------------------------------ δ of hidden units


def delta_hidden(
    name: str, text: Callable[[Unit, list[tuple[Unit, str]], str], str | None], convention: bool = False
) -> None:
    """`text` gets the unit, its ways on (unit, weight), and its slope."""
    KINDS.append(
        Kind(
            f"δ of a hidden unit: {name}",
            ("delta hidden",),
            lambda role, _: text(need(role.unit), need(role.unit).after, need(role.unit).slope),
            convention,
        )
    )


def paths(ways: list[tuple[Unit, str]], sign: str = " + ") -> str:
    return f"({sign.join(f'{v.delta}*{w}' for v, w in ways)})"


def swapped(u: Unit, ways: list[tuple[Unit, str]]) -> list[tuple[Unit, str]] | None:
    """The ways on with the weights of the transposed matrix."""
    layer = [v for v, _ in ways]
    if len(layer) != len(u.beside) or len(layer) < 2:
        return None
    row = layer[u.beside.index(u)]
    return [(v, w) for v, (w, _) in zip(layer, row.terms, strict=True)]


def neighbours(u: Unit, ways: list[tuple[Unit, str]]) -> list[tuple[Unit, str]] | None:
    return u.other.after if u.other else None


delta_hidden("the slope is left out", lambda u, ways, s: paths(ways))
delta_hidden("the first path only", lambda u, ways, s: times(paths(ways[:1]), s) if ways[1:] else None)
delta_hidden("the last path only", lambda u, ways, s: times(paths(ways[-1:]), s) if ways[1:] else None)
delta_hidden("the matrix is transposed", lambda u, ways, s: times(paths(t), s) if (t := swapped(u, ways)) else None)
delta_hidden(
    "the weights of the neighbour", lambda u, ways, s: times(paths(t), s) if (t := neighbours(u, ways)) else None
)
delta_hidden(
    "one weight of the neighbour",
    lambda u, ways, s: times(paths([t[0], *ways[1:]]), s) if ways[1:] and (t := neighbours(u, ways)) else None,
)
delta_hidden("the weights are left out", lambda u, ways, s: times("(" + " + ".join(v.delta for v, _ in ways) + ")", s))
delta_hidden(
    "the slope of the net input", lambda u, ways, s: times(paths(ways), s.replace(u.out, u.net)) if u.out in s else None
)
delta_hidden(
    "errors for δ",
    lambda u, ways, s: (
        times("(" + " + ".join(f"({v.out} - {v.target})*{w}" for v, w in ways) + ")", s)
        if not ways[0][0].after
        else None
    ),
)
delta_hidden(
    "the slope of the unit after",
    lambda u, ways, s: (
        times(paths(ways), ways[0][0].slope) if ways[0][0].activation in SLOPES and ways[0][0].slope else None
    ),
)
delta_hidden(
    "both slopes",
    lambda u, ways, s: (
        times(paths(ways), s, ways[0][0].slope) if ways[0][0].activation in SLOPES and ways[0][0].slope else None
    ),
)
delta_hidden("the slope of the neighbour", lambda u, ways, s: times(paths(ways), u.other.slope) if u.other else None)
delta_hidden("a minus before it", lambda u, ways, s: times(f"(-{paths(ways)})", s), True)
delta_hidden(
    "the updated weights",
    lambda u, ways, s: times("(" + " + ".join(f"{v.delta}*({w} - eta*{v.delta}*{u.out})" for v, w in ways) + ")", s),
)
delta_hidden(
    "the weights into the unit",
    lambda u, ways, s: times(paths([(v, w) for (v, _), (w, _) in zip(ways, u.terms, strict=False)]), s),
)
delta_hidden("paths multiplied", lambda u, ways, s: times(paths(ways, "*"), s) if ways[1:] else None)
delta_hidden("paths subtracted", lambda u, ways, s: times(paths(ways, " - "), s) if ways[1:] else None)
delta_hidden("the mean of the paths", lambda u, ways, s: times(f"1/{len(ways)}", paths(ways), s) if ways[1:] else None)
delta_hidden("1 − out for the slope", lambda u, ways, s: times(paths(ways), f"(1 - {u.out})"))
delta_hidden("out for the slope", lambda u, ways, s: times(paths(ways), u.out))
delta_hidden(
    "the slope of σ for tanh",
    lambda u, ways, s: times(paths(ways), f"{u.out}*(1 - {u.out})") if u.activation == "tanh" else None,
)
delta_hidden(
    "the slope of tanh for σ",
    lambda u, ways, s: times(paths(ways), f"(1 - {u.out}^2)") if u.activation == "sigmoid" else None,
)
delta_hidden(
    "slope 1 for a ReLU that is off, or 0 for one that is on",
    lambda u, ways, s: times(paths(ways), f"(1 - relu'({u.net}))") if u.activation == "relu" else None,
)
delta_hidden("the slope twice", lambda u, ways, s: times(paths(ways), s, s))
delta_hidden("times the input", lambda u, ways, s: times(paths(ways), s, u.terms[0][1]))
delta_hidden(
    "a plus in the slope",
    lambda u, ways, s: times(paths(ways), f"{u.out}*(1 + {u.out})") if u.activation == "sigmoid" else None,
)
delta_hidden(
    "the same δ in both paths",
    lambda u, ways, s: times(paths([(ways[0][0], w) for _, w in ways]), s) if ways[1:] else None,
)
delta_hidden(
    "the δ exchanged",
    lambda u, ways, s: (
        times(paths([(v, w) for (v, _), (_, w) in zip(ways[::-1], ways, strict=True)]), s) if ways[1:] else None
    ),
)
delta_hidden(
    "sum of δ times sum of weights",
    lambda u, ways, s: (
        times("(" + " + ".join(v.delta for v, _ in ways) + ")", "(" + " + ".join(w for _, w in ways) + ")", s)
        if ways[1:]
        else None
    ),
)
delta_hidden(
    "the slope in one path only",
    lambda u, ways, s: f"{ways[0][0].delta}*{ways[0][1]}*{s} + {paths(ways[1:])}" if ways[1:] else None,
)
delta_hidden("the output besides the slope", lambda u, ways, s: times(paths(ways), s, u.out))
delta_hidden("times the net input", lambda u, ways, s: times(paths(ways), s, u.net))
delta_hidden("times 2", lambda u, ways, s: times("2", paths(ways), s))

# ------------------------------------------------------------------------------------------------ gradients


def gradient(name: str, text: Callable[[Unit, str, str], str | None]) -> None:
    """`text` gets the unit, the weight, and what the weight weighs."""
    KINDS.append(
        Kind(
            f"gradient: {name}",
            ("gradient",),
            lambda role, _: text(need(role.unit), *need(role.unit).terms[role.index]),
        )
    )


def next_input(u: Unit, x: str) -> str | None:
    names = [t[1] for t in u.terms]
    return names[(names.index(x) + 1) % len(names)] if names[1:] else None


gradient(
    "the net input for the output before",
    lambda u, w, x: f"{u.delta}*{x.replace('out_', 'net_')}" if u.before else None,
)
gradient("an input of the network for the hidden output", lambda u, w, x: f"{u.delta}*x1" if u.before else None)
gradient("the other input", lambda u, w, x: f"{u.delta}*{n}" if (n := next_input(u, x)) else None)
gradient("the δ of the neighbour", lambda u, w, x: f"{u.other.delta}*{x}" if u.other else None)
gradient("the δ of the layer after", lambda u, w, x: f"{u.after[0][0].delta}*{x}" if u.after else None)
gradient("δ times the weight", lambda u, w, x: f"{u.delta}*{w}")
gradient("times the weight too", lambda u, w, x: f"{u.delta}*{x}*{w}")
gradient("the input is left out", lambda u, w, x: u.delta)
gradient("δ is left out", lambda u, w, x: x)
gradient("the sign", lambda u, w, x: f"-{u.delta}*{x}")
gradient("a half too much", lambda u, w, x: f"1/2*{u.delta}*{x}")
gradient("a 2 too much", lambda u, w, x: f"2*{u.delta}*{x}")
gradient("the learning rate in it already", lambda u, w, x: f"eta*{u.delta}*{x}")
gradient("the own output", lambda u, w, x: f"{u.delta}*{u.out}")
gradient("the input squared", lambda u, w, x: f"{u.delta}*{x}^2")
gradient("δ squared", lambda u, w, x: f"{u.delta}^2*{x}")
gradient("δ plus input", lambda u, w, x: f"{u.delta} + {x}")
gradient("δ over input", lambda u, w, x: f"{u.delta}/{x}")
gradient("the error for δ", lambda u, w, x: None if u.after or not u.slope_or_none else f"({u.out} - {u.target})*{x}")
gradient("the slope again", lambda u, w, x: f"{u.delta}*{u.slope}*{x}" if u.slope_or_none else None)
gradient("the slope of the unit before", lambda u, w, x: f"{u.delta}*{x}*(1 - {x})" if u.before else None)

say(
    "bias gradient",
    times_the_bias="{units[0].delta}*{u.bias}",
    times_an_input="{units[0].delta}*x1",
    of_the_neighbour="{o.delta}",
    the_sign="-({units[0].delta})",
    times_the_output="{units[0].delta}*{u.out}",
    learning_rate_in_it="eta*{units[0].delta}",
    the_value_1="1 + 0*{u.delta}",
)


@kind("bias gradient: one unit only", "bias gradient")
def _(role: Role, _: Exercise) -> str | None:
    units = role.about["units"]
    return units[0].delta if units[1:] else None


@kind("bias gradient: the mean over the units", "bias gradient")
def _(role: Role, _: Exercise) -> str | None:
    units = role.about["units"]
    return f"({' + '.join(u.delta for u in units)})/{len(units)}" if units[1:] else None


def mean(name: str, text: Callable[[list[str]], str]) -> None:
    KINDS.append(Kind(f"batch: {name}", ("mean",), lambda role, _: text(role.about["parts"])))


mean("the sum for the mean", " + ".join)
mean("the first sample only", lambda p: p[0])
mean("the last sample only", lambda p: p[-1])
mean("n − 1 for n", lambda p: f"({' + '.join(p)})/{len(p) - 1}")
mean("the last sample is left out", lambda p: f"({' + '.join(p[:-1])})/{len(p)}")
mean("a third of the first sample", lambda p: f"{p[0]}/{len(p)}")
mean("only the last is divided", lambda p: f"{' + '.join(p[:-1])} + {p[-1]}/{len(p)}")
mean("2 n for n", lambda p: f"({' + '.join(p)})/{2 * len(p)}")
mean("the sign of one sample", lambda p: f"({' + '.join(p[:-1])} - {p[-1]})/{len(p)}")
mean("one sample twice", lambda p: f"({' + '.join([p[0], p[0], *p[2:]])})/{len(p)}")

# ------------------------------------------------------------------------------------------------ updates

say(
    "update",
    plus_for_minus="{name} + eta*dE/d{name}",
    the_learning_rate_is_forgotten="{name} - dE/d{name}",
    the_step_alone="-eta*dE/d{name}",
    the_step_without_sign="eta*dE/d{name}",
    minus_the_learning_rate="{name} - eta",
    divided_by_the_learning_rate="{name} - dE/d{name}/eta",
    the_learning_rate_squared="{name} - eta^2*dE/d{name}",
    the_gradient_of_another="{name} - eta*dE/d{beside}",
    a_half_too_much="{name} - 1/2*eta*dE/d{name}",
    a_2_too_much="{name} - 2*eta*dE/d{name}",
    another_old_value="{beside} - eta*dE/d{name}",
    times_in_brackets="{name}*(1 - eta*dE/d{name})",
    delta_for_the_gradient="{name} - eta*{u.delta}",
    not_updated="{name}",
    the_gradient_squared="{name} - eta*(dE/d{name})^2",
    gradient_minus_old="eta*dE/d{name} - {name}",
    learning_rate_on_both="eta*({name} - dE/d{name})",
    one_minus_the_rate="{name} - (1 - eta)*dE/d{name}",
    the_weight_in_the_step="{name} - eta*{name}*dE/d{name}",
    the_sign_of_the_gradient_dropped="{name} - eta*abs(dE/d{name})",
    ten_times_the_rate="{name} - 10*eta*dE/d{name}",
    a_tenth_of_the_rate="{name} - eta/10*dE/d{name}",
    the_gradient_is_the_new_value="dE/d{name}",
)

# ------------------------------------------------------------------------------------------------ momentum and Adam


def two_ways(lines: str, name: str, inside: str | None, outside: str | None) -> None:
    """A mistake with momentum, the rate being inside of the velocity or outside."""
    KINDS.append(Kind(f"{lines}: {name}", (lines,), lambda role, _: outside if role.about["classic"] else inside))


two_ways("velocity", "without μ", "v_p + eta*dE/dp", "v_p + dE/dp")
two_ways("velocity", "the old velocity is left out", "eta*dE/dp", None)
two_ways("velocity", "μ on the gradient too", "mu*(v_p + eta*dE/dp)", "mu*(v_p + dE/dp)")
two_ways("velocity", "1 − μ on the gradient", "mu*v_p + (1 - mu)*eta*dE/dp", "mu*v_p + (1 - mu)*dE/dp")
two_ways("velocity", "minus the gradient", "mu*v_p - eta*dE/dp", "mu*v_p - dE/dp")
two_ways("velocity", "the rate forgotten, or put in", "mu*v_p + dE/dp", "mu*v_p + eta*dE/dp")
two_ways("velocity", "rate and μ exchanged", "eta*v_p + mu*dE/dp", "v_p + mu*dE/dp")
two_ways("velocity", "1 − μ for μ", "(1 - mu)*v_p + eta*dE/dp", "(1 - mu)*v_p + dE/dp")
two_ways("velocity", "the gradient is left out", "mu*v_p", "mu*v_p")
two_ways("velocity", "μ squared", "mu^2*v_p + eta*dE/dp", "mu^2*v_p + dE/dp")
two_ways("velocity", "the parameter for the velocity", "mu*p + eta*dE/dp", "mu*p + dE/dp")
two_ways("momentum update", "plus for minus", "p + v_p_new", "p + eta*v_p_new")
two_ways("momentum update", "the rate again, or forgotten", "p - eta*v_p_new", "p - v_p_new")
two_ways("momentum update", "the old velocity", "p - v_p", "p - eta*v_p")
two_ways("momentum update", "the gradient alone", "p - eta*dE/dp", "p - eta*dE/dp")
two_ways("momentum update", "μ again", "p - mu*v_p_new", "p - eta*mu*v_p_new")
two_ways("momentum update", "the step alone", "-v_p_new", "-eta*v_p_new")
two_ways("momentum update", "velocity and gradient", "p - v_p_new - eta*dE/dp", "p - eta*v_p_new - eta*dE/dp")

say(
    "adam m",
    the_old_m_is_left_out="(1 - beta1)*dE/dp",
    one_minus_beta_for_beta="(1 - beta1)*m_p + beta1*dE/dp",
    the_wrong_beta="beta2*m_p + (1 - beta2)*dE/dp",
    the_gradient_squared="beta1*m_p + (1 - beta1)*(dE/dp)^2",
    without_one_minus_beta="beta1*m_p + dE/dp",
    minus="beta1*m_p - (1 - beta1)*dE/dp",
    v_for_m="beta1*v_p + (1 - beta1)*dE/dp",
    the_gradient_itself="dE/dp",
    learning_rate_in_it="beta1*m_p + eta*dE/dp",
)
say(
    "adam v",
    the_old_v_is_left_out="(1 - beta2)*(dE/dp)^2",
    not_squared="beta2*v_p + (1 - beta2)*dE/dp",
    one_minus_beta_for_beta="(1 - beta2)*v_p + beta2*(dE/dp)^2",
    the_wrong_beta="beta1*v_p + (1 - beta1)*(dE/dp)^2",
    without_one_minus_beta="beta2*v_p + (dE/dp)^2",
    factor_squared_too="beta2*v_p + ((1 - beta2)*dE/dp)^2",
    m_for_the_gradient="beta2*v_p + (1 - beta2)*m_p_new^2",
    twice_for_squared="beta2*v_p + (1 - beta2)*2*dE/dp",
    the_square_itself="(dE/dp)^2",
)
say(
    "adam mhat",
    no_correction="m_p_new",
    the_wrong_beta="m_p_new/(1 - beta2^t)",
    the_first_step_always="m_p_new/(1 - beta1)",
    times_for_over="m_p_new*(1 - beta1^t)",
    beta_alone="m_p_new/beta1^t",
    t_times_beta="m_p_new/(1 - beta1*t)",
    one_minus_beta_to_the_t="m_p_new/(1 - beta1)^t",
    v_for_m="v_p_new/(1 - beta1^t)",
    a_plus="m_p_new/(1 + beta1^t)",
)
say(
    "adam vhat",
    no_correction="v_p_new",
    the_wrong_beta="v_p_new/(1 - beta1^t)",
    the_first_step_always="v_p_new/(1 - beta2)",
    times_for_over="v_p_new*(1 - beta2^t)",
    m_for_v="m_p_new/(1 - beta2^t)",
    squared="(v_p_new/(1 - beta2^t))^2",
    one_minus_beta_to_the_t="v_p_new/(1 - beta2)^t",
)
say(
    "adam update",
    no_root="p - eta*mhat_p/(vhat_p + epsilon)",
    plus_for_minus="p + eta*mhat_p/(sqrt(vhat_p) + epsilon)",
    no_correction="p - eta*m_p_new/(sqrt(v_p_new) + epsilon)",
    m_not_corrected="p - eta*m_p_new/(sqrt(vhat_p) + epsilon)",
    v_not_corrected="p - eta*mhat_p/(sqrt(v_p_new) + epsilon)",
    m_and_v_exchanged="p - eta*vhat_p/(sqrt(mhat_p^2)^(1/2) + epsilon)",
    the_rate_is_forgotten="p - mhat_p/(sqrt(vhat_p) + epsilon)",
    times_for_over="p - eta*mhat_p*sqrt(vhat_p)",
    without_v="p - eta*mhat_p",
    the_gradient_for_m="p - eta*dE/dp/(sqrt(vhat_p) + epsilon)",
    the_step_alone="eta*mhat_p/(sqrt(vhat_p) + epsilon)",
    plain_descent="p - eta*dE/dp",
    the_square="p - eta*mhat_p/vhat_p^2",
)

# ------------------------------------------------------------------------------------------------ graphs

say("graph sum", times="p*z", minus="p - z", first_only="p + 0*z", twice="2*(p + z)")
say("graph sigmoid", copied="q", sign="1/(1 + e^q)", tanh="tanh(q)", no_one="e^q", reciprocal="1 + e^(-q)")
say(
    "graph slope",
    of_the_net="q*(1 - q)",
    one_minus_r="1 - r",
    r_alone="r",
    plus="r*(1 + r)",
    tanh="1 - r^2",
    sign="-r*(1 - r)",
    squared="(r*(1 - r))^2",
    sigmoid_of_it="sigmoid(r)*(1 - sigmoid(r))",
)
say("graph local r", the_own_factor="r", one="1 + 0*p", the_value_f="f", sign="-p")
say("graph local p", the_own_factor="p", one="1 + 0*r", the_value_f="f", sign="-r")
say(
    "graph chain q",
    the_slope_alone="dr/dq",
    the_gradient_alone="df/dr",
    added="df/dr + dr/dq",
    sign="-df/dr*dr/dq",
    divided="df/dr/(dr/dq)",
    local_of_p="r*dr/dq",
    slope_twice="df/dr*dr/dq*dr/dq",
)
say(
    "graph paths",
    the_long_path_only="df/dq*dq/dp",
    the_short_path_only="local df/dp",
    multiplied="df/dq*local df/dp",
    subtracted="df/dq*dq/dp - local df/dp",
    long_path_without_slope="df/dr*dq/dp + local df/dp",
    mean="(df/dq*dq/dp + local df/dp)/2",
    short_path_of_r="df/dq*dq/dp + p",
    short_path_twice="df/dq*dq/dp + 2*local df/dp",
    local_slope_alone="dr/dq*dq/dp + local df/dp",
)
say("graph local x", the_own_factor="x", one="1 + 0*y", product="p", sum="x + y")
say("graph local y", the_own_factor="y", one="1 + 0*x", product="p")
say(
    "graph chain x",
    upstream_left_out="dp/dx",
    local_left_out="df/dp",
    the_other_local="df/dp*x",
    the_short_path_only="local df/dp*dp/dx",
    the_long_path_only="df/dq*dp/dx",
    sign="-df/dp*dp/dx",
    added="df/dp + dp/dx",
    times_its_value="df/dp*dp/dx*x",
    upstream_of_r="df/dr*dp/dx",
)
say(
    "graph chain y",
    upstream_left_out="dp/dy",
    local_left_out="df/dp",
    the_other_local="df/dp*y",
    the_short_path_only="local df/dp*dp/dy",
    the_long_path_only="df/dq*dp/dy",
    value_of_f="f*dp/dy",
)
say(
    "graph chain z",
    the_gradient_of_p="df/dp*dq/dz",
    one="dq/dz",
    times_z="df/dq*dq/dz*z",
    sign="-df/dq*dq/dz",
    the_gradient_of_r="df/dr*dq/dz",
    slope="dr/dq*dq/dz",
)

# ------------------------------------------------------------------------------------------------ recurrent units


def through_time(lines: str, name: str, text: Callable[[int], str | None]) -> None:
    KINDS.append(Kind(f"{lines}: {name}", (lines,), lambda role, _: text(role.index)))


through_time("recurrent net", "the recurrent part is left out", lambda s: f"w*x{s} + b" if s > 1 else None)
through_time("recurrent net", "the input is left out", lambda s: f"u*out_h{s - 1} + b" if s > 1 else None)
through_time(
    "recurrent net", "the net input before for the output", lambda s: f"w*x{s} + u*net_h{s - 1} + b" if s > 1 else None
)
through_time("recurrent net", "w for u", lambda s: f"w*x{s} + w*out_h{s - 1} + b" if s > 1 else None)
through_time("recurrent net", "u and w exchanged", lambda s: f"u*x{s} + w*out_h{s - 1} + b" if s > 1 else f"u*x{s} + b")
through_time("recurrent net", "the input of the first step", lambda s: f"w*x1 + u*out_h{s - 1} + b" if s > 1 else None)
through_time("recurrent net", "the state of an earlier step", lambda s: "w*x3 + u*out_h1 + b" if s == 3 else None)
through_time("recurrent net", "the bias is left out", lambda s: f"w*x{s}" + (f" + u*out_h{s - 1}" if s > 1 else ""))
through_time("recurrent net", "the input before for the state", lambda s: f"w*x{s} + u*x{s - 1} + b" if s > 1 else None)
through_time("recurrent net", "u is left out", lambda s: f"w*x{s} + out_h{s - 1} + b" if s > 1 else None)
through_time("recurrent out", "copied", lambda s: f"net_h{s}")
through_time("recurrent out", "sigmoid for tanh", lambda s: f"sigmoid(net_h{s})")
through_time("recurrent out", "the net input of another step", lambda s: f"tanh(net_h{s - 1})" if s > 1 else None)
through_time("readout", "the bias is left out", lambda s: "v*out_h3")
through_time("readout", "the state of the step before", lambda s: "v*out_h2 + c")
through_time("readout", "all states", lambda s: "v*(out_h1 + out_h2 + out_h3) + c")
through_time("readout", "the net input for the state", lambda s: "v*net_h3 + c")
through_time("readout", "the recurrent weight", lambda s: "u*out_h3 + c")
through_time("plain loss", "no half", lambda s: "(t_y - out_y)^2")
through_time("plain loss", "not squared", lambda s: "1/2*(t_y - out_y)")
through_time("plain loss", "the state for the output", lambda s: "1/2*(t_y - out_h3)^2")
through_time("plain delta", "a 2 too much", lambda s: "2*(out_y - t_y)")
through_time("plain delta", "a slope of tanh", lambda s: "(out_y - t_y)*(1 - out_y^2)")
through_time("plain delta", "output plus target", lambda s: "out_y + t_y")


def back(s: int) -> str:
    return "delta_y*v" if s == 3 else f"delta_h{s + 1}*u"


through_time("recurrent delta", "the slope is left out", back)
through_time(
    "recurrent delta", "the slope of the step after", lambda s: f"{back(s)}*(1 - out_h{s + 1}^2)" if s < 3 else None
)
through_time("recurrent delta", "1 − h for the slope", lambda s: f"{back(s)}*(1 - out_h{s})")
through_time("recurrent delta", "h(1 − h) for the slope", lambda s: f"{back(s)}*out_h{s}*(1 - out_h{s})")
through_time("recurrent delta", "the slope of the net input", lambda s: f"{back(s)}*(1 - net_h{s}^2)")
through_time("recurrent delta", "u is left out", lambda s: f"delta_h{s + 1}*(1 - out_h{s}^2)" if s < 3 else None)
through_time("recurrent delta", "w for u", lambda s: f"delta_h{s + 1}*w*(1 - out_h{s}^2)" if s < 3 else None)
through_time("recurrent delta", "straight from the output", lambda s: f"delta_y*v*(1 - out_h{s}^2)" if s < 3 else None)
through_time(
    "recurrent delta",
    "u for v, v for u",
    lambda s: f"{'delta_y*u' if s == 3 else f'delta_h{s + 1}*v'}*(1 - out_h{s}^2)",
)
through_time("recurrent delta", "a plus in the slope", lambda s: f"{back(s)}*(1 + out_h{s}^2)")
through_time("recurrent delta", "the slope twice", lambda s: f"{back(s)}*(1 - out_h{s}^2)^2")
through_time("readout gradient", "the state before", lambda s: "delta_y*out_h2")
through_time("readout gradient", "times v", lambda s: "delta_y*v")
through_time("readout gradient", "the δ of the state", lambda s: "delta_h3*out_h3")
through_time("readout gradient", "the net input", lambda s: "delta_y*net_h3")
through_time("shared w", "the last step only", lambda s: "delta_h3*x3")
through_time("shared w", "the first step only", lambda s: "delta_h1*x1")
through_time("shared w", "the first step is left out", lambda s: "delta_h2*x2 + delta_h3*x3")
through_time("shared w", "the mean over the steps", lambda s: "(delta_h1*x1 + delta_h2*x2 + delta_h3*x3)/3")
through_time("shared w", "states for inputs", lambda s: "delta_h1*out_h1 + delta_h2*out_h2 + delta_h3*out_h3")
through_time("shared w", "the inputs in the other order", lambda s: "delta_h1*x3 + delta_h2*x2 + delta_h3*x1")
through_time("shared w", "the same input always", lambda s: "(delta_h1 + delta_h2 + delta_h3)*x3")
through_time("shared w", "sum times sum", lambda s: "(delta_h1 + delta_h2 + delta_h3)*(x1 + x2 + x3)")
through_time("shared w", "the δ of the last step always", lambda s: "delta_h3*(x1 + x2 + x3)")
through_time("shared u", "the last step only", lambda s: "delta_h3*out_h2")
through_time("shared u", "the own state", lambda s: "delta_h2*out_h2 + delta_h3*out_h3")
through_time("shared u", "inputs for states", lambda s: "delta_h2*x2 + delta_h3*x3")
through_time("shared u", "shifted the other way", lambda s: "delta_h1*out_h2 + delta_h2*out_h3")
through_time("shared u", "the net inputs", lambda s: "delta_h2*net_h1 + delta_h3*net_h2")
through_time("shared b", "the last step only", lambda s: "delta_h3")
through_time("shared b", "the mean over the steps", lambda s: "(delta_h1 + delta_h2 + delta_h3)/3")
through_time("shared b", "the first step is left out", lambda s: "delta_h2 + delta_h3")

# ------------------------------------------------------------------------------------------------ slips of the pen

Slip = Callable[[str, str, random.Random], str | None]


def digits_of(text: str) -> list[int]:
    """Where the significant digits stand."""
    first = next((i for i, c in enumerate(text) if c in "123456789"), len(text))
    return [i for i, c in enumerate(text) if c.isdigit() and i >= first]


def exchanged(text: str, above: str, chance: random.Random) -> str | None:
    spots = digits_of(text)
    pairs = [(i, j) for i, j in pairwise(spots) if text[i] != text[j] and j == i + 1]
    if not pairs:
        return None
    i, j = chance.choice(pairs[:2])
    return text[:i] + text[j] + text[i] + text[j + 1 :]


def miscopied(text: str, above: str, chance: random.Random) -> str | None:
    spots = digits_of(text)[:-1]
    if not spots:
        return None
    i = chance.choice(spots)
    return text[:i] + chance.choice([c for c in "123456789" if c != text[i]]) + text[i + 1 :]


def left_out(text: str, above: str, chance: random.Random) -> str | None:
    spots = digits_of(text)[:-1]
    return text[: spots[1]] + text[spots[1] + 1 :] if spots[1:] else None


def doubled(text: str, above: str, chance: random.Random) -> str | None:
    spots = digits_of(text)[:-1]
    return text[: spots[0]] + text[spots[0]] + text[spots[0] :] if spots else None


SLIPS: dict[str, Slip] = {
    "two digits exchanged": exchanged,
    "a digit miscopied": miscopied,
    "a digit left out": left_out,
    "a digit written twice": doubled,
    "the point moved to the left": lambda t, above, c: f"{Decimal(t).scaleb(-1):f}",
    "the point moved to the right": lambda t, above, c: f"{Decimal(t).scaleb(1):f}",
    "the point moved by two": lambda t, above, c: f"{Decimal(t).scaleb(-2):f}",
    "the sign dropped": lambda t, above, c: t[1:] if t.startswith("-") else f"-{t}",
    "copied from the line above": lambda t, above, c: above or None,
}


def planted(exercise: Exercise) -> Iterator[tuple[int, Kind, str]]:
    """Every mistake that has a place on this exercise: the line, the kind and the wrong formula."""
    for number, line in enumerate(exercise.course.lines):
        role = exercise.roles[line.key]
        for one in KINDS:
            if role.kind in one.lines and (text := wrong_text(one, role, exercise)):
                yield number, one, text


def wrong_text(one: Kind, role: Role, exercise: Exercise) -> str | None:
    try:
        return one.wrong(role, exercise)
    except (AttributeError, IndexError, ValueError):
        return None


__all__ = ["KINDS", "SLIPS", "Kind", "UnreadableError", "planted", "wrong_text"]
