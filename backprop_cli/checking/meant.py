"""What the name before an equals sign means: a quantity of the problem, or something that the problem gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace as _replace
from functools import cached_property

from backprop_cli.algebra.quantities import Address, Kind, Quantity
from backprop_cli.checking.bare import Bare
from backprop_cli.checking.vocabulary import Vocabulary
from backprop_cli.deriving.names import UnknownName
from backprop_cli.deriving.spellings import in_a_row
from backprop_cli.ground.errors import nearest
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.working.model import Chain
from backprop_cli.writing.notation import load_notation, notations

_MOST_WORDS = 12
_LONGEST = 40  # characters of a name in a message
_MOST_NAMES = 4_000  # among which a near one is looked for
_HELPER = re.compile(r"(?:Δ|∆|\\Delta|Delta\s)\s?[A-Za-zθ][\w{},]*")  # a step of a weight: a line on the way
_LOSS = r"(?:L|C|J|E|BCE|CE|MSE|SSE|NLL|Loss|loss|Cost|cost|Error|E_?\{?tot(?:al)?\}?|E_?\{?ges\}?)"
_DERIVATIVE = re.compile(rf"[d∂]\s?{_LOSS}\s?/\s?[d∂]\s?(.+)")
_GRADIENT = re.compile(r"(?:grad(?:ient)?[\s_]*|∇\s?|d)_?(\w+)")
_D_OF_A_UNIT = re.compile(r"d_\{?(\w+)\}?")  # δ, where there is only the Latin letter
_UPDATED = re.compile(
    r"(\w+?(?:_?\{\w+\})?)[_^\s{(\[]{0,9}(?:neu|new|updated|after|nouveau|nuevo|nuovo|novo|新|[tkn]\s?\+\s?1)[})\]]*"
)
_ADJOINT = re.compile(r"bar_?\{?(\w+?)\}?")
_CORRECTED = re.compile(r"([mv])_?\{?(\w+?)\}?[\s_]*(?:hat|dach|corr(?:ected)?|korr(?:igiert)?)", re.I)
_PART = re.compile(r"(?:L|C|J|Loss|loss|Error|error)_\{?(\w+)\}?")
FACTOR = re.compile(r"[d∂]\s?(.+?)\s?/\s?[d∂]\s?(.+)")
NUMBERED = re.compile(r"(z|a|net|out|in|o|s|y)([0-9]{1,3})", re.I)
HEADS = {"z": ("net",), "a": ("out", "net"), "net": ("net",), "in": ("net",), "s": ("net", "out"), "out": ("out",),
          "o": ("out", "net"), "y": ("out",)}  # fmt: skip
_SAYS_WHAT = re.compile(  # words that say what of a unit or a parameter is meant
    r"error|err|input|net|sum|target|delta|gradient|grad|nabla|derivative|step|change|correction|weight|bias"
    r"|fehler(?:signal|term)?|(?:netz|netto)?eingabe|summe|ziel(?:wert)?|ableitung|änderung|gewicht|erreur|entrée|dérivée"
    r"|误差项?|净输入|目标|梯度|导数",
    re.I,
)
_SAYS_ELSE = re.compile(
    r"gradient|grad|nabla|derivative|step|change|correction|error|err|delta|ableitung|änderung|fehler|dérivée|梯度|导数",
    re.I,
)
_CHANGE = re.compile(r".*\b(?:change|step|correction|increment|difference)s?\s+(?:in|of|for|to)\s+.*", re.I)
_OF = re.compile(r"(?P<what>[^\W\d_][\w\u0302]{0,12}) (?:for|of|von|für|bei|pour|de) (?P<whose>\w{1,12})")  # m for x0
_OF_SOMETHING = ("for", "of", "von", "für", "bei", "pour", "de")
_ALREADY = ("before", "vorher", "initially", "now", "jetzt", "avant")  # the update
_LETTERS = 3  # a longer word of letters alone is no misspelt name
_LOSSES = frozenset(
    ("mse", "sse", "bce", "nll", "meansquarederror", "crossentropy", "mittlererquadratischerfehler", "kreuzentropie",
     "loss", "cost", "error", "totalerror", "totalloss", "l", "c", "j", "etotal", "etot", "eges", "lossfunction",
     "errortotal", "fehler", "gesamtfehler", "verlust", "gesamtverlust", "kosten", "误差", "总误差", "损失", "总损失")
)  # fmt: skip


@record(slots=False, eq=False)
class Meanings(Vocabulary):
    """Resolves names as students write them, with words before them and headings over them."""

    book: str = ""  # in whose notation a name is read that means different things in different books

    def of_chain(self, chain: Chain) -> Quantity:
        """The quantity that a chain is of; one of kind PARAMETER, INPUT or TARGET where it repeats what is given.

        Raises UnknownName, for the likeliest part of the name.
        """
        within, failure = self.within(chain), None
        for text in _candidates(chain):
            try:
                return self.resolve(text, within)
            except UnknownName as error:
                failure = error
            if (given := self.given(text)) is not None and not self._is_said_otherwise(chain, text):
                return given
        if len(found := self.bare(chain)) == 1:
            return found[0]
        assert failure is not None
        return self._of_all_samples(chain, failure)

    def _of_all_samples(self, chain: Chain, failure: UnknownName) -> Quantity:
        """What there is only once for all samples, as the update, also under the heading of one of them."""
        places = self.within(chain)
        outer = tuple(place for place in places if place.word != "sample")
        for text in _candidates(chain) if outer != places else ():
            if (found := self.find(text, outer)) is not None:
                return found
        raise failure

    def bare(self, chain: Chain) -> tuple[Quantity, ...]:
        """What a name without an index may mean, as the words over it say."""
        return tuple(self.known([one.bare_key for one in self.bare_of(chain)], self.within(chain)))

    def bare_of(self, chain: Chain) -> tuple[Quantity, ...]:
        """The same without their places, also where the problem has them at several."""
        names = (self.bare_names.meant(text, (*chain.above, chain.label)) for text in _candidates(chain))
        return next(filter(None, names), ())

    @cached_property
    def bare_names(self) -> Bare:
        """Names without an index."""
        return Bare(self.problem, self.derivation)

    @staticmethod
    def _is_said_otherwise(chain: Chain, text: str) -> bool:
        """Whether words before a given thing say that something else of it is meant: the gradient of w5."""
        before = chain.name.removesuffix(text).split()
        if len(before) > 1 and before[-1] in _OF_SOMETHING and len(before[-2]) < _LETTERS:  # v of w
            return True
        return any(_SAYS_ELSE.fullmatch(word) for word in before)

    def resolve(self, text: str, within: Address) -> Quantity:
        """The quantity of a name, also where another book writes it so, or a programmer. Raises UnknownName."""
        try:
            return self.names.resolve(text, within)
        except UnknownName as error:
            failure = error
        if found := next(self.known(self._others(text), within), None):
            return found
        several = self.in_books(text)
        if len(several) > 1 and not self.book:
            message = _("{name!r} means different things in different books").format(name=text[:_LONGEST])
            raise UnknownName(message, _("write {keys}").format(keys=_(" or ").join(one.bare_key for one in several)))
        raise failure

    def find(self, text: str, within: Address) -> Quantity | None:
        """The same as `resolve`, and None where there is none, or several."""
        try:
            return self.resolve(text, within)
        except UnknownName:
            return None

    def _others(self, text: str) -> Iterator[str]:
        """The name in our own words: dL/dw5 and grad_w5 are dE/dw5, Loss is E."""
        loss = self.loss
        if adjoint := _ADJOINT.fullmatch(text.strip()):
            yield f"d{self.objective}/d{adjoint[1]}"
        if corrected := _CORRECTED.fullmatch(text.strip()):
            yield f"{corrected[1]}hat_{corrected[2]}"
        if updated := _UPDATED.fullmatch(text.strip()):
            yield f"{updated[1]}_new"
        if derivative := _DERIVATIVE.fullmatch(text.strip()):
            yield f"d{loss}/d{derivative[1]}"
            yield from self._by_unit(derivative[1])
        if (unit := _D_OF_A_UNIT.fullmatch(text.strip())) and self.given(text) is None:
            yield f"delta_{unit[1]}"
        if (gradient := _GRADIENT.fullmatch(text.strip())) and self.given(gradient[1]):
            yield f"d{loss}/d{gradient[1]}"
        if part := _PART.fullmatch(text.strip()):
            yield f"E_{part[1]}"
        if in_a_row(text).casefold() in _LOSSES and in_a_row(text) not in self.given_names:
            yield loss
        found = self.in_books(text)
        if len(found) == 1:
            yield next(iter(found)).bare_key
        here = [quantity for quantity, books in found.items() if len(found) > 1 and self.book in books]
        if len(here) == 1:  # else W[1,2] is of one layer or of another
            yield here[0].bare_key

    def delta_called(self, chain: Chain, given: Quantity) -> Quantity | None:
        """The δ of an output that d_o1 means where that is not the target, which some books call so."""
        words = chain.name.split()
        if given.kind is not Kind.TARGET or not words or in_a_row(words[-1]) != in_a_row(f"d_{given.name}"):
            return None
        return next(self.known([f"delta_{given.name}"], self.within(chain)), None)

    def _by_unit(self, name: str) -> Iterator[str]:
        """The derivative of the loss by something of a unit that a book calls so: dL/dz_y is δ_y."""
        found = self.in_books(name)
        for quantity, books in found.items():
            if len(found) == 1 or self.book in books:
                yield self.derivative_by(quantity)

    def several(self, chain: Chain) -> tuple[Quantity, ...]:
        """What a name may mean, where that is more than one thing and nothing tells which."""
        for text in _candidates(chain):
            derivative = _DERIVATIVE.fullmatch(text)
            by = [self.derivative_by(one) for one in self.in_books(derivative[1])] if derivative else []
            found = tuple(self.in_books(text)) or tuple(self.known(by, self.within(chain)))
            numbered = NUMBERED.fullmatch(in_a_row(text))
            if numbered is not None and not found:
                units = self.units.get(numbered[2], ())
                keys = [f"{kind}_{unit}" for unit in units for kind in HEADS[numbered[1].lower()][:1]]
                found = tuple(self.known(keys, self.within(chain)))
            if len(found) > 1:
                return found
        by_number = self.numbered(chain)
        return self.bare(chain) or (by_number if len(by_number) > 1 else ())

    def by_the_book(self, book: str) -> Meanings:
        """The same, with names that mean different things in different books read as in this one."""
        if book not in self._by_book:
            self._by_book[book] = _replace(self, book=book)
        return self._by_book[book]

    @cached_property
    def _by_book(self) -> dict[str, Meanings]:
        return {}

    def of_a_unit(self, chain: Chain) -> tuple[Quantity, ...]:
        """The output and the net input of a unit that a chain is called by: h1, or z1 where one unit has the number 1.

        Of a derivative by it (∂L/∂h1), those by its output and by its net input.
        """
        words = chain.name.split()
        name = words[-1] if words else ""
        if any(_SAYS_WHAT.fullmatch(word) for word in words[:-1]):
            return ()
        derivative = _DERIVATIVE.fullmatch(name)
        word = in_a_row(derivative[1] if derivative else name)
        numbered = NUMBERED.fullmatch(word)
        named = self.units.get(word) or self.units.get(word.casefold())
        kinds = ("out", "net") if numbered is None or named else self._of_the_book(numbered[1])
        units = named or (numbered and self.units.get(numbered[2])) or ()
        keys = [
            (f"d{self.loss}/d{kind}_{unit}" if derivative else f"{kind}_{unit}") for unit in units for kind in kinds
        ]
        if derivative:
            keys += [f"delta_{unit}" for unit in units if "net" in kinds]
        return tuple(self.known(keys, self.within(chain))) if len(units) == 1 else ()

    def numbered(self, chain: Chain, through: bool = False) -> tuple[Quantity, ...]:
        """What a letter with a number may mean, as the last word of a chain's name."""
        words = chain.name.split()
        found = self.spoken.numbered(words[-1], through) if words else ()
        head = NUMBERED.fullmatch(in_a_row(words[-1])) if found else None
        kinds = self._of_the_book(head[1]) if head is not None and self._by_its_book else ()
        found = tuple(one for one in found if one.kind.value in kinds) or found
        return tuple(self.known((one.bare_key for one in found), self.within(chain)))

    def _of_the_book(self, head: str) -> tuple[str, ...]:
        """What a letter with a number may be: in the book that the sheet is written in, where that says so."""
        return self._by_its_book.get(head.lower(), HEADS[head.lower()])

    @cached_property
    def _by_its_book(self) -> Mapping[str, tuple[str, ...]]:
        symbols = load_notation(self.book).symbols if self.book in notations() else {}
        kinds = [kind.value for kind in (Kind.NET, Kind.OUT) if kind.value in symbols]
        return {symbols[kind].split("_")[0]: (kind,) for kind in kinds if symbols[kind][1:2] == "_"}

    def is_helper(self, chain: Chain) -> bool:
        """Whether a chain is of something of the student's own, such as Δw, or a factor ∂net/∂w of the chain rule."""
        if _HELPER.fullmatch(chain.name) is not None or _CHANGE.fullmatch(chain.name) is not None:
            return True
        factor = None if self.in_books(chain.name) else FACTOR.fullmatch(chain.name)
        if factor is None or self.is_anything(chain.name, self.within(chain)):
            return False
        if _DERIVATIVE.fullmatch(chain.name):  # of the loss by a unit: only by an output, which has no line
            by = self.bare_names.meant(factor[2], ())
            bare = len(by) == 1 and by[0].kind is Kind.OUT and not self.of_a_unit(chain)
            return self.is_anything(factor[2]) or bare
        return all(self.is_anything(one) or self._is_something(one) for one in factor.groups())

    def _is_something(self, name: str) -> bool:
        """Whether a name may be something of the problem, even if it may be several things."""
        return bool(self.in_books(name) or self.spoken.numbered(name) or self.bare_names.meant(name, ()))

    def is_anything(self, name: str, within: Address = ()) -> bool:
        """Whether something of the problem is called so, under these headings or anywhere."""
        try:
            self.resolve(name, within)
        except UnknownName as error:
            return self.given(name) is not None or error.is_repeated
        return True

    def is_near(self, chain: Chain) -> bool:
        """Whether the name is nearly that of a quantity, so that one was meant, and not something of one's own."""
        said = chain.name.split()[-1] if chain.name.split() else ""
        if said.startswith(("e^", "exp")):
            return False
        word = in_a_row(said).casefold()
        is_a_word = said.isalpha() and len(said) > _LETTERS
        return len(word) > 1 and not is_a_word and word not in self.units and nearest(word, self._rows) is not None

    @cached_property
    def _rows(self) -> frozenset[str]:
        return frozenset(in_a_row(quantity.bare_key).casefold() for quantity in self.names.quantities[:_MOST_NAMES])


def _candidates(chain: Chain) -> Iterator[str]:
    """The name with fewer and fewer words before it; with a label, also as that of the unit that it names."""
    words = chain.name.split()
    unit = chain.label.split()[-1] if chain.label.split() else ""
    for start in range(min(len(words), _MOST_WORDS)):
        text = " ".join(words[start:])
        if unit:
            yield f"{text}_{unit}"
        yield text
        if len(words) > start + 1 and words[-1].casefold() in _ALREADY:
            yield " ".join(words[start:-1])
        if (of := _OF.fullmatch(text)) is not None:
            yield f"{of['what']}_{of['whose']}"
    if not words:
        yield chain.name
