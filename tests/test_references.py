"""What a text names is the same thing in a file, on a sheet and on the command line; what names nothing is said so.

Expected keys and numbers are written out by hand.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from helpers import Run, backprop, loaded, names_of, random_network
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import within

from backprop_cli.algebra.quantities import AFTER, Place, Quantity, net
from backprop_cli.algebra.references import Reference, address_of, looked_up, meant_by, place_of
from backprop_cli.checking.asked import asked_lines
from backprop_cli.deriving.meanings import lines_of
from backprop_cli.deriving.names import Names, UnknownName
from backprop_cli.deriving.schedule import derive
from backprop_cli.deriving.understanding import understood
from backprop_cli.deriving.writers import writer_for
from backprop_cli.ground.errors import SourceError, nearest
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled
from backprop_cli.questions.reading import load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.writing.notation import load_notation, notations

FOUR = """\
samples:
  - {inputs: {u: 1}, targets: {v: 1}}
  - {inputs: {u: -1}, targets: {v: 0}}
  - {inputs: {u: 2}, targets: {v: 1}}
  - {inputs: {u: 3}, targets: {v: 0}}
batch: full
layers: [{neurons: [v], activation: sigmoid, weights: [[k = 0.3]], bias: c = 0.2}]
loss: half_squared_error
learning_rate: 0.25
"""
GLOW = """\
inputs: {x: 3}
parameters: {a: 2}
graph: {afterglow: a * x, dusk: afterglow - 1}
objective: dusk
learning_rate: 0.1
"""


def asks(text: str, wanted: str) -> list[str]:
    """The keys of the lines that a problem asks for."""
    return [line.quantity.key for line in asked_lines(WorkedProblem(loaded(f"{text}ask: [{wanted}]\n").problem))]


def complaints(text: str) -> list[tuple[str, str | None]]:
    """What is said of a problem's names, with what may be meant."""
    with pytest.raises(SourceError) as caught:
        loaded(text)
    return [(one.message, one.hint) for one in caught.value.complaints]


# ---- a text and the reference that it is -------------------------------------------------------------------------

WORDS = st.sampled_from(["epoch", "batch", "sample", "step", "report"])
PLACES = st.lists(st.builds(Place, WORDS, st.integers(1, 999_999)) | st.just(AFTER), max_size=3).map(tuple)
NAMES = st.from_regex(r"\A(?:d[A-Za-z_]\w{0,8}/d)?[A-Za-z_]\w{0,8}(?:_new|⁺)?\Z")


@given(PLACES, NAMES)
def test_a_reference_is_what_its_text_says(at: tuple[Place, ...], name: str) -> None:
    one = Reference(at, name)
    assert Reference.parse(str(one)) == one


@given(st.text(max_size=40))
def test_any_text_is_a_reference_and_says_itself(text: str) -> None:
    one = Reference.parse(text)
    assert one.written == (text or str(one))
    assert Reference.parse(str(one)) == one


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Epoch_3/Sample-2/δ_v", "epoch 3 / sample 2 / δ_v"),
        ("after the update / dE/dk", "after / dE/dk"),
        ("dE/dk", "dE/dk"),
        ("sample 2", "sample 2"),  # a name: what stands last is one, whatever it looks like
        ("after", "after"),
        ("sample 2 / step 1", "sample 2 / step 1"),
        ("afterglow / x", "afterglow / x"),
    ],
)
def test_what_stands_before_the_name_is_its_address(text: str, key: str) -> None:
    assert str(Reference.parse(text)) == key


def test_an_address_is_only_places() -> None:
    assert address_of("epoch 2 / sample 1") == (Place("epoch", 2), Place("sample", 1))
    assert address_of("epoch 2 / net") is None
    assert place_of("epoch 2" + " " * 60 + "x") is None


def test_a_name_alone_means_every_pass_but_the_one_after_the_update() -> None:
    first, second = net("v").at_address((Place("sample", 1),)), net("v").at_address((Place("sample", 2),))
    after = net("v").at_address((AFTER, Place("sample", 1)))
    everywhere, one = Reference((), "net_v"), Reference.to(second)
    assert meant_by([everywhere], [first, second, after]) == (first, second)
    assert meant_by([everywhere], [first, second, after], after=True) == (first, second, after)
    assert meant_by([one, everywhere], [first, second, after]) == (second, first)
    assert looked_up({everywhere: 1, one: 3}, second) == 3
    assert looked_up({everywhere: 1, one: 3}, first) == 1
    assert looked_up({everywhere: 1, one: 3}, after) is None


# ---- every quantity by every name --------------------------------------------------------------------------------

FAST = ("plain", "nielsen")


@pytest.mark.parametrize(
    "notation", [one if one in FAST else pytest.param(one, marks=pytest.mark.slow) for one in notations()]
)
@pytest.mark.parametrize("name", bundled())
def test_every_quantity_is_meant_by_its_key_its_bare_key_and_its_written_name(name: str, notation: str) -> None:
    problem = load(name, notation).problem
    known = names_of(problem)
    places: dict[Quantity, list[Quantity]] = {}
    for quantity in known.quantities:
        places.setdefault(quantity.bare, []).append(quantity)
    writer = writer_for(problem, "unicode", load_notation(notation))
    for bare, found in places.items():
        before = [one for one in found if AFTER not in one.at]
        for text in (bare.bare_key, writer.symbol(bare)):
            if before:
                assert meant_by(known.meant(text), found) == tuple(before)
        for one in found:
            if one.at:
                assert known.meant(one.key) == (Reference.to(one),)
                written = " / ".join([*map(str, one.at), writer.symbol(bare)])
                assert known.meant(written) == (Reference.to(one),)


@pytest.mark.parametrize("seed", range(12))
def test_many_epochs_need_not_be_written_to_be_named(seed: int) -> None:
    """Two of five epochs are derived; every key of the whole derivation is understood, and no other one."""
    text = random_network(Random(seed), ["sigmoid", "tanh"], epochs=5).text()
    problem = loaded(text).problem
    known = lines_of(problem)
    whole = derive(problem, Detail.FULL, then_forward=True)
    assert len(known.quantities) < len(whole.lines)
    for line in whole.lines:
        if line.quantity.at:
            assert known.meant(line.quantity.key) == (Reference.to(line.quantity),)
    keys = {line.quantity.key for line in whole.lines}
    for quantity in known.quantities:
        assert {str(one) for one in known.meant(f"epoch 4 / {quantity.bare_key}")} <= keys
        with pytest.raises(UnknownName):
            known.meant(f"epoch 6 / {quantity.bare_key}")


def test_an_epoch_among_a_hundred_thousand_is_named_at_once() -> None:
    with within(2):
        problem = loaded(FOUR + "epochs: 100000\n").problem
        assert lines_of(problem).meant("epoch 70707 / k⁺") == (Reference((Place("epoch", 70707),), "k_new"),)


# ---- in a file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ("net_v", [f"sample {n} / net_v" for n in (1, 2, 3, 4)]),
        ("sample 3 / δ_v", ["sample 3 / delta_v"]),
        ("epoch 1 / sample 3 / delta_v", ["sample 3 / delta_v"]),
        ("δ_v^(3)", ["sample 3 / delta_v"]),
        ("∂E/∂k", [*(f"sample {n} / dE/dk" for n in (1, 2, 3, 4)), "dE/dk"]),
        ("k⁺", ["k_new"]),
        ("k+, c'", ["k_new", "c_new"]),
        ("epoch 1 / k_new", ["k_new"]),
        ("after / sample 2 / out_v", ["after / sample 2 / out_v"]),
        ("after / out_v", [f"after / sample {n} / out_v" for n in (1, 2, 3, 4)]),
        ("after / E", ["after / E"]),
        ("all samples / E", ["E"]),
        ("所有样本 / E", ["E"]),
        ("after / all samples / E", ["after / E"]),
        ("alle Beispiele / dE/dk", ["dE/dk"]),
    ],
)
def test_a_sheet_asks_for_what_is_meant_however_it_is_written(wanted: str, keys: list[str]) -> None:
    assert asks(FOUR, wanted) == keys


def test_a_node_whose_name_begins_with_after_is_no_pass() -> None:
    """A second pass was added for it."""
    run = backprop("solve", "-", stdin=GLOW + "ask: [afterglow]\n")
    assert (run.code, "after the update" in run.out.lower()) == (0, False)
    assert "What was asked" in run.out


def test_nodes_may_be_called_like_places() -> None:
    text = "inputs: {x: 2}\ngraph: {after: 3 * x, step1: after + 1}\nobjective: step1\nask: [after, step1, dstep1/dx]\n"
    assert [line.quantity.key for line in asked_lines(WorkedProblem(loaded(text).problem))] == [
        "after",
        "step1",
        "dstep1/dx",
    ]


NAMELESS = {
    "sample 9 / E": ("there is no E at 'sample 9'", "write E or sample 1 / E or sample 2 / E or "
                     "sample 3 / E or sample 4 / E or after / E, …"),
    "epoch 2 / k_new": ("there is no k_new at 'epoch 2'", "write k_new"),
    "after / delta_v": ("there is no delta_v at 'after'", "write sample 1 / delta_v or sample 2 / delta_v or "
                        "sample 3 / delta_v or sample 4 / delta_v"),
    "all samples / delta_v": ("there is no delta_v at 'all samples'", "write sample 1 / delta_v or "
                              "sample 2 / delta_v or sample 3 / delta_v or sample 4 / delta_v"),
    "sample 2 / k_new": ("there is no k_new at 'sample 2'", "write k_new"),
    "sample 2 / sample 3": ("'sample 2 / sample 3' is an address: the quantities stand under it", None),
    "delta_w": ("no quantity called 'delta_w'", "did you mean 'delta_v'?"),
    "v": ("no quantity called 'v'", "write net_v or out_v"),
    "k": ("k is given, it is not worked out", "the updated value is k_new"),
    "qqq": ("no quantity called 'qqq'", "the quantities are net_v, out_v, E, dE/dout_v, "
            "dout_v/dnet_v, delta_v, …: `backprop names` lists them"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMELESS)
@pytest.mark.parametrize("section", ["ask: [{}]", "marks: {{{}: 2}}"])
def test_what_means_nothing_is_refused_with_what_there_is(section: str, name: str) -> None:
    assert complaints(f"{FOUR}{section.format(name)}\n") == [NAMELESS[name]]


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A problem that asks for sample 9 of four, and a sheet of it."""
    (tmp_path / "sheet.yaml").write_text("answers: {k_new: 0.3}\n")
    path = tmp_path / "wrong.yaml"
    path.write_text(FOUR + "ask: [k_new, sample 9 / E, delta_w]\n")
    return path


COMMANDS = {
    "solve": ("solve", "{}"),
    "solve in letters": ("solve", "{}", "--symbolic"),
    "paths": ("solve", "{}", "--paths", "sample 1 / k"),
    "compare": ("solve", "{}", "--compare", "conventions"),
    "template": ("check", "{}", "--template"),
    "check": ("check", "{}", "{folder}/sheet.yaml"),
    "grade": ("grade", "{}", "{folder}/sheet.yaml"),
    "worksheet": ("worksheet", "{}"),
    "tutor": ("tutor", "{}"),
    "lint": ("lint", "{}"),
    "generate": ("generate", "--like", "{}"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_the_same_of_a_name_that_means_nothing(command: str, wrong: Path) -> None:
    words = [word.replace("{folder}", str(wrong.parent)).replace("{}", str(wrong)) for word in COMMANDS[command]]
    run = backprop(*words)
    assert (run.code, run.out) == (2, "")
    assert [line.removeprefix(f"{wrong}:") for line in run.err.splitlines() if line.startswith(str(wrong))] == [
        "10:14: there is no E at 'sample 9'",
        "10:28: no quantity called 'delta_w'",
    ]


def test_a_name_is_complained_about_once_wherever_it_stands() -> None:
    text = FOUR + "ask: [delta_w, out_v, delta_w]\nmarks: {delta_w: 2, out_w: 1}\n"
    assert [message for message, _hint in complaints(text)] == [
        "no quantity called 'delta_w'",
        "no quantity called 'out_w'",
    ]


def test_a_name_of_two_quantities_is_refused_with_both() -> None:
    text = "inputs: {x: 1}\nparameters: {w: 2, W: 3}\ngraph: {q: w * x, f: W * q}\nobjective: f\nask: [DF/DW]\n"
    assert complaints(text) == [("'DF/DW' may be several quantities", "write df/dw or df/dW")]


def test_an_update_that_there_is_not_is_explained() -> None:
    still = FOUR.replace("learning_rate: 0.25\n", "")
    assert complaints(still + "ask: [k_new, after / E]\n") == [
        ("k_new needs a learning_rate", None),
        ("after / E needs a learning_rate", None),
    ]
    assert complaints(FOUR + "fixed: [c]\nask: [c⁺]\n") == [("c is fixed: it is not updated", None)]


# ---- marks -------------------------------------------------------------------------------------------------------


def test_the_marks_of_one_quantity_go_before_those_of_all() -> None:
    text = FOUR + "marks: {δ_v: 1, sample 2 / δ_v: 3, after / out_v: 1/2, after / sample 4 / out_v: 2, k+: 5}\n"
    marks = {str(one): str(value) for one, value in loaded(text).problem.marks.items()}
    halves = {f"after / sample {n} / out_v": "1/2" for n in (1, 2, 3)}
    assert marks == {"delta_v": "1", "sample 2 / delta_v": "3", **halves, "after / sample 4 / out_v": "2", "k_new": "5"}


@pytest.mark.parametrize("value", ["-1", "-1/3", "pi", "sqrt(2)", "1/0"])
def test_marks_are_exact_and_not_below_0(value: str) -> None:
    run = backprop("worksheet", "-", stdin=f"{FOUR}marks: {{k_new: {value}}}\n")
    assert run.code == 2
    assert run.err.startswith("<stdin>:10:16: marks are 0 or more")
    assert "Traceback" not in run.err


def test_marks_that_stand_twice_are_refused() -> None:
    assert complaints(FOUR + "marks: {k_new: 1, k+: 2}\n") == [("k_new has its marks already", None)]
    assert complaints(FOUR + "marks: {sample 1 / E: 1, Sample1/E: 2}\n") == [
        ("sample 1 / E has its marks already", None)
    ]


def test_lint_knows_what_is_worth_nothing_and_what_is_not_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "four.yaml"
    path.write_text(FOUR + "ask: [k_new, c_new]\nmarks: {k+: 2, δ_v: 1}\n")
    run = backprop("lint", path)
    assert run.code == 1
    assert "marks for what is not asked for: delta_v" in run.out
    assert "c⁺: asked for without marks of their own: each is worth 1" in run.out
    path.write_text(FOUR + "ask: [k_new, c_new]\nmarks: {k+: 2, c+: 0}\n")
    assert "marks" not in backprop("lint", path).out


# ---- what is given -----------------------------------------------------------------------------------------------


def test_values_are_given_by_any_name_to_all_samples_or_to_one() -> None:
    text = FOUR.replace("batch: full\n", "batch: full\nnotation: nielsen\n")
    problem = loaded(text + "given: {a²₁: 0.5, sample 3 / out_v: 0.25}\n").problem
    assert [{key: str(value) for key, value in one.given.items()} for one in problem.samples] == [
        {"out_v": str(problem.samples[0].given["out_v"])},
        {"out_v": str(problem.samples[0].given["out_v"])},
        {"out_v": str(problem.samples[2].given["out_v"])},
        {"out_v": str(problem.samples[0].given["out_v"])},
    ]
    assert problem.samples[0].given != problem.samples[2].given


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("k_new", "k_new cannot be given: it is worked out from what is"),
        ("dout_v/dnet_v", "dout_v/dnet_v cannot be given: it is worked out from what is"),
        ("net_w", "no quantity called 'net_w'"),
        ("sample 7 / net_v", "there is no 'sample 7' here"),
        ("epoch 2 / net_v", "'epoch 2 / net_v': a value is given for one sample, or for all"),
    ],
)
def test_what_cannot_be_given_is_not_dropped(name: str, message: str) -> None:
    ((said, _hint),) = complaints(f"{FOUR}given: {{{name}: 0.5}}\n")
    assert said == message


# ---- on the command line -----------------------------------------------------------------------------------------


def last_line(run: Run) -> str:
    """The last line of a page."""
    assert run.code == 0, run.err
    return run.out.rstrip().splitlines()[-1].strip()


@pytest.mark.parametrize(
    ("key", "others"),
    [
        ("delta_o1", ["δ_o1", "δₒ₁", "epoch 1 / delta_o1"]),
        ("w5_new", ["w5+", "w₅⁺", "w5'"]),
        ("dE/dout_h1", ["∂E/∂outₕ₁", "dE_total/dout_h1"]),
        ("after / E", ["after the update / E_total"]),
    ],
)
def test_only_understands_what_the_page_writes(key: str, others: list[str]) -> None:
    expected = backprop("solve", "mazur", "--only", key)
    assert expected.code == 0
    for other in others:
        assert backprop("solve", "mazur", "--only", other) == expected
        assert backprop("worksheet", "mazur", "--only", other) == backprop("worksheet", "mazur", "--only", key)


def test_only_is_written_in_the_notation_of_the_page() -> None:
    nielsen = backprop("solve", "mazur", "--notation", "nielsen", "--only", "z²₁")
    assert nielsen == backprop("solve", "mazur", "--notation", "nielsen", "--only", "net_h1")
    assert nielsen == backprop("solve", "mazur", "--notation", "nielsen", "--only", "z_h1")


def test_paths_and_sweeps_begin_at_a_written_name() -> None:
    for option in ("--paths", "--forward-mode"):
        assert backprop("solve", "mazur", option, "w₁") == backprop("solve", "mazur", option, "w1")
    assert backprop("solve", "mazur", "--paths", "δₕ₁") == backprop("solve", "mazur", "--paths", "net_h1")


@pytest.mark.parametrize("words", [("solve",), ("worksheet",), ("tutor",), ("solve", "--compare", "conventions")])
def test_every_wrong_name_on_the_command_line_is_said_at_once(words: tuple[str, ...]) -> None:
    command, *more = words
    run = backprop(command, "mazur", *more, "--only", "delta_o7", "--only", "w5_new", "--only", "after / w5_new")
    assert (run.code, run.out) == (2, "")
    assert run.err == (
        "backprop: no quantity called 'delta_o7' (did you mean 'delta_o2'?)\n"
        "there is no w5_new at 'after' (write w5_new)\n"
    )


def test_the_pass_of_a_picture_is_an_address(tmp_path: Path) -> None:
    path = tmp_path / "four.yaml"
    path.write_text(FOUR)
    first = backprop("draw", path, "--at", "sample 2", "-o", tmp_path / "a.svg")
    second = backprop("draw", path, "--at", "epoch 1 / Sample_2", "-o", tmp_path / "b.svg")
    assert (first.code, second.code) == (0, 0)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    wrong = backprop("draw", path, "--at", "sample 8", "-o", tmp_path / "c.svg")
    assert (wrong.code, "no pass called 'sample 8'" in wrong.err) == (2, True)


# ---- on a sheet --------------------------------------------------------------------------------------------------


def test_a_notation_that_counts_its_units_may_name_them_instead() -> None:
    names = names_of(load("mazur", "nielsen").problem)
    assert names.resolve("z_h1").key == "net_h1"
    assert names.resolve("a_o2").key == "out_o2"
    assert names.resolve("δ_h2").key == "delta_h2"
    with pytest.raises(UnknownName) as caught:
        names.resolve("z_h7")
    assert caught.value.hint != "did you mean 'out_h1'?"


def test_a_hint_never_offers_what_was_refused() -> None:
    assert nearest("student", ["student", "stundent"]) == "stundent"
    assert nearest("student", ["student"]) is None
    text = FOUR.replace("batch: full\n", "") + "epochs: 40\nreport: {epochs: 20, quantities: [k, E]}\n"
    problem = loaded(text).problem
    with pytest.raises(UnknownName, match="there is no k_new at 'epoch 40'") as caught:
        names_of(problem).resolve("epoch 40 / k_new")
    assert caught.value.hint == "the first epoch is worked out, the later ones are only reported"


# ---- a training that is only reported ----------------------------------------------------------------------------

REPORTED = FOUR + "epochs: 30\nreport: [1, 10, 30]\n"


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ("report 10 / k", ["report 10 / k"]),
        ("epoch 10 / k_new", ["report 10 / k"]),
        ("epoch 30 / c⁺", ["report 30 / c"]),
        ("report 30 / E", ["report 30 / E"]),
        ("report 10 / out_v", [f"report 10 / sample {n} / out_v" for n in (1, 2, 3, 4)]),
        ("report 10 / sample 2 / out_v", ["report 10 / sample 2 / out_v"]),
        ("epoch 1 / k_new", ["k_new"]),
    ],
)
def test_what_is_reported_can_be_named(wanted: str, keys: list[str]) -> None:
    text = f"{FOUR}epochs: 30\nreport: [1, 10, 30]\nask: [{wanted}]\n"
    from backprop_cli.problem.reader import load_text

    problem = understood(load_text(text, "here")).problem
    assert list(map(str, problem.ask)) == keys


def test_a_solution_answers_what_is_asked_of_its_report(tmp_path: Path) -> None:
    """Gradient descent on ½(k − 1)², by hand: k is 0, 0.5, 0.75, 0.875."""
    text = "parameters: {k: 0}\ngraph: {E: (k - 1)^2 / 2}\nlearning_rate: 0.5\nreport: [1, 3]\nask: [epoch 3 / k_new]\n"
    assert last_line(backprop("solve", "-", stdin=text)) == "After epoch 3: k = 0.875"
    sheet = backprop("worksheet", "-", stdin=text)
    assert (sheet.code, "Find k (after epoch 3)." in sheet.out) == (0, True)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("report 7 / k", "epoch 7 is not reported"),
        ("epoch 7 / k_new", "epoch 7 is not reported"),
        ("epoch 10 / E", "'epoch 10 / E': the first epoch is worked out, the later ones are only reported"),
        ("report 10 / delta_v", "sample 1 / delta_v is not reported"),
        ("report 10 / blah", "no quantity called 'blah'"),
    ],
)
def test_what_is_not_reported_is_refused(wanted: str, message: str) -> None:
    run = backprop("solve", "-", stdin=f"{REPORTED}ask: [{wanted}]\n")
    assert run.code == 2
    assert run.err.startswith(f"<stdin>:12:7: {message}")


def test_a_report_may_be_of_anything_by_any_name() -> None:
    text = FOUR + "epochs: 3\nreport: {epochs: [3], quantities: [δ_v, k⁺, sample 2 / net_v, E_total]}\n"
    found = list(map(str, loaded(text).problem.report_quantities))
    assert found == ["delta_v", "k", "sample 2 / net_v", "E"]


# ---- very many ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", ["ask", "marks", "fixed", "graph"])
def test_ten_thousand_unknown_names_take_as_long_as_their_reading(section: str) -> None:
    count = 10_000
    names = [f"nix{n}" for n in range(count)]
    graph = "inputs: {x: 1}\ngraph:\n" + "".join(f"  p{n}: x + {name}\n" for n, name in enumerate(names))
    text = {
        "ask": f"{FOUR}ask: [{', '.join(names)}]\n",
        "marks": f"{FOUR}marks: {{{', '.join(f'{name}: 1' for name in names)}}}\n",
        "fixed": f"{FOUR}fixed: [{', '.join(names)}]\n",
        "graph": graph + "objective: p1\n",
    }[section]
    with within(12):
        found = complaints(text)
    assert len(found) == count


def test_an_unknown_name_in_a_graph_is_complained_about_once() -> None:
    text = "inputs: {x: 1}\ngraph: {p: x + oops, q: oops * p, r: oops}\nobjective: r\n"
    assert [message for message, _hint in complaints(text)] == ["no quantity called 'oops' here"]


def test_the_names_of_a_solution_are_those_of_its_lines() -> None:
    problem = load("mazur").problem
    derivation = derive(problem, Detail.TEXTBOOK)
    assert [one.key for one in Names.of(problem, derivation).quantities] == [
        line.quantity.key for line in derivation.lines
    ]


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_any_text_means_lines_or_is_refused_in_words(text: str) -> None:
    names = lines_of(load("linear-regression").problem)
    found: tuple[Reference, ...] = ()
    said = ""
    try:
        found = names.meant(text)
    except UnknownName as error:
        said = error.said
    assert said or meant_by(found, names.quantities)


def test_what_is_of_all_samples_may_have_marks_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "four.yaml").write_text(FOUR + "ask: [E]\nmarks: {E: 1, all samples / E: 5}\n", "utf-8")
    run = backprop("check", tmp_path / "four.yaml", "-", "--json", stdin="answers: {all samples / E: 0}\n")
    lines = {one["quantity"]: (one["of"], one["answer"] is not None) for one in json.loads(run.out)["lines"]}
    assert lines == {**{f"sample {n} / E": ("1", False) for n in (1, 2, 3, 4)}, "E": ("5", True)}
