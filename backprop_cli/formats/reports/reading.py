"""What was read of a hand-in, as a sheet that could be handed in itself: every answer with its place and its work."""

from __future__ import annotations

import json
from collections.abc import Iterator

from backprop_cli.algebra.quantities import Address
from backprop_cli.checking.answers import Answer, Sheet
from backprop_cli.checking.change_lines import Change
from backprop_cli.checking.factor_lines import Factor
from backprop_cli.ground.errors import Complaint, visible
from backprop_cli.ground.words import _, aside, labelled
from backprop_cli.working.model import Remark

_LONGEST = 100  # characters of work behind an answer


def what_was_read(sheet: Sheet) -> str:
    """The sheet as YAML, with what was not read in comments."""
    parts = (_head, _answers, _words, _formulas, _changes, _unread)
    return "\n".join([*(line for part in parts for line in part(sheet)), ""])


def _head(sheet: Sheet) -> Iterator[str]:
    form = f" ({sheet.hand_in.form})" if sheet.hand_in is not None else ""
    yield _comment(_("what was read of {source}").format(source=sheet.source) + form)
    if sheet.student:
        yield f"student: {json.dumps(visible(sheet.student), ensure_ascii=False)}"


def _answers(sheet: Sheet) -> Iterator[str]:
    yield "answers:"
    open_: Address = ()
    for answer in sorted(sheet.answers, key=lambda one: bool(one.quantity.at)):
        at = answer.quantity.at
        common = next((i for i, (a, b) in enumerate(zip(at, open_, strict=False)) if a != b), min(len(at), len(open_)))
        for depth in range(common, len(at)):
            yield f"{'  ' * (depth + 1)}{at[depth]}:"
        open_ = at
        yield f"{'  ' * (len(at) + 1)}{_answer(sheet, answer)}"


def _answer(sheet: Sheet, answer: Answer) -> str:
    """An answer, where it stands, and what it was worked out from."""
    said = visible(answer.written.text.strip()) if answer.written is not None else ""
    text = said if answer.written is None or _is_plain(said) else json.dumps(said, ensure_ascii=False)
    where = _("line {line}").format(line=answer.span.line) if answer.span is not None else ""
    parts = sheet.parts.get(answer.quantity, ())
    if parts and parts[0].spot.cell:
        where = parts[0].spot.cell
    work = " = ".join(visible(part.text) for part in parts)
    work = work if len(work) <= _LONGEST else work[: _LONGEST - 1] + "…"
    return f"{answer.quantity.bare_key}: {text}".ljust(28) + _comment(labelled(where, work) if work else where, " ")


def _words(sheet: Sheet) -> Iterator[str]:
    """The answers to questions."""
    for key, reply in sheet.words.items():
        where = _("line {line}").format(line=reply.span.line) if reply.span is not None else ""
        text = json.dumps(visible(reply.text), ensure_ascii=False) if reply.text else ""
        yield f"  {key}: {text}".ljust(30) + _comment(where)


def _changes(sheet: Sheet) -> Iterator[str]:
    """The lines of changes and of factors, which are judged with the lines that they lead to."""
    lines: list[Change | Factor] = [*sheet.changes, *sheet.factors]
    for one in lines:
        said = visible(" = ".join([one.name, *(part.text for part in one.parts)]))[:_LONGEST]
        yield _comment(labelled(one.spot.said, said))


def _formulas(sheet: Sheet) -> Iterator[str]:
    """What was written in letters alone."""
    answered = {one.quantity for one in sheet.answers if one.written is not None}
    alone = {quantity: parts[-1] for quantity, parts in sheet.parts.items() if parts and quantity not in answered}
    if alone:
        yield "formulas:"
    for quantity, part in alone.items():
        said = json.dumps(visible(part.text), ensure_ascii=False)
        yield f"  {json.dumps(quantity.key) if quantity.at else quantity.key}: {said}  {_comment(part.spot.said)}"


def _is_plain(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def _unread(sheet: Sheet) -> Iterator[str]:
    """What was not read, with its place; words, of which nobody expects it, by their number."""
    remarks = sheet.hand_in.remarks if sheet.hand_in is not None else ()
    told = [*map(_complaint, sheet.unread), *(_remark(one) for one in remarks if one.why)]
    if told:
        yield _comment(labelled(_("not read"), str(len(told))))
        yield from (_comment(f"  {one}") for one in told)
    if words := sum(not one.why for one in remarks):
        yield _comment(labelled(_("lines of words, in which nothing is worked out"), str(words)))


def _complaint(one: Complaint) -> str:
    where = _("line {line}").format(line=one.span.line) if one.span is not None else ""
    said = aside(one.message, one.hint) if one.hint else one.message
    return labelled(where, visible(said)) if where else visible(said)


def _remark(one: Remark) -> str:
    return labelled(one.spot.said, aside(visible(one.text)[:80], one.why))


def _comment(text: str, before: str = "") -> str:
    return f"{before}# {' '.join(text.split(chr(10)))}"
