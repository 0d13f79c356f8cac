"""From text to a formula: our own bounded parser, which can compute and can do nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, Number, apply
from backprop_cli.algebra.operations import ALIASES, OPERATIONS
from backprop_cli.ground import limits
from backprop_cli.ground.errors import BackpropError, did_you_mean, which
from backprop_cli.ground.words import _
from backprop_cli.numbers.exact import numeral

FUNCTIONS = {name for name, operation in OPERATIONS.items() if operation.public and operation.arity != 0}
CONSTANTS = {"pi", "e"}
_FUNCTION_ALIASES = {**ALIASES, "sigma": "sigmoid"}
_NORMAL = str.maketrans({"−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "∗": "*", "÷": "/"} | {" ": " "})
TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)|(?P<mark>\*\*|[-+*/^(),√])"
)


Hint = str | Callable[[], str | None] | None


class FormulaError(BackpropError):
    """A formula that cannot be read: what is wrong, where in the text (from 0), and a suggestion.

    A suggestion that has to be searched for is a function, which is called when the suggestion is read: most parts of
    a line are tried as one thing after another, and what they are not is said to nobody.
    """

    def __init__(self, message: str, offset: int, length: int = 1, hint: Hint = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.length = length
        self._hint = hint

    @property
    def hint(self) -> str | None:
        """The suggestion."""
        if callable(self._hint):
            self._hint = self._hint()
        return self._hint


class FormulaToken(NamedTuple):
    """A number, a name or a mark of a formula, and where it begins."""

    kind: str
    text: str
    offset: int


def parse(text: str, known: Callable[[str], bool] | None = None, names: Collection[str] = ()) -> Formula:
    """The formula that the text says, with names from `names` (or any for which `known` holds) as `Name(text)`.

    Where `known` says what is a name, `names` are only what may be suggested in place of one that is not.
    Raises FormulaError, with the place and a suggestion. Time and depth are bounded by the limits.
    """
    refuse_long(text)
    are_all = known is None
    return Parser(tokens_in(text), known or names.__contains__, names, are_all).formula()


def refuse_long(text: str) -> None:
    """Raises FormulaError where a text is too long for a formula."""
    if len(text) > limits.FORMULA_LENGTH:
        message = _("a formula of {length:,} characters; the limit is {limit:,}")
        raise FormulaError(message.format(length=len(text), limit=limits.FORMULA_LENGTH), 0, 1)


def parse_constant(text: str, letters: frozenset[str] = frozenset()) -> Formula:
    """A formula without names but letters: `0.15`, `-1/3` or `ln(2)`; a signed numeral or a fraction stays as it is."""
    formula = parse(text, letters.__contains__, letters)
    match formula:
        case Apply("negative", (Number(value, written),)) if written is not None:
            return Number(-value, f"-{written}")
        case Apply("quotient", (Number(top, above), Number(bottom, below))) if above and below and bottom != 0:
            return Number(top / bottom, f"{above}/{below}")
        case Apply("quotient", (Apply("negative", (Number(top, above),)), Number(bottom, below))) if (
            above and below and bottom != 0
        ):
            return Number(-top / bottom, f"-{above}/{below}")
    return formula


def tokens_in(text: str, pattern: re.Pattern[str] = TOKEN) -> list[FormulaToken]:
    """The tokens of a formula, in one form of its signs. Raises FormulaError."""
    text = text.translate(_NORMAL)
    tokens: list[FormulaToken] = []
    position = 0
    for match in pattern.finditer(text):
        kind, said = match.lastgroup or "", match.group()
        if match.start() != position or (kind == "number" and not said.isascii()):
            break
        if kind != "space":
            tokens.append(FormulaToken(kind, said, position))
        position += len(said)
    if position < len(text):
        raise FormulaError(_("{char!r} does not belong in a formula").format(char=text[position]), position)
    tokens.append(FormulaToken("end", "", position))
    return tokens


class Parser:
    """Precedence climbing over the tokens; `depth` counts what is open, `nodes` what has been made.

    `are_all` says that no other names than `names` are known. A kind of parser has its own `functions`, and `between`
    more signs of products with the operations that they stand for.
    """

    functions: Collection[str] = FUNCTIONS
    between: Mapping[str, str] = {}

    def __init__(
        self, tokens: list[FormulaToken], known: Callable[[str], bool], names: Collection[str], are_all: bool
    ) -> None:
        self.tokens = tokens
        self.position = 0
        self.known = known
        self.names = names
        self.are_all = are_all
        self.depth = 0

    @property
    def token(self) -> FormulaToken:
        return self.tokens[self.position]

    def take(self, *texts: str) -> FormulaToken | None:
        """The next token, consumed, when it is one of these marks."""
        token = self.token
        if token.kind == "mark" and token.text in texts:
            self.position += 1
            return token
        return None

    def fail(self, message: str, token: FormulaToken | None = None, hint: Hint = None) -> FormulaError:
        token = token or self.token
        return FormulaError(message, token.offset, max(1, len(token.text)), hint)

    def formula(self) -> Formula:
        result = self.sum()
        if self.token.kind != "end":
            raise self.unexpected()
        return result

    def unexpected(self) -> FormulaError:
        token = self.token
        if token.kind == "end":
            return self.fail(_("the formula ends too early"))
        if token.text == ",":
            return self.fail(_("a comma here"), hint=_("decimals are written with a point: 0.15"))
        if token.kind == "name" and token.text.startswith("_"):
            return self.fail(
                _("{text!r} does not belong here").format(text=token.text), hint=_("write 1000, not 1_000")
            )
        if token.kind in ("name", "number") or token.text == "(":
            return self.fail(_("an operator is missing before {text!r}").format(text=token.text))
        return self.fail(_("{text!r} does not belong here").format(text=token.text))

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > limits.FORMULA_DEPTH:
            raise self.fail(_("nested more than {limit} deep").format(limit=limits.FORMULA_DEPTH))

    def refuse_wide(self, count: int, token: FormulaToken) -> None:
        if count >= limits.FORMULA_WIDTH:
            raise self.fail(_("more than {limit} factors or arguments").format(limit=limits.FORMULA_WIDTH), token)

    def sum(self) -> Formula:
        terms = [self.product()]
        while sign := self.take("+", "-"):
            term = self.product()
            terms.append(term if sign.text == "+" else apply("negative", term))
        return terms[0] if len(terms) == 1 else Apply("sum", tuple(terms))

    def product(self) -> Formula:
        result = self.signed()
        divisions = 0
        while sign := self.take("*", "/", *self.between):
            factor = self.signed()
            if sign.text in self.between:
                result = apply(self.between[sign.text], result, factor)
            elif sign.text == "/":
                divisions += 1
                if divisions > limits.FORMULA_CHAIN:
                    message = _("more than {limit} divisions in a row").format(limit=limits.FORMULA_CHAIN)
                    raise self.fail(message, sign)
                result = apply("quotient", result, factor)
            elif isinstance(result, Apply) and result.operation == "product":
                self.refuse_wide(len(result.arguments), sign)
                result = Apply("product", (*result.arguments, factor))
            else:
                result = apply("product", result, factor)
        return result

    def signed(self) -> Formula:
        minus = 0
        while sign := self.take("-", "+"):
            minus += sign.text == "-"
        base = self.power()
        return apply("negative", base) if minus % 2 else base

    def power(self) -> Formula:
        base = self.atom()
        if self.take("^", "**"):
            self.deeper()
            exponent = self.signed()
            self.depth -= 1
            return apply("exp", exponent) if base == _E else apply("power", base, exponent)
        return base

    def atom(self) -> Formula:
        token = self.token
        if token.kind == "number":
            self.position += 1
            return self.number(token)
        if token.kind == "name":
            self.position += 1
            return self.name(token)
        if self.take("√"):
            self.deeper()
            root = apply("sqrt", self.atom())
            self.depth -= 1
            return root
        if self.take("("):
            self.deeper()
            inner = self.sum()
            if not self.take(")"):
                raise self.unexpected() if self.token.kind != "end" else self.fail(_("a bracket is not closed"), token)
            self.depth -= 1
            return inner
        raise self.unexpected()

    def number(self, token: FormulaToken) -> Formula:
        try:
            return Number(numeral(token.text), token.text)
        except OverflowError:
            message = _("a number with more than {length} characters or an exponent beyond ±{exponent}")
            raise self.fail(message.format(length=limits.NUMBER_LENGTH, exponent=limits.EXPONENT), token) from None

    def name(self, token: FormulaToken) -> Formula:
        text = token.text
        if self.token.text == "(" and not self.known(text):
            return self.call(token)
        if self.known(text):
            return Name(text)
        if text in ("pi", "π"):
            return apply("pi")
        if text == "e":
            return _E
        if text in self.functions:
            raise self.fail(_("{name!r} is a function: write {name}(…)").format(name=text), token)
        suggest = which if self.are_all and self.names else did_you_mean
        raise self.fail(
            _("no quantity called {name!r} here").format(name=text),
            token,
            lambda: suggest(text, (*sorted(self.names), *sorted(CONSTANTS))),
        )

    def call(self, token: FormulaToken) -> Formula:
        name = _FUNCTION_ALIASES.get(token.text, token.text)
        if name not in self.functions:
            message = _("no function called {name!r}").format(name=token.text)
            raise self.fail(message, token, lambda: which(token.text, sorted(self.functions)))
        return self.applied(name, token, self.arguments(token))

    def arguments(self, token: FormulaToken) -> list[Formula]:
        """The arguments of the function that `token` names, with their brackets."""
        self.take("(")
        self.deeper()
        arguments = [self.argument()]
        while self.take(","):
            self.refuse_wide(len(arguments), token)
            arguments.append(self.argument())
        if not self.take(")"):
            raise self.unexpected() if self.token.kind != "end" else self.fail(_("a bracket is not closed"), token)
        self.depth -= 1
        return arguments

    def argument(self) -> Formula:
        """One argument of a function."""
        return self.sum()

    def applied(self, name: str, token: FormulaToken, arguments: Sequence[Formula]) -> Formula:
        """The function on its arguments, those that may be left out put in."""
        operation = OPERATIONS[name]
        if operation.arity is None:
            return Apply(name, tuple(arguments))
        missing = operation.arity - len(arguments)
        if not 0 <= missing <= operation.optional:
            message = _("{name} takes {count} argument(s), not {given}")
            raise self.fail(message.format(name=name, count=operation.arity, given=len(arguments)), token)
        return Apply(name, (*arguments, *(operation.defaults if missing else ())))


_E = apply("exp", ONE)
