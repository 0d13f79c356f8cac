"""The lines of an exercise as STACK marks them: each by its formula over the student's own earlier answers.

The rules are those of `check` in their order, in Maxima: `bp_verdict` stands once in the question, and each line gives
it the right value, and what its formula and the usual mistakes give over what was written before it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cached_property

from backprop_cli.algebra.derivation import quantities_in
from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.records import record
from backprop_cli.quizzes.maxima import MaximaNames, chosen, helpers_of, spelled
from backprop_cli.quizzes.numerals import number
from backprop_cli.quizzes.replies import Replies
from backprop_cli.worksheets.usual import UsualMistake

RULES = """\
/* the last digit that a number is written with; zeros at its end are none */
bp_whole(x):=is(abs(x-round(x))<=1.0e-9*max(1,abs(x)));
bp_last(x,d):=if is(d>14) or bp_whole(x*10.0^d) then 10.0^(-d) else bp_last(x,d+1);
bp_size(x):=floor(log(abs(float(x)))/log(10.0)+1.0e-12);
/* one unit of the last of so many significant figures */
bp_figure(x,k):=block([m], if is(abs(x)<1.0e-90) then return(0.0), m:10.0^(bp_size(x)-k+1), \
if is(abs(x)+m/2>=10.0^(bp_size(x)+1)) then 10*m else m);
/* an answer as later lines use it (t, the right one, where it is blank), and how uncertain it is (u: a unit) */
bp_own(a,t):=if is(a=EMPTYANSWER) then t else max(-1.0e30,min(1.0e30,float(a)));
bp_half(a,t,u,p):=block([l,q], if is(a=EMPTYANSWER) then return(0), l:bp_last(float(a),0), \
q:bp_at(float(a),t,u,p), if is(abs(float(a)-t)<=1.0e-12*max(1.0e-6,abs(t))) then 0 elseif is(l>10*q) or \
(is(l>q) and is(abs(float(a)-t)<=q/2)) then q/2 else l/2);
/* whether a is y, give or take w, and whether that says anything */
bp_meets(a,y,w,u):=is(abs(a-y)<=u/2*(1+1.0e-9)+1.0e-12*abs(y)) or (is(bp_last(a,0)<=u*(1+1.0e-9)) and \
is(abs(a-y)<=w+u/2) and (is(w<=200*u) or is(w<=0.4*abs(y))));
/* one unit at y of the last digit asked for: of p figures, of so many places (p = 0), or of what a 0 is measured by */
/* (and so is what is left of terms that cancel) */
bp_at(y,t,u,p):=if (is(p=0) and is(u>0)) or is(abs(y)<=1.0e-9*u) then u elseif is(abs(t)<1.0e-90) then \
max(u,bp_figure(y,max(p,3))) \
else bp_figure(y,p);
/* the first mistake from k on that gives a */
bp_first(a,y,w,t,u,p,k):=if is(k>length(y)) then 0 elseif is(abs(a-y[k])<=bp_at(y[k],t,u,p)/2*(1+1.0e-9)+\
min(w[k],10*bp_at(y[k],t,u,p))) then k else bp_first(a,y,w,t,u,p,k+1);
bp_beside(a,t,l):=not bp_whole(t/l) and is(abs(round(a/l)-round(t/l))=1);
bp_shifted(a,t,u,k):=if is(k>3) then false elseif is(abs(a*10.0^k-t)<=u/2) or is(abs(a/10.0^k-t)<=u/2) then true \
else bp_shifted(a,t,u,k+1);
/* 0 blank, 1 right, 2 follows, -1 too few digits, -2 too few to tell, -3 last digit, -4 sign, -5 point, -6 wrong; */
/* else 2 and the number of a mistake. y: by the formula, by the mistakes; w: how uncertain they are; p as above */
bp_verdict(a,t,u,y,w,p):=block([k,l,q], if is(a=EMPTYANSWER) then return(0), a:float(a), \
if is(abs(a-t)<=u/2*(1+1.0e-9)+1.0e-14*abs(t)) then return(1), \
q:if length(y)>0 then bp_at(y[1],t,u,p) else u, \
if length(y)>0 and bp_meets(a,y[1],w[1],q) then return(2), \
k:bp_first(a,y,0*w,t,u,p,2), if is(k=0) then k:bp_first(a,y,w,t,u,p,2), \
if is(k>0) then return(k+1), l:bp_last(a,0), \
if is(l>u*(1+1.0e-9)) and is(abs(a-t)<=l/2*(1+1.0e-9)) then \
return(if is(abs(a)>=10*l) and is(l<=100*u*(1+1.0e-9)) then -1 else -2), \
if is(l<=u*(1+1.0e-9)) and (bp_beside(a,t,l) or (length(y)>0 and bp_beside(a,y[1],l))) then return(-3), \
if is(abs(a)>0) and (is(abs(a+t)<=u/2*(1+1.0e-9)) or (length(y)>0 and bp_meets(-a,y[1],w[1],q))) then return(-4), \
if is(abs(a)>0) and bp_shifted(a,t,u,1) then return(-5), -6);
"""
BLANK, RIGHT, FOLLOWS, TOO_FEW, VAGUE, LAST, SIGN, POINT, WRONG = 0, 1, 2, -1, -2, -3, -4, -5, -6
FIRST_MISTAKE = 3  # which is 2 and its number


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
        values = [one.exercise.value(line.quantity).text("e{}", (-8, 15)) for one in self.variants]
        return chosen(values)

    # ---- feedback variables --------------------------------------------------------------------------------------

    def feedback(self, line: StackLine) -> str:
        """What a tree computes before it decides: own values, what follows from them, and the verdict v1."""
        own = [(self._numbers[one], f"x{place}", f"h{place}") for place, one in enumerate(line.uses, start=1)]
        steps = [f"{x}:bp_own({one.answer},{_right(one)});" for one, x, _h in own]
        if not self._values_of(line):
            steps += ["y:[];", "w:[];"]
        else:
            steps += [
                f"{h}:bp_half({one.answer},{_right(one)},{_unit(one)},{self._figures(one)});" for one, _x, h in own
            ]
            call = _function(line)
            steps.append(f"y:{call}({','.join(x for _one, x, _h in own) or '0'});")
            differences = [
                f"abs({call}({_moved(own, place, '+')})-{call}({_moved(own, place, '-')}))" for place in range(len(own))
            ]
            steps.append(f"w:({'+'.join(differences)})/2;" if differences else "w:0*y;")
        figures = self._figures(line)
        steps.append(f"v1:bp_verdict({line.answer},{_right(line)},{_unit(line)},y,w,{figures});")
        return "\n".join(steps)

    def _figures(self, line: StackLine) -> int:
        """To how many figures the line is asked for; 0 where the unit of its right value is that of any other."""
        marking = self.first.marking
        is_step = line.quantity.kind is Kind.NEW and not marking.is_asked(line.quantity)
        if is_step or marking.rule.tolerance is not None:
            return 0
        return marking.enough(line.quantity).figures or 0


def _moved(own: Sequence[tuple[StackLine, str, str]], place: int, sign: str) -> str:
    """The own values, one of them moved by half a unit."""
    return ",".join(f"{x}{sign}{h}" if at == place else x for at, (_one, x, h) in enumerate(own))


def _right(line: StackLine) -> str:
    return f"ta{line.number}"


def _unit(line: StackLine) -> str:
    return f"tu{line.number}"


def _function(line: StackLine) -> str:
    return f"g{line.number}"
