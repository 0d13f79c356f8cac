"""Moodle XML: a Cloze question a group of lines, a numerical question for a line alone, multiple choice for words.

The format is what `question/format/xml` and `qtype_multianswer_extract_question` of Moodle read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from math import gcd, lcm
from xml.etree.ElementTree import Element, SubElement, tostring

from backprop_cli.documents.model import Text
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _
from backprop_cli.quizzes.markup import Markup, as_latex, element, embedded, html
from backprop_cli.quizzes.model import Asked, AskedNumber, Choice, Quiz, QuizQuestion, Reply
from backprop_cli.quizzes.numerals import number, per_cent

_HOLDS = "\ue000{}\ue001"  # stands for a Cloze box until the HTML around it is written
_HELD = re.compile("\ue000(\\d+)\ue001")
_A_BOX = re.compile(r"\{(?=[0-9]*:|#)")  # what Moodle would take for the beginning of one
LONGEST_NAME = 255
_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render(quiz: Quiz) -> str:
    """The questions in a category for each exercise."""
    top = Element("quiz")
    for category in quiz.categories:
        numbers = [one for one in category.questions if any(one.numbers())]
        words = [one for one in category.questions if one not in numbers]
        add_category(top, quiz, category.name)
        top.extend(map(question_of, numbers))
        if words and category.are_variants:  # a random question of the category is a whole variant
            add_category(top, quiz, category.name, _("Questions"))
        top.extend(map(question_of, words))
    return written(top)


def written(top: Element) -> str:
    """The file."""
    return _PROLOG + tostring(top, "unicode") + "\n"


def add_category(top: Element, quiz: Quiz, *names: str) -> None:
    """Where the questions that follow are kept; a slash in a name is doubled, as Moodle reads paths."""
    folders = dict.fromkeys((quiz.title, *names))
    path = "/".join(["$course$", "top", *(name.replace("/", "//") for name in folders)])
    entry = SubElement(top, "question", type="category")
    text(entry, "category", path)


def question_of(question: QuizQuestion) -> Element:
    """The question in the type that suits it."""
    asked = [one for part in question.parts for one in part.asked]
    match asked:
        case [Choice() as choice]:
            return _multiple_choice(question, choice)
        case [AskedNumber() as alone]:
            return _numerical(question, alone)
        case _:
            return _cloze(question)


# ---- kinds of questions ----------------------------------------------------------------------------------------------


def _cloze(question: QuizQuestion) -> Element:
    """All numbers in one text, each with its weight."""
    boxes: list[str] = []
    weights = _weights(question)

    def box(asked: Asked) -> Element:
        assert isinstance(asked, AskedNumber)
        boxes.append(_box(asked, weights[len(boxes)]))
        return element("span", _HOLDS.format(len(boxes) - 1))

    markup = Markup(as_latex, embedded)
    parts = [one for part in question.parts for one in markup.part(part, box)]
    asked = _A_BOX.sub("&#123;", html([*markup.blocks(question.given), *parts]))
    return head("cloze", question, _HELD.sub(lambda held: boxes[int(held[1])], asked))


def _weights(question: QuizQuestion) -> list[int]:
    """The weights of the lines of a Cloze question: their marks, or in their ratio where these are no whole numbers."""
    worths = [one.worth for one in question.numbers()]
    scale = lcm(*(int(one.q) for one in worths))
    weights = [int((one * scale).p) for one in worths]
    return weights if scale == 1 else [one // gcd(*weights) for one in weights]


def notes(quiz: Quiz) -> Iterator[str]:
    """What has to be done in Moodle: it takes the weights of a Cloze question for marks, whatever its own mark is."""
    for category in quiz.categories:
        cloze = [one for one in category.questions if len(list(one.numbers())) > 1]
        for total, worth in sorted({(sum(_weights(one)), one.worth) for one in cloze}):
            if total != worth:
                said = _(
                    "{name}: Moodle proposes {total} marks for a question, as a line has whole ones there: set {worth}"
                )
                yield said.format(name=category.name, total=total, worth=f"{float(worth):.7g}")


def _box(asked: AskedNumber, weight: int) -> str:
    """{1:NUMERICAL:=0.5933:0.00005#right~%0%0.41:0.005#what was done}"""
    answers = "~".join(map(_alternative, asked.replies))
    return f"{{{weight}:NUMERICAL:{answers}}}"


def _alternative(reply: Reply) -> str:
    share = "=" if reply.share == 1 else f"%{per_cent(reply.share)}%"
    return f"{share}{number(reply.value)}:{number(reply.tolerance)}#{_feedback(reply.said)}"


def _feedback(said: str) -> str:
    """Words within a box: HTML, of which the signs that end something are hidden in entities, as Moodle undoes once."""
    return re.sub(r"[{}~#\\&]", lambda sign: f"&#{ord(sign[0])};" if sign[0] != "&" else "&amp;", escape(said, False))


def _numerical(question: QuizQuestion, asked: AskedNumber) -> Element:
    markup = Markup(as_latex, embedded)
    parts = [markup.inline("p", part.task) for part in question.parts]
    wanted = markup.inline("p", (*asked.symbol, Text(" – "), *asked.meaning))
    top = head("numerical", question, html([*markup.blocks(question.given), *parts, wanted]))
    for reply in asked.replies:
        answer = _answer(top, per_cent(reply.share), number(reply.value), reply.said)
        SubElement(answer, "tolerance").text = number(reply.tolerance)
    SubElement(top, "unitgradingtype").text = "0"
    SubElement(top, "unitpenalty").text = "0.1"
    SubElement(top, "showunits").text = "3"
    SubElement(top, "unitsleft").text = "0"
    return top


def _multiple_choice(question: QuizQuestion, choice: Choice) -> Element:
    markup = Markup(as_latex, embedded)
    top = head("multichoice", question, html([*markup.blocks(question.given), element("p", choice.said)]))
    for name, value in (("single", "true"), ("shuffleanswers", "false"), ("answernumbering", "none")):
        SubElement(top, name).text = value
    for option in choice.options:
        answer = _answer(top, "100" if option.is_right else "0", escape(option.text, False), choice.why)
        answer.set("format", "html")
    return top


# ---- what all have ---------------------------------------------------------------------------------------------------


def head(kind: str, question: QuizQuestion, asked: str) -> Element:
    """A question of a type with its name, its text, its worked solution and its marks."""
    top = Element("question", type=kind)
    text(top, "name", visible(question.name)[:LONGEST_NAME])
    text(top, "questiontext", asked, "html")
    text(top, "generalfeedback", html(Markup(as_latex).blocks(question.solution)), "html")
    SubElement(top, "defaultgrade").text = number(question.worth)
    SubElement(top, "penalty").text = "0.3333333"
    SubElement(top, "hidden").text = "0"
    SubElement(top, "idnumber").text = ""
    return top


def _answer(top: Element, share: str, value: str, said: str) -> Element:
    answer = SubElement(top, "answer", fraction=share, format="moodle_auto_format")
    SubElement(answer, "text").text = value
    text(answer, "feedback", escape(said, False), "html")
    return answer


def text(top: Element, tag: str, words: str, format_: str = "") -> Element:
    """An element with words, as HTML where it says so."""
    found = SubElement(top, tag, {"format": format_} if format_ else {})
    SubElement(found, "text").text = words
    return found
