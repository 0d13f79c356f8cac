"""Reads the packages of QTI 2.1 and of Canvas, and marks answers as their players do.

Written from the response processing of the QTI 2.1 information model, and from Canvas's importer of QTI 1.2
(`assessment_item_converter`, `numeric_interaction`); nothing of the product is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

Element = ElementTree.Element


def files(data: bytes) -> dict[str, str]:
    """The files of a package, the manifest first."""
    with ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        assert names[0] == "imsmanifest.xml"
        return {name: archive.read(name).decode() for name in names}


def parsed(text: str) -> Element:
    """The XML without namespaces."""
    top = ElementTree.fromstring(text)
    for one in top.iter():
        one.tag = one.tag.rpartition("}")[2]
    return top


# ---- QTI 2.1 ---------------------------------------------------------------------------------------------------------


@dataclass
class Item:
    """An item: how it is marked."""

    top: Element

    @property
    def responses(self) -> list[str]:
        """The identifiers of the responses, in the order in which they stand on the page."""
        declared = [one.get("identifier", "") for one in self.top.findall("responseDeclaration")]
        body = self.top.find("itemBody")
        assert body is not None
        placed = [one.get("responseIdentifier", "") for one in body.iter() if one.get("responseIdentifier")]
        assert placed == declared
        return declared

    @property
    def most(self) -> float:
        """The marks that can be had."""
        return float(self.top.findtext("outcomeDeclaration[@identifier='MAXSCORE']/defaultValue/value") or "nan")

    def marked(self, answers: dict[str, str]) -> tuple[float, list[str]]:
        """The marks, and the feedback that is shown."""
        outcomes: dict[str, object] = {"SCORE": 0.0, "FEEDBACK": []}
        processing = self.top.find("responseProcessing")
        assert processing is not None
        for condition in processing:
            assert condition.tag == "responseCondition"
            self._condition(condition, answers, outcomes)
        shown = outcomes["FEEDBACK"]
        assert isinstance(shown, list)
        known = {one.get("identifier"): "".join(one.itertext()) for one in self.top.findall("modalFeedback")}
        return float(str(outcomes["SCORE"])), [known[one] for one in shown]

    def _condition(self, condition: Element, answers: dict[str, str], outcomes: dict[str, object]) -> None:
        for branch in condition:
            parts = list(branch)
            holds = branch.tag == "responseElse" or self._value(parts.pop(0), answers, outcomes) is True
            if holds:
                for one in parts:
                    assert one.tag == "setOutcomeValue"
                    outcomes[one.get("identifier", "")] = self._value(one[0], answers, outcomes)
                return

    def _value(self, one: Element, answers: dict[str, str], outcomes: dict[str, object]) -> object:
        inner = [self._value(each, answers, outcomes) for each in one]
        name = one.get("identifier", "")
        match one.tag:
            case "variable":
                return outcomes[name] if name in outcomes else answers.get(name) or None
            case "correct":
                return self.top.findtext(f"responseDeclaration[@identifier='{name}']/correctResponse/value")
            case "baseValue":
                return one.text if one.get("baseType") == "identifier" else float(one.text or "")
            case "isNull":
                return inner[0] is None
            case "match":
                return inner[0] is not None and inner[0] == inner[1]
            case "equal":
                assert one.get("toleranceMode") == "absolute"
                slack = float(one.get("tolerance", ""))
                first, second = (float(str(each)) for each in inner)
                return second - slack <= first <= second + slack
            case "sum":
                return sum(float(str(each)) for each in inner)
            case "multiple":
                return [each for part in inner for each in (part if isinstance(part, list) else [part])]
        raise AssertionError(one.tag)


def items(data: bytes) -> list[Item]:
    """The items of a package, in the order of its test; fails where the manifest does not hold together."""
    found = files(data)
    manifest = parsed(found["imsmanifest.xml"])
    resources = {one.get("identifier"): one for one in manifest.findall("resources/resource")}
    hrefs = {one.get("href") for one in resources.values()}
    assert hrefs == set(found) - {"imsmanifest.xml"}
    for one in resources.values():
        assert [each.get("href") for each in one.findall("file")] == [one.get("href")]
        assert {each.get("identifierref") for each in one.findall("dependency")} <= set(resources)
    test = parsed(found["test.xml"])
    return [Item(parsed(found[one.get("href", "")])) for one in test.iter("assessmentItemRef")]


# ---- Canvas ----------------------------------------------------------------------------------------------------------


@dataclass
class CanvasQuestion:
    """A question as Canvas keeps it after import."""

    name: str
    kind: str
    points: float
    text: str
    answers: list[dict[str, Decimal | str]]
    told: str

    @property
    def factor(self) -> Decimal:
        """By what the value is to be multiplied before it is typed in."""
        found = re.search(r"times (\d+):", self.text)
        return Decimal(found[1]) if found else Decimal(1)

    def earns(self, value: Decimal) -> float:
        """The marks of a number: all or none, by the kinds of answers that Canvas knows."""
        return self.points if any(self._takes(one, value) for one in self.answers) else 0.0

    @staticmethod
    def _takes(answer: dict[str, Decimal | str], value: Decimal) -> bool:
        approximate = Decimal(answer["value"])
        if answer["kind"] == "precision_answer":  # rounded to so many significant digits
            digits = int(answer["precision"])
            return float(f"{value:.{digits - 1}e}") == float(f"{approximate:.{digits - 1}e}")
        kept, margin = round(approximate, 4), round(Decimal(answer["margin"]), 4)
        return kept - margin <= value <= kept + margin


def canvas_questions(data: bytes) -> list[CanvasQuestion]:
    """The questions of a package as Canvas's importer reads them."""
    found = files(data)
    manifest = parsed(found["imsmanifest.xml"])
    (resource,) = manifest.findall("resources/resource")
    assert resource.get("type") == "imsqti_xmlv1p2"
    (file,) = resource.findall("file")
    top = parsed(found[file.get("href", "")])
    names = [one.get("ident") for one in top.iter("item")]
    assert len(set(names)) == len(names)
    return [_canvas_question(one) for one in top.iter("item")]


def _canvas_question(item: Element) -> CanvasQuestion:
    fields = {one.findtext("fieldlabel"): one.findtext("fieldentry") for one in item.iter("qtimetadatafield")}
    kind = fields["question_type"] or ""
    text = item.findtext("presentation/material/mattext") or ""
    ElementTree.fromstring(f"<div>{text}</div>")
    told = item.findtext("itemfeedback/flow_mat/material/mattext") or ""
    right = [one for one in item.iter("respcondition") if one.findtext("setvar") == "100"]
    answers = [_numeric(one) for one in right] if kind == "numerical_question" else _chosen(right)
    return CanvasQuestion(item.get("title", ""), kind, float(fields["points_possible"] or "nan"), text, answers, told)


def _chosen(right: list[Element]) -> list[dict[str, Decimal | str]]:
    return [{"kind": "choice", "value": one.findtext("conditionvar/varequal") or ""} for one in right]


def _numeric(condition: Element) -> dict[str, Decimal | str]:
    """An exact answer with a margin; or, by its bounds, one to so many significant digits."""
    exact = Decimal(condition.findtext("conditionvar/or/varequal") or "")
    lower = condition.findtext("conditionvar/or/and/vargt")
    upper = condition.findtext("conditionvar/or/and/varlte") or ""
    if lower is not None:
        assert all(re.sub(r"[0.]", "", bound.partition("e")[0]).endswith("5") for bound in (lower, upper))
        width = Decimal(upper) - Decimal(lower)
        assert exact - Decimal(lower) == Decimal(upper) - exact
        assert width.normalize().as_tuple().digits == (1,)
        precision = exact.adjusted() - width.adjusted() + 1
        attribute = condition.find("conditionvar/or/varequal")
        assert attribute is not None
        assert attribute.get("precisiontype") == "significantDigits"
        assert int(attribute.get("precision", "")) == precision
        return {"kind": "precision_answer", "value": exact, "precision": str(precision)}
    return {"kind": "exact_answer", "value": exact, "margin": Decimal(upper) - exact}
