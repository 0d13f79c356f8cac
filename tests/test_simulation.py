"""Students by chance: what is promised of the checker holds, for networks of every activation.

The ordinary run is short; `python -m pytest -m slow -s tests/test_simulation.py` measures the table of the manual.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import add
from random import Random

import pytest
from sheets import checker
from simulation import FAMILIES, HABITS, ROUNDINGS, ROWS, Family, Tally, rounded, simulate

from backprop_cli.algebra.operations import ACTIVATIONS
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.checking.asked import asked_lines
from backprop_cli.checking.checker import Checker
from backprop_cli.checking.key import AnswerKey
from backprop_cli.checking.report import Report
from backprop_cli.checking.reporting import check_sheet
from backprop_cli.checking.sheets import read_text
from backprop_cli.checking.verdicts import Outcome
from backprop_cli.numbers.exact import Rational, decimal_digits
from backprop_cli.numbers.rounded import Rounding
from backprop_cli.problem.reader import bundled

SEED = 2026
NETWORKS, SHEETS, MISTAKES = 2, 3, 5  # networks of a family, and of each: sheets without and with a mistake
MANY = 34
MANY_SHEETS, MANY_MISTAKES = 6, 12


@cache
def run(family: Family, networks: int, sheets: int, mistakes: int) -> dict[str, Tally]:
    """The counts of a family by ROWS."""
    tallies = {row: Tally() for row in ROWS}
    for number in range(networks):
        for row, tally in simulate(family, Random(f"{SEED} {family.name} {number}"), sheets, mistakes).items():
            tallies[row] += tally
    return tallies


def together(rows: dict[str, Tally]) -> Tally:
    """Every sheet once: by habit, of which each student has one."""
    return reduce(add, (rows[habit] for habit in HABITS))


def keeps_the_promise(tally: Tally) -> None:
    """All correct work is accepted; next to no mistake is; the first wrong line is found, and its mistake named."""
    assert tally.accepted >= 0.999 * tally.lines, tally.odd
    assert tally.passed <= tally.planted / 1000, tally.odd
    assert tally.located >= 0.99 * tally.planted, tally.odd
    assert tally.named >= 0.95 * tally.planted, tally.odd


def test_the_families_have_every_activation_and_every_habit() -> None:
    named = {activation.partition("(")[0] for family in FAMILIES for activation in family.hidden}
    named |= {last for family in FAMILIES for last, _loss in family.ends}
    assert named == {*ACTIVATIONS, "softmax"}
    digits = {(one.places, one.figures, one.ties) for one in ROUNDINGS}
    assert digits == {
        (places, figures, ties)
        for places, figures in ((3, None), (4, None), (5, None), (None, 3), (None, 4))
        for ties in ("half-up", "half-even")
    }


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: one.name)
def test_correct_work_is_accepted_and_a_mistake_is_located_and_named(family: Family) -> None:
    """Every network of the short run."""
    tally = together(run(family, NETWORKS, SHEETS, MISTAKES))
    assert tally.lines > 50
    assert tally.planted >= NETWORKS
    assert tally.passed == 0, tally.odd
    assert tally.accepted >= 0.99 * tally.lines, tally.odd
    assert tally.located >= tally.planted - 1, tally.odd


def test_the_promise_holds_for_all_families_together() -> None:
    keeps_the_promise(reduce(add, (together(run(family, NETWORKS, SHEETS, MISTAKES)) for family in FAMILIES)))


@pytest.mark.slow
def test_the_promise_holds_for_hundreds_of_networks() -> None:
    """And prints how it is kept, by activation and by habit, for the manual."""
    by_family = {family.name: run(family, MANY, MANY_SHEETS, MANY_MISTAKES) for family in FAMILIES}
    rows = {name: together(counts) for name, counts in by_family.items()}
    rows |= {row: reduce(add, (counts[row] for counts in by_family.values())) for row in ROWS}
    rows["altogether"] = whole = together(rows)
    print(f"\n{MANY * len(FAMILIES)} networks, seed {SEED}\n" + table(rows))
    print("\n".join(whole.odd))
    keeps_the_promise(whole)
    assert all(tally.accepted >= 0.999 * tally.lines for tally in rows.values())


def table(rows: dict[str, Tally]) -> str:
    """The rows as Markdown."""
    head = (
        "| | correct lines | accepted | mistakes | marked as right | line found | named alone | first | one of three |"
    )
    lines = [head, "|---" * 9 + "|"]
    for name, tally in rows.items():
        shares = [tally.located, tally.alone, tally.first, tally.named]
        cells = [f"{tally.lines:,}", percent(tally.accepted, tally.lines), f"{tally.planted:,}", str(tally.passed)]
        cells += [percent(count, tally.planted) for count in shares]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def percent(count: int, of: int) -> str:
    """99.8 %, never rounded up to 100; of nothing, a dash."""
    if not of:
        return "–"
    return "100 %" if count == of else f"{count * 1000 // of / 10:.1f} %"


# ---- who has done nothing ----------------------------------------------------------------------------------------

GUESSES = ("1", "0 and the old values", "0.5", "0.1", "2", "-1", "0", "the old values")
PROBLEMS = list(bundled())
SHORT = 120  # lines
COMES_OUT = 0.25  # of the lines: a problem with more of them that are whole or short is no test of one digit each


def comes_out(key: AnswerKey, quantity: Quantity) -> bool:
    """Whether a value is a short decimal, which one digit may hit."""
    value = key.true(quantity)
    places = decimal_digits(value) if isinstance(value, Rational) else None
    return places is not None and places <= 4


def guess(key: AnswerKey, quantity: Quantity, said: str) -> str:
    """What stands on the sheet of somebody who guesses; empty where only old values do."""
    start = Quantity(Kind.PARAMETER, quantity.name)
    if said.endswith("the old values") and quantity.kind is Kind.NEW and start in key.derivation.constants:
        return rounded(key.true(start), Rounding(figures=12)).text()
    return "" if said == "the old values" else said.partition(" ")[0]


def handed_in(marker: Checker, answers: dict[Quantity, str]) -> Report:
    """The report on a sheet with these answers."""
    text = "answers:\n" + "".join(f"  {one.key}: {said}\n" for one, said in answers.items() if said)
    return check_sheet(marker, read_text(text, "sheet.yaml", marker.names, "yaml"))


def earns_next_to_nothing(name: str, said: str) -> None:
    """Less than 2 % of what is answered, however few lines the sheet has."""
    marker = checker(name)
    answers = {line.quantity: guess(marker.key, line.quantity, said) for line in asked_lines(marker.worked)}
    answers = {one: text for one, text in answers.items() if text}
    if not answers:
        return
    report = handed_in(marker, answers)
    paid = [mark.quantity.key for mark in report.marks if mark.earned != 0]
    assert 50 * report.earned < report.worth, (said, paid)


@pytest.mark.parametrize("name", bundled())
def test_who_writes_the_same_everywhere_earns_next_to_nothing(name: str) -> None:
    """Also by what is right by luck: the same 1, zeros with the old values, and one other guess in turn."""
    if len(asked_lines(checker(name).worked)) > SHORT:
        pytest.skip("many lines, each of them looked into: among the slow ones")
    for said in (*GUESSES[:2], GUESSES[2 + PROBLEMS.index(name) % (len(GUESSES) - 2)]):
        earns_next_to_nothing(name, said)


@pytest.mark.slow
@pytest.mark.parametrize("said", GUESSES)
@pytest.mark.parametrize("name", bundled())
def test_no_guess_earns_more_than_next_to_nothing(name: str, said: str) -> None:
    earns_next_to_nothing(name, said)


@pytest.mark.parametrize("name", PROBLEMS[::5])
def test_who_writes_one_digit_earns_no_more_than_what_has_one(name: str) -> None:
    marker = checker(name)
    asked = [line.quantity for line in asked_lines(marker.worked)]
    if sum(comes_out(marker.key, one) for one in asked) > COMES_OUT * len(asked):
        pytest.skip("whole numbers, mostly")
    answers = {one: rounded(marker.key.expected(one), Rounding(figures=1)).text() for one in asked}
    report = handed_in(marker, answers)
    others = [mark for mark in report.marks if mark.earned != 0 and mark.verdict.rule is not Outcome.RIGHT]
    assert len(others) <= max(1, 0.05 * len(asked)), [mark.quantity.key for mark in others]
