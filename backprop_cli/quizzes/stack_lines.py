"""The lines of an exercise as STACK marks them: each by its formula over the student's own earlier answers.

The rules are those of `check` (`stack_rules.py`): each line gives them the right value, and what its formula and the
usual mistakes give over what was written before it.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from functools import cached_property
from itertools import zip_longest

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.following import is_short
from backprop_cli.ground.records import record
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.quizzes.maxima import MaximaNames, answer, chosen, helpers_of, spelled
from backprop_cli.quizzes.numerals import number
from backprop_cli.quizzes.replies import Replies
from backprop_cli.quizzes.stack_rules import FOLLOWS, PERHAPS, RULES, SAME, SHORT
from backprop_cli.worksheets.usual import UsualMistake


@record(slots=False)
class StackLine:
    """A line: its number from 1, and its usual mistakes, in the order in which they are tried."""

    number: int
    quantity: Quantity
    mistakes: tuple[UsualMistake, ...]
    uses: tuple[Quantity, ...]  # the earlier answers that its formula or a mistake needs

    @property
    def answer(self) -> str:
        """The name of its input."""
        return f"ans{self.number}"

    @property
    def tree(self) -> str:
        """The name of its response tree."""
        return f"prt{self.number}"


class StackLines:
    """The lines of one exercise with the numbers of its variants, of which the first says what is computed how."""

    def __init__(self, variants: Sequence[Replies]) -> None:
        self.variants = variants
        self.first = variants[0]
        self.key = self.first.key
        self._constants, self._values = MaximaNames("c"), MaximaNames("y")

    @cached_property
    def lines(self) -> tuple[StackLine, ...]:
        """Every line that is asked for."""
        found: list[StackLine] = []
        for line in self.first.exercise.lines:
            known = {one.quantity: one for one in found}
            mistakes = self._mistakes(line.quantity)
            formulas = [*self._formula(line.quantity), *(one.formula for one in mistakes)]
            uses = dict.fromkeys(name for formula in formulas for name in self._roots(formula, known))
            found.append(StackLine(len(found) + 1, line.quantity, mistakes, tuple(uses)))
        return tuple(found)

    @cached_property
    def _numbers(self) -> dict[Quantity, StackLine]:
        return {line.quantity: line for line in self.lines}

    def _mistakes(self, quantity: Quantity) -> tuple[UsualMistake, ...]:
        return tuple(self.first.mistakes.of(quantity)) if self.key.is_worked(quantity) else ()

    def _formula(self, quantity: Quantity) -> Iterator[Formula]:
        """The formula of a line; of what is only reported, or where nothing is to follow, none."""
        if self.key.is_worked(quantity):
            yield self.key.derivation.index[quantity].formula

    def _roots(self, formula: Formula, known: Container[Quantity]) -> Iterator[Quantity]:
        """The lines asked for that a formula comes from, through lines that are not."""
        waiting, seen = [*quantities_in(formula)], set[Quantity]()
        while waiting:
            one = waiting.pop(0)
            if one in seen:
                continue
            seen.add(one)
            if one in known:
                yield one
            elif self.key.is_worked(one):
                waiting += quantities_in(self.key.derivation.index[one].formula)

    # ---- question variables --------------------------------------------------------------------------------------

    def variables(self) -> str:
        """What is given, the right values, the rules, and the functions of the lines."""
        functions = [self._function(line) for line in self.lines if self._values_of(line)]
        given = [self._given(one) for one in self._constants_used(functions)]
        right = [f"{_right(line)}:{self._each(line)};" for line in self.lines]
        units = [f"{_unit(line)}:{self._unit_of(line)};" for line in self.lines]
        variant = [f"v:mod(stack_seed-1,{len(self.variants)})+1;"] if len(self.variants) > 1 else []
        return "\n".join([*variant, *given, *right, *units, *helpers_of(functions), RULES.strip(), *functions])

    def _each(self, line: StackLine) -> str:
        return chosen(number(one.number_of(line.quantity)) for one in self.variants)

    def _unit_of(self, line: StackLine) -> str:
        return chosen(number(one.unit_compared(line.quantity)) for one in self.variants)

    def _constants_used(self, functions: Sequence[str]) -> list[Quantity]:
        text = "\n".join(functions)
        return [one for one in self._known if f"{self._constants[one]}" in text]

    @cached_property
    def _known(self) -> dict[Quantity, None]:
        """What is given, and lines that are given a value."""
        derivation = self.key.derivation
        given = [line.quantity for line in derivation.lines if line.given]
        return dict.fromkeys([*derivation.constants, *given])

    def _given(self, quantity: Quantity) -> str:
        values = chosen(number(one.number_of(quantity)) for one in self.variants)
        return f"{self._constants[quantity]}:{values};"

    def _function(self, line: StackLine) -> str:
        """g3(y_net_h1):=float([the right formula, a mistake, another mistake]);"""
        between: dict[Quantity, str] = {}
        own = set(line.uses)
        values = [self._spelled(formula, own, between) for formula in self._values_of(line)]
        names = ",".join(self._values[one] for one in line.uses)
        result = f"float([{','.join(values)}])"
        if between:
            locals_ = ",".join(self._values[one] for one in between)
            steps = ", ".join(f"{self._values[one]}:{text}" for one, text in between.items())
            result = f"block([{locals_}], {steps}, {result})"
        return f"{_function(line)}({names or 'bp_none'}):={result};"

    def _values_of(self, line: StackLine) -> list[Formula]:
        return [*self._formula(line.quantity), *(one.formula for one in line.mistakes)]

    def _spelled(self, formula: Formula, own: set[Quantity], between: dict[Quantity, str]) -> str:
        """A formula over own answers, what is given, and lines between them, which are put into `between`."""

        def name(quantity: Quantity) -> str:
            if quantity in own:
                return self._values[quantity]
            if self.key.is_worked(quantity):
                if quantity not in between:
                    text = self._spelled(self.key.derivation.index[quantity].formula, own, between)
                    between[quantity] = text
                return self._values[quantity]
            self._known.setdefault(quantity)
            return self._constants[quantity]

        return spelled(formula, name)

    def shown(self, line: StackLine) -> str:
        """The right value as the key prints it."""
        return answer(one.exercise.value(line.quantity).text("e{}", (-8, 15)) for one in self.variants)

    # ---- feedback variables --------------------------------------------------------------------------------------

    def feedback(self, line: StackLine) -> str:
        """What a tree computes before it decides: own values, what follows from them, and the verdict.

        v1 is the verdict if zeros stand at the end of the answer down to the digit asked for, v2 if there are none, v3
        where v2 does not hold because there are some; n1 figures are enough, and with n2 there are zeros.
        """
        own = [(self._numbers[one], f"x{place}", f"h{place}") for place, one in enumerate(line.uses, start=1)]
        steps = [f"{x}:bp_own({one.answer},{_right(one)});" for one, x, _h in own]
        right = f"{_right(line)},{_unit(line)}"
        if not self._values_of(line):
            steps += ["y:[];", "w:[];"]
        else:
            steps += [
                f"{h}:bp_half({one.answer},{_right(one)},{_unit(one)},{self._digits(one)});" for one, _x, h in own
            ]
            call = _function(line)
            steps.append(f"y:{call}({','.join(x for _one, x, _h in own) or '0'});")
            differences = [
                f"abs({call}({_moved(own, place, '+')})-{call}({_moved(own, place, '-')}))" for place in range(len(own))
            ]
            steps.append(f"w:({'+'.join(differences)})/2;" if differences else "w:0*y;")
            slips = [place for place, one in enumerate(line.mistakes, start=2) if self.first.is_a_slip_of_the_sign(one)]
            steps += [f"y:bp_slips(y,{right},[{','.join(map(str, slips))}]);"] if slips else []
        digits, ways = self._digits(line), self._by_variant(line, Replies.moved_on_the_way)
        by_hand = self._by_variant(line, Replies.worked_by_hand)
        fine = [f"bp_fine({one.answer},{_right(one)},{_unit(one)},{self._digits(one)})" for one, _x, _h in own]
        steps.append(f"f:{' and '.join(fine) or 'true'};" if not self._is_short(line) else "f:true;")
        zeros = (1, 0, 2) if self.first.marking.rule.tolerance is None else (1, 1, 1)
        steps += [
            f"{name}:bp_verdict({line.answer},{right},y,w,{digits},[{','.join(ways)}],[{','.join(by_hand)}],f,{ending});"
            for name, ending in zip(("v1", "v2", "v3"), zeros, strict=True)
        ]
        unit = f"bp_at(y[1],{right},{digits})" if self._values_of(line) else _unit(line)
        steps += [f"n1:bp_count({line.answer},{unit});", f"n2:bp_shown({line.answer})+1;"]
        steps.append(f"if is(v2={FOLLOWS}) and is(v3#{FOLLOWS}) then v2:{PERHAPS};")
        steps.append(f"v3:if is(v2={PERHAPS}) then v3 elseif member(v2,{SHORT}) then v1 else v2;")
        return "\n".join([*steps, f"if is(n2>n1) then v1:{SAME};"])

    def _is_short(self, line: StackLine) -> bool:
        """Whether the right value needs no more than a few decimal places in all variants."""
        return all(is_short(one.key.true(line.quantity)) for one in self.variants)

    def follows(self, line: StackLine) -> bool:
        """Whether other answers than the right value can be right, by earlier answers or by rounding on the way."""
        found = (Replies.moved_on_the_way, Replies.worked_by_hand)
        return bool(line.uses) or any(self._by_variant(line, one) for one in found)

    def _by_variant(self, line: StackLine, found: Callable[[Replies, Quantity], Sequence[Rational]]) -> list[str]:
        """Numbers of a line, of which each variant may have another count: 0 stands for those that it has not."""
        rows = zip_longest(*(found(one, line.quantity) for one in self.variants), fillvalue=rational(0))
        return [chosen(map(number, one)) for one in rows]

    def _digits(self, line: StackLine) -> str:
        """To how many figures the line is asked for, and the old value whose step it has to show."""
        old = self.key.old_of(line.quantity) if self.is_new(line) else None
        return f"{self._figures(line)},{'false' if old is None else self._old(old)}"

    def is_new(self, line: StackLine) -> bool:
        """Whether the line is an update that has to show its step."""
        marking = self.first.marking
        is_shown = not marking.is_asked(line.quantity) and not marking.rule.free_digits
        return is_shown and self.key.old_of(line.quantity) is not None

    def _old(self, old: Quantity) -> str:
        if old in self._numbers:
            return f"bp_own({self._numbers[old].answer},{_right(self._numbers[old])})"
        return chosen(number(one.number_of(old)) for one in self.variants)

    def _figures(self, line: StackLine) -> int:
        """To how many figures the line is asked for; 0 where the unit of its right value is that of any other."""
        return 0 if self.first.marking.rule.tolerance else self.first.marking.enough(line.quantity).figures or 0


def _moved(own: Sequence[tuple[StackLine, str, str]], place: int, sign: str) -> str:
    """The own values, one of them moved by half a unit."""
    return ",".join(f"{x}{sign}{h}" if at == place else x for at, (_one, x, h) in enumerate(own))


def _right(line: StackLine) -> str:
    return f"ta{line.number}"


def _unit(line: StackLine) -> str:
    return f"tu{line.number}"


def _function(line: StackLine) -> str:
    return f"g{line.number}"
