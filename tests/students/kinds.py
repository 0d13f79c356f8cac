"""What a kind of mistake is, and the list of all of them: each has its own wrong formula, written by hand.

A function gives the wrong formula for a line of its kind, or None where the mistake has no place there.
"""

from collections.abc import Callable
from dataclasses import dataclass

from families import Exercise, Role, Unit

Wrong = Callable[[Role, Exercise], str | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mistake, and the kinds of lines on which it can be made."""

    name: str
    lines: tuple[str, ...]
    wrong: Wrong
    convention: bool = False  # also the other sign convention of δ, if the rest of the sheet agrees


KINDS: list[Kind] = []


def kind(name: str, *lines: str, convention: bool = False) -> Callable[[Wrong], Wrong]:
    def keep(wrong: Wrong) -> Wrong:
        KINDS.append(Kind(name, lines, wrong, convention))
        return wrong

    return keep


def say(lines: str, convention: bool = False, **table: str) -> None:
    """Kinds whose wrong formula is a template: {u} is the unit, {o} its neighbour, {role} the line."""
    for name, template in table.items():
        text = name.replace("_", " ")

        def wrong(role: Role, exercise: Exercise, template: str = template) -> str | None:
            return filled(template, role)

        KINDS.append(Kind(f"{lines.split(',', maxsplit=1)[0]}: {text}", tuple(lines.split(",")), wrong, convention))


def filled(template: str, role: Role) -> str | None:
    """The template with this line's names; None where one of them does not exist."""
    try:
        text = template.format(u=role.unit, o=role.unit and role.unit.other, i=role.index, **role.about)
    except (AttributeError, KeyError, IndexError):
        return None
    return None if "None" in text else text


def need(unit: Unit | None) -> Unit:
    assert unit is not None
    return unit
