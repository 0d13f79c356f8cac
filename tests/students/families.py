"""Problems whose formulas are written down here by hand, not taken from the product; numbers are drawn."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from course import Course, Line, Places
from formulas import names_in, read
from writing import Digits

Numbers = Callable[[float, float], str]


@dataclass(frozen=True)
class Unit:
    """A neuron: what goes into it, and who stands beside, before and after it."""

    name: str
    activation: str
    terms: tuple[tuple[str, str], ...]  # (weight, what it weighs)
    bias: str | None
    before: tuple["Unit", ...] = ()
    beside: list["Unit"] = field(default_factory=list)  # the layer, itself included
    after: list[tuple["Unit", str]] = field(default_factory=list)  # (unit, weight to it)

    @property
    def net(self) -> str:
        return f"net_{self.name}"

    @property
    def out(self) -> str:
        return f"out_{self.name}"

    @property
    def delta(self) -> str:
        return f"delta_{self.name}"

    @property
    def target(self) -> str:
        return f"t_{self.name}"

    @property
    def other(self) -> "Unit | None":
        """The neighbour in the layer."""
        return next((u for u in self.beside if u is not self), None)

    def sum(self, terms: Any = None, bias: Any = True) -> str:
        parts = [f"{w}*{x}" for w, x in (self.terms if terms is None else terms)]
        return " + ".join(parts + ([self.bias] if self.bias and bias else []))

    @property
    def slope(self) -> str:
        """The slope of the activation, by its output where there is a rule for that."""
        return SLOPES[self.activation].format(out=self.out, net=self.net)

    @property
    def slope_or_none(self) -> str | None:
        """The slope, where the activation has one of its own that is not 1."""
        return self.slope if self.activation in ("sigmoid", "tanh", "relu") else None


SLOPES = {"sigmoid": "{out}*(1 - {out})", "tanh": "(1 - {out}^2)", "relu": "relu'({net})", "identity": ""}


@dataclass(frozen=True)
class Role:
    """What a line is, so that a mistake can be planted in it."""

    kind: str
    unit: Unit | None = None
    index: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Exercise:
    """A course with the role of every line, and the same with other numbers."""

    family: str
    seed: int
    course: Course
    roles: dict[str, Role]
    loss: str = ""

    def moved(self, how_far: int) -> "Exercise":
        """The same exercise with other numbers."""
        return draw(self.family, self.seed + 1000 * how_far, self.course.problem.parent)

    def said(self, digits: Digits | None) -> "Exercise":
        """The same exercise where so many digits are asked for."""
        return replace(self, course=self.course.said(digits))


Rows = list[tuple[str, str, Role]]


def times(*factors: str) -> str:
    return "*".join(f for f in factors if f)


# ------------------------------------------------------------------------------------------------ dense networks


@dataclass(frozen=True)
class Dense:
    """The plan of a dense network."""

    hidden: tuple[int, ...]
    outputs: int
    inside: str
    last: str
    loss: str
    bias: str = "own"  # own, shared, none
    samples: int = 1
    dead: int = 0  # so many of the units of the first hidden layer are off
    inputs: int = 2


PLANS = {
    "2-2-2 sigmoid": Dense((2,), 2, "sigmoid", "sigmoid", "half_squared_error", "shared"),
    "2-2-2 own biases": Dense((2,), 2, "sigmoid", "sigmoid", "half_squared_error"),
    "2-2-2 tanh mean": Dense((2,), 2, "tanh", "sigmoid", "mean_squared_error"),
    "2-2-1 tanh linear": Dense((2,), 1, "tanh", "identity", "half_squared_error"),
    "2-2-1 squared": Dense((2,), 1, "sigmoid", "identity", "squared_error"),
    "3-2-1 no biases": Dense((2,), 1, "sigmoid", "sigmoid", "squared_error", "none", inputs=3),
    "2-2-1 relu dead": Dense((2,), 1, "relu", "identity", "half_squared_error", dead=1),
    "2-2-1 relu logistic": Dense((2,), 1, "relu", "sigmoid", "binary_cross_entropy"),
    "2-2-3 softmax": Dense((2,), 3, "sigmoid", "softmax", "cross_entropy"),
    "2-2-2 deep": Dense((2, 2), 1, "sigmoid", "sigmoid", "half_squared_error"),
    "batch of 3": Dense((), 1, "", "sigmoid", "half_squared_error", samples=3),
    "batch of 3, hidden": Dense((2,), 1, "tanh", "sigmoid", "half_squared_error", samples=3),
}


def layers_of(plan: Dense) -> list[list[Unit]]:
    """The neurons, wired; weights and biases are numbered layer by layer, as on every sheet."""
    layers: list[list[Unit]] = []
    weight, bias, sources = 0, 0, [f"x{i + 1}" for i in range(plan.inputs)]
    prefixes = ["h"] if len(plan.hidden) == 1 else ["g", "h"]
    sizes = [
        *((p, s, plan.inside) for p, s in zip(prefixes, plan.hidden, strict=False)),
        ("y", plan.outputs, plan.last),
    ]
    for prefix, size, activation in sizes:
        before = tuple(layers[-1]) if layers else ()
        layer: list[Unit] = []
        bias += plan.bias == "shared"
        for i in range(size):
            terms = []
            for source in sources:
                weight += 1
                terms.append((f"w{weight}", source))
            bias += plan.bias == "own"
            name = prefix if prefix == "y" and size == 1 else f"{prefix}{i + 1}"
            unit = Unit(name, activation, tuple(terms), f"b{bias}" if plan.bias != "none" else None, before)
            layer.append(unit)
            for source, (w, _) in zip(before, terms, strict=False):
                source.after.append((unit, w))
        for unit in layer:
            unit.beside.extend(layer)
        layers.append(layer)
        sources = [u.out for u in layer]
    return layers


def loss_rows(plan: Dense, outputs: list[Unit]) -> Rows:
    """The lines of the error."""
    square = {u.name: f"({u.target} - {u.out})^2" for u in outputs}
    half = "1/2*" if plan.loss == "half_squared_error" else ""
    if plan.loss == "binary_cross_entropy":
        t, o = outputs[0].target, outputs[0].out
        return [("E", f"-({t}*ln({o}) + (1 - {t})*ln(1 - {o}))", Role("bce", outputs[0]))]
    if plan.loss == "cross_entropy":
        inside = " + ".join(f"{u.target}*ln({u.out})" for u in outputs)
        return [("E", f"-({inside})", Role("ce", outputs[0]))]
    if len(outputs) == 1:
        return [("E", half + square[outputs[0].name], Role("loss", outputs[0], about={"half": half}))]
    rows: Rows = [(f"E_{u.name}", half + square[u.name], Role("loss", u, about={"half": half})) for u in outputs]
    parts = " + ".join(f"E_{u.name}" for u in outputs)
    total = f"1/{len(outputs)}*({parts})" if plan.loss == "mean_squared_error" else parts
    return [*rows, ("E", total, Role("total", outputs[0], about={"parts": [f"E_{u.name}" for u in outputs]}))]


def delta_text(plan: Dense, unit: Unit) -> str:
    if unit.after:
        paths = " + ".join(f"{u.delta}*{w}" for u, w in unit.after)
        return times(f"({paths})" if len(unit.after) > 1 else paths, unit.slope)
    error = f"{unit.out} - {unit.target}"
    if plan.loss in ("cross_entropy", "binary_cross_entropy"):
        return error
    if plan.loss == "squared_error":
        return times("2", f"({error})", unit.slope)
    return times(f"({error})", unit.slope) if unit.slope else error


def sample_rows(plan: Dense, layers: list[list[Unit]], weights: list[tuple[str, Unit, str]]) -> Rows:
    """The lines of one sample: forward, error, backward, gradients."""
    rows: Rows = []
    for layer in layers:
        for u in layer:
            rows.append((u.net, u.sum(), Role("net", u)))
            if u.activation != "softmax":
                out = u.net if u.activation == "identity" else f"{u.activation}({u.net})"
                rows.append((u.out, out, Role("out", u)))
        if layer[0].activation == "softmax":
            below = " + ".join(f"e^{u.net}" for u in layer)
            rows += [(u.out, f"e^{u.net}/({below})", Role("softmax", u)) for u in layer]
    rows += loss_rows(plan, layers[-1])
    for layer in reversed(layers):
        rows += [(u.delta, delta_text(plan, u), Role("delta hidden" if u.after else "delta out", u)) for u in layer]
    return rows + gradient_rows(layers)


def gradient_rows(layers: list[list[Unit]]) -> Rows:
    rows: Rows = []
    for layer in reversed(layers):
        for u in layer:
            rows += [(f"dE/d{w}", f"{u.delta}*{x}", Role("gradient", u, i)) for i, (w, x) in enumerate(u.terms)]
        shared = {u.bias: [v for v in layer if v.bias == u.bias] for u in layer if u.bias}
        for bias, units in shared.items():
            text = " + ".join(u.delta for u in units)
            rows.append((f"dE/d{bias}", text, Role("bias gradient", units[0], about={"units": units})))
    return rows


def update_rows(layers: list[list[Unit]]) -> Rows:
    rows: Rows = []
    for layer in layers:
        names = [(w, u) for u in layer for w, _ in u.terms]
        names += list({u.bias: (u.bias, u) for u in layer if u.bias}.values())
        every = [name for name, _ in names]
        for name, unit in names:
            about = {"name": name, "beside": next((n for n in every if n != name), None), "unit": unit}
            rows.append((f"{name}_new", f"{name} - eta*dE/d{name}", Role("update", unit, about=about)))
    return rows


def dense(plan: Dense, number: Numbers, chance: random.Random) -> tuple[dict[str, str], Rows, str]:
    """The numbers, the lines and the problem file of one dense network."""
    layers = layers_of(plan)
    given: dict[str, str] = {"eta": chance.choice(["0.1", "0.2", "0.3", "0.4", "0.7"])}
    for layer in layers:
        for u in layer:
            given |= {w: number(0.1, 0.95) for w, _ in u.terms}
            if u.bias:
                given[u.bias] = number(0.1, 0.6)
    samples = [sample_numbers(plan, layers[-1], number, chance) for _ in range(plan.samples)]
    one = sample_rows(plan, layers, [])
    if plan.samples == 1:
        return given | samples[0], one + update_rows(layers), problem_text(plan, layers, given, samples)
    rows: Rows = [(f"sample {s} / {key}", text, role) for s in range(1, plan.samples + 1) for key, text, role in one]
    for key, _, _ in one:
        if key == "E" or key.startswith("dE/d"):
            parts = [f"{key}^({s})" for s in range(1, plan.samples + 1)]
            rows.append((key, f"({' + '.join(parts)})/{plan.samples}", Role("mean", about={"parts": parts})))
    for s, values in enumerate(samples, 1):
        given |= {f"{name}@{s}": value for name, value in values.items()}
    return given, rows + update_rows(layers), problem_text(plan, layers, given, samples)


def sample_numbers(plan: Dense, outputs: list[Unit], number: Numbers, chance: random.Random) -> dict[str, str]:
    values = {f"x{i + 1}": number(0.2, 1.6) for i in range(plan.inputs)}
    if plan.loss == "cross_entropy":
        right = chance.randrange(len(outputs))
        return values | {u.target: str(int(i == right)) for i, u in enumerate(outputs)}
    if plan.loss == "binary_cross_entropy":
        return values | {outputs[0].target: "1"}
    return values | {u.target: f"{chance.randrange(5, 95) / 100:.2f}" for u in outputs}


def problem_text(plan: Dense, layers: list[list[Unit]], given: Mapping[str, str], samples: list[dict[str, str]]) -> str:
    """The problem file."""
    rows = ["title: A network of the examiner's"]
    told = [
        (
            ", ".join(f"{k}: {v}" for k, v in s.items() if k.startswith("x")),
            ", ".join(f"{k[2:]}: {v}" for k, v in s.items() if k.startswith("t_")),
        )
        for s in samples
    ]
    if plan.samples == 1:
        rows += [f"inputs: {{{told[0][0]}}}", f"targets: {{{told[0][1]}}}"]
    else:
        rows += ["batch: full", "reduce: mean", "samples:"]
        rows += [f"  - {{inputs: {{{x}}}, targets: {{{t}}}}}" for x, t in told]
    rows.append("layers:")
    for layer in layers:
        rows.append(f"  - neurons: [{', '.join(u.name for u in layer)}]")
        rows.append(f"    activation: {layer[0].activation}")
        matrix = ", ".join("[" + ", ".join(f"{w} = {given[w]}" for w, _ in u.terms) + "]" for u in layer)
        rows.append(f"    weights: [{matrix}]")
        biases = [f"{u.bias} = {given[u.bias]}" for u in layer if u.bias]
        if biases:
            rows.append(f"    bias: {biases[0]}" if plan.bias == "shared" else f"    bias: [{', '.join(biases)}]")
    return "\n".join([*rows, f"loss: {plan.loss}", f"learning_rate: {given['eta']}", ""])


# ------------------------------------------------------------------------------------------------ optimizers alone


def momentum(classic: bool, number: Numbers, chance: random.Random) -> tuple[dict[str, str], Rows, str]:
    """Two steps with momentum from given gradients, the learning rate inside the velocity or outside."""
    given = {
        "p": number(0.3, 0.9),
        "eta": chance.choice(["0.1", "0.2", "0.3"]),
        "mu": chance.choice(["0.8", "0.7", "0.6"]),
        "v_p": f"{chance.randrange(20, 60) / 100:.2f}",
        "step 1 / dE/dp": number(0.2, 0.9),
        "step 2 / dE/dp": number(0.2, 0.9),
    }
    rows: Rows = []
    for s in (1, 2):
        about = {"classic": classic, "step": s}
        velocity = "mu*v_p + dE/dp" if classic else "mu*v_p + eta*dE/dp"
        rows.append((f"step {s} / v_p_new", velocity, Role("velocity", about=about)))
        rows.append(
            (f"step {s} / p_new", "p - eta*v_p_new" if classic else "p - v_p_new", Role("momentum update", about=about))
        )
    name = "momentum" if classic else "momentum_step"
    text = (
        f"title: Momentum\nparameters: {{p: {given['p']}}}\n"
        f"gradients: {{p: [{given['step 1 / dE/dp']}, {given['step 2 / dE/dp']}]}}\n"
        f"learning_rate: {given['eta']}\noptimizer: {{name: {name}, mu: {given['mu']}}}\n"
        f"state: {{v_p: {given['v_p']}}}\n"
    )
    return given, rows, text


def adam(number: Numbers, chance: random.Random) -> tuple[dict[str, str], Rows, str]:
    """Two steps of Adam from given gradients."""
    given = {
        "p": number(0.3, 0.9),
        "eta": chance.choice(["0.1", "0.2", "0.3"]),
        "beta1": chance.choice(["0.9", "0.8"]),
        "beta2": chance.choice(["0.99", "0.95"]),
        "epsilon": "1e-8",
        "m_p": "0",
        "v_p": "0",
        "step 1 / dE/dp": number(0.2, 0.9),
        "step 2 / dE/dp": number(0.2, 0.9),
        "step 1 / t": "1",
        "step 2 / t": "2",
    }
    lines = (
        ("m_p_new", "beta1*m_p + (1 - beta1)*dE/dp", "adam m"),
        ("v_p_new", "beta2*v_p + (1 - beta2)*(dE/dp)^2", "adam v"),
        ("mhat_p", "m_p_new/(1 - beta1^t)", "adam mhat"),
        ("vhat_p", "v_p_new/(1 - beta2^t)", "adam vhat"),
        ("p_new", "p - eta*mhat_p/(sqrt(vhat_p) + epsilon)", "adam update"),
    )
    rows: Rows = [(f"step {s} / {k}", t, Role(r, about={"step": s})) for s in (1, 2) for k, t, r in lines]
    text = (
        f"title: Adam\nparameters: {{p: {given['p']}}}\n"
        f"gradients: {{p: [{given['step 1 / dE/dp']}, {given['step 2 / dE/dp']}]}}\nlearning_rate: {given['eta']}\n"
        f"optimizer: {{name: adam, beta1: {given['beta1']}, beta2: {given['beta2']}}}\n"
    )
    return given, rows, text


# ---------------------------------------------------------------------------------------- a graph, a recurrent unit


def graph(number: Numbers, chance: random.Random) -> tuple[dict[str, str], Rows, str]:
    """p = x·y, q = p + z, r = σ(q), f = r·p: p reaches f over two paths."""
    given = {"x": number(0.5, 2), "y": number(0.3, 1.5), "z": number(0.3, 1.5)}
    lines = (
        ("p", "x*y", "graph product"),
        ("q", "p + z", "graph sum"),
        ("r", "sigmoid(q)", "graph sigmoid"),
        ("f", "r*p", "graph product"),
        ("df/df", "1", "graph one"),
        ("df/dr", "p", "graph local r"),
        ("dr/dq", "r*(1 - r)", "graph slope"),
        ("df/dq", "df/dr*dr/dq", "graph chain q"),
        ("dq/dp", "1", "graph one"),
        ("local df/dp", "r", "graph local p"),
        ("df/dp", "df/dq*dq/dp + local df/dp", "graph paths"),
        ("dp/dx", "y", "graph local x"),
        ("df/dx", "df/dp*dp/dx", "graph chain x"),
        ("dp/dy", "x", "graph local y"),
        ("df/dy", "df/dp*dp/dy", "graph chain y"),
        ("dq/dz", "1", "graph one"),
        ("df/dz", "df/dq*dq/dz", "graph chain z"),
    )
    rows: Rows = [(k, t, Role(r)) for k, t, r in lines]
    text = (
        f"title: A graph\ninputs: {{x: {given['x']}, y: {given['y']}, z: {given['z']}}}\n"
        "graph:\n  p: x * y\n  q: p + z\n  r: sigmoid(q)\n  f: r * p\nobjective: f\n"
    )
    return given, rows, text


def recurrent(number: Numbers, chance: random.Random) -> tuple[dict[str, str], Rows, str]:
    """One tanh unit over three steps, read out once at the end."""
    given = {
        "x1": number(0.3, 1.2),
        "x2": number(0.3, 1.2),
        "x3": number(0.3, 1.2),
        "t_y": f"{chance.randrange(10, 90) / 100}",
        "w": number(0.3, 0.9),
        "u": number(0.3, 0.9),
        "b": number(0.1, 0.4),
        "v": number(0.5, 0.95),
        "c": number(0.1, 0.4),
        "eta": chance.choice(["0.1", "0.2", "0.3"]),
    }
    rows: Rows = []
    for s in (1, 2, 3):
        back = f" + u*out_h{s - 1}" if s > 1 else ""
        rows.append((f"net_h{s}", f"w*x{s}{back} + b", Role("recurrent net", index=s)))
        rows.append((f"out_h{s}", f"tanh(net_h{s})", Role("recurrent out", index=s)))
    rows += [
        ("net_y", "v*out_h3 + c", Role("readout")),
        ("out_y", "net_y", Role("same")),
        ("E", "1/2*(t_y - out_y)^2", Role("plain loss")),
        ("delta_y", "out_y - t_y", Role("plain delta")),
        ("delta_h3", "delta_y*v*(1 - out_h3^2)", Role("recurrent delta", index=3)),
        ("delta_h2", "delta_h3*u*(1 - out_h2^2)", Role("recurrent delta", index=2)),
        ("delta_h1", "delta_h2*u*(1 - out_h1^2)", Role("recurrent delta", index=1)),
        ("dE/dv", "delta_y*out_h3", Role("readout gradient")),
        ("dE/dc", "delta_y", Role("same")),
        ("dE/dw", "delta_h1*x1 + delta_h2*x2 + delta_h3*x3", Role("shared w")),
        ("dE/du", "delta_h2*out_h1 + delta_h3*out_h2", Role("shared u")),
        ("dE/db", "delta_h1 + delta_h2 + delta_h3", Role("shared b")),
    ]
    names = ["w", "u", "b", "v", "c"]
    for i, n in enumerate(names):
        about = {"name": n, "beside": names[(i + 1) % 5], "unit": None}
        rows.append((f"{n}_new", f"{n} - eta*dE/d{n}", Role("update", about=about)))
    text = (
        f"title: A recurrent unit\ninputs: {{x: [{given['x1']}, {given['x2']}, {given['x3']}]}}\n"
        f"targets: {{y: {given['t_y']}}}\n"
        f"layers:\n  - type: recurrent\n    activation: tanh\n    weights: w = {given['w']}\n"
        f"    recurrent_weights: u = {given['u']}\n    bias: b = {given['b']}\n    returns: last\n"
        f"  - neurons: [y]\n    weights: [[v = {given['v']}]]\n    bias: c = {given['c']}\n"
        f"loss: half_squared_error\nlearning_rate: {given['eta']}\n"
    )
    return given, rows, text


# ------------------------------------------------------------------------------------------------ drawing


Maker = Callable[[Numbers, random.Random], tuple[dict[str, str], Rows, str]]

FAMILIES: dict[str, Maker] = {
    **{name: (lambda n, c, plan=plan: dense(plan, n, c)) for name, plan in PLANS.items()},  # type: ignore[misc]
    "momentum, rate inside": lambda n, c: momentum(False, n, c),
    "momentum, rate outside": lambda n, c: momentum(True, n, c),
    "adam": adam,
    "graph": graph,
    "recurrent": recurrent,
}


def draw(family: str, seed: int, folder: Path) -> Exercise:
    """An exercise of this family; numbers are drawn until the units that should live do."""
    chance = random.Random(f"{family} {seed}")
    for _ in range(1000):
        used: set[str] = set()

        def number(low: float, high: float, used: set[str] = used) -> str:
            while True:
                text = f"{chance.choice((-1, 1, 1)) * chance.randrange(int(low * 100), int(high * 100)) / 100:.2f}"
                if text.lstrip("-") not in used and not text.endswith("0"):
                    used.add(text.lstrip("-"))
                    return text

        given, rows, text = FAMILIES[family](number, chance)
        exercise = built(family, seed, folder, given, rows, text)
        if telling(exercise):
            exercise.course.problem.write_text(text, encoding="utf-8")
            return exercise
    raise LookupError(f"no numbers for {family} after 1000 draws")


def built(family: str, seed: int, folder: Path, given: Mapping[str, str], rows: Rows, text: str) -> Exercise:
    keys = [key for key, _, _ in rows]
    known = {key.rpartition(" / ")[2] for key in keys} | {"dE/dp"}
    values = {name: Decimal(value) for name, value in given.items()}
    lines = []
    for number, (key, formula, _) in enumerate(rows):
        tree = read(formula, known)
        places = Places(keys[:number])
        lines.append(Line(key, formula, tree, {n: places.find(n, key, values) for n in names_in(tree)}))
    name = family.replace(" ", "-").replace(",", "")
    course = Course(f"{name}-{seed}", folder / f"{name}-{seed}.yaml", tuple(lines), values, frozenset(keys))
    return Exercise(family, seed, course, {key: role for key, _, role in rows}, getattr(PLANS.get(family), "loss", ""))


def telling(exercise: Exercise) -> bool:
    """Whether the numbers are fit for a sheet: as many dead units as planned, nothing saturated or vanishing."""
    values = {line.base: exercise.course.exact[n] for n, line in enumerate(exercise.course.lines)}
    plan = PLANS.get(exercise.family)
    if plan and plan.inside == "relu":
        off = [values[u.net] <= 0 for u in layers_of(plan)[0]]
        if off != [i < plan.dead for i in range(len(off))]:
            return False
    dead = bool(plan and plan.dead)
    return all(abs(v) > Decimal("0.002") for v in values.values() if v) and all(v or dead for v in values.values())


def every_exercise(folder: Path, seeds: int = 1) -> Iterator[Exercise]:
    for family in FAMILIES:
        for seed in range(1, seeds + 1):
            yield draw(family, seed, folder)
