"""Mistakes on the way forward: net inputs, activations, softmax, and the error."""

from collections.abc import Callable

from families import Exercise, Role, Unit
from kinds import KINDS, Kind, kind, need, say

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
