"""Files are read as they are written, every mistake is pointed at, and nothing that a stranger writes hurts."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from helpers import as_fraction, backprop, loaded, solved
from hostile import GRAPH, NETWORK
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_cli.algebra.losses import ALIASES as LOSS_ALIASES
from backprop_cli.algebra.losses import LOSSES
from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.operations import ALIASES as ACTIVATION_ALIASES
from backprop_cli.ground.errors import BackpropError, Complaint, SourceError
from backprop_cli.problem import schema, synonyms
from backprop_cli.problem.model import Detail
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.solution import Wishes, solution_of

HERE = "¶"  # marks the place that a complaint must point at


def complaints(text: str | bytes) -> list[Complaint]:
    """What is wrong in the text, in the order of the file."""
    with pytest.raises(SourceError) as failure:
        solution_of(loaded(text), Wishes())
    return list(failure.value.complaints)


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old} stands there {text.count(old)} times"
    return text.replace(old, new)


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and their lines and columns."""
    places = []
    for number, line in enumerate(text.split("\n"), start=1):
        column = 0
        for part in line.split(HERE)[:-1]:
            column += len(part)
            places.append((number, column + 1))
    return text.replace(HERE, ""), places


# ---- each mistake, and where it is ---------------------------------------------------------------------------

MISTAKES: dict[str, tuple[str, str]] = {  # what is wrong: the file with the place marked, and a part of the message
    "unknown key": (changed(NETWORK, "layers", "¶layres"), "unknown key 'layres'.*did you mean 'layers'"),
    "unknown key in a layer": (
        changed(NETWORK, "    activation: sigmoid\n    weights:\n", "    ¶activaton: sigmoid\n    weights:\n"),
        "unknown key 'activaton'.*did you mean 'activation'",
    ),
    "unknown key in a sample": (
        "samples: [{inputs: [1], ¶target: [1]}]\nlayers: [{weights: [[1]]}]\n",
        "unknown key 'target'.*did you mean 'targets'",
    ),
    "unknown key in rounding": (NETWORK + "rounding: {¶place: 3}\n", "unknown key 'place'.*did you mean 'places'"),
    "unknown key in a rounding of one kind": (
        NETWORK + "rounding: {kinds: {net: {¶place: 3}}}\n",
        "unknown key 'place'.*did you mean 'places'",
    ),
    "unknown key in conventions": (NETWORK + "conventions: {¶detla: dE/dnet}\n", "'detla'.*did you mean 'delta'"),
    "row too long": (changed(NETWORK, "- [w1 = 0.15,", "- ¶[w1 = 0.15, 3,"), "3 weights in this row.*2 inputs"),
    "row too short": (changed(NETWORK, "[w3 = 0.25, w4", "¶[w4"), "1 weights? in this row.*2 inputs"),
    "row missing": (
        changed(NETWORK, "weights:\n      - [w1 = 0.15, w2 = 0.20]\n      - [", "weights:\n      ¶- ["),
        "1 rows? of weights.*2 neurons",
    ),
    "transposed": (
        "inputs: [1, 2, 3]\nlayers: [{neurons: [a, b], weights: ¶[[1, 2], [3, 4], [5, 6]]}]\n",
        "weights_by_input",
    ),
    "transposed by input": (
        "inputs: [1, 2, 3]\nlayers: [{neurons: [a, b], weights_by_input: ¶[[1, 2, 3], [4, 5, 6]]}]\n",
        "did you mean 'weights'",
    ),
    "a layer for each step": (
        "inputs: [[1], [2], [3]]\nlayers:\n"
        "- {type: recurrent, weights: [[1], [2]], recurrent_weights: [[1, 0], [0, 1]]}\n"
        "- {weights: [¶[1, 2]]}\n",
        "2 weights in this row, but 6 inputs.*per_step: true",
    ),
    "bias too many": (changed(NETWORK, "bias: b1 = 0.35", "bias: ¶[1, 2, 3]"), "3 biases for 2 neurons"),
    "bias of nobody": (changed(NETWORK, "bias: b1 = 0.35", "bias: {¶h3: 1}"), "'h3'"),
    "unknown receiver": (
        changed(NETWORK, "[[w5 = 0.40, w6 = 0.45]]", "{¶o2: {h1: 1}}"),
        "no neuron of this layer called 'o2'",
    ),
    "unknown sender": (changed(NETWORK, "[[w5 = 0.40, w6 = 0.45]]", "{o1: {¶h9: 1}}"), "'h9'"),
    "a neuron that comes later": (
        changed(
            NETWORK,
            "weights:\n      - [w1 = 0.15, w2 = 0.20]\n      - [w3 = 0.25, w4 = 0.30]",
            "weights: {h1: {¶o1: 1}}",
        ),
        "'o1'",
    ),
    "neurons and weights that disagree": (
        "inputs: [1]\nlayers: [{neurons: ¶3, weights: [[1], [2]]}]\n",
        "3 neurons, but weights for 2",
    ),
    "a layer without weights": (changed(NETWORK, "weights: [[w5 = 0.40, w6 = 0.45]]", ""), "this layer has no weights"),
    "a layer without a size": ("inputs: [1]\nlayers: [¶{activation: relu}]\n", "how many neurons"),
    "weights twice": (
        "inputs: [1]\nlayers: [{weights: [[1]], ¶weights_by_input: [[1]]}]\n",
        "say the same thing",
    ),
    "two neurons of one name": (changed(NETWORK, "[h1, h2]", "[h1, ¶h1]"), "two neurons are called 'h1'"),
    "a neuron and an input of one name": (
        changed(NETWORK, "[h1, h2]", "[¶i1, h2]"),
        "'i1'",
    ),
    "a parameter and an input of one name": (
        changed(NETWORK, "w1 = 0.15", "¶i1 = 0.15").replace("{i1:", "{¶i1:"),
        "'i1' is both",
    ),
    "a parameter and an input of one name, in a graph": (
        "inputs: {¶x: 1}\nparameters: {¶x: 2}\ngraph: {f: x + 1}\n",
        "'x' is both",
    ),
    "a node and an input of one name": ("inputs: {x: 1}\ngraph:\n  ¶x: x + 1\n", "'x' is already"),
    "a parameter that is a quantity": (changed(NETWORK, "w1 = 0.15", "¶net_h1 = 0.15"), "'net_h1' is the name of"),
    "a shared parameter of two values": (changed(NETWORK, "w6 = 0.45", "¶w5 = 0.45"), "already has another value"),
    "a parameter without a value": (changed(NETWORK, "w6 = 0.45", "¶w7"), "w7 has no value"),
    "an unused parameter": (NETWORK + "parameters: {¶w9: 1}\n", "w9 is not used"),
    "a target too few": (changed(NETWORK, "targets: {o1: 0.01}", "targets: ¶[]"), "0 targets for 1 output "),
    "a target too many": (changed(NETWORK, "{o1: 0.01}", "¶[1, 2]"), "2 targets for 1 output "),
    "no targets": (changed(NETWORK.replace("targets: {o1: 0.01}\n", ""), "loss", "¶loss"), "the loss needs targets"),
    "a target of nobody": (changed(NETWORK, "{o1: 0.01}", "{o1: 0.01, ¶o2: 1}"), "no output called 'o2'"),
    "no target of one": (
        "inputs: [1]\n¶targets: {a: 1}\nlayers: [{neurons: [a, b], weights: [[1], [2]]}]\nloss: squared_error\n",
        "no value for output b",
    ),
    "an unknown class": (
        "inputs: [1]\ntargets: ¶cat\n"
        "layers: [{neurons: [a, b], activation: softmax, weights: [[1], [2]]}]\nloss: cross_entropy\n",
        "no such class.*a, b",
    ),
    "a class index too high": (
        "inputs: [1]\ntargets: ¶2\n"
        "layers: [{neurons: [a, b], activation: softmax, weights: [[1], [2]]}]\nloss: cross_entropy\n",
        "no such class.*0 to 1",
    ),
    "a sample without inputs": (
        "samples: [{inputs: [1], targets: [1]}, ¶{targets: [1]}]\nlayers: [{weights: [[1]]}]\nloss: squared_error\n",
        "inputs",
    ),
    "a sample with an input too many": (
        "samples: [{inputs: [1]}, {inputs: ¶[1, 2]}]\nlayers: [{weights: [[1]]}]\n",
        "2 values for 1 inputs?",
    ),
    "a sample with another input": (
        "samples: [{inputs: {a: 1}}, {inputs: {a: 1, ¶b: 2}}]\nlayers: [{weights: [[1]]}]\n",
        "no input called 'b'",
    ),
    "no samples": ("¶samples: []\nlayers: [{weights: [[1]]}]\n", "there are no samples"),
    "targets beside samples": (
        "samples: [{inputs: [1], targets: [1]}]\n¶targets: [1]\nlayers: [{weights: [[1]]}]\n",
        "each sample has its own",
    ),
    "a table that is not there": ("samples: ¶points.csv\nlayers: [{weights: [[1]]}]\n", "no file called 'points.csv'"),
    "a table elsewhere": ("samples: ¶/etc/passwd\nlayers: [{weights: [[1]]}]\n", "in the folder of its problem"),
    "a table above": ("samples: ¶../points.csv\nlayers: [{weights: [[1]]}]\n", "in the folder of its problem"),
    "an input without a value": ("inputs: [1, ¶b]\nlayers: [{weights: [[1, 2]]}]\n", "b has no value"),
    "unknown activation": (
        changed(NETWORK, "activation: sigmoid\n    weights: [[", "activation: ¶sigmod\n    weights: [["),
        "no activation called 'sigmod'.*did you mean 'sigmoid'",
    ),
    "unknown loss": (changed(NETWORK, "half_squared_error", "¶half_square_error"), "did you mean 'half_squared_error'"),
    "unknown batch": (NETWORK + "batch: ¶fulll\n", "'fulll'.*did you mean 'full'"),
    "unknown way to combine": (NETWORK + "reduce: ¶avg\n", "'avg'.*mean, sum"),
    "unknown sign of delta": (NETWORK + "delta: ¶-dE/net\n", "'-dE/net'.*did you mean '-dE/dnet'"),
    "unknown notation": (NETWORK + "notation: ¶nielson\n", "did you mean 'nielsen'"),
    "unknown rule for ties": (NETWORK + "rounding: {places: 3, ties: ¶half_up}\n", "did you mean 'half-up'"),
    "unknown kind of rounding": (NETWORK + "rounding: {kinds: {¶delt: {places: 3}}}\n", "did you mean 'delta'"),
    "rounding to nothing": (NETWORK + "¶rounding: {ties: half-up}\n", "exactly one"),
    "rounding twice": (NETWORK + "¶rounding: {places: 3, figures: 3}\n", "exactly one"),
    "neither true nor false": (NETWORK + "threshold: ¶yes\n", "'yes' is neither true nor false"),
    "no epochs": (NETWORK + "epochs: ¶0\n", "0 is outside 1 … "),
    "half an epoch": (NETWORK + "epochs: ¶1.5\n", "'1.5' is not a whole number"),
    "epochs without a learning rate": (
        changed(NETWORK, "learning_rate: 0.5", "¶epochs: 3"),
        "epochs need a learning_rate",
    ),
    "given gradients without a learning rate": (
        "parameters: {w: 1}\n¶gradients: {w: 2}\n",
        "given gradients need a learning_rate",
    ),
    "gradients of nobody": (
        "learning_rate: 1\nparameters: {w: 1}\ngradients: {w: 2, ¶v: 3}\n",
        "no parameter called 'v'",
    ),
    "gradients of different lengths": (
        "learning_rate: 1\nparameters: {w: 1, v: 2}\ngradients: {w: [2, 3], v: ¶[3]}\n",
        "1 gradients? here and 2 elsewhere",
    ),
    "updated weights in a batch": (
        "samples: [{inputs: [1], targets: [1]}, {inputs: [2], targets: [1]}]\nlayers: [{weights: [[1]]}]\n"
        "loss: squared_error\nlearning_rate: 1\nbatch: full\n¶hidden_uses: updated\n",
        "batch: online",
    ),
    "fixing nobody": (NETWORK + "fixed: [w1, ¶w9]\n", "no parameter called 'w9'"),
    "fixing one nobody": (NETWORK + "fixed: ¶w9\n", "no parameter called 'w9'"),
    "asking for nothing": (NETWORK + "ask: [E, ¶delta_h9]\n", "'delta_h9'.*did you mean 'delta_h"),
    "marks for nothing": (NETWORK + "ask: [E]\nmarks: {E: 2, ¶w9_new: 1}\n", "'w9_new'"),
    "given for nothing": (NETWORK + "given: {¶out_h9: 1}\n", "'out_h9'.*did you mean 'out_h"),
    "nothing to solve": ("title: nothing\n", "there is nothing to solve"),
    "layers and graph": (NETWORK + "¶graph: {f: i1}\n", "cannot stand in one problem"),
    "a loss in a graph": ("inputs: {x: 1}\ngraph: {f: x}\n¶loss: squared_error\n", "in a graph, write it as a node"),
    "targets in a graph": (GRAPH + "¶targets: [1]\n", "in a graph, write them as inputs"),
    "unknown objective": (changed(GRAPH, "objective: f", "objective: ¶g"), "called 'g'"),
    "a loss and an objective": (NETWORK + "¶objective: o1\n", "not both"),
    "used before it is defined": ("inputs: {x: 1}\ngraph:\n  a: x * ¶b\n  b: x + 1\n", "'b' is used before"),
    "a circle": ("inputs: {x: 1}\ngraph:\n  a: ¶b + x\n  b: a + x\n", "'b' is used before"),
    "defined by itself": ("inputs: {x: 1}\ngraph:\n  a: x + ¶a\n", "'a' is defined by itself"),
    "unknown name in a graph": (changed(GRAPH, "q * w", "q * ¶v"), "'v'"),
    "unknown function in a graph": (changed(GRAPH, "q * w", "¶sigmod(q)"), "'sigmod'.*did you mean 'sigmoid'"),
    "a function without brackets": (changed(GRAPH, "q * w", "q * ¶exp"), "is a function"),
    "too many arguments": (changed(GRAPH, "q * w", "¶exp(q, w)"), "exp takes 1 argument"),
    "an operator missing": (changed(GRAPH, "q * w", "2 ¶q"), "an operator is missing before 'q'"),
    "an operator too many": (changed(GRAPH, "q * w", "q */¶/ w").replace("*/", "*"), "does not belong"),
    "a bracket too few": (changed(GRAPH, "q * w", "¶(q * w"), "a bracket is not closed"),
    "a bracket too many": (changed(GRAPH, "q * w", "q * w¶)"), "'\\)' does not belong"),
    "a formula that ends too early": (changed(GRAPH, "q * w", "q *¶"), "ends too early"),
    "a strange character in a formula": (changed(GRAPH, "q * w", "q ¶$ w"), "'\\$' does not belong"),
    "a quoted formula": (changed(GRAPH, "q * w", "'q * ¶v'"), "'v'"),
    "an activation without z": (
        changed(NETWORK, "activation: sigmoid\n    weights: [[", "activation: ¶2 + 3\n    weights: [["),
        "a formula in z",
    ),
    "an activation of something else": (
        changed(NETWORK, "activation: sigmoid\n    weights: [[", "activation: 1/(1 + e^(-¶x))\n    weights: [["),
        "'x'",
    ),
    "a wrong setting": (
        changed(NETWORK, "activation: sigmoid\n    weights: [[", "activation: leaky_relu(¶a)\n    weights: [["),
        "'a'",
    ),
    "a wrong setting of a loss": (changed(NETWORK, "half_squared_error", "huber(¶x)"), "'x'"),
    "a loss of something else": (changed(NETWORK, "half_squared_error", "(out - ¶x)^2"), "'x'"),
    "a decimal comma": (changed(NETWORK, "b1 = 0.35", "b1 = 0¶,35"), "0\\.35|with a point"),
    "a decimal comma in a learning rate": (changed(NETWORK, "rate: 0.5", "rate: 0¶,5"), "0\\.5|with a point"),
    "a decimal comma in brackets": (changed(NETWORK, "{o1: 0.01}", "{o1: 0,¶01}"), "with a point"),
    "an underscore in a number": (changed(NETWORK, "rate: 0.5", "rate: 1¶_000"), "1000"),
    "sixty": (changed(NETWORK, "rate: 0.5", "rate: 1¶:30"), "':' does not belong"),
    "not a number": (changed(NETWORK, "rate: 0.5", "rate: ¶nan"), "'nan' is not a number"),
    "YAML's not a number": (changed(NETWORK, "rate: 0.5", "rate: ¶.nan"), "'.nan' is not a number"),
    "an infinite number": (changed(NETWORK, "rate: 0.5", "rate: ¶inf"), "'inf' is not a number"),
    "YAML's infinite number": (changed(NETWORK, "rate: 0.5", "rate: ¶-.inf"), "'-.inf' is not a number"),
    "a weight that is not a number": (changed(NETWORK, "w6 = 0.45", "w6 = ¶nan"), "'nan' is not a number"),
    "an infinite input": (changed(NETWORK, "i2: 0.10", "i2: ¶inf"), "'inf' is not a number"),
    "no as a number": (changed(NETWORK, "rate: 0.5", "rate: ¶no"), "'no'"),
    "full-width digits": (changed(NETWORK, "rate: 0.5", "rate: ¶０.５"), "does not belong|not a number"),
    "Arabic digits": (changed(NETWORK, "rate: 0.5", "rate: ¶٠٫٥"), "does not belong|not a number"),
    "a zero-width space": (changed(NETWORK, "rate: 0.5", "rate: 0¶\u200b.5"), "does not belong"),
    "a letter O": (changed(NETWORK, "rate: 0.5", "rate: 0.¶O5"), "O5"),
    "a number too long": (changed(NETWORK, "rate: 0.5", f"rate: ¶0.{'1' * 500}"), "400"),
    "an exponent too large": (changed(NETWORK, "rate: 0.5", "rate: ¶1e5000"), "4000"),
    "nothing written": (changed(NETWORK, "learning_rate: 0.5", "¶learning_rate:"), "nothing is written here"),
    "a tilde": (
        changed(NETWORK, "rate: 0.5", "rate: ¶~").replace("¶~", "~").replace("learning", "¶learning"),
        "nothing is written here",
    ),
    "a list for a number": (changed(NETWORK, "w6 = 0.45", "¶[0.45]"), "not a list"),
    "a mapping for a number": (changed(NETWORK, "w6 = 0.45", "¶{w6: 0.45}"), "expected"),
    "a number for layers": ("inputs: [1]\nlayers: ¶5\n", "expected a list"),
    "a list for a graph": ("inputs: [1]\ngraph: ¶[x + 1]\n", "expected a mapping"),
    "a text for a layer": ("inputs: [1]\nlayers: [¶sigmoid]\n", "expected a mapping"),
    "a name with brackets": (changed(NETWORK, "w1 = 0.15", '¶"w[h1] = 0.15"'), "'w\\[h1\\]' cannot be a name"),
    "a name with a space": (changed(GRAPH, "q: x + y", "¶q r: x + y"), "'q r' cannot be a name"),
    "a name too long": (changed(GRAPH, "q: x + y", f"¶{'q' * 70}: x + y"), "the limit is 60"),
    "a duplicate key": (NETWORK + "¶loss: squared_error\n", "'loss' stands here twice.*line 13"),
    "a duplicate name": (changed(NETWORK, "i2: 0.10", "¶i1: 0.10"), "'i1' stands here twice"),
    "an anchor": (changed(NETWORK, "rate: 0.5", "rate: ¶&eta 0.5"), "anchors"),
    "an alias": (changed(NETWORK, "rate: 0.5", "rate: ¶*eta"), "aliases"),
    "a merge": ("layers:\n  - <<: ¶*base\n", "aliases|unknown key|name"),
    "a tag": (changed(NETWORK, "rate: 0.5", "rate: ¶!!float 0.5"), "tags"),
    "a tag that calls": ("¶!!python/object/apply:os.system ['true']\n", "tags"),
    "a tab": ("layers:\n¶\t- neurons: 2\n", "a tab"),
    "a second problem": (NETWORK + "¶---\ninputs: [1]\n", "a second document"),
    "a list for a problem": ("¶- inputs\n", "a mapping of keys"),
    "a text for a problem": ("¶hello\n", "a mapping of keys"),
    "a key that is a list": ("? ¶[a, b]\n: 1\n", "a plain name"),
    "a bracket that is not closed": ("inputs: [1, 2\nlayers¶: []\n", "the bracket of line 1 is not closed"),
    "a bracket of another kind": ("inputs: {a: 1¶]\n", "the bracket of line 1 is not closed"),
    "a bracket more than were opened": ("inputs: [1]¶]\n", "does not go with the indentation and the punctuation"),
    "a quotation mark that is not closed": ("title: 'a\ninputs: [1]\n¶", "the quotation mark of line 1 is not closed"),
    "a colon in a title": ("title: one¶: two\n", "a text with a colon in it stands in quotes"),
    "a backslash in double quotes": ('title: "¶\\q"\n', "a text with a backslash in it stands in single quotes"),
    "a sign that YAML keeps": ("title: ¶@home\n", "a text that begins with this sign stands in quotes"),
    "a key too far to the left": ("rate:\n  x: 1\n ¶y: 2\n", "does not go with the indentation"),
    "a control character": ("title: é\ninputs: [¶\x07]\n", "a control character"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_pointed_at(what: str) -> None:
    text, pattern = MISTAKES[what]
    text, places = marked(text)
    found = complaints(text)
    matching = [one for one in found if re.search(pattern, f"{one.message} {one.hint or ''}")]
    assert matching, found
    if places:
        spans = [(one.span.line, one.span.column) for one in matching if one.span]
        assert set(spans) & set(places), f"{matching} points at {spans}, not at {places}"


LEADS_TO_MORE = ("neurons and weights that disagree", "no samples")  # one mistake, and what follows from it


@pytest.mark.parametrize("what", [what for what in MISTAKES if what not in LEADS_TO_MORE])
def test_one_mistake_is_one_complaint(what: str) -> None:
    found = complaints(marked(MISTAKES[what][0])[0])
    assert len(found) == 1, found


def test_a_mistake_in_the_middle_hides_no_other() -> None:
    text = changed(NETWORK, "targets: {o1: 0.01}", "targets: {o2: 0.01}")
    text = changed(text, "w4 = 0.30]", "w4 = 0.30, w5]")
    text = changed(text, "half_squared_error", "half_squared_eror")
    text = changed(text, "[o1]", "[o1, o1]") + "fixed: [w9]\nbatch: fulll\n"
    lines = [one.span.line for one in complaints(text) if one.span]
    assert lines == sorted(lines)
    assert {2, 8, 10, 13, 15, 16} <= set(lines)


@pytest.mark.parametrize("wide", ["x", "名", "é", "e\u0301"])
def test_the_caret_stands_under_the_place(wide: str) -> None:
    run = backprop("solve", "-", stdin=f"inputs: {{{wide}: 1, b: 2x}}\ngraph: {{f: b}}\n")
    line, carets = run.err.splitlines()[1:3]
    assert line.endswith(f"inputs: {{{wide}: 1, b: 2x}}")
    cells = {"x": 1, "名": 2, "é": 1, "e\u0301": 1}[wide]
    assert carets.index("^") == line.index("inputs") + len("inputs: {") + cells + len(": 1, b: 2")


# ---- what is read as what ------------------------------------------------------------------------------------

NUMBERS = {
    "0.15": Fraction(3, 20),
    "0.10": Fraction(1, 10),
    "1/3": Fraction(1, 3),
    "-2/4": Fraction(-1, 2),
    "2e-3": Fraction(1, 500),
    "1e-3": Fraction(1, 1000),
    "1E+2": Fraction(100),
    ".5": Fraction(1, 2),
    "+.5": Fraction(1, 2),
    "5.": Fraction(5),
    "010": Fraction(10),
    "0": Fraction(0),
    "-0": Fraction(0),
    '"0.5"': Fraction(1, 2),
    "\N{MINUS SIGN}0.5": Fraction(-1, 2),
    "2^-3": Fraction(1, 8),
    "2**10": Fraction(1024),
    "-2^2": Fraction(-4),
    "2^3^2": Fraction(512),
    "(1 + 2)*3/4": Fraction(9, 4),
    "sqrt(4)": Fraction(2),
    "ln(1)": Fraction(0),
    "log2(8)": Fraction(3),
    "exp(0)": Fraction(1),
    "max(1/2, 1/3)": Fraction(1, 2),
    "abs(-3)": Fraction(3),
    "sigmoid(0)": Fraction(1, 2),
    "1 – 0.5": Fraction(1, 2),
    "3·4": Fraction(12),
}


@pytest.mark.parametrize("written", NUMBERS)
def test_a_number_is_what_it_says(written: str) -> None:
    text = f"inputs:\n  x: {written}\nlayers: [{{neurons: [y], weights: [[1]]}}]\n"
    assert as_fraction(solved(text).trace["net_y"].number) == NUMBERS[written]
    in_a_list = f"inputs: [1]\nlayers: [{{neurons: [y], weights: [['w = {written.strip(chr(34))}']]}}]\n"
    assert as_fraction(solved(in_a_list).trace["net_y"].number) == NUMBERS[written]


@pytest.mark.parametrize("name", ["no", "on", "yes", "y", "n", "off", "true", "class", "lambda", "名", "W", "_w"])
def test_a_name_is_a_name_even_where_yaml_would_guess_a_type(name: str) -> None:
    text = f"inputs: {{{name}: 3}}\nlayers: [{{neurons: [out], weights: [[{name}1 = 2]]}}]\n"
    assert as_fraction(solved(text).trace["net_out"].number) == 6
    assert as_fraction(solved(text).trace[name].number) == 3


@pytest.mark.parametrize("name", ["exp", "max", "sigmoid", "pi", "e", "E"])
def test_a_name_that_means_something_already_is_refused_or_means_the_quantity(name: str) -> None:
    text = f"inputs: {{{name}: 3}}\ngraph: {{f: 2*{name}}}\n"
    try:
        value = solved(text).trace["f"].number
    except SourceError as error:
        refused = error.complaints
    else:
        refused = ()
        assert as_fraction(value) == 6
    assert all(one.span for one in refused)


def test_names_that_differ_in_case_are_two_names() -> None:
    assert as_fraction(solved("inputs: {w: 2, W: 3}\ngraph: {f: w + 10*W}\n").trace["f"].number) == 32


def test_numbers_may_name_neurons() -> None:
    text = "inputs: {1: 2, 2: 3}\nlayers: [{neurons: [4], weights: [[w14 = 1, w24 = 10]]}]\n"
    assert as_fraction(solved(text).trace["net_4"].number) == 32


def test_the_shortest_file_has_names_of_its_own() -> None:
    text = "inputs: [1, 2]\ntargets: [1]\nlayers: [{weights: [[1, 2], [3, 4]], bias: [5, 6]}, {weights: [[1, 1]]}]\n"
    trace = solved(text + "loss: squared_error\nlearning_rate: 1\n").trace
    names = ["net_h1", "net_h2", "net_y1", "x1", "x2", "w1", "w6", "b2", "t_y1", "w6_new"]
    assert [as_fraction(trace[name].number) for name in names[:3]] == [10, 17, 27]
    assert all(trace[name] for name in names)


@pytest.mark.parametrize("before", ["\ufeff", "", "# a comment\n", "---\n", "%YAML 1.2\n---\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_byte_order_mark_and_line_ends_change_nothing(before: str, newline: str) -> None:
    text = (before + NETWORK).replace("\n", newline).encode()
    assert loaded(text).problem == loaded(NETWORK).problem


def test_places_count_from_after_the_byte_order_mark() -> None:
    (complaint,) = complaints("\ufefflayres: 3\r\n" + GRAPH.replace("\n", "\r\n"))
    assert complaint.span
    assert (complaint.span.line, complaint.span.column) == (1, 1)


# ---- tables --------------------------------------------------------------------------------------------------

WITH_TABLE = "samples: points.csv\nlayers: [{neurons: [y], weights: [[2, 3]]}]\nloss: squared_error\n"


def with_table(folder: Path, table: str | bytes, problem: str = WITH_TABLE) -> Path:
    path = folder / "problem.yaml"
    path.write_text(problem, "utf-8")
    (folder / "points.csv").write_bytes(table.encode() if isinstance(table, str) else table)
    return path


@pytest.mark.parametrize(
    "table",
    ["a,b,y\n1,2,3\n0.5,1/2,1\n", "a, b, y\r\n1, 2, 3\r\n0.5, 1/2, 1\r\n\r\n", "\ufeffa,b,y\n1,2,3\n0.5,1/2,1"],
)
def test_a_table_is_the_samples(table: str, tmp_path: Path) -> None:
    trace = solution_of(load(str(with_table(tmp_path, table))), Wishes(detail=Detail.FULL)).trace
    assert as_fraction(trace["sample 1 / net_y"].number) == 2 * 1 + 3 * 2
    assert as_fraction(trace["sample 2 / net_y"].number) == Fraction(5, 2)
    assert as_fraction(trace["sample 2 / t_y"].number) == 1


TABLES = {
    "not a number": ("a,b,y\n1,2,3\n1,¶two,3\n", "two"),
    "a cell too few": ("a,b,y\n1,2,3\n¶1,2\n", "2 values.*3 columns"),
    "nothing": ("", "the file is empty"),
    "not a number a person can compute with": ("a,b,y\n1,2,¶nan\n", "nan"),
}


@pytest.mark.parametrize("what", TABLES)
def test_a_mistake_in_a_table_is_pointed_at_in_the_table(what: str, tmp_path: Path) -> None:
    table, pattern = TABLES[what]
    table, places = marked(table)
    path = with_table(tmp_path, table)
    with pytest.raises(SourceError, match=pattern) as failure:
        load(str(path))
    assert failure.value.source == str(path.parent / "points.csv")
    spans = [(one.span.line, one.span.column) for one in failure.value.complaints if one.span]
    assert spans == places


@pytest.mark.parametrize("table", ["a,b,y\n", "x\n1\n", "\n\n", "a,a,y\n1,2,3\n"])
def test_a_table_that_cannot_be_used_is_refused(table: str, tmp_path: Path) -> None:
    run = backprop("solve", with_table(tmp_path, table))
    assert run.code == 2
    assert run.out == ""
    assert run.err.strip()


@contextmanager
def patience(seconds: int) -> Iterator[None]:
    """Raises TimeoutError when what is inside takes longer."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# ---- whatever is written -------------------------------------------------------------------------------------

TEXTS = [file.read_text("utf-8") for file in bundled().values()] + [NETWORK, GRAPH]
SPLINTERS = ["1e9", "x", "w1", "&a", "*a", "nan", "softmax", "samples:", "given:", "E", "∂", "\n", "  "]
SPLINTERS += list("[]{}:,-0='\"!|?^()#~%@>")


def damaged(random: Random) -> str:
    """A problem file in which some pieces are missing, doubled, swapped or replaced."""
    text = random.choice(TEXTS)
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(text))
        end = min(len(text), start + random.choice([1, 1, 2, 5, 20]))
        piece = random.choice([*SPLINTERS, "", text[start:end] * 2, random.choice(TEXTS)[start:end]])
        text = text[:start] + piece + text[random.choice([start, end]) :]
    return text


@settings(max_examples=250, deadline=None)
@given(st.integers(0, 10**9))
def test_a_damaged_file_is_solved_or_refused_and_nothing_else(seed: int) -> None:
    text = damaged(Random(seed))
    with patience(10):
        try:
            outcome = [step.quantity.key for step in solved(text).trace.steps]
        except BackpropError as error:
            outcome = str(error).splitlines()
    assert outcome, text


def test_what_stands_under_a_name_that_is_none_is_not_complained_about_as_well() -> None:
    """Between { and }, YAML ends `max(y, z)` at its comma, and begins a key `z)` with nothing under it."""
    with pytest.raises(SourceError) as error:
        loaded("inputs: {x: 1, y: 2, z: 0}\ngraph: {f: (x + y)*max(y, z)}\n")
    assert str(error.value).count("'z)' cannot be a name") == 1
    assert "nothing is written here" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "keys"),
    [("rounding: 4", "places, figures, ties, kinds"), ("clip: 1", "value, norm"), ("stop: 3", "loss_below")],
)
def test_where_a_section_is_expected_its_keys_are_named(text: str, keys: str) -> None:
    with pytest.raises(SourceError, match=f"the keys here are {keys}"):
        loaded(f"{NETWORK}\n{text}\n")


@pytest.mark.parametrize("word", synonyms.KEYS)
def test_what_others_call_a_key_is_understood_in_the_suggestion(word: str) -> None:
    meant = synonyms.KEYS[word]
    of_the_file = meant in schema.ProblemFile.model_fields
    text = f"graph: {{f: 2*3}}\n{word}: 1\n" if of_the_file else f"inputs: [1]\nlayers: [{{{word}: 1}}]\n"
    with pytest.raises(SourceError, match=rf"unknown key '{word}'(.|\n)*did you mean '{meant}'"):
        loaded(text)


@pytest.mark.parametrize(("table", "known"), [(synonyms.LOSSES, LOSSES), (synonyms.ACTIVATIONS, ACTIVATIONS)])
def test_a_synonym_means_something_that_there_is_and_hides_nothing(table: dict[str, str], known: set[str]) -> None:
    assert set(table.values()) <= set(known)
    assert not set(table) & {*known, *LOSS_ALIASES, *ACTIVATION_ALIASES}


@pytest.mark.parametrize(
    ("text", "meant"), [("loss: quadratic", "half_squared_error"), ("loss: logloss", "binary_cross_entropy")]
)
def test_what_others_call_a_loss_is_understood_in_the_suggestion(text: str, meant: str) -> None:
    with pytest.raises(SourceError, match=f"did you mean '{meant}'"):
        loaded(NETWORK.replace("loss: half_squared_error", text))


def test_a_layer_that_cannot_be_read_makes_no_complaint_about_targets() -> None:
    with pytest.raises(SourceError) as error:
        loaded("inputs: [1]\ntargets: [1]\nlayers: [{weight: [[2]]}]\nloss: squared_error\n")
    assert "targets for" not in str(error.value)


def test_automatic_names_avoid_those_of_inputs_and_neurons() -> None:
    text = """\
inputs: {w1: 0.5, b: 2}
targets: {b1: 1}
layers:
  - {neurons: [w3, h], weights: [[0.3, 0.2], [0.1, 0.4]], bias: [0.1, 0.2]}
  - {neurons: [b1], weights: [[0.8, 0.7]], bias: [0.3]}
loss: half_squared_error
"""
    problem = loaded(text).problem
    assert list(problem.parameters) == ["w2", "w4", "w5", "w6", "b2", "b3", "w7", "w8", "b4"]


def test_missing_inputs_are_said_once_and_nothing_else_is_complained_about() -> None:
    text = """\
targets: [0.5]
layers:
  - {neurons: [h1, h2], weights: [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], activation: tanh}
  - {neurons: [y], weights: [[0.7, v = 0.8]]}
loss: half_squared_error
"""
    (only,) = complaints(text)
    assert "inputs" in only.message


def test_a_value_that_nobody_could_write_down_is_refused_at_its_line() -> None:
    """2^(2^k) has 2^k binary digits."""
    gates = "".join(f"  q{k}: q{k - 1}*q{k - 1}\n" for k in range(1, 64))
    with pytest.raises(BackpropError, match=r"q\d+: the value is beyond"):
        solved(f"inputs: {{x: 2.5}}\ngraph:\n  q0: x*x\n{gates}objective: q63\n")


def test_units_whose_outputs_are_given_have_no_net_input_of_nothing() -> None:
    text = """\
given: {out_a: 0.25, out_b: 0.75}
targets: [1, 0]
layers: [{neurons: [a, b], activation: softmax}]
loss: cross_entropy
"""
    keys = [step.quantity.key for step in solved(text).trace.steps]
    assert not [key for key in keys if key.startswith("net_")]
    assert "delta_a" in keys
