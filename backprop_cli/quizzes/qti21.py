"""QTI 2.1 for OpenOlat, ONYX, TAO and others: an item a group of lines, with response processing, in a package.

Elements are those of `imsqti_v2p1`. Each number is compared in the order of its replies; mathematics is in characters,
which every player shows.
"""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement

from backprop_cli.documents.model import plain
from backprop_cli.ground.errors import visible
from backprop_cli.ground.words import _, language_tag
from backprop_cli.numbers.exact import rational
from backprop_cli.quizzes.markup import Markup, as_characters, element
from backprop_cli.quizzes.model import RIGHT, Asked, AskedNumber, Category, Choice, Quiz, QuizQuestion, Reply
from backprop_cli.quizzes.numerals import number
from backprop_cli.quizzes.packages import package

_NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_BOX_WIDTH = "12"
_HEADING = 3
_PRECISION = rational(
    1, 10**14
)  # so that a number on the edge is within it for players that subtract doubles, as Moodle's


def render(quiz: Quiz) -> bytes:
    """The package: the items, a test with a section an exercise, and the manifest."""
    items = {one.identity: _item(one) for one in quiz.questions}
    files = {f"items/{name}.xml": item for name, item in items.items()}
    return package({"imsmanifest.xml": _manifest(quiz), "test.xml": _test(quiz), **files})


# ---- an item ---------------------------------------------------------------------------------------------------------


def _item(question: QuizQuestion) -> Element:
    top = Element("assessmentItem", {
        "xmlns": _NAMESPACE, "identifier": _identifier(question.identity), "title": visible(question.name),
        "adaptive": "false", "timeDependent": "false", "xml:lang": language_tag(),
    })  # fmt: skip
    asked = dict(enumerate((one for part in question.parts for one in part.asked), start=1))
    names = {id(one): f"R{place}" for place, one in asked.items()}
    for one in asked.values():
        top.append(_response(names[id(one)], one))
    top.append(_outcome("SCORE", "float", "0"))
    top.append(_outcome("MAXSCORE", "float", number(question.worth)))
    SubElement(top, "outcomeDeclaration", identifier="FEEDBACK", cardinality="multiple", baseType="identifier")
    top.append(_body(question, names))
    processing, said = Element("responseProcessing"), list[Element]()
    for one in asked.values():
        name = names[id(one)]
        processing.append(_by_number(name, one, said) if isinstance(one, AskedNumber) else _by_word(name, one, said))
    top.append(processing)
    top.extend(said)
    return top


def _response(name: str, asked: Asked) -> Element:
    base = "float" if isinstance(asked, AskedNumber) else "identifier"
    top = Element("responseDeclaration", identifier=name, cardinality="single", baseType=base)
    right = number(asked.right.value) if isinstance(asked, AskedNumber) else _right_option(asked)
    SubElement(SubElement(top, "correctResponse"), "value").text = right
    return top


def _outcome(name: str, base: str, value: str) -> Element:
    top = Element("outcomeDeclaration", identifier=name, cardinality="single", baseType=base)
    SubElement(SubElement(top, "defaultValue"), "value").text = value
    return top


def _body(question: QuizQuestion, names: dict[int, str]) -> Element:
    markup = Markup(as_characters, top=_HEADING)

    def box(asked: Asked) -> Element:
        return Element("textEntryInteraction", responseIdentifier=names[id(asked)], expectedLength=_BOX_WIDTH)

    body = Element("itemBody")
    solution = SubElement(body, "rubricBlock", view="scorer tutor")
    solution.append(element("p", _("Worked solution")))
    solution.extend(markup.blocks(question.solution))
    body.extend(markup.blocks(question.given))
    for part in question.parts:
        body.extend(markup.part(part, box))
        body.extend(_choice(names[id(one)], one) for one in part.asked if isinstance(one, Choice))
    return body


def _choice(name: str, asked: Choice) -> Element:
    top = Element("choiceInteraction", responseIdentifier=name, shuffle="false", maxChoices="1")
    SubElement(top, "prompt").text = asked.said
    for place, option in enumerate(asked.options, start=1):
        SubElement(top, "simpleChoice", identifier=f"C{place}").text = option.text
    return top


def _right_option(asked: Choice) -> str:
    return next(f"C{place}" for place, one in enumerate(asked.options, start=1) if one.is_right)


# ---- response processing ---------------------------------------------------------------------------------------------


def _by_number(name: str, asked: AskedNumber, said: list[Element]) -> Element:
    """The first reply that takes the answer says what it earns and what is told; nothing of a blank one."""
    condition = Element("responseCondition")
    blank = SubElement(condition, "responseIf")
    SubElement(SubElement(blank, "isNull"), "variable", identifier=name)
    blank.append(_add_to("SCORE", "float", "0"))
    known: dict[str, str] = {}
    for reply in asked.replies:
        branch = SubElement(condition, "responseElseIf")
        branch.append(_equal(name, reply))
        branch.append(_add_to("SCORE", "float", number(asked.worth * reply.share)))
        if reply.kind != RIGHT:
            branch.append(_tell(name, asked, reply.said, known, said))
    otherwise = SubElement(condition, "responseElse")
    otherwise.append(_tell(name, asked, _("Wrong."), known, said))
    return condition


def _equal(name: str, reply: Reply) -> Element:
    tolerance = reply.tolerance + max(reply.tolerance, abs(reply.value)) * _PRECISION
    top = Element("equal", toleranceMode="absolute", tolerance=number(tolerance))
    SubElement(top, "variable", identifier=name)
    SubElement(top, "baseValue", baseType="float").text = number(reply.value)
    return top


def _tell(name: str, asked: AskedNumber, words: str, known: dict[str, str], said: list[Element]) -> Element:
    """Words about a number, which are there once whatever leads to them."""
    if words not in known:
        known[words] = f"{name}_{len(known) + 1}"
        said.append(_modal(known[words], plain(asked.symbol), words))
    return _add_to("FEEDBACK", "identifier", known[words])


def _modal(name: str, title: str, words: str) -> Element:
    top = Element("modalFeedback", outcomeIdentifier="FEEDBACK", identifier=name, showHide="show", title=visible(title))
    top.append(element("p", f"{visible(title)}: {words}" if title else words))
    return top


def _by_word(name: str, asked: Choice, said: list[Element]) -> Element:
    condition = Element("responseCondition")
    right = SubElement(condition, "responseIf")
    match = SubElement(right, "match")
    SubElement(match, "variable", identifier=name)
    SubElement(match, "correct", identifier=name)
    right.append(_add_to("SCORE", "float", number(asked.worth)))
    otherwise = SubElement(condition, "responseElse")
    said.append(_modal(f"{name}_1", "", asked.why))
    otherwise.append(_add_to("FEEDBACK", "identifier", f"{name}_1"))
    return condition


def _add_to(outcome: str, base: str, value: str) -> Element:
    top = Element("setOutcomeValue", identifier=outcome)
    both = SubElement(top, "sum" if base == "float" else "multiple")
    SubElement(both, "variable", identifier=outcome)
    SubElement(both, "baseValue", baseType=base).text = value
    return top


# ---- the test and the manifest ---------------------------------------------------------------------------------------


def _test(quiz: Quiz) -> Element:
    """A section an exercise; of variants, each person gets one."""
    top = Element("assessmentTest", {"xmlns": _NAMESPACE, "identifier": "quiz", "title": visible(quiz.title)})
    top.append(_outcome("SCORE", "float", "0"))
    part = SubElement(top, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual")
    for place, category in enumerate(quiz.categories, start=1):
        part.append(_section(place, category))
    processing = SubElement(top, "outcomeProcessing")
    total = SubElement(SubElement(processing, "setOutcomeValue", identifier="SCORE"), "sum")
    SubElement(total, "testVariables", variableIdentifier="SCORE")
    return top


def _section(place: int, category: Category) -> Element:
    section = Element("assessmentSection", identifier=f"section-{place}", title=visible(category.name), visible="true")
    if category.are_variants:
        SubElement(section, "selection", select="1")
        SubElement(section, "ordering", shuffle="true")
    for variant, questions in groupby(category.questions, key=lambda one: one.variant):
        holds = section
        if variant:
            name = f"section-{place}-variant-{variant}"
            title = _("Variant {number}").format(number=variant)
            holds = SubElement(section, "assessmentSection", identifier=name, title=title, visible="false")
        for one in questions:
            href = f"items/{one.identity}.xml"
            SubElement(holds, "assessmentItemRef", identifier=_identifier(one.identity), href=href)
    return section


def _manifest(quiz: Quiz) -> Element:
    top = Element("manifest", {"xmlns": _PACKAGE, "identifier": "manifest"})
    about = SubElement(top, "metadata")
    SubElement(about, "schema").text = "QTIv2.1 Package"
    SubElement(about, "schemaversion").text = "1.0.0"
    SubElement(top, "organizations")
    resources = SubElement(top, "resources")
    test = SubElement(resources, "resource", identifier="test", type="imsqti_test_xmlv2p1", href="test.xml")
    SubElement(test, "file", href="test.xml")
    for one in quiz.questions:
        SubElement(test, "dependency", identifierref=_identifier(one.identity))
    for one in quiz.questions:
        href = f"items/{one.identity}.xml"
        item = SubElement(
            resources, "resource", identifier=_identifier(one.identity), type="imsqti_item_xmlv2p1", href=href
        )
        SubElement(item, "file", href=href)
    return top


def _identifier(identity: str) -> str:
    return f"item-{identity}"
