"""Forward mode as a document: every line with its tangent, the backward pass beside it, and what all sweeps cost."""

from __future__ import annotations

from collections.abc import Iterator

from backprop_cli.algebra.quantities import Quantity, gradient
from backprop_cli.deriving.trace import Value
from backprop_cli.documents.model import (
    Block,
    Document,
    Equation,
    Heading,
    Inline,
    Lines,
    Math,
    Note,
    Role,
    Say,
    Side,
    SideRole,
    Table,
    Text,
    plain,
)
from backprop_cli.documents.sheet import notes, opening
from backprop_cli.documents.writing import Writing, inline, signed, writing
from backprop_cli.ground.words import _, counted
from backprop_cli.problem.model import Detail
from backprop_cli.solving.solution import Solution
from backprop_cli.views.tangents import ForwardMode, Sweep


def tangents_document(mode: ForwardMode, dialect: str) -> Document:
    """One sweep line by line, or the results of all of them."""
    page = writing(Solution(mode.one.problem, mode.trace, Detail.FULL, rounding=mode.rounding), dialect)
    return page.document(_Tangents(page, mode).blocks())


class _Tangents:
    """Writes the sweeps of one pass."""

    def __init__(self, page: Writing, mode: ForwardMode) -> None:
        self.page = page
        self.mode = mode

    def blocks(self) -> Iterator[Block]:
        """The document from top to bottom."""
        one = self.mode.one
        yield from (head := opening(self.page, one.address))
        level = 1 + bool(head)
        yield Say(introduction(self.page, self.mode))
        yield from map(Note, notes(self.page))
        if self.mode.every:
            yield self.results()
        else:
            yield from self.sweep(self.mode.sweeps[0], level)
        yield Say(cost(self.page, self.mode))

    def sweep(self, sweep: Sweep, level: int) -> Iterator[Block]:
        """The lines of one sweep, and the same number by the backward pass."""
        seed = [(sweep.seed, sweep.seed_tangent)] if all(q != sweep.seed for q, _t in sweep.tangents) else []
        rows = [(self.value(quantity), self.tangent(tangent)) for quantity, tangent in (*seed, *sweep.tangents)]
        if self.page.speller.writer.dialect.setting:
            yield Lines(tuple(line for value, tangent in rows for line in (*value, tangent)))
        else:
            yield Lines(tuple(tangent for _value, tangent in rows), tuple(map(self.beside, (one for one, _t in rows))))
        if sweep.gradient is not None:
            yield Heading(level, Role.PART, (Text(_("The backward pass")),))
            yield Lines((self.page.equation(self.mode.trace.by_quantity[sweep.gradient]),))
            yield Say((Text(conclusion(self.mode, sweep)),))

    def value(self, quantity: Quantity) -> tuple[Equation, ...]:
        """A quantity with its value, where it has one."""
        trace, placed = self.mode.trace, self.mode.one.here(quantity)
        if placed in trace.derivation.constants:
            side = Side(self.page.speller.writer.dialect.equal, self.page.given(placed).text, SideRole.VALUE)
            return (Equation((self.symbol(quantity),), (side,)),)
        if placed in trace.by_quantity:
            return (Equation((self.symbol(quantity),), self.page.value(trace.value(placed))[-1:]),)
        return ()

    def tangent(self, tangent: Quantity) -> Equation:
        """The tangent of a quantity."""
        written = self.page.equation(self.mode.trace.by_quantity[tangent])
        return Equation((self.symbol(tangent),), written.sides, written.note, written.key)

    @staticmethod
    def beside(value: tuple[Equation, ...]) -> Inline:
        """netₕ₁ = 0.3775"""
        return tuple(Text(f"{plain(one.left)} {side.sign} {side.text}") for one in value for side in one.sides)

    def symbol(self, quantity: Quantity) -> Math:
        """A quantity as it is called in this pass."""
        return self.page.symbol(quantity, self.mode.one.address)

    def number(self, value: Value) -> Inline:
        """A value in its last form."""
        return (self.page.math(lambda speller: " ".join(speller.equation(value)[-1])),)

    def results(self) -> Table:
        """The result of every sweep beside the backward pass."""
        trace = self.mode.trace
        words = (_("sweep"), "", _("forward mode"), _("backward pass"), "")
        rows = []
        for sweep in self.mode.sweeps:
            agrees = self.mode.agrees(sweep)
            same = "" if agrees is None else "✓" if agrees else _("differs")
            seed = self.symbol(sweep.seed_tangent)
            one = self.page.math(lambda speller: f"{speller.writer.dialect.equal} 1")
            rows.append((
                (seed, Text(" "), one),
                (self.page.symbol(gradient(self.mode.one.objective, sweep.seed)),),
                self.number(trace.value(sweep.result)),
                self.number(trace.value(sweep.gradient)) if sweep.gradient else (),
                signed(self.page, same),
            ))  # fmt: skip
        head: tuple[Inline, ...] = tuple((Text(word),) if word else () for word in words)
        return Table(head, tuple(rows), ("left",) * 5)


def introduction(page: Writing, mode: ForwardMode) -> Inline:
    """What a tangent is."""
    here = mode.one.address
    first = mode.sweeps[0]
    if mode.every:
        said = _("One sweep for each of {count:,}: each line gets its tangent, its derivative in the one number "
                 "whose own tangent is 1. The last tangent is the derivative of {end}.")  # fmt: skip
        return inline(said, count=counted(len(mode.sweeps)), end=page.symbol(mode.one.objective, here))
    said = _("Each line gets, beside its value, its tangent: its derivative in {seed}. It begins with {dot} = 1, "
             "all other given numbers have the tangent 0, and the last tangent is {derivative}.")  # fmt: skip
    derivative = page.symbol(gradient(mode.one.objective, first.seed), here)
    return inline(said, seed=page.symbol(first.seed, here), dot=page.symbol(first.seed_tangent, here),
                  derivative=derivative)  # fmt: skip


def conclusion(mode: ForwardMode, sweep: Sweep) -> str:
    """Whether the two agree, and if not, why."""
    if mode.agrees(sweep):
        turned = mode.derivative(sweep) != mode.trace.value(sweep.gradient or sweep.result).number
        return _("The same number with the other sign, which is this problem's convention for it.") if turned \
            else _("The same number.")  # fmt: skip
    if mode.one.problem.conventions.updated_weights:
        return _("Not the same number: the backward pass of this problem uses already updated weights.")
    return _("Not the same number: every line is rounded, and the two round different lines.")


def cost(page: Writing, mode: ForwardMode) -> Inline:
    """Why one goes backward: the sweeps that forward mode needs against the one that the backward pass is."""
    leaves, lines = len(mode.leaves), mode.lines
    words = {"leaves": counted(leaves), "lines": counted(lines), "tangents": counted(leaves * lines)}
    if leaves < 2:
        said = _("With one number to differentiate in, forward mode costs the same as the backward pass: one sweep "
                 "over {lines:,} lines. It is the cheaper one where one input has many outputs.")  # fmt: skip
        return inline(said, **words)
    many = {"parameter": _("parameters"), "input": _("inputs")}[mode.leaves[0].kind.value]
    said = _("Why one goes backward: a sweep forward gives one derivative. For {leaves:,} {many} it takes "
             "{leaves:,} sweeps over {lines:,} lines, {tangents:,} tangents. The backward pass begins at the one "
             "{end} and gets all derivatives in one sweep over the same {lines:,} lines. Forward mode is the "
             "cheaper one where few inputs have many outputs.")  # fmt: skip
    return inline(said, many=many, end=page.symbol(mode.one.objective, mode.one.address), **words)
