"""Practice: what is known is traced as in the literature; weaknesses are found, and practised until they are gone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random

import pytest
from helpers import backprop
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.generator.recipes import Recipe
from backprop_cli.problem.reader import Loaded, load
from backprop_cli.tutor import exercises, store
from backprop_cli.tutor.practice import QUESTIONS, begun, finished, knowledge_of, next_exercise, weakest
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.sitting import evidence
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.tutor.state import State
from backprop_cli.tutor.store import Learner
from backprop_cli.tutor.tracing import MASTERED, given_answer, knowledge_from, traced


@cache
def exercise(skill: str, number: int) -> Loaded:
    """One of the problems that are made for a skill, made once."""
    return exercises.exercise(skill, number)


def one_of_two(skill: str, number: int) -> Loaded:
    """One of the first two problems of a skill: pupils are many, and need not all have their own."""
    return exercise(skill, number % 2)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "data"))


# ---- knowledge tracing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SKILLS)
def test_knowledge_is_traced_as_corbett_and_anderson_have_it(name: str) -> None:
    """Three answers by hand, in fractions: P(L | answer) by Bayes' rule, then P(L) = P(L | answer) + (1 − …)·P(T)."""
    skill = SKILLS[name]
    slip, guess, learn, known = (
        Fraction(str(one)) for one in (skill.slipped, skill.guessed, skill.learned, skill.known)
    )
    for right in (True, False, True):
        if right:
            posterior = known * (1 - slip) / (known * (1 - slip) + (1 - known) * guess)
        else:
            posterior = known * slip / (known * slip + (1 - known) * (1 - guess))
        known = posterior + (1 - posterior) * learn
    traced_ = knowledge_from([(name, True), (name, False), (name, True)])[name]
    assert traced_.known == pytest.approx(float(known), abs=1e-12)
    assert (traced_.answers, traced_.right) == (3, 2)


@pytest.mark.parametrize("name", SKILLS)
def test_three_right_answers_in_a_row_are_mastery_and_two_are_not(name: str) -> None:
    assert not knowledge_from([(name, True)] * 2)[name].is_mastered
    assert knowledge_from([(name, True)] * 3)[name].is_mastered


@pytest.mark.parametrize("name", SKILLS)
def test_the_parameters_of_a_skill_make_sense(name: str) -> None:
    """Knowing makes a right answer likelier, so that evidence never counts the wrong way (Baker and others 2008)."""
    skill = SKILLS[name]
    assert 0 < skill.known < MASTERED
    assert 0 < skill.learned < 1
    assert skill.slipped < 0.5
    assert skill.guessed < 0.5


@given(st.floats(0.01, 0.99), st.sampled_from(sorted(SKILLS)))
def test_a_right_answer_raises_what_is_believed_and_a_wrong_one_lowers_it(known: float, name: str) -> None:
    skill = SKILLS[name]
    assert given_answer(known, skill, right=False) < known < given_answer(known, skill, right=True)
    assert traced(known, skill, right=False) < traced(known, skill, right=True) <= 1


def test_the_same_session_counts_once_however_often_it_is_noted() -> None:
    shown = {"net_h1": ("net", True)}
    once = Learner().noting("a", shown)
    assert once.noting("a", shown) == once
    assert knowledge_of(once)["net"].answers == 1


# ---- a simulated learner -----------------------------------------------------------------------------------------


@dataclass
class Pupil:
    """Knows every skill but those planted; these are learned after so many exercises' questions."""

    weak: dict[str, int]
    random: Random
    asked: Counter[str] = field(default_factory=Counter)
    learner: Learner = field(default_factory=Learner)
    found: list[str] = field(default_factory=list)

    def practise(self, exercises: int) -> None:
        """Does so many exercises, or fewer if everything is mastered before."""
        for _number in range(exercises):
            one = next_exercise(self.learner, "pupil", one_of_two)
            if one is None:
                return
            self.found.append(one.skill)
            self.learner = begun(self.learner, one)
            state, _response = begin(one.lesson, State())
            while not state.ended:
                quantity = one.lesson.asked[state.at]
                if not self.knows(one.skill):
                    state, _response = reply(one.lesson, state, self.random.choice(["987.6543", "hint"]))
                state, _response = reply(one.lesson, state, one.lesson.right(quantity).text())
            assert state.at <= QUESTIONS
            self.learner = finished(self.learner.noting(str(one.number), evidence(one.lesson, state)), one)

    def knows(self, skill: str) -> bool:
        """Whether the pupil knows how, this time."""
        self.asked[skill] += 1
        return self.asked[skill] > self.weak.get(skill, 0)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
def test_practice_finds_the_planted_weaknesses(seed: int) -> None:
    random = Random(seed)
    weak = random.sample(sorted(SKILLS), 3)
    pupil = Pupil(dict.fromkeys(weak, 1_000), random)
    pupil.practise(16)
    known = knowledge_of(pupil.learner)
    assert sorted(sorted(SKILLS, key=lambda name: known[name].known)[:3]) == sorted(weak)
    assert all(known[name].right == known[name].answers for name in set(SKILLS) - set(weak))
    assert set(pupil.found[-6:]) == set(weak)  # once the others are known, they are left alone


@pytest.mark.slow
def test_a_weakness_that_is_overcome_is_mastered_and_then_all_is() -> None:
    pupil = Pupil({"hidden-delta": 6, "gradient": 3}, Random(1))
    pupil.practise(80)
    assert weakest(pupil.learner) is None
    assert Counter(pupil.found).most_common(1)[0][0] == "hidden-delta"
    assert next_exercise(pupil.learner, "pupil", one_of_two) is None


def practised(weak: Collection[str], random: Random, exercises: int, learned_after: int = 10_000) -> list[str]:
    """The skills of a learner's exercises, of three answers each, one after the other.

    What is weak is guessed now and then until so many answers; the rest is known, and goes wrong now and then.
    """
    learner, found, answers = Learner(), list[str](), Counter[str]()
    for number in range(exercises):
        skill = weakest(learner)
        if skill is None:
            break
        found.append(skill)
        shown = {}
        for line in "abc":
            answers[skill] += 1
            is_weak = skill in weak and answers[skill] <= learned_after
            shown[line] = (skill, random.random() < (0.02 if is_weak else 0.92))
        learner = learner.noting(str(number), shown)
    return found


@pytest.mark.parametrize("weak", SKILLS)
def test_each_weakness_is_practised_most_and_what_is_mastered_no_more(weak: str) -> None:
    """A learner who slips and guesses, ten times over."""
    for seed in range(10):
        found = practised([weak], Random(seed), 50)
        assert Counter(found).most_common(1)[0][0] == weak
        assert set(found) == set(SKILLS)  # each has its turn
        assert set(found[-15:]) == {weak}


@pytest.mark.parametrize("weak", [("softmax", "gate"), ("net", "hidden-delta", "optimizer"), tuple(SKILLS)[:5]])
def test_several_weaknesses_take_turns(weak: tuple[str, ...]) -> None:
    for seed in range(10):
        found = practised(weak, Random(seed), 80)
        assert {name for name, _count in Counter(found).most_common(len(weak))} == set(weak)
        assert max(len(list(row)) for _skill, row in groupby(found)) <= 2


@pytest.mark.parametrize("weak", SKILLS)
def test_practice_ends_when_the_weakness_is_overcome(weak: str) -> None:
    for seed in range(10):
        found = practised([weak], Random(seed), 500, learned_after=12)
        assert len(found) < 50
        assert Counter(found)[weak] >= 4


def test_an_exercise_is_the_same_until_it_is_done_and_then_another_one() -> None:
    learner = Learner()
    first = next_exercise(learner, "ada", one_of_two)
    assert first is not None
    learner = begun(learner, first).noting("1", {"net_h1": ("net", True), "net_h2": ("net", True)})
    again = next_exercise(learner, "ada", one_of_two)
    assert again is not None
    assert (again.number, again.skill, again.loaded.text) == (1, first.skill, first.loaded.text)
    after = next_exercise(finished(learner, first), "ada", one_of_two)
    assert after is not None
    assert (after.number, after.skill) == (2, "activation")


def test_where_no_numbers_can_be_found_another_recipe_is_taken_and_in_the_end_a_bundled_problem() -> None:
    hopeless, easy = Recipe(shape=(1, 1), activation="step"), Recipe(kind="graph", gates=3)
    found = exercises.exercise("gate", 4, {"gate": [hopeless, easy]})
    assert "--gates 3" in found.text
    assert exercises.exercise("gate", 4, {"gate": [hopeless]}).text == load("cs231n-gates").text


@pytest.mark.parametrize("name", ["update", "optimizer", "gate"])
def test_an_exercise_is_the_same_for_the_same_number_and_differs_for_others(name: str) -> None:
    recipes = len(exercises.EXERCISES[name])
    texts = {exercises.exercise(name, number * recipes).text for number in range(3)}
    assert len(texts) == 3
    assert exercises.exercise(name, 0).text in texts


@pytest.mark.parametrize(
    ("name", "number"),
    [
        pytest.param(name, number, marks=[pytest.mark.slow] if number > 1 else [])
        for name, recipes in exercises.EXERCISES.items()
        for number in range(2 * len(recipes))
    ],
)
def test_every_skill_has_exercises_that_can_be_answered(name: str, number: int) -> None:
    one = next_exercise(Learner(), "ada", lambda skill, _number: exercise(skill, number), [name])
    assert one is not None
    assert {one.lesson.skill(quantity) for quantity in one.lesson.asked} == {name}
    assert len(one.lesson.asked) >= 2
    state, _response = begin(one.lesson, State())
    for quantity in one.lesson.asked:
        state, _response = reply(one.lesson, state, one.lesson.right(quantity).text())
    assert state.ended
    assert all(entry.at_once for entry in state.entries.values())


# ---- on the command line -----------------------------------------------------------------------------------------


def test_practice_goes_on_where_it_was_left_and_progress_shows_it() -> None:
    start = backprop("tutor", "--practice", "--learner", "ada", stdin="hint\n")
    assert (start.code, start.err) == (0, "")
    assert "Exercise 1: net inputs" in start.out
    assert "`backprop tutor --practice --learner ada` goes on from here" in start.out
    again = backprop("tutor", "--practice", "--learner", "ada", stdin="")
    assert "Exercise 1: net inputs" in again.out
    data = json.loads(backprop("progress", "--learner", "ada", "--json").out)
    net = next(one for one in data["skills"] if one["skill"] == "net")
    assert (net["answers"], net["right"], net["mastered"]) == (1, 0, False)
    assert data["learner"] == "ada"
    assert "not practised yet" in backprop("progress").out


def test_an_exercise_whose_end_was_not_noted_is_not_asked_again() -> None:
    """The process ends between the last answer and the note that the exercise is done; then the progress is lost."""
    one = next_exercise(Learner(), "", exercises.exercise, ["gate"])
    assert one is not None
    right = [one.lesson.right(quantity).text() for quantity in one.lesson.asked]
    backprop("tutor", "--practice", "--skill", "gate", stdin="hint\nhint\n" + "\n".join([*right[:-1], "skip", ""]))
    store.learner_path("").unlink()
    run = backprop("tutor", "--practice", "--skill", "gate")
    assert "Exercise 1" not in run.out
    gate = next(one for one in json.loads(backprop("progress", "--json").out)["skills"] if one["skill"] == "gate")
    assert gate["answers"] == len(right) - 1


def test_an_exercise_goes_on_in_another_language() -> None:
    backprop("tutor", "--practice", "--skill", "update", stdin="hint\nskip\n")
    again = backprop("tutor", "--practice", "--skill", "update", "--lang", "zh", stdin="")
    assert "[2/" in again.out


def test_the_answers_of_any_session_count() -> None:
    backprop("tutor", "mazur", stdin="0.3775\n0.5933\n0.3925\n")
    page = backprop("progress").out
    assert "2 of 2 right" in page
    assert "1 of 1 right" in page


def test_an_exercise_that_is_done_shows_what_it_changed() -> None:
    one = next_exercise(Learner(), "", exercises.exercise, ["gate"])
    assert one is not None
    right = [one.lesson.right(quantity).text() for quantity in one.lesson.asked]
    run = backprop("tutor", "--practice", "--skill", "gate", stdin="\n".join([*right, ""]))
    assert "before: 20 %" in run.out
    assert "Exercise 2" in run.out or "All of this is mastered." in run.out


def test_damaged_progress_is_kept_aside() -> None:
    backprop("tutor", "mazur", stdin="0.3775\n")
    path = store.learner_path("")
    path.write_text("{", "utf-8")
    run = backprop("progress")
    assert "is damaged; it is kept as" in run.err
    assert path.with_name("me.damaged-1").read_text("utf-8") == "{"


def test_practice_in_another_notation_and_afresh() -> None:
    run = backprop("tutor", "--practice", "--skill", "activation", "--notation", "nielsen", stdin="hint\nskip\n")
    assert "[1/3] a²₁, activation a of h₁" in run.out
    assert "--skill activation --notation nielsen` goes on" in run.out
    again = backprop("tutor", "--practice", "--skill", "activation", "--notation", "nielsen", "--fresh")
    assert "[1/" in again.out


def test_practice_makes_its_own_problems() -> None:
    run = backprop("tutor", "mazur", "--practice")
    assert (run.code, run.out) == (2, "")
    assert "makes its own problems" in run.err
