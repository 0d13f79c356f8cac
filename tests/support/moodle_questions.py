"""Reads Moodle XML by the rules of Moodle's importer, and marks answers as Moodle does.

Written from `question/format/xml/format.php`, `qtype_multianswer_extract_question` and `qtype_numerical_answer`;
nothing of the product is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from xml.etree import ElementTree

_FRACTION = r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%"
_ANSWER = r".+?(?<!\\)(?<!&)(?<!&amp;)(?=[~#}]|$)"
_FEEDBACK = r".*?(?<!\\)(?=[~}]|$)"
_ALTERNATIVE = rf"({_FRACTION})?({_ANSWER})(#({_FEEDBACK}))?"
_ONE = re.compile(rf"~?{_ALTERNATIVE}", re.DOTALL)
_TYPES = "NUMERICAL|NM|MULTICHOICE|MC|SHORTANSWER|SA|MULTIRESPONSE|MR"
_BOX = re.compile(rf"\{{([0-9]*):({_TYPES}):({_ALTERNATIVE}(~{_ALTERNATIVE})*)\}}", re.DOTALL)
_NUMBER = r"-?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?"
_NUMERICAL = re.compile(rf"({_NUMBER})(?::({_NUMBER}))?")
_PRECISION = 1e-14  # PHP's, as far as Moodle allows for it


@dataclass
class Answer:
    """An answer that is known: its number with a tolerance, or its text; what it earns, and what is said."""

    text: str
    fraction: float
    feedback: str
    tolerance: float = 0.0

    def takes(self, given: str) -> bool:
        """Whether Moodle takes what was given for this answer."""
        value, own = float(given), float(self.text)
        slack = self.tolerance + _PRECISION * max(abs(self.tolerance), abs(own), _PRECISION)
        return own - slack <= value <= own + slack


@dataclass
class Box:
    """A question, or one in a Cloze: its type, its marks, and its answers."""

    type: str
    mark: float
    answers: list[Answer]

    def earns(self, given: str) -> tuple[float, str]:
        """The marks of an answer, and what is said of it."""
        if self.type == "multichoice":
            found = next(one for one in self.answers if one.text == given)
        else:
            found = next((one for one in self.answers if one.takes(given)), Answer("", 0, ""))
        return self.mark * found.fraction, found.feedback


@dataclass
class Question:
    """A question as it stands in the bank."""

    type: str
    category: str
    name: str
    text: str
    feedback: str
    mark: float
    boxes: list[Box] = field(default_factory=list)


def read(xml: str) -> list[Question]:
    """The questions of a file; fails where Moodle's importer would."""
    top = ElementTree.fromstring(xml)
    assert top.tag == "quiz"
    category, found = "", []
    for one in top:
        assert one.tag == "question"
        if one.get("type") == "category":
            category = one.findtext("category/text") or ""
            assert category.startswith("$course$/")
            continue
        found.append(_question(one, category))
    return found


def _question(one: ElementTree.Element, category: str) -> Question:
    kind, text = one.get("type", ""), one.findtext("questiontext/text") or ""
    name, mark = one.findtext("name/text") or "", float(one.findtext("defaultgrade") or 1)
    assert name.strip()
    assert len(name) <= 255
    question = Question(kind, category, name, text, one.findtext("generalfeedback/text") or "", mark)
    for text_of_question in (question.text, question.feedback):
        _well_formed(text_of_question)
    if kind == "cloze":
        _extract(question)
    elif kind in ("numerical", "multichoice"):
        question.boxes.append(Box(kind, mark, [_answer(one) for one in one.findall("answer")]))
    _valid(question)
    return question


def _answer(one: ElementTree.Element) -> Answer:
    return Answer(
        one.findtext("text") or "",
        float(one.get("fraction", "0")) / 100,
        one.findtext("feedback/text") or "",
        float(one.findtext("tolerance") or 0),
    )


def _extract(question: Question) -> None:
    """Takes the boxes out of a Cloze text, one after the other."""
    while found := _BOX.search(question.text):
        kind = {"NUMERICAL": "numerical", "NM": "numerical"}.get(found[2], "multichoice")
        answers, rest = [], found[3]
        while one := _ONE.match(rest):
            fraction = 1.0 if one[1] == "=" else 0.01 * float((one[2] or "0").replace(",", "."))
            feedback = unescape(one[5] or "").replace("\\}", "}").replace("\\#", "#")
            value = _NUMERICAL.fullmatch(one[3])
            if kind == "numerical":
                assert value, f"no number: {one[3]}"
                answers.append(Answer(value[1], fraction, feedback, float(value[2] or 0)))
            else:
                answers.append(Answer(unescape(one[3]), fraction, feedback))
            rest = rest[one.end() :]
        assert not rest
        question.boxes.append(Box(kind, float(found[1] or 1), answers))
        question.text = question.text.replace(found[0], f"{{#{len(question.boxes)}}}", 1)


def _valid(question: Question) -> None:
    """What `qtype_multianswer_validate_question` and the editing forms of the others ask for."""
    assert question.type in ("cloze", "numerical", "multichoice", "stack"), question.type
    assert question.boxes or question.type == "stack"
    for box in question.boxes:
        assert max(one.fraction for one in box.answers) == 1
        if box.type == "multichoice":
            assert len(box.answers) > 1
        for one in box.answers:
            _well_formed(one.feedback)


def _well_formed(html: str) -> None:
    ElementTree.fromstring(f"<div>{re.sub(r'&(?!lt;|gt;|amp;|#)', '&amp;', html)}</div>")
