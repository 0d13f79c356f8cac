"""A reference to a quantity, as text says it: an address and a name, `epoch 2 / sample 1 / net_h1`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TypeVar

from backprop_cli.algebra.quantities import AFTER, Address, Kind, Place, Quantity
from backprop_cli.ground.records import record

REPORT = "report"  # `report 100 / w1` is the value after epoch 100 of a training that is only reported
N_STOP = Quantity(Kind.EPOCH, "n_stop", at=(Place(REPORT),))  # the epoch after which a training with `stop` ends
RATE, START = "rate", "start"  # `rate 2 / report 100 / w1`: of several runs, the one with the second learning rate
RUNS = (RATE, START)
ALL = Place("all samples")  # `all samples / E` is the value of the batch alone, and not that of a sample
_PLACE = re.compile(
    r"(epoch|batch|sample|step|report|after epoch|(?:learning )?rate|start(?:ing point)?)[\s_.:#-]*([0-9]{1,9})"
    r"|(after)(?:\s+(?:the\s+)?update)?"
    r"|(report)"
    r"|(all\s+samples|alle\s+(?:beispiele|muster|samples)|所有样本)",
    re.I,
)  # fmt: skip
_LONG_FORMS = {"after epoch": REPORT, "learning rate": RATE, "starting point": START}
_LONGEST_PLACE = 60

T = TypeVar("T")


@record
class Reference:
    """What a text names: a quantity `name`, in the pass at this address; without one, in every pass but `after`.

    `text` is how it was written, which makes no difference.
    """

    at: Address
    name: str
    text: str = field(default="", compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Reference:
        """The reference that a text is. What stands behind the last slash is a name, whatever it looks like."""
        parts = text.split("/")
        places: list[Place] = []
        for part in parts[:-1]:
            found = place_of(part)
            if found is None:
                break
            places.append(found)
        return cls(tuple(places), "/".join(parts[len(places) :]).strip(), text)

    @classmethod
    def to(cls, quantity: Quantity) -> Reference:
        """The reference to a quantity by its key."""
        return cls(quantity.at, quantity.bare_key)

    @property
    def written(self) -> str:
        """The reference as it was written."""
        return self.text or str(self)

    @property
    def epoch(self) -> int | None:
        """The epoch after which the value is reported, where it is not that of a line; 0 for all epochs together."""
        return next((number for word, number in self.at if word == REPORT), None)

    def __str__(self) -> str:
        return " / ".join([*map(str, self.at), self.name])


def place_of(text: str) -> Place | None:
    """One step of an address, however it is typed: `epoch 2`, `Epoch_2`, `after the update`, `after epoch 100`."""
    match = _PLACE.fullmatch(unicodedata.normalize("NFKC", text).strip()) if len(text) <= _LONGEST_PLACE else None
    if match is None:
        return None
    if not match[1]:
        return AFTER if match[3] else Place(REPORT) if match[4] else ALL
    word = match[1].lower()
    return Place(_LONG_FORMS.get(word, word), int(match[2]))


def address_of(text: str) -> Address | None:
    """The address that a text is: `epoch 2 / sample 1`; None where it is none."""
    places = [place_of(part) for part in text.split("/")]
    found = tuple(place for place in places if place is not None)
    return found if len(found) == len(places) else None


def of_a_sample(quantity: Quantity) -> bool:
    """Whether a quantity is that of one sample of several."""
    return any(place.word == "sample" for place in quantity.at)


def is_reported(quantity: Quantity) -> bool:
    """Whether a quantity is the value after an epoch of a training that is only reported."""
    return any(place.word == REPORT for place in quantity.at)


def is_from_another_start(quantity: Quantity) -> bool:
    """Whether a value is reported of a run that does not start where the first one does."""
    return any(place.word == START and place.number > 1 for place in quantity.at)


def references_to(quantity: Quantity, after: bool = False) -> Iterator[Reference]:
    """The references that mean a quantity: its key, and its bare name, in the pass after the update only if `after`.

    What is reported after an epoch is meant by its key alone; what is of no sample alone, also by ALL samples.
    """
    if not of_a_sample(quantity):
        yield Reference((*quantity.at, ALL), quantity.bare_key)
    yield Reference(quantity.at, quantity.bare_key)
    if quantity.at and not is_reported(quantity) and (after or AFTER not in quantity.at):
        yield Reference((), quantity.bare_key)


def looked_up(table: Mapping[Reference, T], quantity: Quantity) -> T | None:
    """What a table says of a quantity, of it in particular before what it says of all of its name."""
    return next((table[one] for one in references_to(quantity) if one in table), None)


def meant_by(
    references: Iterable[Reference], quantities: Iterable[Quantity], after: bool = False
) -> tuple[Quantity, ...]:
    """Those of the quantities that the references mean, each once, in the order of the references."""
    found: dict[Reference, list[Quantity]] = {reference: [] for reference in references}
    for quantity in quantities if found else ():
        for reference in references_to(quantity, after):
            if reference in found:
                found[reference].append(quantity)
    return tuple(dict.fromkeys(quantity for named in found.values() for quantity in named))
