"""The response trees of a STACK question: the verdicts on a line in their order, what each earns, and what is said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from xml.etree.ElementTree import Element, SubElement

from backprop_cli.checking.hypothesis import KEPT
from backprop_cli.checking.verdicts import NEAR_MISSES
from backprop_cli.ground.records import record
from backprop_cli.ground.words import _, as_sentence, sentences
from backprop_cli.numbers.exact import Rational, rational
from backprop_cli.quizzes import moodle
from backprop_cli.quizzes import stack_rules as codes
from backprop_cli.quizzes.markup import element, html
from backprop_cli.quizzes.maxima import escaped
from backprop_cli.quizzes.numerals import number
from backprop_cli.quizzes.stack_lines import StackLine, StackLines
from backprop_cli.worksheets.usual import UsualMistake

_NOTHING, _ONE = rational(0), rational(1)
_ENOUGH_FIGURES = "2"  # for part marks


def tree_of(line: StackLine, lines: StackLines, worth: Rational) -> Element:
    """The response tree of a line, with so many marks."""
    top = Element("prt")
    for tag, value in {"name": line.tree, "value": number(worth), "autosimplify": "1", "feedbackstyle": "2"}.items():
        SubElement(top, tag).text = value
    moodle.text(top, "feedbackvariables", lines.feedback(line))
    nodes = list(_nodes(line, lines))
    places = list(accumulate((2 if one.counts else 1 for one in nodes), initial=0))
    for place, following, node in zip(places, places[1:], nodes, strict=False):
        _add_node(top, line, node, place, None if following == places[-1] else following, places[-1])
    if found := next((one for one in nodes if one.follows), None):
        always = ("AlgEquiv", found.asks, found.asks, "")
        follows = (number(found.share), "-1", f"{line.tree}-follows", _words(found.said))
        top.append(_node(places[-1], "follows", always, follows, ("0", "-1", f"{line.tree}-nothing", "")))
    return top


@record
class _Node:
    """A node: what it asks, what that earns, its note, and what is said.

    It asks whether `asks` (v1, v2, v3) is `verdict`; where it `counts`, whether the answer as it was typed, zeros at
    its end and all, also has as many figures as that says, or where it is `short`, has not.
    """

    asks: str
    verdict: int
    share: Rational
    note: str
    said: str
    counts: str = ""
    short: bool = False
    follows: bool = False  # whether it leads to the node that says so, whatever it is that shows it


def _nodes(line: StackLine, lines: StackLines) -> Iterator[_Node]:
    """The verdicts on a line, in the order in which they are tried."""
    rule = lines.first.marking.rule
    yield _Node("v2", codes.BLANK, _NOTHING, "blank", "")
    yield _Node("v2", codes.RIGHT, _ONE, "right", as_sentence(_("right")))
    if lines.follows(line):
        uses = _("right by your earlier answers: it follows from them, within rounding")
        said = as_sentence(uses if line.uses else _("right, with your rounding carried on"))
        yield _Node("v2", codes.FOLLOWS, _ONE, "by-all-digits", said, follows=True)
        yield _Node("v2", codes.PERHAPS, _ONE, "without-zeros", said, counts="n2", short=True, follows=True)
        yield _Node("v1", codes.FOLLOWS, _ONE, "by-its-zeros", said, counts="n1", follows=True)
    few, vague = _("right as far as it goes: too few digits"), _("too few digits to tell")
    yield _Node("v2", codes.TOO_FEW, rule.too_few, "too-few", as_sentence(few), counts="n1", short=True)
    yield _Node("v2", codes.VAGUE, _NOTHING, "too-few-to-tell", as_sentence(vague), counts="n1", short=True)
    yield _Node("v2", codes.ONE_FIGURE, _NOTHING, "one-figure", as_sentence(vague), counts=_ENOUGH_FIGURES, short=True)
    yield _Node("v2", codes.ONE_FIGURE, rule.too_few, "one-and-a-zero", as_sentence(few), counts="n1", short=True)
    for place, one in enumerate(line.mistakes):
        yield _Node("v3", codes.FIRST_MISTAKE + place, _NOTHING, one.name, _said(one))
    if lines.is_new(line):
        yield _Node("v3", codes.KEPT, _NOTHING, "kept", _told(_(KEPT.mistake.said), _(KEPT.mistake.advice)))
    for verdict, note, near in ((codes.LAST, "last-digit", "last digit"), (codes.SIGN, "sign", "sign"),
                                (codes.POINT, "point", "point")):  # fmt: skip
        yield _Node("v3", verdict, rule.near_miss, note, as_sentence(_(NEAR_MISSES[near])))


def _said(mistake: UsualMistake) -> str:
    return _told(mistake.said, mistake.advice)


def _told(*said: str) -> str:
    return sentences(as_sentence(words) for words in said if words)


def _add_node(tree: Element, line: StackLine, node: _Node, place: int, following: int | None, end: int) -> None:
    """The node of a verdict; where it counts figures, there are two, of which both must hold.

    `end` is the node that says that an answer follows.
    """
    other = ("-1", f"{line.tree}-wrong", _words(as_sentence(_("wrong"))))
    other = other if following is None else (str(following), f"{line.tree}-not-{node.note}", "")
    here = ("-1", f"{line.tree}-{node.note}", _words(node.said))
    here = (str(end), here[1], "") if node.follows else here
    equals = ("AlgEquiv", node.asks, str(node.verdict), "")
    if not node.counts:
        tree.append(_node(place, node.note, equals, (number(node.share), *here), ("0", *other)))
        return
    past = (str(place + 1), f"{line.tree}-perhaps-{node.note}", "")
    figures = ("NumSigFigs", line.answer, line.answer, f"[{node.counts},-1]")
    own, others = (number(node.share), *here), ("0", other[0], f"{line.tree}-without-{node.note}", other[2])
    tree.append(_node(place, f"perhaps-{node.note}", equals, ("0", *past), ("0", *other)))
    tree.append(_node(place + 1, node.note, figures, *((others, own) if node.short else (own, others))))


def _words(said: str) -> str:
    return escaped(html([element("span", said)])) if said else ""


def _node(
    place: int, said: str, test: tuple[str, str, str, str], true: tuple[str, str, str, str],
    false: tuple[str, str, str, str],
) -> Element:  # fmt: skip
    """A node with its test (its name, the student's and the teacher's side, an option) and its branches.

    A branch is a score, the node that follows (-1: none), the note, and words.
    """
    top = Element("node")
    answer_test, sans, tans, option = test
    before = {"name": str(place), "description": said, "answertest": answer_test, "sans": sans, "tans": tans,
              "testoptions": option, "quiet": "1"}  # fmt: skip
    for tag, value in before.items():
        SubElement(top, tag).text = value
    for branch, (score, following, note, words) in (("true", true), ("false", false)):
        for tag, value in (("scoremode", "="), ("score", score), ("penalty", "0"),
                           ("nextnode", following), ("answernote", note)):  # fmt: skip
            SubElement(top, branch + tag).text = value
        moodle.text(top, f"{branch}feedback", words, "html")
    return top
