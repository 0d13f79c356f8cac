"""Dropout with a given mask: a dropped unit passes nothing, forward or backward."""

from __future__ import annotations

from typing import Any

from backprop_cli.algebra.formula import ONE, Apply, Formula, Name, Number, add, divide, negate
from backprop_cli.algebra.quantities import Kind, Quantity, out
from backprop_cli.ground.words import _, listed, n_
from backprop_cli.numbers.exact import decimal_digits, decimal_text
from backprop_cli.problem.fields import NeuronName, by_shape, choice, one_word
from backprop_cli.problem.fields import Number as NumberField
from backprop_cli.problem.file_model import Field, FileModel
from backprop_cli.problem.json_schema import not_both
from backprop_cli.problem.layer_types.base import LayerType
from backprop_cli.problem.layer_types.unitwise import sign_of, unit_names, unitwise_layer
from backprop_cli.problem.model import Cell, Layer
from backprop_cli.problem.sites import Site

_KIND = n_("dropout")
_RULE = n_("what dropout does on the way forward it does on the way back: nothing passes where the mask is 0")
_ROW: Any = by_shape(list=list[NumberField], text=NumberField)


class DropoutFile(FileModel, json_schema_extra=not_both("rate", "keep")):
    """Dropout (Srivastava et al. 2014): out_d1 = out_h1·(m1/keep), with a mask m of ones and zeros that is given."""

    type: one_word("dropout", "Dropout with a given mask.")
    neurons: by_shape(list=list[NeuronName]) | None = Field(
        None, description="The units' names, one for each unit of the layer before; otherwise d1, d2, …"
    )
    mask: by_shape(list=list[_ROW]) | None = Field(
        None,
        description="1 for a unit that stays, 0 for one that is dropped: `[1, 0, 1]` for all samples, or one such list "
        "per sample; left out: nothing is dropped, as when the trained network is used.",
    )
    rate: NumberField | None = Field(None, description="The probability with which units are dropped; or `keep`.")
    keep: NumberField | None = Field(None, description="The probability with which units stay: 1 − rate.")
    scaling: choice("training", "use", "none", what=n_("scaling")) = Field(
        "training",
        description="Where the probability is made up for: `training` divides what stays by keep (inverted dropout), "
        "`use` multiplies by keep when there is no mask, `none` does neither.",
    )


def build(site: Site, file: Any) -> Layer | None:
    """out_dⱼ = xⱼ·(mⱼ/keep); without a mask, out_dⱼ = xⱼ, or keep·xⱼ where training does not divide."""
    names = unit_names(site, file.neurons, "d")
    keep = _keep(site, file)
    if names is None or not _fits(site, file):
        return None
    senders = [site.sender(name) for name in site.before.names]
    masks = None if file.mask is None else _masks(site, file.mask, len(names))
    cells: list[Cell] = []
    for index, (name, sender) in enumerate(zip(names, senders, strict=True)):
        formula: Formula = sender
        if masks is not None:
            share = divide(masks[index], keep) if file.scaling == "training" else masks[index]
            formula = Apply("product", (sender, share))
        elif file.scaling == "use" and keep != ONE:
            formula = Apply("product", (keep, sender))
        cells.append(Cell(out(name), formula, _RULE if masks is not None else ""))
    return unitwise_layer(site, names, cells, _KIND)


def _keep(site: Site, file: Any) -> Formula:
    """The probability with which units stay; 1 where none is given."""
    if file.rate is not None and file.keep is not None:
        site.complain_at_key(("rate",), _("rate is 1 − keep: one of them"))
    key = "keep" if file.keep is not None else "rate"
    given: Formula | None = getattr(file, key)
    if given is None:
        return ONE
    keep = given if key == "keep" else _one_minus(given)
    if sign_of(keep) <= 0 or sign_of(add(ONE, negate(keep))) < 0:
        wanted = _("0 < keep ≤ 1") if key == "keep" else _("0 ≤ rate < 1")
        site.complain((key,), _("a probability is needed here: {wanted}").format(wanted=wanted))
        return ONE
    return keep


def _one_minus(rate: Formula) -> Formula:
    """1 − rate, as it is written: 0.8."""
    keep = add(ONE, negate(rate))
    if isinstance(keep, Number) and (places := decimal_digits(keep.value)) is not None:
        return Number(keep.value, decimal_text(int(keep.value.p * 10**places // keep.value.q), places))
    return keep


def _fits(site: Site, file: Any) -> bool:
    """Whether the mask has a 0 or a 1 for every unit, in one row or in one per sample."""
    rows = file.mask
    if rows is None:
        return True
    size, samples = len(site.before.names), site.surroundings.samples
    nested = any(isinstance(row, list) for row in rows)
    if nested and len(rows) != samples:
        message = _("{count} masks here, but {expected} samples").format(count=len(rows), expected=samples)
        site.complain(("mask",), message)
        return False
    for index, row in enumerate(rows if nested else [rows]):
        steps = ("mask", index) if nested else ("mask",)
        if not isinstance(row, list) or len(row) != size:
            count = len(row) if isinstance(row, list) else 1
            message = _("{count} numbers in this mask, but {expected} units before it ({names})")
            names = listed(site.before.names)
            site.complain(steps, message.format(count=count, expected=size, names=names))
            return False
        for place, one in enumerate(row):
            if not isinstance(one, Number) or one.value not in (0, 1):
                site.complain((*steps, place), _("a mask has 1 for a unit that stays and 0 for one that is dropped"))
                return False
    return True


def _masks(site: Site, rows: list[Any], size: int) -> list[Name]:
    """The mask of each unit as a name, with its value for every sample."""
    table = rows if isinstance(rows[0], list) else [rows]
    stems = ["m", f"m{site.index + 1}_", f"mask{site.index + 1}_"]
    names = site.free_names(stems, [str(number) for number in range(1, size + 1)])
    site.stack.data |= {name: tuple(row[index] for row in table) for index, name in enumerate(names)}
    return [Name(Quantity(Kind.INPUT, name)) for name in names]


DROPOUT = LayerType("dropout", DropoutFile, build)
