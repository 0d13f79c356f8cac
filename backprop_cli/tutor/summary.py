"""The end of a session: what was right at once, what with help, which mistakes were made, and what to practise."""

from __future__ import annotations

from collections import Counter

from backprop_cli.checking.mistakes import SLIP, mistakes
from backprop_cli.checking.search.sentences import WORDS, in_general
from backprop_cli.checking.verdicts import NEAR_MISSES
from backprop_cli.ground.words import _, labelled, listed, plural
from backprop_cli.tutor.lesson import Lesson, Task
from backprop_cli.tutor.said import Block, Say
from backprop_cli.tutor.skills import SKILLS, skills_in
from backprop_cli.tutor.state import Entry, State


def summary(lesson: Lesson, state: State) -> tuple[Block, ...]:
    """The lines of the summary; fewer where there is less to say."""
    entries = {one: state.entry(one.key) for one in lesson.tasks}
    done = [one for one, entry in entries.items() if entry.answer]
    if not any(entry != Entry() for entry in entries.values()):
        return ()
    at_once = sum(entries[one].at_once for one in done)
    said = _("{done} of {count} answered, {at_once} right at once.")
    lines: list[Block] = [Say(said.format(done=len(done), count=len(entries), at_once=at_once))]
    groups = {
        _("with hints"): [one for one, entry in entries.items() if entry.hints],
        _("left blank"): [one for one, entry in entries.items() if entry.skipped],
        _("kept although not right"): [one for one, entry in entries.items() if entry.kept],
    }
    lines += [Say(labelled(words, _listed(lesson, group))) for words, group in groups.items() if group]
    lines += _mistakes(entries)
    skills = skills_in(lesson.problem, [one.quantity for one in entries if not one.in_words])
    chosen = lesson.helped and len(skills) == 1  # then one knows what one practises
    if not chosen and (weak := _weak(lesson, entries)):
        lines.append(Say(_("to practise: {skills}").format(skills=listed(_(SKILLS[one].words) for one in weak))))
    return tuple(lines)


def _listed(lesson: Lesson, tasks: list[Task]) -> str:
    return listed(dict.fromkeys(lesson.symbol(one.quantity, with_place=True) for one in tasks))


def _mistakes(entries: dict[Task, Entry]) -> list[Block]:
    counted = Counter(name for entry in entries.values() for name in entry.mistakes)
    lines: list[Block] = []
    for name, count in counted.items():
        if words := _words_of(name):
            times = "" if count == 1 else " " + plural("({count} time)", "({count} times)", count)
            lines.append(Say(words + times, item=True))
    return [Say(_("mistakes:")), *lines] if lines else []


def _words_of(mistake: str) -> str:
    """A mistake or a near miss in words; nothing for one that was not recognised."""
    name, _bar, variant = mistake.partition("|")
    if name == SLIP.name:
        return _(SLIP.said)
    if name in mistakes():
        return _(mistakes()[name].said).format(variant=_(variant) if variant else "").strip()
    kind, *rest = name.split(": ")
    if kind in WORDS:
        return in_general(kind, (kind, *rest))
    return _(NEAR_MISSES[name]).format(other="…") if name in NEAR_MISSES else ""


def _weak(lesson: Lesson, entries: dict[Task, Entry]) -> list[str]:
    """The skills in which something was not known."""
    weak = {lesson.skill(one.quantity) for one, entry in entries.items() if entry.knew is False or entry.skipped}
    return [name for name in SKILLS if name in weak]
