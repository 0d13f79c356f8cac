"""Diagnoses as data: what was probably done, with the wrong formula in canonical names, and what else there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backprop_cli.algebra.formula import Formula
from backprop_cli.algebra.quantities import Quantity
from backprop_cli.checking.explain import Explainer, softmaxes_spelled
from backprop_cli.checking.verdicts import Verdict
from backprop_cli.solving.plain_formulas import PlainFormulas
from backprop_cli.solving.spelling import speller
from backprop_cli.writing.dialects import PROGRAM

if TYPE_CHECKING:
    from backprop_cli.checking.hypothesis import Hypothesis
    from backprop_cli.checking.key import AnswerKey
    from backprop_cli.checking.search.candidates import Candidate

_DIGITS = 4


def diagnoses_data(verdict: Verdict, explainer: Explainer) -> dict[str, object]:
    """`diagnoses`, one for each formula that is named, and `alternatives`; nothing where there is none of them."""
    write = _Writer(explainer, verdict.quantity)
    data: dict[str, object] = {}
    if verdict.causes:
        data["diagnoses"] = list(write.named(verdict.causes))
    if verdict.others:
        data["alternatives"] = [write.candidate(one) for one in verdict.others]
    return data


class _Writer:
    """Writes the diagnoses of one line."""

    def __init__(self, explainer: Explainer, quantity: Quantity) -> None:
        self.explainer = explainer
        self.quantity = quantity

    def named(self, causes: tuple[Hypothesis, ...]) -> Iterator[dict[str, object]]:
        """What is named, the likeliest first; names of one formula are one diagnosis."""
        seen: list[dict[str, object]] = []
        formulas: list[Formula] = []
        for cause in causes:
            one = cause.candidate(self.quantity)
            if one is None:
                seen.append(self.row(cause))
            elif one.formula in formulas and not one.is_a_slip:
                continue
            else:
                formulas.append(one.formula)
                said = self.explainer.said(cause, self.quantity)
                seen.append({"name": cause.mistake.name, "said": said, **self.candidate(one)})
        yield from seen

    def row(self, cause: Hypothesis) -> dict[str, object]:
        """A row of the table that was done throughout lines that are not on the sheet."""
        where = next((one for one in cause.formulas if one == self.quantity), None)
        made = {"name": cause.mistake.name, "said": self.explainer.said(cause), "kind": "pattern",
                "key": [cause.mistake.name, cause.variant]}  # fmt: skip
        formula = self.formula(cause.formulas[where], where) if where is not None else None
        return {**made, "posterior": None, "made_in": where.key if where is not None else None, "formula": formula}

    def candidate(self, one: Candidate) -> dict[str, object]:
        """One candidate; a number that was miscopied has no formula."""
        shown = None if one.is_a_slip else self.formula(one.formula, one.made_in)
        return {
            "kind": one.kind,
            "key": list(one.pattern if one.pattern[0] else one.key),
            "posterior": round(one.posterior, _DIGITS),
            "perhaps": one.perhaps,
            "made_in": one.made_in.key,
            "formula": shown,
        }

    def formula(self, formula: Formula, quantity: Quantity) -> str:
        """A formula in canonical names."""
        return plain_formula(self.explainer.key, formula, quantity)


def plain_formula(key: AnswerKey, formula: Formula, quantity: Quantity) -> str:
    """A formula of a line in the names and the syntax of the solution's JSON."""
    return key.once(_plain_formulas).formula(softmaxes_spelled(formula), quantity)


def _plain_formulas(key: AnswerKey) -> PlainFormulas:
    return PlainFormulas(speller(key.problem, key.trace, PROGRAM, "plain"), key.derivation)
