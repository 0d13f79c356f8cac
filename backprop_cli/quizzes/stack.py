"""STACK for Moodle: one question an exercise, in which every line is marked by the student's own earlier answers.

The format is what `qtype_stack` (4.4 and later) imports: each line is an input with a response tree of its own, and the
question brings its tests. Variants are deployed by their seeds, 1, 2, 3 and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement

from backprop_cli.ground.errors import visible
from backprop_cli.numbers.exact import rational
from backprop_cli.quizzes import moodle
from backprop_cli.quizzes.markup import Markup, as_latex, element, embedded, html
from backprop_cli.quizzes.maxima import escaped
from backprop_cli.quizzes.model import Asked, AskedNumber, Category, Quiz, QuizQuestion
from backprop_cli.quizzes.numerals import number
from backprop_cli.quizzes.replies import Replies
from backprop_cli.quizzes.stack_lines import StackLine, StackLines
from backprop_cli.quizzes.stack_tests import QuestionTest, question_tests
from backprop_cli.quizzes.stack_trees import tree_of

_HOLDS = "\ue000{}\ue001"  # stands for an input until what is around it is escaped
_NOTHING, _ONE = rational(0), rational(1)
_ENOUGH_FIGURES = "2"  # for part marks
_NOT_SHOWN = ("prtcorrect", "prtpartiallycorrect", "prtincorrect")
_SETTINGS = {
    "questionsimplify": "1", "assumepositive": "0", "assumereal": "0", "decimals": ".", "scientificnotation": "*10",
    "multiplicationsign": "dot", "sqrtsign": "1", "complexno": "i", "inversetrig": "cos-1", "logicsymbol": "lang",
    "matrixparens": "[", "variantsselectionseed": "",
}  # fmt: skip
_INPUT = {
    "boxsize": "12", "strictsyntax": "1", "insertstars": "0", "syntaxhint": "", "syntaxattribute": "0",
    "forbidwords": "", "allowwords": "", "forbidfloat": "0", "requirelowestterms": "0", "checkanswertype": "0",
    "mustverify": "0", "showvalidation": "0", "options": "allowempty",
}  # fmt: skip


def render(quiz: Quiz) -> str:
    """The file: for each exercise one question with its variants, and multiple choice for questions in words."""
    top = Element("quiz")
    for category in quiz.categories:
        moodle.add_category(top, quiz, category.name)
        top.extend(list(_questions(category)))
    return moodle.written(top)


def _questions(category: Category) -> Iterator[Element]:
    variants = [one for one in category.questions if any(one.numbers())]
    if variants:
        yield _question(category.name, variants)
    yield from (moodle.question_of(one) for one in category.questions if not any(one.numbers()))


def _question(name: str, variants: Sequence[QuizQuestion]) -> Element:
    lines = StackLines([Replies(one.exercise) for one in variants])
    first, marks = variants[0], {one.quantity: one.worth for one in variants[0].numbers()}
    top = Element("question", type="stack")
    moodle.text(top, "name", visible(name)[: moodle.LONGEST_NAME])
    moodle.text(top, "questiontext", _asked(variants, lines), "html")
    moodle.text(
        top, "generalfeedback", _by_variant([list(Markup(as_latex).blocks(one.solution)) for one in variants]), "html"
    )
    for tag, value in {"defaultgrade": number(first.worth), "penalty": "0", "hidden": "0", "idnumber": ""}.items():
        SubElement(top, tag).text = value
    moodle.text(top, "questionvariables", lines.variables())
    moodle.text(top, "specificfeedback", "", "html")
    moodle.text(top, "questionnote", "{@v@}" if len(variants) > 1 else "", "html")
    for tag in _NOT_SHOWN:
        moodle.text(top, tag, "", "html")
    for tag, value in _SETTINGS.items():
        SubElement(top, tag).text = value
    for line in lines.lines:
        top.append(_input(line, lines))
    for line in lines.lines:
        top.append(tree_of(line, lines, marks[line.quantity]))
    if len(variants) > 1:
        for seed in range(1, len(variants) + 1):
            SubElement(top, "deployedseed").text = str(seed)
    for place, test in enumerate(question_tests(lines), start=1):
        top.append(_test(place, test))
    return top


# ---- the text --------------------------------------------------------------------------------------------------------


def _asked(variants: Sequence[QuizQuestion], lines: StackLines) -> str:
    """What is given, in each variant its own numbers, and the tables with an input and its feedback in each row."""
    markup = Markup(as_latex, embedded)
    by_quantity = {line.quantity: line for line in lines.lines}

    def box(asked: Asked) -> Element:
        assert isinstance(asked, AskedNumber)
        return element("span", _HOLDS.format(by_quantity[asked.quantity].number))

    given = _by_variant([list(markup.blocks(one.given)) for one in variants])
    parts = escaped(html(one for part in variants[0].parts for one in markup.part(part, box)))
    for line in lines.lines:
        said = f"[[input:{line.answer}]] [[validation:{line.answer}]] [[feedback:{line.tree}]]"
        parts = parts.replace(_HOLDS.format(line.number), said)
    return f"{given}\n{parts}"


def _by_variant(variants: Sequence[Sequence[Element]]) -> str:
    """What all variants have once, and what differs behind a test of the variant."""
    written = [[escaped(html([one])) for one in elements] for elements in variants]
    if len({len(one) for one in written}) > 1:
        return _if(["\n".join(one) for one in written])
    return "\n".join(row[0] if len(set(row)) == 1 else _if(row) for row in zip(*written, strict=True))


def _if(texts: Sequence[str]) -> str:
    pieces = [f'[[{"if" if v == 1 else "elif"} test="is(v={v})"]]{said}' for v, said in enumerate(texts, start=1)]
    return "".join(pieces) + "[[/if]]"


# ---- inputs and tests ------------------------------------------------------------------------------------------------


def _input(line: StackLine, lines: StackLines) -> Element:
    top = Element("input")
    SubElement(top, "name").text = line.answer
    SubElement(top, "type").text = "numerical"
    SubElement(top, "tans").text = lines.shown(line)
    for tag, value in _INPUT.items():
        SubElement(top, tag).text = value
    return top


def _test(place: int, test: QuestionTest) -> Element:
    top = Element("qtest")
    SubElement(top, "testcase").text = str(place)
    SubElement(top, "description").text = test.said[:255]
    for name, value in test.inputs.items():
        entry = SubElement(top, "testinput")
        SubElement(entry, "name").text = name
        SubElement(entry, "value").text = value
    for tree, (share, note) in test.expected.items():
        entry = SubElement(top, "expected")
        SubElement(entry, "name").text = tree
        SubElement(entry, "expectedscore").text = number(share)
        SubElement(entry, "expectedpenalty").text = "0"
        SubElement(entry, "expectedanswernote").text = f"{tree}-{note}"
    return top
