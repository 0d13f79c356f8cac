"""Formulas, numbers and symbols in LaTeX and Typst: all operations, all notations, names that try to be commands."""

from __future__ import annotations

import re

import pytest
from helpers import loaded
from typesetters import accept

from backprop_cli.algebra.formula import Formula, Name, Number, apply, number
from backprop_cli.algebra.operations import OPERATIONS
from backprop_cli.algebra.quantities import Kind, Place, Quantity, delta, gradient, local, net, out, parameter
from backprop_cli.numbers.exact import rational
from backprop_cli.problem.reader import load
from backprop_cli.solving.solution import SolveOptions, solution_of
from backprop_cli.solving.spelling import speller
from backprop_cli.writing.dialects import DIALECTS
from backprop_cli.writing.notation import load_notation, notations
from backprop_cli.writing.shapes import INDEXED, Spelling, spell
from backprop_cli.writing.typesetting import writer

SET = ("latex", "typst")
POSITIONS = {"i1": (1, "1"), "i2": (1, "2"), "h1": (2, "1"), "h2": (2, "2"), "o1": (3, "1"), "o2": (3, "2")}
HOSTILE = [
    "input", "frac", "sum", "dot", "sqrt", "end", "document", "x_", "_x", "__", "a__b", "a_b_c", "größe", "输入", "é",
    "µ", "ж", "x·y", "e\u0301", "ﬁ", "ª1", "\u0661a" if "\u0661a".isidentifier() else "a\u0661", "h1_2", "ŷ", "Δ2", "℘",
]  # fmt: skip


def spelled(formula: Formula, dialect: str) -> str:
    """The formula with single letters for names."""
    setting = DIALECTS[dialect]
    return spell(
        formula, setting.shapes, lambda symbol: Spelling(str(symbol)), lambda one: setting.numeral(str(one.value))
    ).text


def example(name: str) -> Formula:
    """The operation on names x, y, z."""
    operation = OPERATIONS[name]
    count = 3 if operation.arity is None else operation.arity
    arguments: list[Formula] = [Name(letter) for letter in "xyz"[:count]]
    if name in INDEXED:
        arguments = [number(2), *arguments]
    return apply(name, *arguments)


@pytest.mark.parametrize("dialect", SET)
def test_every_operation_is_written_so_that_the_language_reads_it(dialect: str) -> None:
    formulas = [example(name) for name in OPERATIONS]
    inside = [apply("power", formula, Name("n")) for formula in formulas]
    below = [apply("quotient", Name("a"), formula) for formula in formulas]
    accept(dialect, [spelled(formula, dialect) for formula in (*formulas, *inside, *below)])


X, Y, Z = Name("x"), Name("y"), Name("z")
WRITTEN = [  # formula, LaTeX, Typst: as a person writes them
    (X + Y * Z, r"x + y \cdot z", "x + y dot.op z"),
    ((X + Y) * Z, r"\left(x + y\right) \cdot z", "(x + y) dot.op z"),
    (X - (Y + Z), r"x - \left(y + z\right)", "x - (y + z)"),
    (X / (1 + Y), r"\frac{x}{1 + y}", "frac(x, 1 + y)"),
    ((X / Y) ** 2, r"\left(\frac{x}{y}\right)^{2}", "(frac(x, y))^(2)"),
    (X * (Y / Z), r"x \cdot \frac{y}{z}", "x dot.op frac(y, z)"),
    (apply("exp", -X), "e^{-x}", "e^(-x)"),
    (apply("exp", X) ** 2, r"\left(e^{x}\right)^{2}", "(e^(x))^(2)"),
    (apply("sqrt", X + Y), r"\sqrt{x + y}", "sqrt(x + y)"),
    (apply("sigmoid", X), r"\sigma\left(x\right)", "σ (x)"),
    (apply("relu", X, number(0)), r"\mathrm{ReLU}\left(x\right)", '"ReLU"(x)'),
    (apply("max", X, Y), r"\max\left(x, y\right)", "max(x, y)"),
    (apply("abs", X - Y), r"\left\lvert x - y \right\rvert", "abs(x - y)"),
    (apply("negative", X / Y), r"-\frac{x}{y}", "-frac(x, y)"),
    (X ** (Y / Z), "x^{y / z}", "x^(y slash z)"),  # a fraction in an exponent has figures of four points
    (
        apply("exp", -(X + 1) / (2 * Y)),
        r"e^{-\left(x + 1\right) / \left(2 \cdot y\right)}",
        "e^(-(x + 1) slash (2 dot.op y))",
    ),
]


@pytest.mark.parametrize(("formula", "latex", "typst"), WRITTEN, ids=[one[1] for one in WRITTEN])
def test_formulas_are_written_as_a_person_writes_them(formula: Formula, latex: str, typst: str) -> None:
    assert spelled(formula, "latex") == latex
    assert spelled(formula, "typst") == typst


NUMBERS = [  # as it stands in a file or a result, LaTeX, Typst
    ("0.40", "0.40", "0.40"),
    ("-0.5", "-0.5", "-0.5"),
    ("1/3", r"\frac{1}{3}", "frac(1, 3)"),
    ("-1/3", r"-\frac{1}{3}", "-frac(1, 3)"),
    ("1e-8", r"1 \cdot 10^{-8}", "1 dot.op 10^(-8)"),
    ("3.51018778e-05", r"3.51018778 \cdot 10^{-5}", "3.51018778 dot.op 10^(-5)"),
    ("-2.5e+20", r"-2.5 \cdot 10^{20}", "-2.5 dot.op 10^(20)"),
]


@pytest.mark.parametrize(("text", "latex", "typst"), NUMBERS)
def test_numbers_have_real_fractions_and_powers_of_ten(text: str, latex: str, typst: str) -> None:
    assert DIALECTS["latex"].decimal(text).text == latex == DIALECTS["latex"].numeral(text).text
    assert DIALECTS["typst"].decimal(text).text == typst


def test_a_negative_number_put_in_for_a_name_gets_brackets() -> None:
    latex = DIALECTS["latex"]
    values = {"x": rational(-1, 2), "y": rational(2)}
    put = lambda symbol: latex.numeral(str(values[symbol]))  # noqa: E731
    constant = lambda one: latex.numeral(str(one.value))  # noqa: E731
    assert spell(Y * X, latex.shapes, put, constant).text == r"2 \cdot \left(-\frac{1}{2}\right)"
    assert spell(X**2, latex.shapes, put, constant).text == r"\left(-\frac{1}{2}\right)^{2}"
    assert spell(Y - X, latex.shapes, put, constant).text == r"2 - \left(-\frac{1}{2}\right)"
    assert spell(-X, latex.shapes, put, constant).text == r"\frac{1}{2}"


H1, O1, W5 = net("h1"), net("o1"), parameter("w5")
SYMBOLS = [  # notation, quantity, LaTeX, Typst
    ("plain", H1, r"\mathrm{net}_{h_1}", '"net"_(h_1)'),
    ("plain", out("h1"), r"\mathrm{out}_{h_1}", '"out"_(h_1)'),
    ("plain", delta(O1), r"\delta_{o_1}", "δ_(o_1)"),
    ("plain", W5, "w_5", "w_5"),
    ("plain", parameter("w10"), "w_{10}", "w_(10)"),
    ("plain", Quantity(Kind.NEW, "w5"), "w_5^{+}", "w_5^(+)"),
    ("plain", Quantity(Kind.NEW, "v_w5"), "v_{w_5}^{+}", "v_(w_5)^(+)"),
    ("plain", Quantity(Kind.AUX, "mhat_w5"), r"\hat{m}_{w_5}", "hat(m)_(w_5)"),
    ("plain", Quantity(Kind.CONSTANT, "beta1"), r"\beta_1", "β_1"),
    ("plain", Quantity(Kind.CONSTANT, "eta"), r"\eta", "η"),
    ("plain", Quantity(Kind.CONSTANT, "eta0"), r"\eta_0", "η_0"),
    ("plain", Quantity(Kind.PART, "o1"), "E_{o_1}", "E_(o_1)"),
    ("plain", gradient(Quantity(Kind.LOSS), W5), r"\frac{\partial E}{\partial w_5}", "frac(∂ E, ∂ w_5)"),
    ("plain", gradient(Quantity(Kind.LOSS), parameter("wr")), r"\frac{\partial E}{\partial \mathrm{wr}}",
     'frac(∂ E, ∂"wr")'),
    ("plain", local(out("o1"), O1), r"\frac{\partial \mathrm{out}_{o_1}}{\partial \mathrm{net}_{o_1}}",
     'frac(∂ "out"_(o_1), ∂ "net"_(o_1))'),
    ("nielsen", H1, "z_1^2", "z_1^2"),
    ("nielsen", Quantity(Kind.NEW, "w5"), r"w_5^{\prime}", "w_5^(prime)"),
    ("hagan", delta(O1), "s_1^2", "s_1^2"),
    ("mitchell", out("o1"), "o_{o_1}", "o_(o_1)"),
    ("han-kamber", delta(O1), r"\mathrm{Err}_{o_1}", '"Err"_(o_1)'),
    ("goodfellow", out("o1"), r"\hat{y}_{o_1}", "hat(y)_(o_1)"),
    ("negnevitsky", Quantity(Kind.TARGET, "o1"), r"\mathrm{yd}_{o_1}", '"yd"_(o_1)'),
    ("cs231n", gradient(Quantity(Kind.LOSS), W5), "d w_5", "d w_5"),
]  # fmt: skip


@pytest.mark.parametrize(("notation", "quantity", "latex", "typst"), SYMBOLS)
def test_symbols_are_set_in_every_notation(notation: str, quantity: Quantity, latex: str, typst: str) -> None:
    book = load_notation(notation)
    assert writer(book, "latex", POSITIONS).symbol(quantity) == latex
    assert writer(book, "typst", POSITIONS).symbol(quantity) == typst


def test_the_number_of_a_sample_stands_above_and_never_makes_a_double_superscript() -> None:
    at = (Place("sample", 2),)
    plain, nielsen = (writer(load_notation(name), "latex", POSITIONS) for name in ("plain", "nielsen"))
    assert plain.symbol(delta(O1.at_address(at))) == r"\delta_{o_1}^{(2)}"
    assert plain.symbol(gradient(Quantity(Kind.LOSS), W5).at_address(at)) == r"\frac{\partial E^{(2)}}{\partial w_5}"
    assert nielsen.symbol(H1.at_address(at)) == "z_1^{2, (2)}"


@pytest.mark.parametrize("dialect", SET)
@pytest.mark.parametrize("notation", notations())
def test_every_kind_of_quantity_is_set_in_every_notation(notation: str, dialect: str) -> None:
    write = writer(load_notation(notation), dialect, POSITIONS)
    loss = Quantity(Kind.LOSS)
    two_ended = (Kind.GRADIENT, Kind.LOCAL, Kind.PATH, Kind.TANGENT)
    alone = [kind for kind in Kind if kind not in (*two_ended, Kind.HESSIAN)]
    quantities = [Quantity(kind, name) for kind in alone for name in ("h1", "o2")]
    quantities += [Quantity(kind, "7") for kind in (Kind.INPUT, Kind.NET, Kind.OUT, Kind.TARGET, Kind.DELTA)]
    quantities += [Quantity(kind, of=of, by=by) for kind in two_ended for of, by in ((loss, W5), (O1, out("h1")))]
    quantities += [Quantity(Kind.PATH, of=loss, by=out("h1"), via=O1), loss]
    quantities += [Quantity(Kind.HESSIAN, of=loss, by=one, via=W5) for one in (W5, Quantity(Kind.PARAMETER, "b1"))]
    here = [quantity.at_address((Place("epoch", 1), Place("sample", 12))) for quantity in quantities]
    accept(dialect, [write.symbol(quantity) for quantity in (*quantities, *here)])


@pytest.mark.parametrize("dialect", SET)
def test_no_name_can_become_a_command(dialect: str) -> None:
    names = [name for name in HOSTILE if name.isidentifier() and name.isprintable()]
    assert len(names) > 20
    write = writer(load_notation("plain"), dialect, POSITIONS)
    symbols = [write.symbol(make(name)) for name in names for make in (parameter, net, out)]
    symbols += [write.name(name) for name in names]
    accept(dialect, symbols)
    if dialect == "latex":
        known = r"\\(mathrm|text|_|hat|acute|[A-Za-z]*Delta|mu|delta|cdot|prime|textbackslash)"
        assert not [symbol for symbol in symbols if re.sub(known, "", symbol).count("\\")]


@pytest.mark.parametrize("dialect", SET)
def test_signs_in_a_template_of_ones_own_are_only_signs(dialect: str, tmp_path: object) -> None:
    write = writer(load_notation("plain"), dialect, POSITIONS)
    for sign in "\\{}$&#%~^_\"'`@;:<>|!?*/":
        accept(dialect, [write.name(f"a{sign}b")])


IN_EVERY_NOTATION = ("mazur", "softmax-network", "xor-batch", "adam", "lstm", "attention")


@pytest.mark.parametrize("notation", notations())
@pytest.mark.parametrize("name", IN_EVERY_NOTATION)
def test_every_line_is_read_by_both_languages_in_every_notation(name: str, notation: str) -> None:
    solution = solution_of(load(name, notation), SolveOptions())
    for dialect in SET:
        write = speller(solution.problem, solution.trace, dialect)
        formulas: set[str] = set()
        for step in solution.trace.steps[:80]:
            sides = [write.symbol(step.quantity), write.formula(step), write.numbers(step)]
            formulas |= {side for side in sides if side} | {text for _sign, text in write.equation(step.value)}
        accept(dialect, sorted(formulas))


def test_characters_are_what_they_always_were() -> None:
    solution = solution_of(loaded("inputs: {x: -2}\ngraph:\n  f: x^2 + exp(-x)/3\nobjective: f\n"), SolveOptions())
    for dialect, expected in (("unicode", "x² + e^(−x)/3"), ("ascii", "x^2 + e^(-x)/3")):
        write = speller(solution.problem, solution.trace, dialect)
        assert write.formula(solution.trace.steps[0]) == expected


def test_a_number_keeps_its_text() -> None:
    assert spelled(Number(rational(2, 5), "0.40") * X, "latex") == r"\frac{2}{5} \cdot x"


@pytest.mark.parametrize(
    ("dialect", "quotient"),
    [
        ("unicode", "(163072/5625)/70.35"),
        ("ascii", "(163072/5625)/70.35"),
        ("latex", r"\frac{\frac{163072}{5625}}{70.35}"),
        ("typst", "frac(frac(163072, 5625), 70.35)"),
    ],
)
def test_a_fraction_that_is_put_into_a_quotient_stands_in_brackets(dialect: str, quotient: str) -> None:
    """163072/5625/70.35 leaves open what is divided by what, and so does 1/4·x for who reads fast."""
    one = solution_of(
        loaded("inputs: {a: 163072/5625, b: 70.35}\ngraph: {q: a/b, r: b/a, p: a*b, s: a^2, d: b - a}\nobjective: q\n"),
        SolveOptions(),
    )
    spelled = {step.quantity.key: speller(one.problem, one.trace, dialect).numbers(step) for step in one.trace.steps}
    assert spelled["q"] == quotient
    if not DIALECTS[dialect].setting:
        assert spelled["r"] == "70.35/(163072/5625)"
        assert str(spelled["p"]).startswith("(163072/5625)")
        assert str(spelled["s"]).startswith("(163072/5625)")
        assert str(spelled["d"]).endswith(" 163072/5625")


def test_the_mark_of_a_sample_stands_at_what_is_differentiated_twice() -> None:
    """∂²E/∂w²⁽²⁾ would be read as a power of w."""
    w, at = parameter("w"), (Place("sample", 2),)
    second = Quantity(Kind.HESSIAN, of=Quantity(Kind.LOSS), by=w, via=w, at=at)
    plain = load_notation("plain")
    assert writer(plain, "unicode", POSITIONS).symbol(second) == "∂²E⁽²⁾/∂w²"
    assert writer(plain, "latex", POSITIONS).symbol(second) == r"\frac{\partial^2 E^{(2)}}{\partial w^2}"
    assert writer(plain, "typst", POSITIONS).symbol(second) == r"frac(∂^2 E^(\(2\)), ∂ w^2)"
    assert writer(plain, "unicode", POSITIONS).symbol(second, at) == "∂²E/∂w²"


@pytest.mark.parametrize(
    ("name", "latex", "typst"),
    [
        ("m_W1_2", "m_{W_{12}}", "m_(W_(12))"),
        ("mhat_W1_2", r"\hat{m}_{W_{12}}", "hat(m)_(W_(12))"),
        ("x0_W1_2", "x_{0, W_{12}}", "x_(0\\, W_(12))"),
    ],
)
def test_what_an_optimizer_keeps_of_an_entry_of_a_matrix_is_set(name: str, latex: str, typst: str) -> None:
    plain = load_notation("plain")
    quantity = Quantity(Kind.AUX, name)
    assert writer(plain, "latex", POSITIONS).symbol(quantity) == latex
    assert writer(plain, "typst", POSITIONS).symbol(quantity) == typst


@pytest.mark.parametrize("optimizer", ["adam", "lamb", "{name: muon, iterations: 1}"])
def test_the_entries_of_a_matrix_are_updated_in_every_language(optimizer: str) -> None:
    text = ("inputs: {x: [1, 2]}\nparameters: {W: [[0.5, -0.25], [0.75, 1]]}\ngraph: {y: W @ x, f: sum(y^2)}\n"
            f"objective: f\nlearning_rate: 0.1\noptimizer: {optimizer}\n")  # fmt: skip
    one = solution_of(loaded(text), SolveOptions())
    for dialect in SET:
        spelling = speller(one.problem, one.trace, dialect)
        accept(dialect, [str(spelling.formula(step)) for step in one.trace.steps])
