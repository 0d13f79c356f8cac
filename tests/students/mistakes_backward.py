"""Mistakes on the way back: δ of outputs and of hidden units, gradients, batches, and the update."""

from collections.abc import Callable

from families import SLOPES, Exercise, Role, Unit, times
from kinds import KINDS, Kind, kind, need, say

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
