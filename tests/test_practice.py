"""Practice: what is known is traced as in the literature; weaknesses are found, and practised until they are gone."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import pytest
from helpers import backprop
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.problem.reader import Loaded
from backprop_cli.tutor import exercises, store
from backprop_cli.tutor.practice import QUESTIONS, begun, evidence, finished, knowledge_of, next_exercise, weakest
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.skills import SKILLS
from backprop_cli.tutor.state import State
from backprop_cli.tutor.store import Learner
from backprop_cli.tutor.tracing import MASTERED, given_answer, knowledge_from, traced


@cache
def exercise(skill: str, number: int) -> Loaded:
    """One of the first problems that are made for a skill: pupils are many, and need not all have their own."""
    return exercises.exercise(skill, number % len(exercises.EXERCISES[skill]))


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
            one = next_exercise(self.learner, "pupil", exercise)
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
            self.learner = finished(self.learner.noting(str(one.number), evidence(one.lesson, state)))

    def knows(self, skill: str) -> bool:
        """Whether the pupil knows how, this time."""
        self.asked[skill] += 1
        return self.asked[skill] > self.weak.get(skill, 0)


@pytest.mark.parametrize("seed", range(2))
def test_practice_finds_the_planted_weaknesses(seed: int) -> None:
    random = Random(seed)
    weak = random.sample(sorted(SKILLS), 3)
    pupil = Pupil(dict.fromkeys(weak, 1_000), random)
    pupil.practise(22)
    known = knowledge_of(pupil.learner)
    assert sorted(sorted(SKILLS, key=lambda name: known[name].known)[:3]) == sorted(weak)
    assert all(known[name].known > 0.8 for name in set(SKILLS) - set(weak))
    assert set(pupil.found[-8:]) == set(weak)  # once the others are known, they are left alone


def test_a_weakness_that_is_overcome_is_mastered_and_then_all_is() -> None:
    pupil = Pupil({"hidden-delta": 6, "gradient": 3}, Random(1))
    pupil.practise(80)
    assert weakest(pupil.learner) is None
    assert Counter(pupil.found).most_common(1)[0][0] == "hidden-delta"
    assert next_exercise(pupil.learner, "pupil", exercise) is None


def test_an_exercise_is_the_same_until_it_is_done_and_then_another_one() -> None:
    learner = Learner()
    first = next_exercise(learner, "ada", exercise)
    assert first is not None
    learner = begun(learner, first).noting("1", {"net_h1": ("net", True), "net_h2": ("net", True)})
    again = next_exercise(learner, "ada", exercise)
    assert again is not None
    assert (again.number, again.skill, again.loaded.text) == (1, first.skill, first.loaded.text)
    after = next_exercise(finished(learner), "ada", exercise)
    assert after is not None
    assert (after.number, after.skill) == (2, "activation")


@pytest.mark.parametrize("name", SKILLS)
def test_every_skill_has_exercises_that_can_be_answered(name: str) -> None:
    for number in range(4):
        one = next_exercise(Learner(exercises=number), "ada", exercise, [name])
        assert one is not None
        assert {one.lesson.skill(quantity) for quantity in one.lesson.asked} == {name}
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


def test_practice_makes_its_own_problems() -> None:
    run = backprop("tutor", "mazur", "--practice")
    assert (run.code, run.out) == (2, "")
    assert "makes its own problems" in run.err
