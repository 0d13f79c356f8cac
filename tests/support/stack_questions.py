"""Reads STACK questions by the rules of its importer, and marks answers as STACK does: Maxima computes, nodes decide.

Written from `qtype_stack::import_from_xml` and its documentation of response trees; nothing of the product is used.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

MAXIMA = shutil.which("maxima")
Result = tuple[float, str]  # the score of a tree, and the note of the node where it ended
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,17}")
_FEW = 12  # sheets of which Maxima says the outcome in one run
_SHOWN = """\
dispdp(x,n):=displaydp(x,n)$
bp_typed(x):=if not atom(x) and op(x)='displaydp then \
printf(false,sconcat("~,",second(x),"f"),ev(float(first(x)),simp)) else string(x)$"""
_TAG = re.compile(r"\[\[(input|validation|feedback):(\w+)\]\]")


@dataclass
class Node:
    """A node: its test, what it compares, and of each outcome the score, the next node, the note and the words."""

    test: str
    sans: str
    tans: str
    options: str
    true: tuple[float, int, str, str]
    false: tuple[float, int, str, str]

    @property
    def computed(self) -> Iterator[str]:
        """The expressions of which Maxima has to say the value."""
        if self.test == "AlgEquiv":
            yield self.sans
        elif not self._figures.isdigit():
            yield self._figures

    @property
    def _figures(self) -> str:
        found = re.fullmatch(r"\[(\w+),-1\]", self.options)
        assert found, self.options
        return found[1]

    def holds(self, known: Mapping[str, float], typed: Mapping[str, str]) -> bool:
        """The outcome of the test; NumSigFigs with [n,-1] of an answer beside itself asks for at least n figures."""
        if self.test == "AlgEquiv":
            return self.sans == self.tans or known[self.sans] == float(self.tans)
        wanted = int(self._figures) if self._figures.isdigit() else int(known[self._figures])
        return _most_figures(typed[self.sans]) >= wanted


def _most_figures(text: str) -> int:
    """How many significant figures a number as typed may have; zeros at the end of a whole one may be some."""
    digits = re.fullmatch(r"-?(\d*\.?\d*)(?:[eE][-+]?\d+)?", text.strip())
    assert digits, f"{text} is no decimal, of which STACK would say an error"
    return max(1, len(digits[1].replace(".", "").lstrip("0")))


@dataclass
class Tree:
    """A response tree, its value, and what it computes before its first node."""

    name: str
    value: float
    variables: str
    nodes: dict[int, Node] = field(default_factory=dict)

    def walk(self, known: Mapping[str, float], typed: Mapping[str, str]) -> Result:
        """The outcome where these are the values of the expressions that the nodes compare, and what was typed."""
        place, score, note, seen = 0, 0.0, "", set[int]()
        while place != -1:
            assert place not in seen, "a tree with a loop"
            seen.add(place)
            node = self.nodes[place]
            branch = node.true if node.holds(known, typed) else node.false
            score, place, note = branch[0], branch[1], branch[2]
        return score, note


@dataclass
class Test:
    """A test that the question brings."""

    said: str
    inputs: dict[str, str]
    expected: dict[str, Result]


@dataclass
class Question:
    """A STACK question."""

    name: str
    mark: float
    variables: str
    inputs: dict[str, str]
    trees: dict[str, Tree]
    seeds: list[int]
    tests: list[Test]

    def marked(self, sheets: Iterable[Mapping[str, str]], seed: int = 1) -> list[dict[str, Result]]:
        """The outcome of every tree for each of the sheets; a blank input is EMPTYANSWER, as it allows that.

        Maxima is given a few of them at a time, so that its limit of time is one for a few.
        """
        waiting = iter(sheets)
        few = iter(lambda: list(islice(waiting, _FEW)), [])
        return [outcome for some in few for outcome in self._marked(some, seed)]

    def _marked(self, sheets: Sequence[Mapping[str, str]], seed: int) -> list[dict[str, Result]]:
        source = ["display2d:false$", f"stack_seed:{seed}$", _statements(self.variables)]
        for number, sheet in enumerate(sheets):
            source += [f"{name}:{sheet.get(name) or 'EMPTYANSWER'}$" for name in self.inputs]
            for tree in self.trees.values():
                wanted = {one for node in tree.nodes.values() for one in node.computed}
                source.append(_statements(tree.variables))
                source += [f'print("=>",{number},"{tree.name}","{one}",float({one}))$' for one in sorted(wanted)]
        values: dict[tuple[int, str], dict[str, float]] = {}
        for place, name, expression, value in re.findall(r"=> (\d+)\s+(\w+)\s+(\S+)\s+(\S+)", _run("\n".join(source))):
            values.setdefault((int(place), name), {})[expression] = float(value)
        return [
            {name: tree.walk(values[number, name], sheet) for name, tree in self.trees.items()}
            for number, sheet in enumerate(sheets)
        ]

    def tested(self, seed: int = 1) -> list[dict[str, Result]]:
        """The outcome of every tree for each of the tests that the question brings."""
        return self.marked(self.typed(seed), seed)

    def typed(self, seed: int = 1) -> list[dict[str, str]]:
        """What each of its tests types: the values of its inputs, not simplified and without zeros at their end.

        Those that `dispdp` asks for stay (`stack_question_test::compute_response`, `stack_dispvalue`).
        """
        source = ["display2d:false$", f"stack_seed:{seed}$", _statements(self.variables), _SHOWN, "simp:false$"]
        for number, test in enumerate(self.tests):
            source += [f'print("=>",{number},"{name}",bp_typed({text}))$' for name, text in test.inputs.items() if text]
        found: list[dict[str, str]] = [dict.fromkeys(test.inputs, "") for test in self.tests]
        for place, name, text in re.findall(r"=> (\d+)\s+(\w+)\s+(\S+)", _run("\n".join(source))):
            found[int(place)][name] = text
        assert all(bool(text) == bool(sheet[name]) for test, sheet in zip(self.tests, found, strict=True)
                   for name, text in test.inputs.items())  # fmt: skip
        return found

    def earned(self, outcome: Mapping[str, Result]) -> float:
        """The marks of the question: the scores weighed by the values of the trees."""
        total = sum(tree.value for tree in self.trees.values())
        return self.mark * sum(tree.value * outcome[name][0] for name, tree in self.trees.items()) / total


def values_of(source: str, names: Iterable[str]) -> dict[str, float]:
    """The values that variables have after some statements."""
    shown = [f'print("=>",0,"x","{one}",float({one}))$' for one in names]
    text = _run("\n".join(["display2d:false$", _statements(source), *shown]))
    return {name: float(value) for name, value in re.findall(r"=> 0 x (\S+) (\S+)", text)}


def read(xml: str) -> list[Question]:
    """The STACK questions of a file; fails where STACK would refuse one."""
    top = ElementTree.fromstring(xml)
    return [_question(one) for one in top.findall("question[@type='stack']")]


def _question(top: ElementTree.Element) -> Question:
    inputs = {_text(one, "name"): _text(one, "type") for one in top.findall("input")}
    trees = {tree.name: tree for tree in map(_tree, top.findall("prt"))}
    text = top.findtext("questiontext/text") or ""
    assert all(_NAME.fullmatch(one) for one in (*inputs, *trees))
    assert set(inputs.values()) <= {"numerical"}
    placed = _TAG.findall(text + (top.findtext("specificfeedback/text") or ""))
    assert sorted(name for kind, name in placed if kind == "input") == sorted(inputs)
    assert sorted(name for kind, name in placed if kind == "validation") == sorted(inputs)
    assert sorted(name for kind, name in placed if kind == "feedback") == sorted(trees)
    seeds = [int(one.text or "") for one in top.findall("deployedseed")]
    variables = top.findtext("questionvariables/text") or ""
    is_random = "stack_seed" in variables
    assert bool(seeds) == is_random == bool((top.findtext("questionnote/text") or "").strip())
    tests = [_test(one) for one in top.findall("qtest")]
    for test in tests:
        assert set(test.inputs) == set(inputs)
        assert set(test.expected) <= set(trees)
        assert len(test.said) <= 255
    return Question(
        _text(top.find("name"), "text"), float(_text(top, "defaultgrade")), variables, inputs, trees, seeds, tests
    )


def _tree(top: ElementTree.Element) -> Tree:
    tree = Tree(_text(top, "name"), float(_text(top, "value")), top.findtext("feedbackvariables/text") or "")
    for one in top.findall("node"):
        kind, compared = _text(one, "answertest"), (_text(one, "sans"), _text(one, "tans"))
        assert kind == "AlgEquiv" or (kind == "NumSigFigs" and compared[0] == compared[1])
        branches = [
            (
                float(_text(one, f"{kind}score")),
                int(_text(one, f"{kind}nextnode")),
                _text(one, f"{kind}answernote"),
                one.findtext(f"{kind}feedback/text") or "",
            )
            for kind in ("true", "false")
        ]
        assert _text(one, "truescoremode") == _text(one, "falsescoremode") == "="
        tree.nodes[int(_text(one, "name"))] = Node(kind, *compared, one.findtext("testoptions") or "", *branches)
    following = {one[1] for node in tree.nodes.values() for one in (node.true, node.false)}
    assert following <= {-1, *tree.nodes}
    notes = [node.true[2] for node in tree.nodes.values()]
    assert len(set(notes)) == len(notes)
    return tree


def _test(top: ElementTree.Element) -> Test:
    inputs = {_text(one, "name"): one.findtext("value") or "" for one in top.findall("testinput")}
    expected = {
        _text(one, "name"): (float(_text(one, "expectedscore")), _text(one, "expectedanswernote"))
        for one in top.findall("expected")
    }
    return Test(top.findtext("description") or "", inputs, expected)


def _text(top: ElementTree.Element | None, tag: str) -> str:
    found = top.findtext(tag) if top is not None else None
    assert found, f"no {tag}"
    return found


def _statements(source: str) -> str:
    """STACK's key-value statements as Maxima reads them without answering each."""
    return source.replace(";\n", "$\n").rstrip(";\n") + "$"


def _run(source: str) -> str:
    assert MAXIMA is not None
    with TemporaryDirectory() as folder:
        path = Path(folder) / "question.mac"
        path.write_text(source, "utf-8")
        command = [MAXIMA, "--very-quiet", f'--batch-string=batchload("{path}")$']
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300)
    assert "incorrect syntax" not in done.stdout, done.stdout[-2000:]
    assert " -- an error" not in done.stdout, done.stdout[-2000:]
    return done.stdout
