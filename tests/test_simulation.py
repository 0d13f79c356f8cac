"""Students by chance: what is promised of the checker holds, for networks of every activation.

The ordinary run is short; `python -m pytest -m slow -s tests/test_simulation.py` measures the table of the manual.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from random import Random

import pytest
from simulation import FAMILIES, HABITS, ROUNDINGS, Family, Tally, simulate

from backprop_cli.algebra.operations import ACTIVATIONS

SEED = 2026
NETWORKS, SHEETS, MISTAKES = 2, 3, 5  # networks of a family, and of each: sheets without and with a mistake
MANY = 34
MANY_SHEETS, MANY_MISTAKES = 6, 12


def run(family: Family, networks: int, sheets: int, mistakes: int) -> dict[str, Tally]:
    """The counts of a family by habit."""
    tallies = {habit: Tally() for habit in HABITS}
    for number in range(networks):
        for habit, tally in simulate(family, Random(f"{SEED} {family.name} {number}"), sheets, mistakes).items():
            tallies[habit] += tally
    return tallies


def keeps_the_promise(tally: Tally) -> None:
    """All correct work is accepted; next to no mistake is; the first wrong line is found, and its mistake named."""
    assert tally.accepted == tally.lines, tally.odd
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


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_correct_work_is_accepted_and_a_mistake_is_located_and_named(family: Family) -> None:
    """Every network of the short run."""
    tally = reduce(add, run(family, NETWORKS, SHEETS, MISTAKES).values())
    assert tally.lines > 50
    assert tally.planted >= NETWORKS
    keeps_the_promise(tally)


@pytest.mark.slow
def test_the_promise_holds_for_hundreds_of_networks() -> None:
    """And prints how it is kept, by activation and by habit, for the manual."""
    by_family = {family.name: run(family, MANY, MANY_SHEETS, MANY_MISTAKES) for family in FAMILIES}
    rows = {name: reduce(add, habits.values()) for name, habits in by_family.items()}
    rows |= {habit: reduce(add, (habits[habit] for habits in by_family.values())) for habit in HABITS}
    rows["altogether"] = whole = reduce(add, (rows[habit] for habit in HABITS))
    print(f"\n{MANY * len(FAMILIES)} networks, seed {SEED}\n" + table(rows))
    print("\n".join(whole.odd))
    keeps_the_promise(whole)
    for tally in rows.values():
        assert tally.accepted == tally.lines


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
    """99.8 %, never rounded up to 100."""
    return "100 %" if count == of else f"{count * 1000 // of / 10:.1f} %"
