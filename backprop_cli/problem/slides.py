"""A problem as it stands on a slide: matrices W1, b1, W2, … and a table X with its y, put as layers and samples.

Every value keeps the place at which it is written, so that what is said of a layer or a sample is said of the slide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace as _replace

from backprop_cli.ground.words import _, plural
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.data_table import TABLE, samples_of_table
from backprop_cli.problem.slide_sizes import Sizes, size_of
from backprop_cli.problem.tree import Entries, Items, Text, Tree

ORIENTATION, ACTIVATION = "weights as", "activation"
ORIENTATIONS = {"rows receive": "weights", "rows send": "weights_by_input"}  # and the key of a layer that means it
_MATRIX = re.compile(r"([Wb])_?([1-9]\d?)?", re.ASCII)


def is_matrix(key: str) -> bool:
    """Whether a key is that of a matrix of weights or a vector of biases: W1, b1, W_2, and W and b of one layer."""
    return _MATRIX.fullmatch(key) is not None


def spread_slide(tree: Entries) -> tuple[Entries, ComplaintBook]:
    """The file with `layers` and `samples` in place of W1, b1, …, X and y, and what is wrong in those.

    A file without them is returned as it is; what has been complained about is left out.
    """
    book = ComplaintBook(tree)
    slide = [key for key in tree.values if key in (*TABLE, ORIENTATION, ACTIVATION) or is_matrix(key)]
    if not slide:
        return tree, book
    other = next((key for key in ("graph", "gradients") if key in tree.values), None)
    for key in slide if other is not None else ():
        message = _("{key!r} is of a network, and this problem has {other!r}").format(key=key, other=other)
        book.complain_at_key((key,), message)
    rest = {key: one for key, one in tree.values.items() if key not in slide}
    places = {key: span for key, span in tree.keys.items() if key not in slide}
    if other is not None:
        return Entries(rest, places, tree.span), book
    if any(key not in TABLE for key in slide):
        layers = _Layers(tree, book).items()
        if layers is not None:
            rest["layers"] = layers
            places["layers"] = tree.keys.get("layers") or tree.keys[next(filter(is_matrix, slide), slide[0])]
    if any(key in slide for key in TABLE):
        found = samples_of_table(tree, book, _senders(rest.get("layers")))
        rest |= {key: value for key, (value, _span) in found.items()}
        places |= {key: span for key, (_value, span) in found.items()}
    return Entries(rest, places, tree.span), book


def _senders(layers: Tree | None) -> int | None:
    """How many inputs the first layer has by its weights; None where they do not say."""
    first = layers.values[0] if isinstance(layers, Items) and layers.values else None
    if not isinstance(first, Entries):
        return None
    size = size_of(first.values.get("weights"))
    other = size_of(first.values.get("weights_by_input"))
    return size[1] if size else other[0] if other else None


class _Layers:
    """Makes the layers of the matrices; those that the file has in `layers` get theirs."""

    def __init__(self, tree: Entries, book: ComplaintBook) -> None:
        self.tree = tree
        self.book = book
        self.taken = set(_names(tree))
        self.matrices = self._numbered("W")
        self.biases = self._numbered("b")

    def items(self) -> Items | None:
        """The layers; None where nothing is to be made of them."""
        given = self.tree.values.get("layers")
        listed_ = given if isinstance(given, Items) else None
        numbers = [*self.matrices, *(number for number in self.biases if number not in self.matrices)]
        if given is not None and listed_ is None:
            return None
        count = len(listed_.values) if listed_ else max(self.matrices, default=0)
        before = len(self.book)
        self._check_numbers(numbers, count, given=listed_ is not None)
        key = self._orientation()
        if len(self.book) > before or key is None:
            return None
        if listed_ is None:
            self._check_sizes(key)
        if len(self.book) > before:
            return None
        activations = self._activations(count)
        layers = [self._layer(number, listed_, key, activations) for number in range(1, count + 1)]
        span = given.span if given is not None else self.tree.span
        return Items(layers, span)

    def _numbered(self, letter: str) -> dict[int, str]:
        """The keys that begin with a letter, by the number of their layer; alone it is the first."""
        found: dict[int, str] = {}
        for key in self.tree.values:
            match = _MATRIX.fullmatch(key)
            if match and match[1] == letter:
                number = int(match[2] or 1)
                if number in found:
                    message = _("{key} says the same as {other}").format(key=key, other=found[number])
                    self.book.complain_at_key((key,), message)
                found.setdefault(number, key)
        return found

    def _check_numbers(self, numbers: Sequence[int], count: int, given: bool) -> None:
        """Complains about a matrix or biases of a layer that there is not."""
        for number in numbers:
            key = self.matrices.get(number) or self.biases[number]
            if number > count:
                layers = plural("{count} layer", "{count} layers", count)
                message = _("{key} is of layer {number}, but the network has {layers}")
                message = message.format(key=key, number=number, layers=layers)
                hint = None if given else _("write W{number}: [[…]]").format(number=number)
                self.book.complain_at_key((key,), message, hint)
        missing = [number for number in range(1, count + 1) if number not in self.matrices]
        if missing and not given:
            last = self.matrices[count]
            message = _("there is {last}, but no W{missing}").format(last=last, missing=missing[0])
            self.book.complain_at_key((last,), message)

    def _orientation(self) -> str | None:
        """The key of a layer under which its matrix goes, as `weights as` says; None after a complaint."""
        said = self.tree.values.get(ORIENTATION)
        word = " ".join((said.value or "").split()) if isinstance(said, Text) else ""
        if said is None and not self.matrices:
            return "weights"
        if said is None:
            key = next(iter(self.matrices.values()))
            message = _("whether a row of {key} belongs to a neuron that receives or to one that sends is not said")
            hint = _("write weights as: rows receive, or weights as: rows send")
            self.book.complain_at_key((key,), message.format(key=key), hint)
            return None
        if not self.matrices:
            hint = _("in layers, write weights (rows receive) or weights_by_input (rows send)")
            self.book.complain_at_key((ORIENTATION,), _("'weights as' is of matrices W1, W2, …"), hint)
            return None
        if word not in ORIENTATIONS:
            message = _("no {what} called {text!r}").format(what=_("way to read a matrix"), text=word)
            self.book.complain((ORIENTATION,), message, self.book.which(word, ORIENTATIONS))
            return None
        return ORIENTATIONS[word]

    def _check_sizes(self, key: str) -> None:
        """Complains about the first matrix that does not fit the one before it, or the table X."""
        sizes = Sizes(self.tree, self.matrices, self.biases)
        wrong = sizes.misfit(receives=key == "weights")
        if wrong is None:
            return
        number, message = wrong
        other = next(word for word, meant in ORIENTATIONS.items() if meant != key)
        hint = None
        if sizes.all_fit(receives=key != "weights"):
            hint = _("with weights as: {other}, all of them fit").format(other=other)
        self.book.complain_at_key((self.matrices[number],), message, hint)

    # ---- layers ------------------------------------------------------------------------------------------------

    def _activations(self, count: int) -> list[Text] | None:
        """The activation of every layer that says none of its own."""
        said = self.tree.values.get(ACTIVATION)
        if isinstance(said, Text):
            return [said] * count
        if isinstance(said, Items) and all(isinstance(one, Text) for one in said.values):
            if len(said.values) == count:
                return [one for one in said.values if isinstance(one, Text)]
            found = plural("{count} activation", "{count} activations", len(said.values))
            layers = plural("{count} layer", "{count} layers", count)
            message = _("{activations} for {layers}").format(activations=found, layers=layers)
            self.book.complain((ACTIVATION,), message, _("one for each layer, or one for all of them"))
        elif said is not None:
            message = _("expected {expected}").format(expected=_("one activation, or a list with one for each layer"))
            self.book.complain((ACTIVATION,), message)
        return None

    def _layer(self, number: int, given: Items | None, key: str, activations: Sequence[Text] | None) -> Tree:
        """A layer with its matrix, its biases and its activation."""
        own = given.values[number - 1] if given else None
        if own is not None and not isinstance(own, Entries):
            return own
        values = dict(own.values) if own else {}
        keys = dict(own.keys) if own else {}
        for name, into in ((self.matrices.get(number), key), (self.biases.get(number), "bias")):
            if name is None:
                continue
            if into in values or (into == key and "weights" in values):
                message = _("{key} says the same as {other}").format(key=name, other=f"layers: {into}")
                self.book.complain_at_key((name,), message)
                continue
            values[into] = self._matrix(name) if into == key else self._vector(name)
            keys[into] = self.tree.keys[name]
        if activations and ACTIVATION not in values and "type" not in values:
            values[ACTIVATION], keys[ACTIVATION] = activations[number - 1], self.tree.keys[ACTIVATION]
        first = self.matrices.get(number) or self.biases.get(number)
        span = own.span if own else self.tree.keys[first] if first else self.tree.span
        return Entries(values, keys, span)

    def _matrix(self, key: str) -> Tree:
        """The matrix with a name for every number: W1_12 is in row 1, column 2 (W1_1_12 where there are ten)."""
        given = self.tree.values[key]
        if isinstance(given, Text):
            return Items([self._named(given, key)], given.span)
        if not isinstance(given, Items):
            return given
        wide = max(len(given.values), *(len(row.values) for row in given.values if isinstance(row, Items)), 0) > 9
        rows: list[Tree] = []
        for place, row in enumerate(given.values, start=1):
            if isinstance(row, Items):
                ends = [f"{place}_{column}" if wide else f"{place}{column}" for column in range(1, len(row.values) + 1)]
                named = [self._named(one, f"{key}_{end}") for one, end in zip(row.values, ends, strict=True)]
                rows.append(Items(named, row.span))
            else:
                rows.append(self._named(row, f"{key}_{place}"))
        return Items(rows, given.span)

    def _vector(self, key: str) -> Tree:
        """The biases with a name each: b1_2, or b1 where there is one; a row or a column of a matrix is a vector."""
        given = self.tree.values[key]
        if isinstance(given, Text):
            return self._named(given, key)
        if not isinstance(given, Items):
            return given
        listed_ = given.values
        if len(listed_) == 1 and isinstance(listed_[0], Items):
            listed_ = listed_[0].values
        elif listed_ and all(isinstance(one, Items) and len(one.values) == 1 for one in listed_):
            listed_ = [one.values[0] for one in listed_ if isinstance(one, Items)]
        if len(listed_) == 1:
            return Items([self._named(listed_[0], key)], given.span)
        return Items([self._named(one, f"{key}_{n}") for n, one in enumerate(listed_, start=1)], given.span)

    def _named(self, one: Tree, name: str) -> Tree:
        """`0.5` as `W1_11 = 0.5`; what has a name of its own, or is no number, stays, and so does a name in use."""
        if not isinstance(one, Text) or one.value is None or "=" in one.value or one.value.strip().isidentifier():
            return one
        if name in self.taken:
            return one
        prefix = f"{name} = "
        return _replace(one, value=prefix + one.value, indent=one.indent - len(prefix))


_MENTIONS = ("ask", "marks", "fixed", "report")  # keys under which names are only mentioned


def _names(tree: Tree) -> Iterator[str]:
    """Every word in the tree that may be a name: keys of what lies in the file, `w = …`, and a name alone.

    What is asked for, marked or fixed has its name elsewhere.
    """
    above = tree.values if isinstance(tree, Entries) else {}
    waiting: list[Tree] = [one for key, one in above.items() if key not in _MENTIONS]
    while waiting:
        match waiting.pop():
            case Text(value):
                yield (value or "").partition("=")[0].strip()
            case Items(values):
                waiting += values
            case Entries(values):
                yield from values
                waiting += values.values()
