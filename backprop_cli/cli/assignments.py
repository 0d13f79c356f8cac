"""Opens what a command is given: an assignment, or a problem, which is one of one exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from click import get_current_context

if TYPE_CHECKING:
    from backprop_cli.problem.assignment import Assignment


def opened(name: str, notation: str | None = None, rounding: str | None = None, printed: bool = True) -> Assignment:
    """The assignment or problem; what is `printed` for a class is in the language that the assignment says."""
    from backprop_cli.checking.assignments import load
    from backprop_cli.ground.words import language, set_language

    found = load(name, notation, rounding)
    own = found.head.language if found.head else ""
    if not printed or not own or own == language() or _is_chosen():
        return found
    set_language(own)
    return load(name, notation, rounding)  # whose bundled titles are in that language


def _is_chosen() -> bool:
    """Whether `--lang` says which language is spoken."""
    context: Any = get_current_context(silent=True)
    while context is not None and not context.params.get("lang"):
        context = context.parent
    return context is not None
