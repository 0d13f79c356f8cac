"""Every usual mistake, planted in otherwise right work, is called by its name.

The values are worked out here with Python's floats, or come from a study of the 2-2-2 example (e = out − target); a
mistake that cannot be told from others there is planted in a problem that tells it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log10, radians, sin, tanh

import pytest
from sheets import causes, checked, problem, verdicts

from backprop_cli.checking.mistakes import MISTAKES

THREE_OUTPUTS = """\
inputs: {x: 0.5}
targets: {y1: 0.2, y2: 0.7, y3: 0.4}
layers:
  - neurons: [y1, y2, y3]
    activation: sigmoid
    weights: [[0.3], [-0.8], [1.1]]
loss: half_squared_error
learning_rate: 0.1
"""
DEAD = """\
inputs: {x: 2}
targets: {y: 1}
layers:
  - neurons: [h1, h2]
    activation: relu
    weights: [[-0.4], [0.7]]
  - neurons: [y]
    activation: identity
    weights: [[0.9, 0.25]]
loss: half_squared_error
learning_rate: 0.1
"""
TWO_SAMPLES = """\
samples:
  - {inputs: {x1: 2, x2: -1.5}, targets: {y: 1}}
  - {inputs: {x1: 3.1, x2: 0.7}, targets: {y: 2}}
layers:
  - neurons: [y]
    activation: identity
    weights: [[w1 = 0.2, w2 = 0.45]]
loss: half_squared_error
learning_rate: 0.1
batch: full
reduce: mean
"""
TWO_WEIGHTED = TWO_SAMPLES.replace("targets: {y: 1}}", "targets: {y: 1}, weight: 3}")
CUBE = """\
inputs: {x: 2.5}
graph: {c: x^3, f: 7*c}
objective: f
"""
UPDATED = """\
gradients: {p: [0.1, 0.3]}
parameters: {p: 1}
learning_rate: 0.05
optimizer: {name: momentum, mu: 0.9}
state: {v_p: 0.5}
"""
BATCH = """\
samples:
  - {inputs: {x: 2}, targets: {y: 1}}
  - {inputs: {x: 3}, targets: {y: 2}}
  - {inputs: {x: 0.7}, targets: {y: -1}}
layers:
  - neurons: [y]
    activation: identity
    weights: [[w = 0.4]]
loss: half_squared_error
learning_rate: 0.13
batch: full
reduce: sum
"""
ONLINE = BATCH.replace("batch: full", "batch: online")
WAVES = """\
parameters: {x: 1.2}
graph: {s: sin(x), l: ln(x), f: s*l}
objective: f
learning_rate: 0.1
"""
ADAM = """\
gradients: {p: [0.4, -0.3]}
parameters: {p: 1}
learning_rate: 0.05
optimizer: {name: adam, beta1: 0.8, beta2: 0.9, epsilon: 0.1}
"""
ADADELTA = """\
gradients: {p: [0.4]}
parameters: {p: 1}
learning_rate: 1
optimizer: {name: adadelta, rho: 0.7, epsilon: 0.1}
"""
PENALIZED = """\
gradients: {p: [0.4]}
parameters: {p: 0.9}
learning_rate: 0.1
penalty: {l2: 0.3}
clip: {value: 0.5}
"""


@dataclass(frozen=True)
class Planted:
    """A problem, the line in which the mistake was made, and what it makes of it."""

    source: str
    key: str
    value: float | str

    @property
    def text(self) -> str:
        """The answer to six figures."""
        return self.value if isinstance(self.value, str) else f"{self.value:.6g}"


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x))


def slope(a: float) -> float:
    return a * (1 - a)


# ln σ(w·x), made larger
LIKELIHOOD = """\
inputs: {x: 2}
parameters: {w: 0.5}
graph: {p: sigmoid(w*x), L: ln(p)}
objective: L
maximize: true
learning_rate: 0.5
"""

# three classes of which the second is right; ε = 0.1
SMOOTHED = """\
given: {net_c1: 0.3, net_c2: -0.2, net_c3: 1.1}
targets: c2
layers: [{neurons: [c1, c2, c3], activation: softmax}]
loss: cross_entropy
label_smoothing: 0.1
"""

# the softmax of 2, 1, 0; its class is the first
C2 = exp(-0.2) / (exp(0.3) + exp(-0.2) + exp(1.1))
P1 = exp(2) / (exp(2) + exp(1) + 1)
# one output of three
Y1 = sigmoid(0.15)
# samples 2, −1.5 and 3.1, 0.7 with w = 0.2, 0.45
E1, E2 = 0.2 * 2 - 0.45 * 1.5 - 1, 0.2 * 3.1 + 0.45 * 0.7 - 2
# a sigmoid neuron of −2 and 6 and −3, and its gradient
F = sigmoid(1.0)
# samples 2, 3 and 0.7 with w = 0.4 and η = 0.13: the first gradient, and the second after an update
G1 = (0.4 * 2 - 1) * 2
W1 = 0.4 - 0.13 * G1
# two steps of Adam: 0.4, then −0.3
M1, V1 = 0.2 * 0.4, 0.1 * 0.4**2
M2, V2 = 0.8 * M1 - 0.2 * 0.3, 0.9 * V1 + 0.1 * 0.3**2
MHAT2, VHAT2 = M2 / (1 - 0.8**2), V2 / (1 - 0.9**2)
P1_ADAM = 1 - 0.05 * 0.4 / (0.4 + 0.1)

PLANTED = {
    "no-derivative-output": [Planted("mazur", "delta_o1", ".741365")],
    "no-derivative-hidden": [Planted("mazur", "delta_h1", ".036350")],
    "derivative-at-output": [Planted("mazur", "delta_o1", ".161461")],
    "derivative-of-net": [Planted("mazur", "delta_o1", "-.086830")],
    "half-a-derivative": [Planted("mazur", "delta_o1", value) for value in (".557036", ".184329", ".322828")],
    "updated-weights": [Planted("mazur", "delta_h1", ".007294")],
    "target-minus-output": [
        Planted("mazur", "delta_o1", "-.138499"),
        Planted("softmax", "delta_p1", 1 - P1),
        Planted("softmax", "delta_p2", -exp(1) / (exp(2) + exp(1) + 1)),
    ],
    "label-smoothing-left-out": [
        Planted(SMOOTHED, "delta_c2", C2 - 1),
        Planted(SMOOTHED, "E", -log(C2)),
    ],
    "factor-two": [Planted("mazur", "delta_o1", ".276997")],
    "mean-or-sum": [
        Planted(THREE_OUTPUTS, "delta_y1", (Y1 - 0.2) * slope(Y1) / 3),
        Planted(THREE_OUTPUTS, "delta_y1", (Y1 - 0.2) * slope(Y1) * 3),
        Planted(TWO_SAMPLES, "dE/dw1", E1 * 2 + E2 * 3.1),
    ],
    "mean-not-in-delta": [
        Planted(TWO_SAMPLES + "batch_mean: delta\n", "sample 1 / delta_y", E1),
        Planted(TWO_SAMPLES + "batch_mean: delta\n", "sample 2 / delta_y", E2),
    ],
    "weight-not-in-delta": [
        Planted(TWO_WEIGHTED + "batch_mean: delta\n", "sample 1 / delta_y", E1),
        Planted(TWO_WEIGHTED + "batch_mean: delta\n", "sample 2 / delta_y", E2),
    ],
    "error-squared": [Planted("mazur", "delta_o1", ".051339")],
    "transposed-back": [Planted("mazur", "delta_h1", ".009231")],
    "wrong-layer": [Planted("mazur", "delta_h1", ".002715")],
    "no-weight": [Planted("mazur", "delta_h1", ".024227")],
    "one-path": [Planted("mazur", "delta_h1", ".013368")],
    "errors-not-deltas": [Planted("mazur", "delta_h1", ".045367")],
    "next-layer-derivative": [Planted("mazur", "delta_h1", ".006791")],
    "rate-in-delta": [
        Planted("mazur", "delta_h1", ".004386"),
        Planted(THREE_OUTPUTS, "delta_y1", 0.1 * (Y1 - 0.2) * slope(Y1)),
    ],
    "absolute-error": [Planted("mazur", "delta_o2", ".038098")],
    "softmax-extra-derivative": [Planted("softmax", "delta_p1", (P1 - 1) * slope(P1))],
    "relu-mask": [Planted(DEAD, "delta_h1", (0.25 * 1.4 - 1) * 0.9)],
    "divided": [
        Planted("mazur", "dE/dw5", 0.138498562 / 0.593269992),
        Planted("mazur", "delta_h1", (0.138498562 / 0.4 - 0.0380982366 / 0.5) * slope(0.593269992)),
    ],
    "no-input-factor": [Planted("mazur", "dE/dw5", ".138499"), Planted("han-kamber", "w46_new", -0.3 + 0.9 * 0.1311)],
    "wrong-input-factor": [Planted("mazur", "dE/dw5", value) for value in (".104063", ".052283")],
    "other-sender": [
        Planted("mazur", "dE/dw5", 0.138498562 * 0.596884378),
        Planted("han-kamber", "w46_new", -0.3 + 0.9 * 0.1311 * 0.525),
    ],
    "one-use": [Planted("mazur-biases", "dE/db1", 0.00995425471)],
    "path-left-out": [Planted("two-paths", "de/db", "3"), Planted("two-paths", "de/db", "2")],
    "chain-link": [Planted("sigmoid-circuit", "df/dx0", slope(F)), Planted("sigmoid-circuit", "df/dx1", "-3")],
    "added": [Planted("sigmoid-circuit", "df/dx0", slope(F) + 2)],
    "own-input": [Planted("sigmoid-circuit", "dg1/dx0", "-1"), Planted("cs231n-gates", "df/dz", "-4")],
    "gate-slope": [Planted(CUBE, "dc/dx", 2.5**2), Planted(CUBE, "dc/dx", 3 * 2.5**3)],
    "stale-input": [Planted(TWO_SAMPLES, "sample 1 / dE/dw1", E1 * 3.1)],
    "uphill": [Planted("mazur", "w5_new", ".441084"), Planted("han-kamber", "w46_new", -0.3 - 0.9 * 0.1311 * 0.332)],
    "downhill": [Planted(LIKELIHOOD, "w_new", 0.5 - 0.5 * 2 * (1 - sigmoid(1)))],
    "rate-missing": [Planted("mazur", "w5_new", ".317833"), Planted("adam", "x0_new", 0.2 - 0.4 / (0.4 + 1e-8))],
    "rate-twice": [Planted("mazur", "w5_new", ".379458")],
    "bias-frozen": [Planted("mazur-biases", "b2_new", "0.60"), Planted("mazur", "w5_new", "0.4000")],
    "only-the-step": [Planted("mazur", "w5_new", ".0410835"), Planted("mazur", "w5_new", "-.0410835")],
    "gradient-missing": [Planted("mazur", "w5_new", "-.100000")],
    "no-bias-correction": [Planted("adam", "mhat_x0", "0.04000")],
    "no-root": [Planted("adam", "x0_new", 0.2 - 0.001 * 0.4 / 0.16)],
    "no-square": [Planted("adam", "v_x0_new", 0.001 * 0.4)],
    "state-forgotten": [Planted(UPDATED, "step 2 / v_p_new", "0.3000")],
    "bias-left-out": [Planted("mazur", "net_h1", ".0275")],
    "bias-sign": [Planted("mazur", "net_h1", "-.3225"), Planted("thresholds", "net_3", "1.7000")],
    "bias-times-output": [Planted("mazur", "net_h1", 0.0275 + 0.35 * 0.05)],
    "transposed-forward": [Planted("mazur", "net_h1", 0.15 * 0.05 + 0.25 * 0.1 + 0.35)],
    "weights-swapped": [Planted("mazur", "net_h1", "0.3750")],
    "term-left-out": [Planted("mazur", "net_h1", 0.15 * 0.05 + 0.35)],
    "no-activation": [Planted("mazur", "out_h1", "0.3775"), Planted("softmax", "out_p2", "1.0000")],
    "other-activation": [Planted("mazur", "out_h1", tanh(0.3775)), Planted("softmax", "out_p2", sigmoid(1))],
    "wrong-exponent": [
        Planted("mazur", "out_h1", sigmoid(-0.3775)),
        Planted("softmax", "E", -log10(P1)),
        Planted("softmax", "E", -log(P1) / log(2)),
    ],
    "no-normalization": [Planted("softmax", "out_p1", exp(2)), Planted("softmax", "out_p1", 2 / 3)],
    "loss-factor-two": [Planted("mazur", "E_o1", 2 * 0.274811083), Planted("mazur", "E_o1", 0.274811083 / 2)],
    "loss-sign": [Planted("softmax", "E", log(P1))],
    "loss-not-squared": [Planted("mazur", "E_o1", (0.01 - 0.75136507) / 2)],
    "pooling-to-all": [
        Planted("small-cnn", "delta_c1_1_1", "-0.2689"),
        Planted("small-cnn", "delta_c1_1_1", -0.268941421 / 4),
    ],
    "sample-variance": [Planted("layer-norm", "var", 1 / 3)],
    "online-for-batch": [Planted(BATCH, "sample 2 / net_y", W1 * 3)],
    "batch-for-online": [Planted(ONLINE, "sample 2 / net_y", 0.4 * 3), Planted("mazur", "after / net_o1", "1.1059")],
    "not-zeroed": [Planted(ONLINE, "sample 2 / dE/dw", (W1 * 3 - 2) * 3 + (0.4 * 2 - 1) * 2)],
    "sample-left-out": [
        Planted(BATCH, "dE/dw", G1 + (0.4 * 3 - 2) * 3),
        Planted(BATCH, "dE/dw", (0.4 * 0.7 + 1) * 0.7),
    ],
    "degrees": [Planted(WAVES, "s", sin(radians(1.2)))],
    "other-logarithm": [Planted(WAVES, "l", log10(1.2)), Planted(WAVES, "l", log(1.2) / log(2))],
    "decay-left-out": [
        Planted(UPDATED, "step 1 / v_p_new", "0.6000"),
        Planted(ADAM, "step 2 / m_p_new", M1 - 0.2 * 0.3),
    ],
    "share-left-out": [Planted(ADAM, "step 2 / m_p_new", 0.8 * M1 - 0.3)],
    "shares-swapped": [Planted(ADAM, "step 2 / v_p_new", 0.1 * V1 + 0.9 * 0.3**2)],
    "average-taken": [Planted(UPDATED, "step 1 / v_p_new", 0.9 * 0.5 + 0.1 * 0.1)],
    "momentum-sign": [Planted(UPDATED, "step 1 / v_p_new", 0.9 * 0.5 - 0.1)],
    "old-state": [Planted(UPDATED, "step 2 / p_new", 1 - 0.05 * 0.55 - 0.05 * 0.55)],
    "plain-step": [Planted(UPDATED, "step 1 / p_new", 1 - 0.05 * 0.1)],
    "correction-exponent": [
        Planted(ADAM, "step 2 / mhat_p", "0.02000"),
        Planted(ADAM, "step 2 / vhat_p", V2 / (1 - 0.9**3)),
    ],
    "betas-swapped": [Planted(ADAM, "step 2 / m_p_new", 0.9 * M1 - 0.1 * 0.3)],
    "epsilon": [
        Planted(ADAM, "step 2 / p_new", P1_ADAM - 0.05 * MHAT2 / (VHAT2 + 0.1) ** 0.5),
        Planted(ADAM, "step 2 / p_new", P1_ADAM - 0.05 * MHAT2 / VHAT2**0.5),
        Planted(ADADELTA, "step_p", 0.4 * 0.1 / ((0.3 * 0.16) ** 0.5 + 0.1)),
    ],
    "penalty": [Planted(PENALIZED, "g_p", 0.4), Planted(PENALIZED, "g_p", 0.4 + 2 * 0.3 * 0.9)],
    "not-clipped": [Planted(PENALIZED, "clipped_p", 0.67)],
}  # fmt: skip
CASES = [
    pytest.param(name, one, id=f"{name}: {one.key} = {one.text}") for name, all_ in PLANTED.items() for one in all_
]


def test_every_mistake_of_the_table_is_planted() -> None:
    assert PLANTED.keys() == MISTAKES.keys()


@pytest.mark.parametrize(("name", "planted"), CASES)
def test_a_planted_mistake_is_named(name: str, planted: Planted) -> None:
    """In a sheet that is right otherwise: the line is the one to look at, and the name is first or one of three.

    A mistake that shows only in digits that nobody asked for is remarked on, and costs nothing.
    """
    report = checked(planted.source, {planted.key: planted.text}, filled=True)
    (mark,) = report.wrong or report.remarked
    assert mark.quantity.key == planted.key
    assert mark.earned == 0 or mark.verdict.remark
    names = causes(report, planted.key)
    assert name in names
    assert len(names) <= 3
    rest = [rule for key, rule in verdicts(report).items() if key != planted.key]
    assert set(rest) <= {"right", "rounding carried"}


def test_a_planted_mistake_is_named_without_the_rest_of_the_sheet() -> None:
    """On a sheet with this answer alone, too, where more mistakes may fit; unless it is right by another convention."""
    for name, all_ in PLANTED.items():
        for planted in all_:
            report = checked(planted.source, {planted.key: planted.text})
            if problem(planted.source).rounding is None and not report.flipped:
                assert name in causes(report, planted.key), (name, planted)


def test_a_student_who_updates_after_each_sample_of_a_batch_is_told_so_once() -> None:
    """The whole sheet, worked out here online; every later line follows, and the update is the same mistake."""
    w, answers = 0.4, {}
    for n, (x, t) in enumerate(((2, 1), (3, 2), (0.7, -1)), start=1):
        y = w * x
        gradient = (y - t) * x
        answers |= {f"sample {n} / net_y": y, f"sample {n} / delta_y": y - t, f"sample {n} / dE/dw": gradient}
        w -= 0.13 * gradient
    answers["w_new"] = w
    report = checked(BATCH, {key: f"{value:.6f}" for key, value in answers.items()})
    assert report.first_wrong is not None
    assert report.first_wrong.quantity.key == "sample 2 / net_y"
    assert causes(report, "sample 2 / net_y") == ["online-for-batch"]
    assert causes(report, "sample 3 / net_y") == ["online-for-batch"]
    assert {verdicts(report)[f"sample {n} / delta_y"] for n in (2, 3)} == {"follows"}
    assert "follows" in verdicts(report)["w_new"] or causes(report, "w_new") == ["online-for-batch"]
