"""From `schedule` of a file to the schedule of the learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from backprop_cli.algebra.expressions import FormulaError, parse, parse_constant
from backprop_cli.algebra.formula import Formula, Name, Number, replace
from backprop_cli.algebra.rates import COUNT, FIRST_RATE, SCHEDULES, RateSchedule, Setting, table_schedule
from backprop_cli.ground.errors import did_you_mean
from backprop_cli.ground.words import _
from backprop_cli.problem.tree import Path

if TYPE_CHECKING:
    from backprop_cli.problem.builder import Builder

_MEANINGS = {"eta": FIRST_RATE, "eta0": FIRST_RATE, "n": COUNT}
_OWN = ("name", "formula", "rates", "per")


def read_schedule(builder: Builder) -> RateSchedule | None:
    """The schedule, by its name, its formula or its rates; None where η stays."""
    given = builder.file.schedule
    if given is None:
        return None
    if isinstance(given, list):
        schedule = _listed(builder, tuple(given), ("schedule",), per_update=False)
    elif isinstance(given, str):
        schedule = _by_text(builder, given)
    else:
        schedule = _by_mapping(builder, dict(given))
    if schedule is not None and not schedule.rates and builder.file.learning_rate is None:
        builder.complain_at_key(("schedule",), _("a schedule needs a learning_rate to start from"))
    return schedule


def _listed(builder: Builder, rates: tuple[Formula, ...], path: Path, per_update: bool) -> RateSchedule | None:
    if not rates:
        builder.complain_at_key(path, _("there are no learning rates"))
        return None
    if builder.file.learning_rate is not None:
        message = _("listed rates take the place of learning_rate")
        builder.complain_at_key(path, message, _("leave one of the two out"))
    return RateSchedule(rates=rates, per_update=per_update)


def _by_text(builder: Builder, text: str) -> RateSchedule | None:
    """A schedule by its bare name, or a formula in eta and n."""
    name = text.strip()
    if name in SCHEDULES or (name.isidentifier() and name not in _MEANINGS):
        return _from_table(builder, name, {}, ("schedule",), per_update=False)
    return _by_formula(builder, text, ("schedule",), per_update=False)


def _by_formula(builder: Builder, text: str, path: Path, per_update: bool) -> RateSchedule | None:
    def meaning(name: Name) -> Formula:
        return Name(_MEANINGS[str(name.symbol)])

    try:
        formula = parse(text, names=frozenset(_MEANINGS))
    except FormulaError as error:
        builder.complain(path, error.message, error.hint, (error.offset, error.length))
        return None
    return RateSchedule(formula=replace(formula, meaning), per_update=per_update)


def _by_mapping(builder: Builder, given: dict[str, str | list[str]]) -> RateSchedule | None:
    path: Path = ("schedule",)
    kinds = [key for key in ("name", "formula", "rates") if key in given]
    if len(kinds) != 1:
        message = _("a schedule has a 'name', a 'formula' or 'rates': exactly one of them")
        builder.complain_at_key(path, message, _("its names are {names}").format(names=", ".join(SCHEDULES)))
        return None
    per_update = _per_update(builder, given.get("per", "epoch"))
    settings = {key: value for key, value in given.items() if key not in _OWN}
    value = given[kinds[0]]
    if kinds[0] != "rates" and not isinstance(value, str):
        builder.complain((*path, kinds[0]), _("expected one value"))
        return None
    if kinds[0] == "name":
        return _from_table(builder, str(value).strip(), settings, (*path, "name"), per_update)
    for key in settings:
        hint = did_you_mean(key, _OWN)
        builder.complain_at_key((*path, key), _("unknown key {key!r}").format(key=key), hint)
    if kinds[0] == "formula":
        return _by_formula(builder, str(value), (*path, "formula"), per_update)
    return _listed(builder, _numbers(builder, value, (*path, "rates")), (*path, "rates"), per_update)


def _per_update(builder: Builder, text: str | list[str]) -> bool:
    if text not in ("epoch", "update"):
        hint = did_you_mean(str(text), ["epoch", "update"]) or _("one of: {options}").format(options="epoch, update")
        builder.complain(("schedule", "per"), _("a schedule counts epochs or updates"), hint)
    return text == "update"


def _from_table(
    builder: Builder, name: str, given: Mapping[str, str | list[str]], path: Path, per_update: bool
) -> RateSchedule | None:
    row = SCHEDULES.get(name)
    if row is None:
        hint = did_you_mean(name, SCHEDULES) or _("one of: {names}").format(names=", ".join(SCHEDULES))
        builder.complain(path, _("no schedule called {name!r}").format(name=name), hint)
        return None
    before = len(builder.complaints)
    settings: dict[str, tuple[Formula, ...]] = {}
    for key, value in given.items():
        if key not in row.settings:
            message = _("{name} has no setting {key!r}").format(name=name, key=key)
            known = ", ".join(row.settings) or _("none")
            hint = did_you_mean(key, row.settings) or _("its settings are {keys}").format(keys=known)
            builder.complain_at_key(("schedule", key), message, hint)
        else:
            settings[key] = _setting(builder, row.settings[key], value, ("schedule", key))
    missing = [key for key, setting in row.settings.items() if key not in given and not setting.optional]
    if missing and all(key in row.settings for key in given):
        names = ", ".join(missing)
        builder.complain(path, _("the schedule {name} needs {settings}").format(name=name, settings=names))
    return None if len(builder.complaints) > before else table_schedule(name, settings, per_update)


def _setting(builder: Builder, setting: Setting, value: str | list[str], path: Path) -> tuple[Formula, ...]:
    """The value of a setting, which may have to be one whole number, or may be several."""
    if isinstance(value, list) and not setting.many:
        builder.complain(path, _("expected one value"))
        return ()
    numbers = _numbers(builder, value, path)
    for index, one in enumerate(numbers):
        where = (*path, index) if isinstance(value, list) else path
        whole = isinstance(one, Number) and one.value.q == 1
        if (setting.whole or setting.many) and not (whole and isinstance(one, Number) and one.value >= 1):
            builder.complain(where, _("expected a whole number, at least 1"))
    return numbers


def _numbers(builder: Builder, value: str | list[str], path: Path) -> tuple[Formula, ...]:
    """The numbers in one value or in a list."""
    found: list[Formula] = []
    for index, text in enumerate(value if isinstance(value, list) else [value]):
        try:
            found.append(parse_constant(str(text)))
        except FormulaError as error:
            where = (*path, index) if isinstance(value, list) else path
            builder.complain(where, error.message, error.hint, (error.offset, error.length))
    return tuple(found)
