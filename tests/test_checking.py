"""How an answer is judged: the rules in their order, what follows from what, and what is in print.

Expected values of the 2-2-2 example (mazur) are published ones, or worked out here by hand.
"""

from __future__ import annotations

from fractions import Fraction
from math import tanh

import pytest
import yaml
from helpers import as_fraction
from published_cases import CASES, Case
from sheets import causes, checked, checker, mark_of, problem, right_answers, verdicts

from backprop_cli.checking.checker import Checker
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_text
from backprop_cli.checking.verdicts import NEAR_MISSES, REMARKS, WORKING, Outcome
from backprop_cli.ground.words import set_language
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.reader import bundled

ROUND_H = """\
inputs: {x: 1}
targets: {y: 0}
layers:
  - neurons: [h]
    activation: sigmoid
    weights: [[w1 = 0.5]]
  - neurons: [y]
    activation: identity
    weights: [[w2 = 2]]
loss: half_squared_error
learning_rate: 0.1
"""
EIGHTHS = """\
inputs: {x: 1}
targets: {y: 0}
layers:
  - neurons: [y]
    activation: identity
    weights: [[w = 0.03125]]
loss: half_squared_error
"""
LARGE = """\
inputs: {x: 123}
targets: {y: 0}
layers:
  - neurons: [y]
    activation: identity
    weights: [[w = 334.1]]
loss: half_squared_error
learning_rate: 0.1
"""
RELU = """\
inputs: {x: 2}
targets: {y: 1}
layers:
  - neurons: [h1, h2]
    activation: relu
    weights: [[w1 = -0.4], [w2 = 0.7]]
  - neurons: [y]
    activation: identity
    weights: [[w3 = 0.9, w4 = 0.25]]
loss: half_squared_error
learning_rate: 0.1
"""


def rule(key: str, answer: object, source: str = "mazur", rounding: Rounding | None = None) -> str:
    """The rule by which one answer on an otherwise right sheet is judged."""
    return mark_of(checked(source, {key: answer}, filled=True, rounding=rounding), key).verdict.rule.value


def share(report: Report, key: str) -> Fraction:
    """The share of its marks that a line earned."""
    mark = mark_of(report, key)
    return as_fraction(mark.earned) / as_fraction(mark.worth)


# ---- right ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("net_h1", "0.3775"),  # as it is
        ("net_h1", ".3775"),
        ("net_h1", "+0.37750"),  # trailing zeros claim digits, and these are right
        ("net_h1", "0.3775000000000001"),  # as a program prints it
        ("net_h1", "37.75%"),
        ("net_h1", "3.775e-1"),
        ("net_h1", "151/400"),  # a fraction, exactly
        ("out_h1", "0.5933"),
        ("out_h1", "0.59326999"),  # more digits than asked for, all right
        ("out_h1", "0.593269992107187"),
        ("out_h1", "1/(1 + e^(-151/400))"),  # an exact form
        ("out_h1", "1/(1+exp(-0.3775))"),  # left to be worked out
        ("delta_h1", "0.008771"),
        ("delta_h1", "8.771e-3"),
        ("delta_h1", "8.771·10⁻³"),
        ("delta_o2", "−0.03810"),  # a typographer's minus
        ("w5_new", "0.35891648"),
        ("after / E", "0.291027774"),  # not asked for, but it can be answered
    ],
)
def test_a_right_answer_is_right_however_it_is_written(key: str, answer: str) -> None:
    report = checked("mazur", {key: answer}, filled=True)
    assert rule(key, answer) in ("right", "rounding carried")
    assert report.all_right


def test_published_values_to_nine_digits_are_all_right() -> None:
    """The numbers of the text, but for the one that is wrong and the one that is rounded on the way."""
    case = next(case for case in CASES if case.file == "mazur" and "every gradient" in case.what)
    numbers = {number.quantity: number.printed for number in case.numbers if not number.remark}
    report = checked("mazur", numbers)
    assert set(verdicts(report).values()) == {"right"}
    assert len(numbers) == 25


@pytest.mark.parametrize("answer", ["0.0312", "0.0313", "0.03125", "1/32"])
def test_a_tie_may_be_rounded_up_or_to_the_even_digit(answer: str) -> None:
    """0.03125 to four places."""
    assert rule("net_y", answer, EIGHTHS) == "right"
    assert rule("net_y", "0.0311", EIGHTHS) != "right"
    assert rule("net_y", "0.0314", EIGHTHS) != "right"


def test_a_whole_number_of_thousands_claims_the_figures_asked_for() -> None:
    """334.1·123 = 41094.3: to four figures one writes 41090, and its last 0 is no digit."""
    four = Rounding(figures=4)
    assert rule("delta_y", "41090", LARGE, four) == "right"
    assert (
        rule("dE/dw", "5055000", LARGE, four) == "rounding carried"
    )  # 41090·123 = 5054070, which is 5054000 to four figures
    assert rule("dE/dw", "5056000", LARGE, four) == "wrong"
    assert rule("net_y", "41090", LARGE, Rounding(places=4)) != "right"


def test_a_value_that_ends_is_right_although_it_is_short() -> None:
    """net = 0.5 has one digit, and is not less than 0.5000; what comes after it may not lie within 0.5 ± 0.05."""
    right = right_answers(ROUND_H)
    assert right["net_h"] == "0.5"
    assert rule("net_h", "0.5", ROUND_H) == "right"
    assert rule("out_h", "0.6225", ROUND_H) == "right"
    assert rule("out_h", "0.6300", ROUND_H) not in ("right", "rounding carried")


# ---- rounding carried, follow-through ------------------------------------------------------------------------


def test_rounding_that_is_carried_on_is_right() -> None:
    """From out = 0.593 and 0.597: net_o1 = 0.40·0.593 + 0.45·0.597 + 0.60 = 1.10585, to three places 1.106."""
    answers = {"out_h1": "0.593", "out_h2": "0.597", "net_o1": "1.10585"}
    report = checked("mazur", answers)
    assert verdicts(report)["net_o1"] == "rounding carried"
    assert share(report, "net_o1") == 1
    mark = mark_of(checked("mazur", {"net_o1": "1.10585"}, filled=True), "net_o1")
    assert mark.verdict.remark == "further digits"  # from 0.5933 and 0.5969, it is too far


def test_what_follows_from_a_mistake_has_full_marks_and_names_its_root() -> None:
    """net_h1 without its bias; all that is computed from it by the right formulas is fine, down to the weights."""
    answers = {
        "net_h1": "0.0275", "out_h1": "0.5069", "net_o1": "1.0714", "out_o1": "0.7449",
        "delta_o1": "0.1397", "dE/dw5": "0.07081", "w5_new": "0.3646",
    }  # fmt: skip
    report = checked("mazur", answers)
    assert verdicts(report) == {"net_h1": "mistake"} | dict.fromkeys(list(answers)[1:], "follows")
    assert causes(report, "net_h1") == ["bias-left-out"]
    root = mark_of(report, "net_h1").quantity
    for key in list(answers)[1:]:
        assert mark_of(report, key).verdict.because == (root,)
    assert report.following(root) == tuple(mark_of(report, key).quantity for key in list(answers)[1:])
    assert as_fraction(report.earned) == 6
    assert not report.all_right
    assert report.first_wrong is not None
    assert report.first_wrong.quantity == root


def test_a_line_may_follow_from_two_mistakes() -> None:
    """0.40·0.5069 + 0.45·0.5107 + 0.60, both without the bias."""
    answers = {"net_h1": "0.0275", "out_h1": "0.5069", "net_h2": "0.0425", "out_h2": "0.5106", "net_o1": "1.0325"}
    report = checked("mazur", answers)
    assert [one.key for one in mark_of(report, "net_o1").verdict.because] == ["net_h1", "net_h2"]


def test_a_second_mistake_costs_its_own_line() -> None:
    """net_h1 without its bias, and then out_h1 = net_h1."""
    report = checked("mazur", {"net_h1": "0.0275", "out_h1": "0.0275"})
    assert causes(report, "net_h1") == ["bias-left-out"]
    assert causes(report, "out_h1") == ["no-activation", "other-activation"]  # ReLU would give the same
    assert as_fraction(report.earned) == 0


def test_a_blank_is_blank_and_what_comes_after_it_uses_the_true_value() -> None:
    report = checked("mazur", {"net_h1": "~", "out_h1": "", "net_o1": "1.1059", "out_o1": "0.75136507"})
    assert verdicts(report) == {"net_o1": "right", "out_o1": "right"}
    asked = checked("ask: [net_h1, out_h1]\n" + bundled()["mazur"].read_text("utf-8"), {"out_h1": "0.5933"})
    assert verdicts(asked) == {"net_h1": "blank", "out_h1": "right"}
    assert as_fraction(asked.earned) == 1
    assert not asked.all_right


def test_what_follows_over_blank_lines_follows() -> None:
    """The error is carried through lines that are not on the sheet: out_o1 from net_h1 without its bias."""
    report = checked("mazur", {"net_h1": "0.0275", "out_o1": "0.7449"})
    assert verdicts(report)["out_o1"] == "follows"


def test_a_short_value_that_follows_exactly_is_long_enough_where_values_come_out() -> None:
    """0.9·0 + 0.25·1 is 0.25, and 0.25 − 1 is −0.75; where values do not come out, 0.5 lacks digits."""
    report = checked(RELU, {"out_h2": "1", "out_h1": "0", "net_y": "0.25", "out_y": "0.25", "delta_y": "-0.75"})
    assert {verdicts(report)[key] for key in ("net_y", "out_y", "delta_y")} == {"follows"}
    assert verdicts(checked(ROUND_H, {"out_h": "0.25", "net_y": "0.5"}))["net_y"] == "too few digits"


# ---- after 0, after 1, after what cannot be ------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "remark"), [("3", "impossible"), ("-0.2", "impossible"), ("0", ""), ("1.0", "")])
def test_what_follows_from_any_value_has_full_marks(answer: str, remark: str) -> None:
    """net_o1 = 0.40·out_h1 + 0.45·0.5969 + 0.60, rightly computed, even from what no sigmoid puts out."""
    follows = f"{0.4 * float(answer) + 0.45 * 0.5969 + 0.6:.4f}"
    report = checked("mazur", {"out_h1": answer, "out_h2": "0.5969", "net_o1": follows})
    assert mark_of(report, "net_o1").verdict.rule is Outcome.FOLLOWS
    assert share(report, "net_o1") == 1
    assert mark_of(report, "out_h1").verdict.remark == remark
    assert set(REMARKS) >= {remark or "no work"}


STRICT = "marking: {follow_through: strict}\n" + bundled()["mazur"].read_text("utf-8")


@pytest.mark.parametrize(
    ("answer", "reason"), [("3", "impossible"), ("-0.2", "impossible"), ("0", "trivial"), ("1.0", "trivial")]
)
def test_a_strict_course_lets_nothing_follow_from_such_a_value(answer: str, reason: str) -> None:
    follows = f"{0.4 * float(answer) + 0.45 * 0.5969 + 0.6:.4f}"
    report = checked(STRICT, {"out_h1": answer, "out_h2": "0.5969", "net_o1": follows})
    assert mark_of(report, "net_o1").earned == 0
    refused = mark_of(report, "net_o1").verdict.refused
    assert [(one.key, why) for one, why in refused] == [("out_h1", reason)]


def test_a_delta_of_0_costs_its_own_line_on_a_sheet_that_shows_work() -> None:
    report = checked("mazur", {"delta_o1": "0", "dE/dw5": "0", "w5_new": "0.4000"}, filled=True)
    assert verdicts(report)["dE/dw5"] == verdicts(report)["w5_new"] == "follows"
    assert share(report, "dE/dw5") == share(report, "w5_new") == 1


def test_a_sheet_of_zeros_and_old_weights_earns_nothing() -> None:
    weights = {"w1": 0.15, "w2": 0.2, "w3": 0.25, "w4": 0.3, "w5": 0.4, "w6": 0.45, "w7": 0.5, "w8": 0.55}
    old = {f"{name}_new": value for name, value in weights.items()}
    zeros = {key: "0" for key in right_answers("mazur") if not key.endswith("_new")}
    report = checked("mazur", zeros | old)
    assert as_fraction(report.earned) == 0


def test_after_an_impossible_value_the_right_one_is_right() -> None:
    assert rule("net_o1", "1.1059") == "right"
    report = checked("mazur", {"out_h1": "3", "net_o1": "1.1059"})
    assert verdicts(report)["net_o1"] == "right"


def test_a_0_that_a_relu_gives_rightly_is_no_reason_to_refuse() -> None:
    """h1 is dead, so its output, its δ and its weight's gradient are 0."""
    answers = {"out_h1": "0", "delta_h1": "0", "dE/dw1": "0.0", "w1_new": "-0.4"}
    assert set(verdicts(checked(RELU, answers)).values()) == {"right"}


# ---- too few digits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "answer"),
    [("out_o1", "0.75"), ("out_o2", "0.77"), ("delta_h1", "0.0088"), ("delta_o2", "-0.038"), ("w5_new", "0.36")],
)
def test_two_figures_of_a_right_value_are_worth_half_the_marks(key: str, answer: str) -> None:
    report = checked("mazur", {key: answer}, filled=True)
    assert rule(key, answer) == "too few digits"
    assert share(report, key) == Fraction(1, 2)
    assert [mark.quantity.key for mark in report.too_short] == [key]
    assert report.first_wrong is None
    assert not report.all_right


@pytest.mark.parametrize(
    ("key", "answer"),
    [("out_o1", "1"), ("out_o1", "0.8"), ("delta_h1", "0"), ("delta_h1", "0.0"), ("delta_h1", "0.01"),
     ("delta_h1", "0.009"), ("dE/dw1", "0.00")],
)  # fmt: skip
def test_one_digit_that_covers_the_value_earns_nothing_and_names_no_mistake(key: str, answer: str) -> None:
    """1 is what 0.7514 rounds to, and 0 what 0.0088 rounds to; they say nothing."""
    mark = mark_of(checked("mazur", {key: answer}, filled=True), key)
    assert mark.verdict.rule is Outcome.TOO_FEW
    assert mark.verdict.vague
    assert mark.verdict.causes == ()
    assert mark.earned == 0


@pytest.mark.parametrize(
    ("key", "answer"), [("out_o1", "0.751"), ("delta_h1", "0.00877"), ("delta_o1", "0.138"), ("E", "0.298")]
)
def test_three_figures_are_enough_where_nobody_asks_for_more(key: str, answer: str) -> None:
    assert rule(key, answer) in ("right", "rounding carried")
    assert rule(key, answer, rounding=Rounding(figures=5)) == "too few digits"


def test_0_is_the_answer_where_nothing_is_left_to_the_places_asked_for() -> None:
    """Of 0.00003, to four places, nothing is left; to three figures it is 0.0000300."""
    tiny = ROUND_H.replace("w1 = 0.5", "w1 = 0.00003")
    four = Rounding(places=4)
    assert rule("net_h", "0.0000", tiny, four) == "right"
    assert rule("net_h", "0.00003", tiny, four) in ("right", "rounding carried")
    assert rule("net_h", "0", tiny) == "too few digits"
    assert rule("net_h", "0.0001", tiny, four) == "near miss"


# ---- near misses ---------------------------------------------------------------------------------------------

NEAR = {
    "cut off": {"out_o1": "0.7513"},
    "last digit": {"out_o1": "0.7515"},
    "point": {"out_o1": "7.514"},
    "swapped": {"net_h1": "0.3925", "net_h2": "0.3775"},
    "sign": {"net_h1": "-0.3775"},
}


def test_every_near_miss_has_a_case() -> None:
    """Those that only the working shows have theirs in tests/working."""
    assert NEAR.keys() | set(WORKING) == NEAR_MISSES.keys()


@pytest.mark.parametrize("near", NEAR)
def test_a_near_miss_is_named_and_has_half_the_marks(near: str) -> None:
    answers = {**NEAR[near]}
    key = next(iter(answers))
    rounding = Rounding(places=4) if near in ("cut off", "last digit") else None
    report = checked("mazur", answers, filled=near != "sign", rounding=rounding)
    verdict = mark_of(report, key).verdict
    assert (verdict.rule, verdict.near) == (Outcome.NEAR, near)
    assert share(report, key) == Fraction(1, 2)
    assert report.first_wrong is not None
    assert report.first_wrong.quantity.key == key


@pytest.mark.parametrize("factor", ["751.4", "75.14", "7.514", "0.07514", "0.007514"])
def test_a_misplaced_point_is_found_up_to_three_places_away(factor: str) -> None:
    verdict = mark_of(checked("mazur", {"out_o1": factor}, filled=True), "out_o1").verdict
    assert verdict.near == "point"


def test_further_digits_that_are_wrong_are_remarked_on_and_cost_nothing() -> None:
    report = checked("mazur", {"out_h1": "0.593311"}, filled=True)
    mark = mark_of(report, "out_h1")
    assert (mark.verdict.rule, mark.verdict.remark) == (Outcome.RIGHT, "further digits")
    assert mark.earned == mark.worth
    assert not report.all_right  # a digit is wrong all the same


def test_a_decimal_comma_is_a_way_of_writing() -> None:
    report = checked("mazur", {"out_o1": "0,7514"}, filled=True)
    assert report.commas
    assert report.all_right


def test_two_answers_that_were_swapped_name_each_other() -> None:
    report = checked("mazur", {"out_o1": "0.7729", "out_o2": "0.7514"}, filled=True)
    one, other = (mark_of(report, key) for key in ("out_o1", "out_o2"))
    assert (one.verdict.other, other.verdict.other) == (other.quantity, one.quantity)


def test_a_mistake_that_explains_the_number_is_named_before_the_sign() -> None:
    """−0.1385 is the error taken the other way round, and not a slip of the pen."""
    assert causes(checked("mazur", {"delta_o1": "-0.1385"}, filled=True), "delta_o1") == ["target-minus-output"]


def test_what_follows_from_a_near_miss_follows() -> None:
    four = Rounding(places=4)
    report = checked("mazur", {"out_h1": "0.5932", "dE/dw5": "0.08216"}, filled=True, rounding=four)
    assert verdicts(report)["out_h1"] == "near miss"
    assert verdicts(report)["dE/dw5"] in ("follows", "right")


# ---- wrong ---------------------------------------------------------------------------------------------------


def test_what_nothing_explains_is_wrong() -> None:
    mark = mark_of(checked("mazur", {"delta_h1": "0.02222"}, filled=True), "delta_h1")
    assert mark.verdict.rule is Outcome.WRONG
    assert mark.earned == 0


@pytest.mark.parametrize("answer", ["0.5993", "0.5393", "0.5923"])
def test_a_digit_that_was_miscopied_is_a_slip(answer: str) -> None:
    """0.5933 with a digit exchanged or changed."""
    assert causes(checked("mazur", {"out_h1": answer}, filled=True), "out_h1") == ["slip"]


def test_every_answer_of_a_division_by_0_is_not_explained_by_it() -> None:
    """δ/0 has no value, so dividing by the input 0 explains nothing."""
    report = checked("xor-batch", {"sample 1 / dE/dw1": "7"}, filled=True)
    assert causes(report, "sample 1 / dE/dw1") == []


def test_an_answer_without_a_value_is_one_line_that_cannot_be_read() -> None:
    report = checked("mazur", {"net_h1": "1/0", "out_h1": "0.5933"})
    assert verdicts(report) == {"net_h1": "unreadable", "out_h1": "right"}
    (complaint,) = report.unread
    assert complaint.span is not None
    assert (complaint.span.line, complaint.span.column) == (2, 11)
    assert "this has no value" in complaint.message


# ---- one mistake in several lines ----------------------------------------------------------------------------


def test_one_mistake_in_several_lines_is_reported_once() -> None:
    """No slope at either output: two lines, one cause, and the hidden layer follows."""
    answers = {"delta_o1": "0.7414", "delta_o2": "-0.2171", "delta_h1": "0.04537", "delta_h2": "0.05155"}
    report = checked("mazur", answers)
    (cause,) = report.causes
    assert {one.mistake.name for one in cause.hypotheses} == {"no-derivative-output"}
    assert [one.key for one in cause.lines] == ["delta_o1", "delta_o2"]
    assert verdicts(report)["delta_h1"] == verdicts(report)["delta_h2"] == "follows"


def test_the_mistake_that_explains_more_lines_is_preferred() -> None:
    """0.2770 alone is a factor 2 or a sum for a mean; so it is with −0.07620, and both share one cause."""
    report = checked("mazur", {"delta_o1": "0.2770", "delta_o2": "-0.07620"}, filled=True)
    (cause,) = report.causes
    assert len(cause.lines) == 2
    assert {one.mistake.name for one in cause.hypotheses} == {"factor-two", "mean-or-sum"}


def test_the_same_mistake_is_not_named_twice() -> None:
    """A path left out of δ_h1 is a path left out of ∂E/∂out_h1, which nobody writes on a line of its own."""
    report = checked("mazur", {"delta_h1": "0.013368"}, filled=True)
    assert causes(report, "delta_h1") == ["one-path"]


# ---- δ with the other sign -----------------------------------------------------------------------------------


def turned(source: str, keys: list[str]) -> dict[str, str]:
    """These right answers with the other sign."""
    right = right_answers(source)
    return {key: right[key].removeprefix("-") if right[key].startswith("-") else "-" + right[key] for key in keys}


@pytest.mark.parametrize(
    "source", ["mazur", "mazur-biases", "han-kamber", "six-neurons", "softmax-network", "thresholds"]
)
def test_the_other_sign_of_delta_is_accepted_throughout(source: str) -> None:
    """Whether the problem has δ = ∂E/∂net or −∂E/∂net: gradients and updates are as they are, and every δ is turned."""
    report = checked(source, turned(source, [key for key in right_answers(source) if "delta" in key]), filled=True)
    assert report.flipped
    assert report.all_right


def test_it_is_not_accepted_in_one_layer_only() -> None:
    report = checked("mazur", turned("mazur", ["delta_o1", "delta_o2"]), filled=True)
    assert not report.flipped
    assert causes(report, "delta_o1") == ["target-minus-output"]
    assert as_fraction(report.earned) == 29


def test_it_is_not_accepted_where_the_update_goes_uphill_by_it() -> None:
    """δ, gradients and steps turned round: the weights go the wrong way, and the first δ is to blame."""
    keys = [key for key in right_answers("mazur") if key.startswith(("delta", "dE/"))]
    weights = {f"w{n}": w for n, w in enumerate([0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55], 1)}
    right = right_answers("mazur")
    uphill = {f"{name}_new": f"{2 * old - float(right[f'{name}_new']):.4f}" for name, old in weights.items()}
    report = checked("mazur", turned("mazur", keys) | uphill, filled=True)
    assert not report.flipped
    assert causes(report, "delta_o1") == ["target-minus-output"]
    assert {verdicts(report)[key] for key in uphill} == {"follows"}


def test_it_is_not_accepted_where_nothing_shows_which_sign_is_meant() -> None:
    report = checked("mazur", {"delta_o1": "-0.1385"})
    assert not report.flipped
    assert causes(report, "delta_o1") == ["target-minus-output"]


# ---- rounding as the problem says ----------------------------------------------------------------------------


def test_a_problem_that_rounds_accepts_the_rounded_line_and_the_exact_value() -> None:
    """Han and Kamber round to three decimals: Err_4 = −0.0087 from rounded numbers, −0.00865 (−0.009) without."""
    report = checked("han-kamber", {"w14_new": "0.192"})
    assert report.all_right
    assert checked("han-kamber", {"delta_5": "-0.0065"}).all_right
    assert problem("han-kamber").rounding is not None


def test_a_carried_rounding_is_right_even_on_a_sheet_without_the_lines_before() -> None:
    """To three places every line: out_h = 0.62, net_y = 1.24 with two places, and 1.24 is not 1.245 rounded."""
    two = Rounding(places=2)
    assert rule("E", "0.77", ROUND_H, two) == "right"  # ½·1.24² = 0.7688; ½·1.2449² = 0.7749
    assert checked(ROUND_H, {"E": "0.77"}, rounding=two).all_right
    (mark,) = checked(ROUND_H, {"E": "0.7688"}, rounding=two).marks  # the very number that the rounded lines lead to
    assert (mark.earned, mark.verdict.remark) == (mark.worth, "")
    assert checked(ROUND_H, {"net_y": "1.24", "E": "0.77"}, rounding=two).all_right
    assert checked(ROUND_H, {"net_y": "1.24"}, rounding=two).all_right  # 2·0.62, exactly 1.2449 rounds to it, too


def test_the_digits_asked_for_are_those_of_the_rounding() -> None:
    assert rule("out_h1", "0.593", rounding=Rounding(places=3)) == "right"
    assert rule("out_h1", "0.593", rounding=Rounding(places=4)) == "too few digits"
    assert rule("delta_h1", "0.0088", rounding=Rounding(figures=2)) == "right"


# ---- several samples, epochs, batches; optimizers; graphs; layers --------------------------------------------


@pytest.mark.parametrize(
    ("source", "key", "answer", "name"),
    [
        ("xor-batch", "dE/dw5", "sum", "mean-or-sum"),
        ("adam", "mhat_x1", "2.460", "no-bias-correction"),
        ("momentum", "step 1 / v_p_new", "0.001000", "state-forgotten"),
        ("two-paths", "de/db", "2", "path-left-out"),
        ("sigmoid-circuit", "dg1/dw0", "2", "own-input"),
        ("softmax-network", "delta_c1", "-0.1863", "target-minus-output"),
        ("softmax-network", "out_c2", "1.0", "no-activation"),
    ],
)
def test_mistakes_are_named_in_every_kind_of_problem(source: str, key: str, answer: str, name: str) -> None:
    if answer == "sum":  # of the four samples, instead of their mean
        answer = f"{4 * float(right_answers(source)[key]):.4g}"
    assert name in causes(checked(source, {key: answer}, filled=True), key)


RECURRENT = """\
inputs: {x1: 0.5, x2: -1}
targets: {y: 1}
layers:
  - {type: recurrent, neurons: [h], weights: [[w = 0.4]], recurrent_weights: [[u = 0.8]], returns: last}
  - {neurons: [y], activation: identity, weights: [[v = 1.5]]}
loss: half_squared_error
learning_rate: 0.1
"""


def test_a_recurrent_weight_collects_every_step() -> None:
    """∂E/∂w with the last step alone, and ∂E/∂w with δ_h1 that forgets the slope, worked out with floats."""
    h1 = tanh(0.4 * 0.5)
    h2 = tanh(-0.4 + 0.8 * h1)
    delta2 = (1.5 * h2 - 1) * 1.5 * (1 - h2**2)
    report = checked(RECURRENT, {"dE/dw": f"{delta2 * -1:.4g}", "delta_h1": f"{delta2 * 0.8:.4g}"}, filled=True)
    assert causes(report, "dE/dw") == ["one-use"]
    assert causes(report, "delta_h1") == ["no-derivative-hidden"]


def test_an_address_that_has_a_mistake_costs_nothing_at_the_others() -> None:
    """The first sample's net input without its bias; the second sample starts from the weights that follow."""
    right = right_answers("online-two-samples")
    report = checked("online-two-samples", {"sample 1 / net_6": "-0.2"}, filled=True)
    wrong = [key for key, rule in verdicts(report).items() if rule in ("mistake", "wrong", "near miss")]
    assert wrong == ["sample 1 / net_6"]
    assert len(right) == len(verdicts(report))


# ---- published solutions -------------------------------------------------------------------------------------


def published(file: str, what: str) -> tuple[Case, Report]:
    """The sheet of everything that was printed."""
    case = next(case for case in CASES if case.file == file and what in case.what)
    return case, checked(case.problem, {number.quantity: number.printed for number in case.numbers})


def names_of_causes(report: Report) -> list[tuple[set[str], list[str]]]:
    """Each cause: its mistakes and its lines."""
    return [
        ({one.mistake.name for one in cause.hypotheses}, [one.key for one in cause.lines]) for cause in report.causes
    ]


def test_the_most_read_example_updates_its_weights_too_early() -> None:
    """Its total error after the step, 0.291027924, is all that shows it; everything else is right."""
    _case, report = published("mazur", "every gradient")
    assert names_of_causes(report) == [({"updated-weights"}, ["after / E"])]
    assert report.wrong == ()
    assert [mark.quantity.key for mark in report.remarked] == ["after / E"]
    assert causes(checked("mazur", {"after / E": "0.291027924"}), "after / E") == ["updated-weights"]


def test_mind_divides_where_the_chain_rule_multiplies() -> None:
    _case, report = published("mind-xor", "as it should be")
    found = names_of_causes(report)
    assert ({"divided"}, ["delta_h1", "delta_h2", "delta_h3"]) in found
    divided = [lines for names, lines in found if "divided" in names]
    assert divided == [["delta_h1", "delta_h2", "delta_h3"], ["w7_new", "w8_new"]]
    hidden = [f"w{n}_new" for n in range(1, 7)]
    assert {verdicts(report)[key] for key in hidden} == {"follows"}


def test_tom_yeh_forgets_a_relu_on_the_way_back_and_all_else_follows() -> None:
    """All 33 numbers that are wrong in print come from two lines."""
    case, report = published("tomyeh", "batch")
    wrong = {number.quantity for number in case.numbers if number.remark == "wrong"}
    roots = ["sample 1 / delta_q1", "sample 2 / delta_q1"]
    ((names, lines),) = names_of_causes(report)  # the numbers are round: another slope gives the same in both lines
    assert "relu-mask" in names
    assert len(names) <= 3
    assert lines == roots
    assert {one.variant for one in report.causes[0].hypotheses} >= {"the mask was left out"}
    assert {key for key, rule in verdicts(report).items() if rule == "follows"} == wrong - set(roots)
    assert set(verdicts(report).values()) <= {"right", "rounding carried", "follows", "mistake"}
    assert as_fraction(report.worth - report.earned) == 2


def test_macleod_goes_back_over_updated_weights() -> None:
    _case, report = published("macleod", "without rounding")
    assert names_of_causes(report) == [({"updated-weights"}, ["delta_h1"])]
    assert verdicts(report)["w1_new"] == verdicts(report)["w2_new"] == "follows"


SPOTLESS = sorted({case.file for case in CASES} - {"mazur", "mind-xor", "tomyeh", "macleod"})


@pytest.mark.parametrize("file", SPOTLESS)
def test_a_published_solution_without_a_mistake_has_no_mistake(file: str) -> None:
    """Whatever was rounded on the way, cut off or printed by a program: no line is called a usual mistake."""
    for case in CASES:
        if case.file == file and not any(number.remark == "wrong" for number in case.numbers):
            report = checked(case.problem + "\n", {number.quantity: number.printed for number in case.numbers})
            assert names_of_causes(report) == [], case.what
            wrong = [mark.quantity.key for mark in report.wrong]
            remarked = {number.quantity for number in case.numbers if number.remark}
            assert set(wrong) <= remarked, case.what


def test_the_table_of_published_files_is_yaml() -> None:
    assert all(yaml.safe_load(case.problem) for case in CASES)


def test_a_whole_rounded_line_may_be_written_short() -> None:
    """−0.3 + 0.4·0.1/(√0.01 + 1e-8) = 0.09999996 rounds to 0.1000, which is 0.1."""
    text = """\
parameters: {w: -0.3}
gradients: {w: [-0.1, 2]}
learning_rate: 0.4
optimizer: {name: adam, beta1: 0.9, beta2: 0.99}
rounding: {places: 4}
"""
    for written in ("0.1", "0.10", "0.1000"):
        assert set(verdicts(checked(text, {"step 1 / w_new": written})).values()) == {"right"}


def test_what_many_hand_in_word_for_word_is_judged_once_in_each_language() -> None:
    marker, answers = checker("mazur"), {"net_h1": "0.3775", "out_h1": "0.6", "delta_h1": "0.04537"}
    reports = [mark_sheet(marker, student, answers) for student in ("Ann", "Bob")]
    assert reports[0].marks is reports[1].marks
    other = mark_sheet(marker, "Ann", answers | {"out_h1": "0.60"})
    assert other.marks is not reports[0].marks
    try:
        set_language("de")
        assert mark_sheet(marker, "Ann", answers).marks is not reports[0].marks
    finally:
        set_language("en")
    marker.forget()
    again = mark_sheet(marker, "Ann", answers)
    assert again.marks is not reports[0].marks
    assert [mark.verdict.rule for mark in again.marks] == [mark.verdict.rule for mark in reports[0].marks]


def mark_sheet(marker: Checker, student: str, answers: dict[str, str]) -> Report:
    """The report on a sheet of somebody."""
    text = f"student: {student}\nanswers:\n" + "".join(f"  {key}: {value}\n" for key, value in answers.items())
    return check_sheet(marker, read_text(text, "sheet.yaml", marker.names, "yaml"))
