"""The blank sheet, and the same sheet filled in: the key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.algebra.derivation import Line
from backprop_cli.algebra.formula import Number
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.documents.model import (
    Blank,
    Block,
    Document,
    Entry,
    Form,
    Heading,
    Inline,
    Math,
    Role,
    Say,
    Space,
    Table,
    Text,
    plain,
)
from backprop_cli.documents.prose import prose
from backprop_cli.documents.writing import inline, lower, place_in_words, texts
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, aside, labelled
from backprop_cli.numbers.exact import Rational, marks_text, rational
from backprop_cli.worksheets.exercise import SheetExercise, SheetSection, phase_name
from backprop_cli.worksheets.formulas import reminder
from backprop_cli.worksheets.given import given
from backprop_cli.worksheets.grids import Entries, parted
from backprop_cli.worksheets.wording import how_to_round, introduction, task, worth

_BOXES = {False: "☐", True: "☒"}
_GAP = "   "  # between two boxes
_FEWEST, _MOST = 3, 12  # lines of room behind a table, unless it is said how many


def head(exercise: SheetExercise) -> tuple[Block, ...]:
    """The form above the blank sheet of one exercise, and its heading."""
    form = Form(
        (Blank(_("Name"), 28, student=True), Blank(_("Date"), 12), Blank(_("Marks"), 6, out_of(exercise.total)))
    )
    return form, Heading(1, Role.SHEET, (Text(_("Exercise")),))


def asked(exercise: SheetExercise, formulas: bool = False, space: int | None = None) -> Iterator[Block]:
    """The exercise and the tables for its answers; with `formulas`, it reminds of them, and gives each.

    `space`: lines of room to write behind each table.
    """
    yield from prose(exercise.problem.text, exercise.dialect)
    yield from map(Say, introduction(exercise))
    yield from given(exercise, every=formulas)
    if formulas:
        yield from reminder(exercise)
    yield Heading(1, Role.SHEET, (Text(_("Answers")),))
    yield from map(Say, texts([*how_to_round(exercise), worth(exercise)]))
    for heading, section in headed(exercise):
        yield from heading
        yield Say(task(exercise, section))
        tables = list(_tables(exercise, section, filled=False))
        yield from tables
        rows = sum(len(one.rows) for one in tables if isinstance(one, Table))
        room = min(_MOST, max(_FEWEST, rows)) if space is None else space
        if room:
            yield Space(room)
    yield from in_letters(exercise, filled=False)
    yield from in_words(exercise, filled=False)


def answered(exercise: SheetExercise, worked: Document | None = None) -> Iterator[Block]:
    """The tables filled in; with the worked solution behind them, if one is given."""
    yield from map(Say, texts([*how_to_round(exercise), worth(exercise)]))
    for heading, section in headed(exercise):
        yield from heading
        yield from _tables(exercise, section, filled=True)
    yield from in_letters(exercise, filled=True)
    yield from in_words(exercise, filled=True)
    if worked is not None:
        yield Heading(1, Role.SHEET, (Text(_("Worked solution")),))
        yield from map(lower, worked.blocks)


def in_letters(exercise: SheetExercise, filled: bool) -> Iterator[Block]:
    """The formulas that are asked for, with room for them, or filled in."""
    if not exercise.formulas:
        return
    yield Heading(1, Role.SHEET, (Text(_("Formulas")),))
    if not filled:
        yield Say((Text(_("Write each as a formula in letters, by the names of the problem and of other lines.")),))
    head = tuple(texts([_("quantity"), _("what it is"), _("formula"), _("marks")]))
    rows, entries = [], []
    for line in exercise.formulas:
        worth = exercise.worth_of_formula(line)
        answer: Inline = (exercise.formula(line),) if filled else ()
        marks = (Text(marks_text(worth) if filled else out_of(worth)),)
        rows.append(((exercise.symbol(line.quantity),), exercise.meaning(line.quantity), answer, marks))
        entries.append(Entry(line.quantity.key, labelled(_("formula"), _said(exercise, line.quantity)), "formulas"))
    handed_in = () if filled else tuple(entries)
    yield Table(head, tuple(rows), ("left", "left", "left", "right"), to_fill=not filled, entries=handed_in)


def in_words(exercise: SheetExercise, filled: bool) -> Iterator[Block]:
    """The questions, each with a box before every word; `filled`, the right one is ticked."""
    if not exercise.questions:
        return
    yield Heading(1, Role.SHEET, (Text(_("Questions")),))
    if not filled:
        yield Say((Text(_("Tick one box in each row.")),))
    head = tuple(texts([_("question"), _("what is asked"), _("answer"), _("marks")]))
    rows, entries = [], []
    for one in exercise.questions:
        worth = exercise.worth(one.quantity)
        boxes = _GAP.join(f"{_BOXES[filled and word.text == one.right.word]}\u00a0{word.shown}" for word in one.words)
        marks = (Text(marks_text(worth) if filled else out_of(worth)),)
        rows.append(((Text(visible(one.key)),), (Text(visible(one.said)),), (Text(visible(boxes)),), marks))
        words = tuple((word.text, visible(word.shown)) for word in one.words)
        entries.append(Entry(one.key, visible(one.said), words=words))
    yield Table(head, tuple(rows), ("left", "left", "left", "right"), entries=() if filled else tuple(entries))


def headed(exercise: SheetExercise) -> Iterator[tuple[list[Heading], SheetSection]]:
    """Each part of the work with the headings above it: of its pass where that begins, and its own."""
    sections = list(exercise.sections())
    level = 1 + any(section.heading for section in sections)
    number = 0
    for section in sections:
        number = 1 if section.heading else number + 1
        above = [Heading(1, Role.PASS, (Text(section.heading),))] if section.heading else []
        yield [*above, Heading(level, Role.SHEET, phase_name(section), number)], section


def _tables(exercise: SheetExercise, section: SheetSection, filled: bool) -> Iterator[Block]:
    """The lines of a part: each grid in a table of its own, with what it is above it, the others in rows."""
    for part in parted(exercise.problem, section.lines):
        if isinstance(part, Entries):
            symbol, meaning = exercise.symbol(part.whole), exercise.meaning(part.whole)
            yield Heading(3, Role.LAYER, inline(_("{label}: {said}"), label=symbol, said=meaning))
            yield _grid(exercise, part, symbol, filled)
        else:
            yield _table(exercise, part, filled)


def _grid(exercise: SheetExercise, entries: Entries, symbol: Math, filled: bool) -> Table:
    """A row for each of the grid's, with the marks of all of it behind; its columns and rows are numbered."""
    columns = range(1, len(entries.rows[0]) + 1)
    head = ((symbol,), *texts(map(str, columns)), *texts([_("marks")]))
    rows = []
    for number, lines in enumerate(entries.rows, start=1):
        total = sum((exercise.worth(line.quantity) for line in lines), rational(0))
        cells = [value(exercise, line.quantity) if filled else () for line in lines]
        rows.append(((Text(str(number)),), *cells, (Text(marks_text(total) if filled else out_of(total)),)))
    side = "right" if filled else "left"
    asked = (_entry(exercise, line.quantity) for lines in entries.rows for line in lines)
    align = ("left", *[side] * len(columns), "right")
    return Table(head, tuple(rows), align, to_fill=not filled, entries=() if filled else tuple(asked))


def _table(exercise: SheetExercise, lines: Sequence[Line], filled: bool) -> Table:
    """What is asked in each line, what that is, the answer or room for it, the marks."""
    answer = _("value") if filled else _("answer")
    head = tuple(texts([_("quantity"), _("what it is"), answer, _("marks")]))
    rows = tuple(_row(exercise, line, filled) for line in lines)
    entries = () if filled else tuple(_entry(exercise, line.quantity) for line in lines)
    align = ("left", "left", "right" if filled else "left", "right")
    return Table(head, rows, align, to_fill=not filled, entries=entries)


def _entry(exercise: SheetExercise, quantity: Quantity) -> Entry:
    return Entry(quantity.key, _said(exercise, quantity))


def _said(exercise: SheetExercise, quantity: Quantity) -> str:
    """net_h1: net input of h1 (sample 1), for who does not see in which table it stands."""
    said = labelled(exercise.symbol(quantity).characters, plain(exercise.meaning(quantity)))
    where = place_in_words(exercise.page.speller.page_of(quantity.at))
    return aside(said, where) if where else said


def _row(exercise: SheetExercise, line: Line, filled: bool) -> tuple[Inline, ...]:
    quantity = line.quantity
    worth = exercise.worth(quantity)
    symbol = (exercise.symbol(quantity),)
    answer = value(exercise, quantity) if filled else ()
    return symbol, exercise.meaning(quantity), answer, (Text(marks_text(worth) if filled else out_of(worth)),)


def out_of(worth: Rational) -> str:
    """What stands behind the room for marks: / 2; of a fraction, with a word."""
    text = marks_text(worth)
    return _("of {worth}").format(worth=text) if "/" in text else f"/ {text}"


def value(exercise: SheetExercise, quantity: Quantity) -> Inline:
    """0.5933; or 1/3 ≈ 0.3333, where the value is a short fraction."""
    page, decimal = exercise.page, exercise.value(quantity)
    known = exercise.known(quantity)
    written = page.decimal(decimal)
    if page.solution.trace.rounded or decimal.whole_truth or known.exact is None or known.short_fraction is None:
        return (written,)
    fraction = page.constant(Number(known.exact, known.short_fraction))
    return fraction, Text(" ≈ "), written
