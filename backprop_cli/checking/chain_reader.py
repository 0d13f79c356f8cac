"""The chains of a hand-in one by one: which quantity each is of, and what it is that is of none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from backprop_cli.algebra.quantities import Kind, Place, Quantity
from backprop_cli.algebra.references import is_reported
from backprop_cli.checking.change_lines import Change, parameter_in
from backprop_cli.checking.collection import GIVEN, Collection
from backprop_cli.checking.counted import Counted
from backprop_cli.checking.factor_lines import Factor, FactorReader, is_factor, is_slope
from backprop_cli.checking.formula_names import OF_A_SAMPLE
from backprop_cli.checking.matrix_work import MatrixWork
from backprop_cli.checking.put_in import parts_of, worked_out
from backprop_cli.checking.side_by_side import SideBySide
from backprop_cli.checking.told_apart import Apart
from backprop_cli.checking.written_numbers import names_in_text, read_number, says, value_in_chain
from backprop_cli.deriving.names import UnknownName
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.ground.words import _, as_printed
from backprop_cli.numbers.certified import Ball, precision
from backprop_cli.numbers.enclosures import ball
from backprop_cli.working.characters import typed
from backprop_cli.working.formulas import is_sum
from backprop_cli.working.matrices import WrittenMatrix, read_matrix
from backprop_cli.working.model import Chain, ChainSide, Remark

_BITS = 192
_LONGEST = 40  # characters of a name in a message
_NUMBER = re.compile(r"\d")
_RAISED = re.compile(r"\^[{(]{0,2}\d")  # b^(2), where b2 may be of another layer
_TARGET = ("t", "target", "Zielwert", "Ziel", "目标", "目标值")
_ERRORS = ("e", "error", "errors", "err", "fehler", "误差")
_BARE_GRADIENT = ("g", "grad", "gradient", "梯度")
_EVERY_UNIT = re.compile(r"[_,{][ijklmn]\}?$")  # δ_k = … is a rule for every unit
_NO_WORK = frozenset(
    [
        "name",
        "student",
        "exercise",
        "date",
        "group",
        "problem",
        "task",
        "course",
        "class",
        "page",
        "version",
        "sheet",
        "homework",
        "semester",
        "points",
        "samples",
        "epochs",
        "iterations",
        "time",
        "matrikelnummer",
        "aufgabe",
        "datum",
        "gruppe",
        "kurs",
        "klasse",
        "seite",
        "blatt",
        "übung",
        "hausaufgabe",
        "punkte",
        "epochen",
        "zeit",
        "姓名",
        "学号",
        "班级",
        "日期",
        "课程",
        "作业",
        "页",
        "分数",
    ]
)


class ChainReader:
    """Takes the chains of one hand-in into a collection."""

    def __init__(self, sheet: Collection) -> None:
        self.sheet, self.known, self.meanings = sheet, sheet.known, sheet.meanings
        self.matrices = MatrixWork(sheet)
        self.lists = SideBySide(sheet)
        self.apart = Apart(sheet.known, sheet.hand_in.chains)
        self.counted = Counted(sheet, self.apart)
        self.factors = FactorReader(self.apart.named, self.apart.through)
        self.told: dict[str, Quantity] = {}  # what names were found to mean that may mean several things

    def add(self, chain: Chain) -> None:
        """One chain: an answer, a matrix of answers, or something given that is repeated."""
        if self.change(chain) or self.difference(chain):
            return
        if self.factor(chain):
            return
        if self.meanings.is_helper(chain):
            why = _("a factor on the way, which is not judged by itself")
            self.sheet.own.append(Remark(chain.name, chain.spot, why, on_the_way=True))
            return
        matrix = next((found for part in reversed(chain.parts) if (found := read_matrix(part.text))), None)
        if self.is_difference(chain, matrix):
            self.on_the_side(chain)
            return
        is_of_samples = matrix is not None and not self.matrices.has_shape(chain, matrix)
        if is_of_samples and self.lists.of_every_sample(chain, matrix):
            return
        if self.matrices.whole(chain, matrix) or self.lists.of_every_sample(chain, matrix):
            return
        try:
            quantity = self.meanings.of_chain(chain)
        except UnknownName as error:
            self.unknown(chain, error)
            return
        if quantity.kind in GIVEN and not is_reported(quantity):
            self.sheet.repeated(chain, self.given_of_a_layer(chain, quantity))
        else:
            self.answer(chain, self.of_a_layer(chain, self.of_all(chain, quantity)))

    @staticmethod
    def is_difference(chain: Chain, matrix: WrittenMatrix | None) -> bool:
        """Whether a list under e is of differences, e = ŷ − t = [0.2, -0.1], and not of errors: none is negative."""
        name = chain.name.split()[-1].casefold() if chain.name.split() else ""
        entries = (entry for row in matrix.rows for entry in row) if matrix is not None and name in _ERRORS else ()
        return any(entry.lstrip()[:1] in ("-", "−") and read_number(entry) is not None for entry in entries)

    def of_a_layer(self, chain: Chain, quantity: Quantity) -> Quantity:
        """What b2 is where its value is that of the second layer's only bias, and not of the bias that is called so."""
        written = value_in_chain(chain)[1]
        if written is None or is_reported(quantity) or says(written, self.known.true(quantity)):
            return quantity
        wholes = self.known.wholes.may_be(chain.name, self.meanings.within(chain))
        single = (whole.quantities[0] for whole in wholes if whole.shape == (1, 1) and whole.quantities)
        others = [one for one in single if one.kind is quantity.kind]
        right = next((one for one in others if says(written, self.known.true(one))), None)
        by_work = others and _RAISED.search(chain.name) and self.apart.by_work(chain, (quantity, *others))
        return right or by_work or quantity

    def given_of_a_layer(self, chain: Chain, quantity: Quantity) -> Quantity:
        """What b^(2) is where its work is the update of the second layer's only bias, and not of the one called b2."""
        new = self.sheet.updated(quantity, chain) if _RAISED.search(chain.name) else None
        wholes = self.known.wholes.may_be(chain.name, self.meanings.within(chain)) if new is not None else ()
        single = (whole.quantities[0] for whole in wholes if whole.shape == (1, 1) and whole.quantities)
        others = {self.sheet.updated(one, chain): one for one in single if one.kind is quantity.kind}
        candidates = {one: given for one, given in {new: quantity, **others}.items() if one is not None}
        told = self.apart.told(chain, tuple(candidates)) if others else None
        return quantity if told is None else candidates[told]

    def of_all(self, chain: Chain, quantity: Quantity) -> Quantity:
        """What stands under the heading of a sample, but may be of all of them together: as its value or work says."""
        places = tuple(place for place in quantity.at if place.word != "sample")
        whole = quantity.bare.at_address(places)
        if whole == quantity or whole not in self.known.derivation.index:
            return quantity
        written = value_in_chain(chain)[1]
        right = [one for one in (quantity, whole) if written is not None and says(written, self.known.true(one))]
        return whole if self.apart.sums_samples(chain) or right == [whole] else quantity

    def factor(self, chain: Chain) -> bool:
        """Takes a factor of the chain rule that has no line of its own; whether it is one."""
        known = is_slope(chain.name) or (is_factor(chain.name) and self.meanings.is_helper(chain))
        return known and self.takes_factor(chain)

    def takes_factor(self, chain: Chain) -> bool:
        """Takes a derivative of something by something that is on the way to it; whether it is one."""
        within = self.meanings.within(chain)
        near = self.meanings.names.find(self.meanings.loss, within) or next(iter(self.known.derivation.index), None)
        found = self.factors.factor(chain, near)
        same = (
            () if found is None else (found.quantity, replace(found.quantity, kind=Kind.GRADIENT), *self.deltas(found))
        )
        line = next((one for one in same if one in self.known.derivation.index), None)
        if line is not None:  # of the full derivation
            self.answer(chain, line)
        elif found is not None:
            self.sheet.factors.append(found)
        return found is not None

    def deltas(self, found: Factor) -> Iterator[Quantity]:
        """The δ that the derivative of the loss by a net input is."""
        of, by = found.quantity.of, found.quantity.by
        if of is not None and by is not None and of.bare_key == self.meanings.loss and by.kind is Kind.NET:
            meant = self.meanings.derivative_by(by.bare)
            yield from self.meanings.known([meant] if meant.startswith("delta") else [], found.quantity.at)

    def answer(self, chain: Chain, quantity: Quantity) -> None:
        """Takes the work for a quantity; a target that is called like its output is given."""
        if not self.apart.repeats_a_target(chain, quantity):
            self.sheet.answer(self.matrices.without_matrices(chain, quantity), quantity)

    def change(self, chain: Chain) -> bool:
        """Takes the line of a change, Δw = η·δ·o, as work for the update that it leads to; whether it is one."""
        name = parameter_in(chain.name)
        given = self.meanings.given(name) if name else self.stepped(chain)
        new = self.sheet.updated(given, chain) if given is not None else None
        if new is not None:
            self.sheet.changes.append(Change(new, chain.name, chain.spot, chain.parts))
        elif name and (delta := self.meanings.find(f"delta_{name}", self.meanings.within(chain))) is not None:
            self.answer(chain, delta)  # Delta y, in words
        elif name:
            why = _("no parameter called {name!r} that is updated").format(name=name[:_LONGEST])
            self.sheet.own.append(Remark(chain.name, chain.spot, why))
        return new is not None or bool(name)

    def stepped(self, chain: Chain) -> Quantity | None:
        """The parameter whose step a `dw` is, and not its gradient: the learning rate is a factor in it."""
        given = self.meanings.given(chain.name[1:]) if chain.name[:1] == "d" and "/" not in chain.name else None
        if given is None:
            return None
        names = {name for part in chain.parts for name in names_in_text(part.text)}
        rated = any((found := self.meanings.given(name)) is not None and found.kind is Kind.CONSTANT for name in names)
        return given if rated else None

    def unknown(self, chain: Chain, error: UnknownName) -> None:
        """A name that is none: one of several things, the student's own, a field beside the work, or a complaint."""
        if self.is_no_work(chain):
            return
        if (given := self.given_at_a_sample(chain) or self.only_target(chain)) is not None:
            self.sheet.repeated(chain, given)
            return
        several = self.meanings.several(chain)
        if not self.is_of_the_problem(chain, several):
            self.of_nothing(chain, several, error)

    def is_no_work(self, chain: Chain) -> bool:
        """Whether a line only says what is known: a field beside the work, a given gradient, h0 = 0."""
        word = chain.name.split()[0].casefold() if chain.name.split() else ""
        is_start = self.meanings.is_before_the_first(typed(chain.name))
        return word in _NO_WORK or is_start or self.repeats_a_gradient(chain)

    def is_of_the_problem(self, chain: Chain, several: Sequence[Quantity]) -> bool:
        """Takes what several units have, what is numbered by samples or steps, a unit, a factor; whether it is one."""
        if self.apart.through and is_factor(chain.name) and self.takes_factor(chain):
            return True
        if self.lists.of_every_unit(chain, several):
            return True
        if not several and (counted := self.counted.meant(chain)) is not None:
            self.answer(*counted)
            return True
        quantity = self.as_before(chain, several) or self.of_a_unit(chain) or self.apart.told(chain, several)
        if quantity is not None:
            self.told[in_a_row(chain.name)] = quantity
            self.answer(chain, quantity)
            return True
        return is_factor(chain.name) and self.takes_factor(chain)

    def as_before(self, chain: Chain, several: Sequence[Quantity]) -> Quantity | None:
        """The δ of the unit whose net input was called a3 before, where da3 may be that of several."""
        name = in_a_row(chain.name)
        before = self.told.get(name[1:]) if name.startswith("d") else None
        if before is None or before.kind is not Kind.NET:
            return None
        return next((one for one in several if one.kind is Kind.DELTA and one.name == before.name), None)

    def of_nothing(self, chain: Chain, several: Sequence[Quantity], error: UnknownName) -> None:
        """A name that may mean several quantities, or none: a complaint, a calculation on the side, or a remark."""
        if several:
            message = _("{name!r} may be several quantities").format(name=chain.name[:_LONGEST])
            self.sheet.complain(message, chain.spot, _("write {keys}").format(
                keys=_(" or ").join(one.bare_key for one in several)))  # fmt: skip
        elif is_sum(chain.name) or self.apart.is_known_list(chain):
            self.on_the_side(chain)
        elif self.meanings.is_near(chain) and not (_EVERY_UNIT.search(chain.name) and value_in_chain(chain)[1] is None):
            self.sheet.complain(error.message, chain.spot, error.hint)
        elif self.apart.is_a_part(chain) or self.apart.is_used(chain):
            self.on_the_side(chain)
        else:
            says_something = any(_NUMBER.search(part.text) for part in chain.parts)
            message, hint = (error.message, error.hint or "") if says_something else ("", "")
            self.sheet.own.append(Remark(chain.name, chain.spot, message, hint=hint))

    def given_at_a_sample(self, chain: Chain) -> Quantity | None:
        """What is given of one sample, x^(2) = 9."""
        name = typed(chain.name)
        sample = OF_A_SAMPLE.search(name)
        given = self.meanings.given(name[: sample.start()]) if sample else None
        if sample is None or given is None or given.kind is Kind.PARAMETER:
            return None
        return given.at_address((Place("sample", int(sample[1])),))

    def only_target(self, chain: Chain) -> Quantity | None:
        """The target that a bare t is, where there is one."""
        targets = {target.bare for target, _out in self.meanings.pairs}
        return next(iter(targets)) if chain.name in _TARGET and len(targets) == 1 else None

    def repeats_a_gradient(self, chain: Chain) -> bool:
        """Whether a bare g has the value of a gradient that is given at that place."""
        written = value_in_chain(chain)[1] if chain.name.casefold() in _BARE_GRADIENT else None
        within = set(self.meanings.within(chain))
        given = (line.quantity for line in self.known.derivation.lines
                 if line.given and line.quantity.kind is Kind.GRADIENT and within <= set(line.quantity.at))  # fmt: skip
        return written is not None and any(says(written, self.known.true(one)) for one in given)

    def on_the_side(self, chain: Chain) -> None:
        """A calculation on the side, e^2 = 7.389, or a part of a line under a name of its own: only a slip is told."""
        parts = (ChainSide(chain.name, chain.spot), *chain.parts) if is_sum(chain.name) else chain.parts
        _formulas, steps, value = parts_of(parts)
        if steps and value is not None:
            is_right, gives = worked_out(worked := steps[-1], value)
            if is_right is False and gives is not None:
                message = _("{numbers} is {value}, not {yours}")
                said = message.format(numbers=worked.text, value=as_printed(_short(gives)), yours=value.text)
                self.sheet.own.append(Remark(chain.name, chain.spot, said))
                return
        why = _("a calculation on the way, which is not judged by itself")
        self.sheet.own.append(Remark(chain.name, chain.spot, why, on_the_way=True))

    def difference(self, chain: Chain) -> bool:
        """Takes the difference of an output and its target, which many call e or error; whether it is one.

        It is the derivative of the loss where that is so, else a line on the way.
        """
        written = value_in_chain(chain)[1]
        if chain.name.casefold() not in _ERRORS or written is None:
            return False
        within = set(self.meanings.within(chain))
        with precision(_BITS):
            here = [pair for pair in self.meanings.pairs if within <= set(pair[1].at)]
            found = [out for target, out in here for sign in (1, -1)
                     if says(written, sign * (ball(self.known.true(target)) - ball(self.known.true(out))))]  # fmt: skip
        loss = self.meanings.find(chain.name, tuple(self.meanings.within(chain)))
        if not found or (loss is not None and (chain.name == loss.bare_key or says(written, self.known.true(loss)))):
            return False
        keys = [f"delta_{found[0].name}", f"d{self.meanings.loss}/d{found[0].bare_key}"]
        slopes = self.meanings.known(keys, found[0].at)
        if (same := next((one for one in slopes if says(written, self.known.true(one))), None)) is not None:
            self.answer(chain, same)
        else:
            self.on_the_side(chain)
        return True

    def of_a_unit(self, chain: Chain) -> Quantity | None:
        """What is meant where only a unit is named, or a letter with a number: that whose value or work stands there.

        Where it is nobody's, the output of the unit, or the only thing that can be meant.
        """
        units, bare = self.meanings.of_a_unit(chain), self.meanings.bare(chain)
        wholes = () if bare else self.known.wholes.may_be(chain.name, self.meanings.within(chain))
        cells = (cell for whole in wholes if whole.shape == (1, 1) for cell in whole.quantities)
        single = (cell for cell in cells if cell.kind not in GIVEN)
        found = tuple(dict.fromkeys((*units, *self.meanings.numbered(chain), *single, *bare)))
        if self.apart.through and (in_network := self.meanings.numbered(chain, through=True)):
            return self.apart.told(chain, found) or in_network[0]
        likeliest = units[0] if units else found[0] if len(found) == 1 else None
        return self.apart.told(chain, found) or likeliest


def _short(value: Ball) -> str:
    """A value to the figures that anybody works with."""
    return f"{float(value.mid()):.5g}"
