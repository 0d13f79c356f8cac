"""QTI 1.2 as Canvas reads it: a numerical question a line, each with its marks, behind a text with what is given.

Canvas compares one number a question, gives all of its marks or none, and rounds numbers to four decimals; so values
below 0.0001 are asked for times a power of ten. What a usual mistake would give is told to those who are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from backprop_cli.documents.model import Inline, Text
from backprop_cli.ground.errors import UsageError, visible
from backprop_cli.ground.words import _, as_sentence, in_figures, labelled
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.numbers.rounded import Decimal, Rounding, round_to
from backprop_cli.quizzes.markup import Markup, as_latex, element, html
from backprop_cli.quizzes.model import FOLLOWS, MISTAKE, AskedNumber, Category, Choice, Quiz, QuizQuestion, Reply
from backprop_cli.quizzes.numerals import number
from backprop_cli.quizzes.packages import package

_NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_FILE = "quiz/quiz.xml"
_SMALLEST = rational(1, 10_000)  # that Canvas keeps
_MOST_FIGURES = 15
_EXACT = rational(1, 10**14)  # of a tolerance that is none
_FULL = "100"
_LONGEST = 255


def render(quiz: Quiz) -> bytes:
    """The package. Raises UsageError for variants, which Canvas would mix up."""
    if any(one.are_variants for one in quiz.categories):
        hint = _("`backprop generate --like PROBLEM --variants N -o FOLDER` makes a problem of each")
        said = _("Canvas draws each question by itself, not a whole variant: write a quiz for each variant ({hint})")
        raise UsageError(said.format(hint=hint))
    return package({"imsmanifest.xml": _manifest(), _FILE: _assessment(quiz)})


def _assessment(quiz: Quiz) -> Element:
    top = Element("questestinterop", xmlns=_NAMESPACE)
    assessment = SubElement(top, "assessment", ident="quiz", title=visible(quiz.title)[:_LONGEST])
    section = SubElement(assessment, "section", ident="root_section")
    for category in quiz.categories:
        section.extend(list(_items(category)))
    return top


def _items(category: Category) -> Iterator[Element]:
    """What is given, the numbers, and the questions in words."""
    yield _text(category.questions[0], category.name)
    for question in category.questions:
        for place, asked in enumerate((one for part in question.parts for one in part.asked), start=1):
            name = f"{question.identity}-{place}"
            yield _number(name, question, asked) if isinstance(asked, AskedNumber) else _choice(name, asked)


# ---- items -----------------------------------------------------------------------------------------------------------


def _item(name: str, kind: str, title: str, worth: Rational, body: str) -> Element:
    top = Element("item", ident=f"item-{name}", title=visible(title)[:_LONGEST])
    fields = SubElement(SubElement(top, "itemmetadata"), "qtimetadata")
    for label, value in {"question_type": kind, "points_possible": number(worth)}.items():
        entry = SubElement(fields, "qtimetadatafield")
        SubElement(entry, "fieldlabel").text = label
        SubElement(entry, "fieldentry").text = value
    presentation = SubElement(top, "presentation")
    presentation.append(_material(body))
    return top


def _material(words: str) -> Element:
    top = Element("material")
    SubElement(top, "mattext", texttype="text/html").text = words
    return top


def _text(question: QuizQuestion, title: str) -> Element:
    body = html(Markup(as_latex).blocks(question.given))
    return _item(f"{question.identity}-text", "text_only_question", title, rational(0), body)


def _number(name: str, question: QuizQuestion, asked: AskedNumber) -> Element:
    markup, factor = Markup(as_latex), _factor(asked)
    wanted: Inline = (*asked.symbol, Text(" – "), *asked.meaning, Text(f" ({asked.wanted})"))
    blocks = [markup.inline("p", wanted)]
    if factor != 1:
        said = _("Give the value times {factor}: for 0.00002, that is {example}.")
        example = in_figures(number(rational(2, 100_000) * factor))
        blocks.append(element("p", said.format(factor=number(factor), example=example)))
    title = labelled(question.name, "".join(piece.characters for piece in asked.symbol if not isinstance(piece, Text)))
    top = _item(name, "numerical_question", title, asked.worth, html(blocks))
    presentation = top.find("presentation")
    assert presentation is not None
    answer = SubElement(presentation, "response_str", ident="response1", rcardinality="Single")
    SubElement(SubElement(answer, "render_fib", fibtype="Decimal"), "response_label", ident="answer1")
    processing = _processing(top)
    for place, reply in enumerate(_right(asked)):
        right = SubElement(processing, "respcondition")
        right.set("continue", "No")
        condition = SubElement(right, "conditionvar")
        condition.append(_compared(reply, factor, None if place else asked))
        SubElement(right, "setvar", action="Set", varname="SCORE").text = _FULL
    if told := list(_told(asked, factor)):
        _feedback(top, processing, "general_incorrect_fb", told)
    return top


def _right(asked: AskedNumber) -> list[Reply]:
    """What has all of the marks; of what follows from a mistake, Canvas cannot know whether it was made."""
    return [one for one in asked.replies if one.share == 1 and one.kind != FOLLOWS]


def _factor(asked: AskedNumber) -> Rational:
    """The power of ten by which a value is multiplied that Canvas would round away."""
    factor, right = rational(1), asked.right
    while right.value != 0 and not _is_kept(asked, right, factor):
        factor *= 10
    return factor


def _is_kept(asked: AskedNumber, right: Reply, factor: Rational) -> bool:
    """Whether four decimals hold the value; with a margin, whether they hold that, too."""
    if abs(right.value) * factor < (1 if factor > 1 else _SMALLEST):
        return False
    return _figures(asked, factor) is not None or _is_exact(right) or right.tolerance * factor >= 5 * _SMALLEST


def _is_exact(reply: Reply) -> bool:
    """Whether a reply is one number."""
    return reply.tolerance <= abs(reply.value) * _EXACT


def _compared(reply: Reply, factor: Rational, precise: AskedNumber | None) -> Element:
    """A number, and the bounds within which another one is taken for it."""
    value, tolerance = reply.value * factor, rational(0) if _is_exact(reply) else reply.tolerance * factor
    top = Element("or")
    figures = _figures(precise, factor) if precise is not None else None
    if figures is not None:
        shown, unit = figures
        value, tolerance = shown.value, unit / 2
        attributes = {"precisiontype": "significantDigits", "precision": str(len(str(abs(shown.digits))))}
    else:
        attributes = {"margintype": "absolute", "margin": number(tolerance)}
    SubElement(top, "varequal", {"respident": "response1", **attributes}).text = number(value)
    both = SubElement(top, "and")
    SubElement(both, "vargt" if figures else "vargte", respident="response1").text = number(value - tolerance)
    SubElement(both, "varlte", respident="response1").text = number(value + tolerance)
    return top


def _figures(asked: AskedNumber, factor: Rational) -> tuple[Decimal, Rational] | None:
    """The right value rounded to the unit that is asked for; None where a margin says it better."""
    unit, value = asked.unit * factor, asked.right.value * factor
    places = next((n for n in range(-_MOST_FIGURES, _MOST_FIGURES + 1) if unit == rational(10) ** -n), None)
    if places is None or places < 0 or abs(value) < unit or asked.right.tolerance * 2 != asked.unit:
        return None
    shown = round_to(value, Rounding(places=places))
    is_a_tie = abs(abs(value - shown.value) - unit / 2) < unit / 10  # also of the value with one digit more
    return None if is_a_tie or shown.places != places or shown.digits == 0 else (shown, unit)


def _told(asked: AskedNumber, factor: Rational) -> Iterator[Element]:
    """What the usual mistakes would give."""
    for reply in asked.replies:
        if reply.kind == MISTAKE:
            yield element("p", labelled(in_figures(number(_short(reply.value * factor))), reply.said))


def _short(value: Rational) -> Rational:
    return round_to(value, Rounding(figures=4)).value if value != 0 else value


def _choice(name: str, asked: Choice) -> Element:
    top = _item(name, "multiple_choice_question", asked.key, asked.worth, html([element("p", asked.said)]))
    presentation = top.find("presentation")
    assert presentation is not None
    answer = SubElement(presentation, "response_lid", ident="response1", rcardinality="Single")
    boxes = SubElement(answer, "render_choice")
    for place, option in enumerate(asked.options, start=1):
        label = SubElement(boxes, "response_label", ident=f"option{place}")
        SubElement(SubElement(label, "material"), "mattext", texttype="text/plain").text = option.text
    processing = _processing(top)
    right = SubElement(processing, "respcondition")
    right.set("continue", "No")
    place = next(place for place, one in enumerate(asked.options, start=1) if one.is_right)
    SubElement(SubElement(right, "conditionvar"), "varequal", respident="response1").text = f"option{place}"
    SubElement(right, "setvar", action="Set", varname="SCORE").text = _FULL
    _feedback(top, processing, "general_incorrect_fb", [element("p", as_sentence(asked.why))])
    return top


def _processing(top: Element) -> Element:
    processing = SubElement(top, "resprocessing")
    outcomes = SubElement(processing, "outcomes")
    SubElement(outcomes, "decvar", maxvalue=_FULL, minvalue="0", varname="SCORE", vartype="Decimal")
    return processing


def _feedback(top: Element, processing: Element, name: str, told: list[Element]) -> None:
    """What is shown to those whose answer is none of the right ones."""
    other = SubElement(processing, "respcondition")
    other.set("continue", "Yes")
    SubElement(SubElement(other, "conditionvar"), "other")
    SubElement(other, "displayfeedback", feedbacktype="Response", linkrefid=name)
    entry = SubElement(SubElement(top, "itemfeedback", ident=name), "flow_mat")
    entry.append(_material(html(told)))


def _manifest() -> Element:
    top = Element("manifest", xmlns=_PACKAGE, identifier="manifest")
    about = SubElement(top, "metadata")
    SubElement(about, "schema").text = "IMS Content"
    SubElement(about, "schemaversion").text = "1.1.3"
    SubElement(top, "organizations")
    resources = SubElement(top, "resources")
    quiz = SubElement(resources, "resource", identifier="quiz", type="imsqti_xmlv1p2")
    SubElement(quiz, "file", href=_FILE)
    return top
