"""A new problem from a recipe and a seed: the same file whenever and wherever it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from dataclasses import replace as _replace
from functools import lru_cache

from backprop_cli.generator.chance import Chance
from backprop_cli.generator.demands import SHORT, SHORT_SQUARE, Demand
from backprop_cli.generator.graphs import graph_text
from backprop_cli.generator.likeness import likeness
from backprop_cli.generator.networks import GIVEN_TARGETS, has_state, is_exact, network_text, unit_names
from backprop_cli.generator.parametric import ParametricProblem
from backprop_cli.generator.patterns import Draft, Pattern
from backprop_cli.generator.recipes import Recipe
from backprop_cli.generator.search import NumberSearch, Wanted
from backprop_cli.generator.steps import EXACT_STEPS, steps_text
from backprop_cli.generator.titles import head_of
from backprop_cli.ground.errors import BackpropError
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _
from backprop_cli.problem.reader import Above, Case, Loaded, load_text
from backprop_cli.questions.reading import understood
from backprop_cli.solving.worked import WorkedProblem

TRIES = 400
_DRAWS = 1_000_003  # seeds apart, so that draws of neighbouring seeds do not meet
_BY_NUMBERS = ("network", "softmax", "single-weight")  # only the classes of their targets are left to chance
_STRUCTURES = 20
_SHORT_TRIES = 60
_TRIED = 20  # of each structure, until another one is tried
DIGITS = 4  # of an exact line, and one more for each layer beyond the second, and for wide layers
_NARROW = 3


@record(slots=False)
class Generated:
    """A new problem: its file, what was read from it and by what it was made; `body` is the file without its head."""

    text: str
    body: str
    loaded: Loaded
    worked: WorkedProblem
    recipe: Recipe
    seed: int
    draw: int | None


def entitled(made: Generated, title: str) -> Generated:
    """The same problem under another title."""
    recipe = _replace(made.recipe, title=title)
    text = head_of(recipe, made.seed, made.draw) + made.body
    loaded = understood(load_text(text, made.loaded.source, folder=made.loaded.folder))
    loaded = _replace(loaded, derived=(loaded.problem, made.worked.full))
    return _replace(made, recipe=recipe, text=text, loaded=loaded, worked=made.worked.entitled(loaded.problem.title))


class NotFound(BackpropError):  # noqa: N818 - said to the user as it is
    """No such problem was found within the limit; `broken` says how many tries came to nothing by which demand."""

    def __init__(self, search: NumberSearch) -> None:
        self.tries = search.tries
        self.broken = [(demand, count) for demand, count in search.ended.most_common() if count]
        super().__init__(_obstacles(search, self.broken))


def generate(recipe: Recipe, seed: int, tries: int = TRIES, draw: int | None = None) -> Generated:
    """The problem that the seed gives; each `draw` of a seed has other numbers in the same structure.

    Raises UsageError where the recipe asks for what there is not, and NotFound, naming the demands that were the
    obstacle, where no numbers meet all of them within so many tries.
    """
    recipe = recipe.settled()
    search = _search(recipe, seed, draw)
    head = head_of(recipe, seed, draw)
    found = search.run(_SHORT_TRIES if recipe.like is not None and recipe.digits is None else tries, head)
    if found is None and recipe.like is not None and recipe.digits is None:  # its short lines were a stroke of luck
        search.wanted = _replace(search.wanted, without=search.wanted.without | {SHORT, SHORT_SQUARE})
        found = search.run(tries, head)
    if found is None:
        raise NotFound(search)
    return Generated(found.text, found.text.removeprefix(head), found.loaded, found.worked, recipe, seed, draw)


def _search(recipe: Recipe, seed: int, draw: int | None) -> NumberSearch:
    """What the seed, and the draw of the seed, look for."""
    chance = Chance(seed if draw is None else _DRAWS * (seed + 1) + draw)
    if recipe.like is not None:
        pattern, wanted = _likeness(_Original.of(recipe.like), recipe.freely)
        wanted = _replace(wanted, digits=recipe.digits or wanted.digits)
        return NumberSearch(_mould(pattern), wanted, chance)
    if recipe.kind in _BY_NUMBERS:
        pattern, wanted = _PLANS[recipe.kind](recipe, chance)
    else:
        pattern, wanted = _structure(recipe, seed)
    return NumberSearch(_mould(pattern), wanted, chance)


@record(slots=False)
class _Original:
    """A problem by all that is said of it, so that its pattern is made once for all its draws."""

    text: str
    source: str
    above: Above | Case | None
    notation: str
    rounding: str
    loaded: Loaded = field(compare=False)

    @classmethod
    def of(cls, loaded: Loaded) -> _Original:
        """The problem as it was read."""
        problem = loaded.problem
        return cls(loaded.text, loaded.source, loaded.above, problem.notation, repr(problem.rounding), loaded)


@lru_cache(maxsize=4)
def _likeness(original: _Original, freely: bool) -> tuple[Pattern, Wanted]:
    return likeness(original.loaded, freely)


@lru_cache(maxsize=16)
def _structure(recipe: Recipe, seed: int) -> tuple[Pattern, Wanted]:
    """The structure that a seed gives, the same for all its draws: the first that has numbers."""
    chance = Chance(seed)
    for _structure_number in range(_STRUCTURES):
        pattern, wanted = _PLANS[recipe.kind](recipe, chance)
        if NumberSearch(_mould(pattern), wanted, chance).run(_TRIED) is not None:
            break
    return pattern, wanted


@lru_cache(maxsize=16)
def _mould(pattern: Pattern) -> ParametricProblem:
    return ParametricProblem(pattern)


def forget() -> None:
    """Forgets the patterns and structures that are kept from draw to draw."""
    for kept in (_likeness, _structure, _mould):
        kept.cache_clear()


def _network(recipe: Recipe, chance: Chance) -> tuple[Pattern, Wanted]:
    draft = Draft()
    text = network_text(recipe, draft, chance)
    exact = is_exact(recipe)
    dead: frozenset[str] = frozenset()
    if "dead-unit" in recipe.extras:
        first = unit_names(recipe)[1]
        dead = frozenset([chance.pick(first)])
    allowed = frozenset([("dead", "dead")]) if dead else frozenset()
    digits, places = _digits(recipe) if exact else None, None if exact or has_state(recipe) else recipe.places
    below = None if recipe.output == "softmax" else unit_names(recipe)[-1][0]
    below = None if recipe.loss in GIVEN_TARGETS else below
    return draft.pattern(text), Wanted(digits, places, dead, recipe.samples, below, allowed)


def _graph(recipe: Recipe, chance: Chance) -> tuple[Pattern, Wanted]:
    draft = Draft()
    text = graph_text(recipe, draft, chance)
    return draft.pattern(text), Wanted(_digits(recipe), None)


def _steps(recipe: Recipe, chance: Chance) -> tuple[Pattern, Wanted]:
    draft = Draft()
    text = steps_text(recipe, draft, chance)
    exact = recipe.optimizer in EXACT_STEPS
    return draft.pattern(text), Wanted(_digits(recipe) if exact else None, None if exact else recipe.places)


def _digits(recipe: Recipe) -> int:
    """The most significant digits of an exact line."""
    shape = recipe.shape or ()
    more = recipe.kind == "optimizer" or max(shape, default=0) > _NARROW
    return recipe.digits or DIGITS + max(0, len(shape) - 3) + more


_PLANS: dict[str, Callable[[Recipe, Chance], tuple[Pattern, Wanted]]] = {
    "network": _network,
    "softmax": _network,
    "single-weight": _network,
    "graph": _graph,
    "optimizer": _steps,
}


def _obstacles(search: NumberSearch, broken: list[tuple[Demand, int]]) -> str:
    """What the user is told: by which demands the tries came to nothing."""
    wanted = search.wanted
    said = [(_(demand.sentence).format(digits=wanted.digits, places=wanted.places), count) for demand, count in broken]
    head = _("no such problem was found in {tries} tries").format(tries=search.tries)
    if search.is_hopeless:
        head = _("no numbers make such a problem")
    if said:
        head += _("; the obstacle was: {sentence}").format(sentence=said[0][0])
    return head if search.is_hopeless else "\n".join([head, *(f"  {count:6,}  {sentence}" for sentence, count in said)])
