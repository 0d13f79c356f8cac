"""Asks for the answers one at a time, in the order of the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backprop_cli.algebra.expressions import FormulaError
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.descriptions import describe, describe_address
from backprop_cli.checking.replies import WordReply
from backprop_cli.checking.sheets import Answer, Sheet
from backprop_cli.checking.values import Written, read_value
from backprop_cli.checking.word_answers import choices
from backprop_cli.deriving.names import Names
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, told
from backprop_cli.ground.wrapping import width
from backprop_cli.questions.answers import word_in
from backprop_cli.questions.question import Question

BACK, QUIT = "back", "quit"


def ask(
    names: Names,
    asked: Sequence[Quantity],
    reply_to: Callable[[str], str | None],
    say: Callable[[str], None],
    questions: Sequence[Question] = (),
) -> Sheet:
    """The sheet of what is replied to a prompt for each quantity; what is not reached stays blank.

    An empty reply leaves the answer as it is, which is blank at first; `-` makes it blank again; `back` returns to the
    one before; `quit`, or None (the input ends), ends. What cannot be read is explained, and asked for again. Questions
    in words come last.
    """
    written: dict[Quantity, Written | None] = {}
    said = ""
    at = 0
    ended = False
    while at < len(asked):
        quantity = asked[at]
        place = describe_address(quantity.at, names.problem)
        if place != said:
            say(place)
            said = place
        reply = reply_to(_prompt(names, quantity, (at + 1, len(asked)), written.get(quantity)))
        word = reply.strip().lower() if reply is not None else QUIT
        if reply is None or word == QUIT:
            ended = True
            break
        if word == BACK:
            at = max(0, at - 1)
            continue
        try:
            if word or quantity not in written:
                written[quantity] = read_value(reply)
            at += 1
        except FormulaError as error:
            say(_explain(reply, error))
    words = {} if ended else _in_words(questions, reply_to, say)
    return Sheet(tuple(Answer(one, written.get(one)) for one in asked), _("the replies"), words=words)


def _in_words(
    questions: Sequence[Question], reply_to: Callable[[str], str | None], say: Callable[[str], None]
) -> dict[str, WordReply]:
    """What is replied to the questions, until one of their words is, or nothing."""
    found: dict[str, WordReply] = {}
    for one in questions:
        say(visible(one.said))
        while True:
            reply = reply_to(f"{one.key} ({visible(choices(one))}) = ")
            if reply is None or reply.strip().lower() == QUIT:
                return found
            if not reply.strip() or word_in(one, reply) is not None:
                break
            say(_("none of the words: {words}").format(words=choices(one)))
        found[one.key] = WordReply(reply.strip())
    return found


def _prompt(names: Names, quantity: Quantity, count: tuple[int, int], before: Written | None) -> str:
    """`[3/24] netₕ₁, net input of h1 = `; with the answer given before, where there is one."""
    known = f" [{visible(before.text.strip())}]" if before is not None else ""
    symbol = visible(names.symbol(quantity))
    return f"[{count[0]}/{count[1]}] {told([symbol, describe(quantity, names.writer)])}{known} = "


def _explain(reply: str, error: FormulaError) -> str:
    """What is wrong with a reply, under its place in it."""
    hint = f" ({error.hint})" if error.hint else ""
    if len(reply) > _LONGEST:
        return visible(error.message + hint)
    before, meant = reply[: error.offset], reply[error.offset :][: error.length]
    marks = " " * width(visible(before)) + "^" * max(1, width(visible(meant)))
    return f"  {visible(reply)}\n  {marks} {visible(error.message)}{visible(hint)}"


_LONGEST = 60
