"""`path(w1)`: on which path from a quantity to the objective most of the gradient comes back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from backprop_cli.algebra.quantities import Kind, Quantity
from backprop_cli.ground.errors import BackpropError, UsageError
from backprop_cli.ground.words import _, clauses, in_figures, n_
from backprop_cli.numbers.certified import Real, precision
from backprop_cli.numbers.rounded import to_digits
from backprop_cli.numbers.sizes import size
from backprop_cli.questions.question import NoQuestion, Own, Question, QuestionKind, RightWord, Word
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.views.edges import OnePass, one_pass
from backprop_cli.views.paths import Paths, count_paths, paths_of

_MOST = 8  # paths from which one is chosen
_DIRECT = n_("direct")  # the path on which nothing lies that is not on every other one


def _with_paths(worked: WorkedProblem) -> tuple[str, ...]:
    """Every input, parameter and line of the first pass from which a few paths lead on."""
    try:
        one, _key = one_pass(worked)
    except BackpropError:
        return ()
    counts = count_paths(one).items()
    return tuple(_called(one, quantity.bare_key) for quantity, count in counts if 1 < count <= _MOST)


def _called(one: OnePass, key: str) -> str:
    """A quantity, with its pass where there are several."""
    at = one.address if len(one.passes) > 1 else ()
    return " / ".join([*map(str, at), key])


def _path(worked: WorkedProblem, target: str) -> Question:
    try:
        one, key = one_pass(worked, target)
        found = paths_of(worked, target, limit=_MOST)
    except UsageError as error:
        raise NoQuestion(str(error)) from None
    known = [name for name in _with_paths(worked) if name != key]
    hint = _("several paths lead on from {names}").format(names=", ".join(known[:_MOST])) if known else None
    if found.count < 2:
        raise NoQuestion(_("only one path leads on from {name}").format(name=target), hint)
    if found.count > _MOST:
        said = _("{count:,} paths from {name} are too many to choose from").format(count=found.count, name=target)
        raise NoQuestion(said, hint)
    names = _names(found)
    sizes = _sizes(found, names)
    if not sizes[0][0] > sizes[1][0]:
        raise NoQuestion(_("no path from {name} carries more than every other one").format(name=target), hint)
    sentence = n_("Through which of these does the path from {of} go that carries most of the gradient?")
    hint = n_("Multiply the slopes along each path, and compare the sizes of the products.")
    words, fact = tuple(map(Word, names)), partial(_largest, worked, target)
    return Question("path", _called(one, key), sentence, words, fact, hint)


def _sizes(found: Paths, names: Iterable[str]) -> list[tuple[Real, str]]:
    """The absolute values of the paths with their names, the largest first."""
    with precision(256):
        pairs = [(size(found.value(path.product)), name) for path, name in zip(found.shown, names, strict=True)]
        return sorted(pairs, key=lambda pair: pair[0], reverse=True)


def _names(found: Paths) -> list[str]:
    """What each path goes through that not every one does."""
    units = [list(dict.fromkeys(map(_unit, path.through[1:]))) for path in found.shown]
    shared = set(units[0]).intersection(*units[1:])
    names = ["-".join(one for one in path if one not in shared) or _DIRECT for path in units]
    if len(set(names)) == len(names):
        return names
    lines = [[one.bare_key for one in path.through[1:]] for path in found.shown]
    shared = set(lines[0]).intersection(*lines[1:])
    return ["-".join(one for one in path if one not in shared) or _DIRECT for path in lines]


def _unit(quantity: Quantity) -> str:
    """The unit or node that a quantity belongs to."""
    return quantity.name if quantity.kind in (Kind.NET, Kind.OUT, Kind.NODE, Kind.PART) else quantity.bare_key


def _largest(worked: WorkedProblem, target: str, own: Own) -> RightWord:
    found = paths_of(worked, target, limit=_MOST)
    sizes = _sizes(found, _names(found))
    through = _("{number} through {name}")
    said = [through.format(number=in_figures(to_digits(number, 3).text()), name=_(name)) for number, name in sizes]
    why = _("without signs, the products of the slopes are {products}")
    return RightWord(sizes[0][1], why.format(products=clauses(said)))


PATH = QuestionKind("path", _with_paths, _path)
