"""From `schedule` of a file to the schedule of the learning rate."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.algebra.expressions import FormulaError, parse, parse_constant
from backprop_cli.algebra.formula import Formula, Name, Number, replace
from backprop_cli.algebra.rates import COUNT, FIRST_RATE, SCHEDULES, RateSchedule, ScheduleSetting, table_schedule
from backprop_cli.ground.errors import did_you_mean, which
from backprop_cli.ground.words import _, listed
from backprop_cli.problem.complaints import ComplaintBook
from backprop_cli.problem.schema import ProblemFile
from backprop_cli.problem.tree import Path

_MEANINGS = {"eta": FIRST_RATE, "eta0": FIRST_RATE, "n": COUNT}
_OWN = ("name", "formula", "rates", "per")


def read_schedule(file: ProblemFile, book: ComplaintBook) -> RateSchedule | None:
    """The schedule, by its name, its formula or its rates; None where η stays."""
    given = file.schedule
    if given is None:
        return None
    if isinstance(given, list):
        schedule = _listed(book, tuple(given), ("schedule",), per_update=False)
    elif isinstance(given, str):
        schedule = _by_text(book, given)
    else:
        schedule = _by_mapping(book, dict(given))
    if schedule is not None and not schedule.rates and file.learning_rate is None:
        book.complain_at_key(("schedule",), _("a schedule needs a learning_rate to start from"))
    if schedule is not None and schedule.rates and file.learning_rate is not None:
        path: Path = ("schedule",) if isinstance(given, list) else ("schedule", "rates")
        message = _("listed rates take the place of learning_rate")
        book.complain_at_key(path, message, _("leave one of the two out"))
    return schedule


def _listed(book: ComplaintBook, rates: tuple[Formula, ...], path: Path, per_update: bool) -> RateSchedule | None:
    if not rates:
        book.complain_at_key(path, _("there are no learning rates"))
        return None
    return RateSchedule(rates=rates, per_update=per_update)


def _by_text(book: ComplaintBook, text: str) -> RateSchedule | None:
    """A schedule by its bare name, or a formula in eta and n."""
    name = text.strip()
    if name in SCHEDULES or (name.isidentifier() and name not in _MEANINGS):
        return _from_table(book, name, {}, ("schedule",), per_update=False)
    return _by_formula(book, text, ("schedule",), per_update=False)


def _by_formula(book: ComplaintBook, text: str, path: Path, per_update: bool) -> RateSchedule | None:
    def meaning(name: Name) -> Formula:
        return Name(_MEANINGS[str(name.symbol)])

    try:
        formula = parse(text, names=frozenset(_MEANINGS))
    except FormulaError as error:
        book.complain(path, error.message, error.hint, (error.offset, error.length))
        return None
    return RateSchedule(formula=replace(formula, meaning), per_update=per_update)


def _by_mapping(book: ComplaintBook, given: dict[str, str | list[str]]) -> RateSchedule | None:
    path: Path = ("schedule",)
    kinds = [key for key in ("name", "formula", "rates") if key in given]
    if len(kinds) != 1:
        message = _("a schedule has a 'name', a 'formula' or 'rates': exactly one of them")
        book.complain_at_key(path, message, _("its names are {names}").format(names=listed(SCHEDULES)))
        return None
    per_update = _per_update(book, given.get("per", "epoch"))
    settings = {key: value for key, value in given.items() if key not in _OWN}
    value = given[kinds[0]]
    if kinds[0] != "rates" and not isinstance(value, str):
        book.complain((*path, kinds[0]), _("expected one value"))
        return None
    if kinds[0] == "name":
        return _from_table(book, str(value).strip(), settings, (*path, "name"), per_update)
    for key in settings:
        hint = which(key, _OWN)
        book.complain_at_key((*path, key), _("unknown key {key!r}").format(key=key), hint)
    if kinds[0] == "formula":
        return _by_formula(book, str(value), (*path, "formula"), per_update)
    return _listed(book, _numbers(book, value, (*path, "rates")), (*path, "rates"), per_update)


def _per_update(book: ComplaintBook, text: str | list[str]) -> bool:
    if text not in ("epoch", "update"):
        hint = did_you_mean(str(text), ["epoch", "update"]) or _("one of: {options}").format(options="epoch, update")
        book.complain(("schedule", "per"), _("a schedule counts epochs or updates"), hint)
    return text == "update"


def _from_table(
    book: ComplaintBook, name: str, given: Mapping[str, str | list[str]], path: Path, per_update: bool
) -> RateSchedule | None:
    row = SCHEDULES.get(name)
    if row is None:
        hint = did_you_mean(name, SCHEDULES) or _("one of: {names}").format(names=listed(SCHEDULES))
        book.complain(path, _("no schedule called {name!r}").format(name=name), hint)
        return None
    before = len(book)
    settings: dict[str, tuple[Formula, ...]] = {}
    for key, value in given.items():
        if key not in row.settings:
            message = _("{name} has no setting {key!r}").format(name=name, key=key)
            known = listed(row.settings) or _("none")
            hint = did_you_mean(key, row.settings) or _("its settings are {keys}").format(keys=known)
            book.complain_at_key(("schedule", key), message, hint)
        else:
            settings[key] = _setting(book, row.settings[key], value, ("schedule", key))
    missing = [key for key, setting in row.settings.items() if key not in given and not setting.optional]
    if missing and all(key in row.settings for key in given):
        names = listed(missing)
        book.complain(path, _("the schedule {name} needs {settings}").format(name=name, settings=names))
    return None if len(book) > before else table_schedule(name, settings, per_update)


def _setting(book: ComplaintBook, setting: ScheduleSetting, value: str | list[str], path: Path) -> tuple[Formula, ...]:
    """The value of a setting, which may have to be one whole number, or may be several."""
    if isinstance(value, list) and not setting.many:
        book.complain(path, _("expected one value"))
        return ()
    numbers = _numbers(book, value, path)
    for index, one in enumerate(numbers):
        where = (*path, index) if isinstance(value, list) else path
        whole = isinstance(one, Number) and one.value.q == 1
        if (setting.whole or setting.many) and not (whole and isinstance(one, Number) and one.value >= 1):
            book.complain(where, _("expected a whole number, at least 1"))
    return numbers


def _numbers(book: ComplaintBook, value: str | list[str], path: Path) -> tuple[Formula, ...]:
    """The numbers in one value or in a list."""
    found: list[Formula] = []
    for index, text in enumerate(value if isinstance(value, list) else [value]):
        try:
            found.append(parse_constant(str(text)))
        except FormulaError as error:
            where = (*path, index) if isinstance(value, list) else path
            book.complain(where, error.message, error.hint, (error.offset, error.length))
    return tuple(found)
