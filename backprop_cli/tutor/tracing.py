"""Bayesian knowledge tracing: how likely a learner knows a skill, from one answer to the next.

A. T. Corbett and J. R. Anderson, "Knowledge tracing: Modeling the acquisition of procedural knowledge", User Modeling
and User-Adapted Interaction 4 (1995), 253-278. These are estimates of a person, not results: floats are good enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace as _replace

from backprop_cli.ground.records import record
from backprop_cli.tutor.skills import SKILLS, Skill

MASTERED = 0.95  # P(L) from which Corbett and Anderson's tutor goes on


@record
class Knowledge:
    """How well a skill is known: P(L), and the answers that it is judged by."""

    skill: Skill
    known: float
    answers: int = 0
    right: int = 0

    @property
    def is_mastered(self) -> bool:
        """Whether the skill needs no more practice."""
        return self.known >= MASTERED


def given_answer(known: float, skill: Skill, right: bool) -> float:
    """P(L | answer), by Bayes' rule: a right answer may be a guess, a wrong one a slip."""
    if right:
        knew, did_not = known * (1 - skill.slipped), (1 - known) * skill.guessed
    else:
        knew, did_not = known * skill.slipped, (1 - known) * (1 - skill.guessed)
    return knew / (knew + did_not)


def traced(known: float, skill: Skill, right: bool) -> float:
    """P(L) after an answer: it was known, or was learned at this opportunity (their equation 1)."""
    posterior = given_answer(known, skill, right)
    return posterior + (1 - posterior) * skill.learned


def knowledge_from(answers: Iterable[tuple[str, bool]]) -> Mapping[str, Knowledge]:
    """What is known of every skill after these answers, each a skill's name and whether the learner knew how."""
    found = {name: Knowledge(skill, skill.known) for name, skill in SKILLS.items()}
    for name, right in answers:
        if (before := found.get(name)) is not None:
            known = traced(before.known, before.skill, right)
            found[name] = _replace(before, known=known, answers=before.answers + 1, right=before.right + right)
    return found
