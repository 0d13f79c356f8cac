"""The words of a page that a notation may replace by its own: which there are, and how a message is said with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import lru_cache

from backprop_cli.ground.records import record
from backprop_cli.ground.words import ENGLISH, language, n_, translated

# Of each key the forms of its word: one, several, and where a language has them, of one, to several; `;` parts words
# that mean the same. A translation gives the forms of its language.
# fmt: off
TERMS: Mapping[str, str] = {
    "net": n_("net input | net inputs"),
    "out": n_("output | outputs"),
    "delta": n_("error term | error terms"),
    "loss": n_("error | errors ; loss | losses"),
    "input": n_("input | inputs"),
    "target": n_("target | targets"),
    "weight": n_("weight | weights"),
    "bias": n_("bias | biases"),
    "threshold": n_("threshold | thresholds"),
    "parameter": n_("parameter | parameters"),
    "learning_rate": n_("learning rate | learning rates"),
    "gradient": n_("gradient | gradients"),
    "derivative": n_("derivative | derivatives ; slope | slopes"),
    "activation": n_("activation | activations"),
    "objective": n_("objective | objectives"),
    "metric": n_("metric | metrics"),
    "penalty": n_("penalty | penalties"),
    "sample": n_("sample | samples"),
    "batch": n_("batch | batches"),
    "epoch": n_("epoch | epochs"),
    "step": n_("step | steps"),
    "unit": n_("unit | units ; neuron | neurons"),
    "node": n_("node | nodes"),
    "layer": n_("layer | layers"),
    "hidden_layer": n_("hidden layer | hidden layers"),
    "output_layer": n_("output layer | output layers"),
    "hidden_unit": n_("hidden unit | hidden units"),
    "forward_pass": n_("forward pass | forward passes"),
    "backward_pass": n_("backward pass | backward passes"),
    "update": n_("update | updates"),
    "training": n_("training"),
    "gradient_descent": n_("gradient descent"),
    "chain_rule": n_("chain rule"),
    "optimizer": n_("optimizer | optimizers"),
    "schedule": n_("schedule | schedules"),
    "mask": n_("mask | masks"),
    "state": n_("state | states"),
    "starting_point": n_("starting point | starting points ; start | starts"),
    "attention": n_("attention"),
    "attention_weight": n_("attention weight | attention weights"),
    "convolution": n_("convolution | convolutions"),
    "pooling": n_("pooling"),
    "normalization": n_("normalization"),
    "dropout": n_("dropout"),
    "label_smoothing": n_("label smoothing"),
    "embedding": n_("embedding | embeddings"),
    "exercise": n_("exercise | exercises"),
    "curve": n_("curve | curves"),
    "worked_solution": n_("worked solution | worked solutions"),
    "rubric": n_("marking rubric | marking rubrics"),
    "reminder": n_("reminder"),
    "answer": n_("answer | answers"),
    "question": n_("question | questions"),
    "formula": n_("formula | formulas"),
    "quantity": n_("quantity | quantities"),
    "value": n_("value | values"),
    "mark": n_("mark | marks"),
    "mistake": n_("mistake | mistakes"),
}
HEADS: Mapping[str, str] = {  # what stands alone, and is replaced only there; with a field, what stands beside it
    "name": n_("Name"),
    "date": n_("Date"),
    "student_number": n_("Student number"),
    "variant": n_("variant"),
    "course": n_("course"),
    "sheet": n_("sheet"),
    "due": n_("due"),
    "total": n_("total"),
    "meaning": n_("what it is"),
    "done": n_("what was done"),
    "asked": n_("what is asked"),
    "reads": n_("reads"),
    "to": n_("to"),
    "from": n_("from {name}"),
    "given": n_("given"),
    "not_updated": n_("not updated"),
    "notation": n_("notation"),
    "order": n_("order"),
    "rule": n_("rule"),
    "settings": n_("settings"),
    "direction": n_("direction"),
    "line_number": n_("no."),
    "part": n_("part"),
    "line_name": n_("name"),
    "numbers": n_("numbers put in"),
    "exact": n_("exact"),
    "decimal": n_("decimal"),
    "was_asked": n_("What was asked"),
    "not_shown": n_("What this sheet cannot show"),
}
# fmt: on
APART = n_(  # what has one of these words in it and means something else
    "rounding error ; squared error ; half squared error ; absolute error ; step function ; step unit ; step units"
)
_MOST_KNOWN = 4096  # messages that are remembered
_KEPT = r"\{[^{}]*\}|`[^`]*`"  # fields, and what is typed
_BESIDE_FIELDS = re.compile(r"(?<!\{)\b[^\s{}]+\b(?!\})")
_BETWEEN_SCRIPTS = re.compile(r"(?<=[一-鿿])(?=[A-Za-z])|(?<=[A-Za-z])(?=[一-鿿])")
_ARTICLE = re.compile(r"([Aa])n? $")
_WITHIN_FORMULAS = {  # the signs of plain, where no word of English is meant; t counts updates where it is an exponent
    "net": r"(?<=∂)net(?!\w)|(?<= − )net(?!\w)|(?<![\w-])net(?=·|\)| − )",
    "out": r"(?:(?<= − )|(?<=′\()|(?<=[·/]))out(?!\w)|(?<![\w-])out(?=[·²]| − | is not put)",
    "loss": r"(?<=∂)E(?=/)|E(?=″)",
    "target": r"(?<![\w^'’])t(?!\w)(?! counts| is | zählt die| ist | 从| 小| 大| − y)|(?<=2)t(?=\()",
    "output": r"(?<=(?<!\w)t[−·/])out(?!\w)|(?<=(?<!\w)t − )out(?!\w)|(?<!\w)out(?= − t(?!\w))",
    "delta": "δ",
    "rate": "η",
}
_ANYWHERE = {"net": r"(?<![A-Za-z_])net(?![A-Za-z_])", "out": r"(?<![A-Za-z_])out(?![A-Za-z_])"}


def forms(text: str) -> tuple[str, ...]:
    """The forms of a word, as they stand in a file: `step size | step sizes`."""
    return tuple(form.strip() for form in text.split("|"))


@record(slots=False)
class Terms:
    """Says messages with other words: of each form that is replaced its new one, and all that is looked for.

    `alone` are the messages that are said as a whole in other words.
    """

    replaced: Mapping[str, str]
    alone: Mapping[str, str]
    pattern: re.Pattern[str]
    english: bool
    _known: dict[str, str] = field(default_factory=dict)

    def __call__(self, message: str) -> str:
        """The message with these words; its fields are left alone, and so is what is typed."""
        if message in self.alone:
            return self.alone[message]
        if message not in self._known:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known[message] = self._said(message)
        return self._known[message]

    def _said(self, message: str) -> str:
        said, end = "", 0
        for found in self.pattern.finditer(message):
            said, end = self._joined(said + message[end : found.start()], found[0], found.lastgroup), found.end()
        return between_scripts(said + message[end:]) if said else message

    def _joined(self, before: str, word: str, sign: str | None) -> str:
        if sign is not None:
            return before + self.replaced[f"{sign} sign"]
        own = self.replaced.get(word)
        if own is None:
            own = self.replaced.get(word[:1].lower() + word[1:])
            if own is None:
                return before + word
            own = own[:1].upper() + own[1:]
        if self.english:
            an = "n " if own[:1].lower() in "aeiou" else " "
            before = before[:-3] + _ARTICLE.sub(rf"\1{an}", before[-3:])
        return before + own


@lru_cache(maxsize=32)
def _terms(own: tuple[tuple[str, str], ...], spoken: str) -> Terms:
    words, known = dict(own), [*_parted(translated(APART))]
    replaced: dict[str, str] = {}
    for key, message in TERMS.items():
        for synonym in _parted(translated(message)):
            known += forms(synonym)
            replaced |= dict(zip(forms(synonym), _in_forms(words.get(key, ""), spoken), strict=False))
    replaced = {form: word for form, word in replaced.items() if form and word}
    where = _WITHIN_FORMULAS if spoken == ENGLISH else {**_WITHIN_FORMULAS, **_ANYWHERE}
    signs = {key: pattern for key, pattern in where.items() if f"{key} sign" in words}
    replaced |= {f"{key} sign": words[f"{key} sign"] for key in signs}
    heads = {translated(message): forms(words[key])[0] for key, message in HEADS.items() if key in words}
    alone = {usual: _BESIDE_FIELDS.sub(own, usual) if "{" in usual else own for usual, own in heads.items()}
    return Terms(replaced, alone, _pattern(known, signs), spoken == ENGLISH)


def terms(words: Mapping[str, str]) -> Callable[[str], str] | None:
    """What says a message with these words in the reader's language; None where there are no words."""
    return _terms(tuple(words.items()), language()) if words else None


def between_scripts(said: str) -> str:
    """Words that were put together, with the space that stands between Chinese and letters."""
    return _BETWEEN_SCRIPTS.sub(" ", said)


def _parted(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(";"))


def _in_forms(word: str, spoken: str) -> tuple[str, ...]:
    """One, several, of one, to several: what is not given is as one, or as several."""
    one, several, *others = (*forms(word), "")[:4] if "|" in word else (word, _several(word, spoken))
    of_one, to_several = (*others, "", "")[:2]
    return one, several or one, of_one or one, to_several or several or one


def _several(word: str, spoken: str) -> str:
    """In English, with an s; of a word that ends in a sign (cost J), as it is."""
    return f"{word}s" if spoken == ENGLISH and re.search(r"[A-Za-z]{2}$", word) else word


def _pattern(known: list[str], signs: Mapping[str, str]) -> re.Pattern[str]:
    """Any of these signs, then of these words, the longest first: one of letters as a whole, Chinese anywhere."""
    alternatives = [f"(?P<{key}>{pattern})" for key, pattern in signs.items()]
    for form in sorted(filter(None, dict.fromkeys(known)), key=lambda form: (-len(form), form)):
        first, rest = re.escape(form[0]), re.escape(form[1:])
        if form[0].isascii() and form[0].isalpha():
            upper = re.escape(form[0].upper())
            alternatives.append(rf"(?<!\w)[{first}{upper}]{rest}(?!\w)")
        else:
            alternatives.append(first + rest)
    return re.compile("|".join([_KEPT, *alternatives]))
