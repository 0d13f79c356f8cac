"""The tutor: scripted sessions as transcripts, sessions that are interrupted anywhere, files that are damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import Run, backprop, loaded
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from terminal import terminal

from backprop_cli.ground.words import short_names
from backprop_cli.problem.reader import bundled, load
from backprop_cli.solving.worked import WorkedProblem
from backprop_cli.tutor import store
from backprop_cli.tutor.choosing import lesson_of
from backprop_cli.tutor.commands import COMMANDS
from backprop_cli.tutor.exercises import exercise
from backprop_cli.tutor.hints import HELP, LEVELS
from backprop_cli.tutor.lesson import Lesson
from backprop_cli.tutor.practice import next_exercise
from backprop_cli.tutor.questions import answers
from backprop_cli.tutor.replies import ENGLISH
from backprop_cli.tutor.said import Formula, Response, Say, Tone
from backprop_cli.tutor.session import begin, reply
from backprop_cli.tutor.skills import FAMILIES, SKILLS, skill_of
from backprop_cli.tutor.state import Entry, State
from backprop_cli.tutor.store import Learner

FOLDER = Path(__file__).parent / "golden" / "tutor"
IN_LETTERS = Path(__file__).parent / "working" / "in_letters.yaml"

# The numbers of Mazur's article, to four places or figures; those that it does not print from a few lines of Python.
MAZUR = """
0.3775 0.5933 0.3925 0.5969 1.1059 0.7514 1.2249 0.7729 0.2748 0.0236 0.2984 0.1385 -0.03810 0.008771 0.009954
0.08217 0.08267 -0.02260 -0.02274 0.0004386 0.0008771 0.0004977 0.0009954
0.1498 0.1996 0.2498 0.2995 0.3589 0.4087 0.5113 0.5614
""".split()  # noqa: SIM905 - read as they stand on the sheet
# What is typed, by the name of its transcript: the arguments, then the replies, with spaces between them.
SCRIPTS: dict[str, tuple[str, str]] = {
    "mazur-all-right": ("mazur", " ".join(MAZUR)),
    "mazur-mistakes": (
        "mazur",
        """
        0.0275 0.3775 0.59 0.4067 0.5933 0.3925 0.5969 0.4*0.5933+0.45*0.5969+0.6 0.7614 0.7514 1,2249 0.7514
        0.7729 0.5496 0.2748 0.0236 0.2984 0.7414 0.1385 0.03810 -0.03810 0.03635 0.008771 0.009594 0.009954 0.1042
        0.08217
        """,
    ),
    "mazur-hints": (
        "mazur --only delta_h1 --only w1_new",
        "hint why hint hint hint 0.1234 0.2345 0.3456 0.008771 hint hint hint 0.1498",
    ),
    "mazur-to-and-fro": (
        "mazur",
        """
        help back show 0.3775 0.6 keep skip back back ENTER 0.3925 0.59688 0.4*0.6+0.45*0.59688+0.6 keep 1/0 sqrt(-1)
        no-idea show quit
        """,
    ),
    "mazur-one-skill-ascii": ("mazur --skill hidden-delta --ascii", "show hint hint hint 0.008771 why 0.009954"),
    "softmax": ("softmax", "0.6652 0.2447 0.0900 0.4076 0.6652 -0.3348 0.2447 0.0900 0.09003"),
    "graph": ("cs231n-gates", "3 -12 1 5 hint -4 1 -4 why 1 -4 -4 3"),
    "adam": (
        "adam",
        """
        151.33 1 0.4 24.6 0.4 0.04 0.00016 0.04 hint hint 0.4 0.16 hint hint hint 0.1990 2.46 0.6052 24.6 605.2
        12.299 12.2990
        """,
    ),
    "two-samples": ("online-two-samples --only net_4", "-0.7 show -0.4151 skip"),
    "in-letters": (
        str(IN_LETTERS),
        "given w*x hint net_y=w*x+b sigmoid(net_y) (t-out_y)^2/2 hint hint (out_y-t)(1-out_y) keep show"
        " (out_y-t)(1-out_y)x δ_y 0.3 w-eta*dE/dw b-η*delta_y",
    ),
    "practice": (
        "--practice --skill optimizer --learner tom",
        "9.87 why RIGHT hint RIGHT show RIGHT RIGHT RIGHT",
    ),
}
TRANSLATED = ("in-letters", "mazur-mistakes", "mazur-hints", "mazur-to-and-fro", "softmax", "graph", "practice")
IN_OTHERS = {f"{name}.{one}": one for name in TRANSLATED for one in short_names()[1:]}
TRANSCRIPTS = {**dict.fromkeys(SCRIPTS, "en"), **IN_OTHERS}


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "data"))


def talk(*arguments: str, replies: list[str]) -> Run:
    """A session through a pipe."""
    return backprop("tutor", *arguments, stdin="".join(f"{one}\n" for one in replies))


# ---- transcripts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_session_reads_as_it_was_accepted(name: str, request: pytest.FixtureRequest) -> None:
    arguments, replies = SCRIPTS[name.partition(".")[0]]
    run = talk(*arguments.split(), "--lang", TRANSCRIPTS[name], replies=list(typed(replies)))
    assert (run.code, run.err) == (0, "")
    golden = FOLDER / f"{name}.txt"
    if request.config.getoption("--accept"):
        golden.write_text(run.out, "utf-8")
    assert run.out == golden.read_text("utf-8")
    assert all(cell_len(line) <= 80 for line in run.out.split("\n") if "`" not in line)


def typed(replies: str) -> Iterator[str]:
    """The replies of a script; RIGHT is the right answer to the next line of the first exercise in practice."""
    words = replies.split()
    one = next_exercise(Learner(), "tom", exercise, ["optimizer"]) if "RIGHT" in words else None
    right = iter([one.lesson.right(quantity).text() for quantity in one.lesson.asked] if one is not None else [])
    for word in words:
        yield "" if word == "ENTER" else next(right) if word == "RIGHT" else word


def test_every_transcript_belongs_to_a_script() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(TRANSCRIPTS)


def test_the_published_answers_are_all_right_at_once() -> None:
    run = talk("mazur", replies=MAZUR)
    assert "31 of 31 answered, 31 right at once." in run.out
    assert "✗" not in run.out


def test_a_published_session_in_another_notation_asks_for_the_same_numbers() -> None:
    run = talk("mazur", "--notation", "nielsen", replies=MAZUR)
    assert "31 of 31 answered, 31 right at once." in run.out


# ---- what is said ------------------------------------------------------------------------------------------------


def lesson(name: str = "mazur", **options: str) -> Lesson:
    """The lesson of a bundled problem."""
    return lesson_of(WorkedProblem(load(name).problem), **options)  # type: ignore[arg-type]


def said(response: Response) -> str:
    """All sentences of a response."""
    return " ".join(block.text for block in response.blocks if isinstance(block, Say))


def after(one: Lesson, *replies: str) -> tuple[State, Response]:
    """The state and the last response after some replies."""
    state, response = begin(one, State())
    for text in replies:
        state, response = reply(one, state, text)
    return state, response


def test_a_wrong_number_is_never_just_wrong() -> None:
    _state, response = after(lesson(), *MAZUR[:13], "0.03635")
    assert "slope of the activation was left out" in said(response)
    (fits,) = [block for block in response.blocks if isinstance(block, Formula)]
    assert fits.sides[1][1] == "0.1385·0.40 + (−0.03810)·0.50"


def test_the_value_of_another_line_is_recognised() -> None:
    _state, response = after(lesson(), *MAZUR[:6], "0.7729")
    assert "0.7729 is right for outₒ₂" in said(response)


def test_a_short_number_is_recognised_only_where_it_is_no_accident() -> None:
    _state, response = after(lesson("cs231n-gates"), "3", "-12", "1", "-4", "1", "3")
    assert "the value of another line, ∂f/∂z" in said(response)
    _state, response = after(lesson("cs231n-gates"), "3", "-12", "-12")  # f is −12, but that is no gradient
    assert "is right for" not in said(response)


def test_a_number_with_too_few_digits_is_asked_for_again_and_is_no_mistake() -> None:
    one = lesson()
    state, response = after(one, "0.38")
    assert "at least 3 significant figures" in said(response)
    assert state.at == 0
    state, _response = reply(one, state, "0.3775")
    assert state.at == 1
    assert state.entry("net_h1").at_once


@pytest.mark.parametrize(
    "text",
    ["= 0.3775", "≈ 0.3775", "~0.3775", "０．３７７５", "0。3775", "net_h1 = 0.3775", "net h1=151/400", " 0.3775 "],
)
def test_what_is_typed_around_a_number_says_nothing(text: str) -> None:
    one = lesson()
    state, _response = after(one, text)
    assert state.at == 1
    assert answers(one, state)[one.asked[0]] in ("0.3775", "151/400")


# A problem, what is asked for, and right whole lines, however the line is called in them.
NAMES_OF_ONES_OWN = [
    ("mazur", "net_h2", "net = 0.25*0.05 + 0.3*0.1 + 0.35 = 0.3925"),
    ("mazur", "net_h2", "net = 0.3925"),
    ("mazur", "net_h2", "z_2 = 0.0125 + 0.03 + 0.35 = 0.3925"),
    ("mazur", "net_h2", "0.0125 + 0.03 + 0.35 = 0.3925"),
    ("mazur", "net_h2", "my sum = 0.3925"),
    ("mazur", "out_h2", "out = 0.5969"),
    ("mazur", "out_h2", "a = 1/(1+e^{-0.3925}) = 0.5969"),
    ("mazur", "delta_o2", "δ = (0.7729-0.99)*0.7729*(1-0.7729) = -0.0381"),
    ("mazur", "delta_o2", "d_o2 = -0.0381"),
    ("mazur", "delta_o2", r"$\delta_{o2} = (0.7729-0.99)\cdot 0.7729\cdot(1-0.7729) = -0.0381$"),
    ("mazur", "delta_o2", r"$-0.0381$"),
    ("mazur", "dE/dw7", r"\frac{\partial E}{\partial w_7} = -0.0381 \cdot 0.5933 = -0.0226"),
    ("mazur", "w7_new", "w7 = 0.5 - 0.5*(-0.0226) = 0.5113"),
    ("mazur", "w7_new", "w7 := 0.5113"),
    ("mazur", "w7_new", "w7 <- 0.5 + 0.0113 = 0.5113"),
    ("softmax", "out_p1", r"\hat y_1 = 0.6652"),
    ("softmax", "out_p1", "p_1 = e^3/(e^3+e^2+e^1) = 0.6652"),
    ("han-kamber", "w15_new", "w15 = -0.3 + 0.9*(-0.0065)*1 = -0.306"),
]


@pytest.mark.parametrize(("problem", "asked", "text"), NAMES_OF_ONES_OWN)
def test_a_line_answers_the_question_whatever_it_is_called(problem: str, asked: str, text: str) -> None:
    one = lesson(problem, only=(asked,))
    state, response = after(one, text)
    assert state.at == 1, said(response)
    assert state.entry(one.asked[0].key).at_once


# What is asked for, what is typed, and what is said of a line that is clearly another one.
OTHERS = [
    ("net_h2", "out = 0.5969", "This is work for outₕ₂; here netₕ₂"),
    ("net_h2", "δ = 0.0099", "This is work for δₕ₂; here netₕ₂"),
    ("net_h2", "w3 = 0.25", "w₃ is given; here netₕ₂"),
    ("net_h2", "z3 = 0.4*0.5933 + 0.45*0.5969 + 0.6 = 1.1059", "This is work for netₒ₁; here netₕ₂"),
    ("w7_new", "Δw7 = 0.5*0.0226 = 0.0113", "Δw7 is something on the way; here w₇⁺ itself"),
]


@pytest.mark.parametrize(("asked", "text", "words"), OTHERS)
def test_a_line_that_is_clearly_another_one_is_no_mistake(asked: str, text: str, words: str) -> None:
    one = lesson("mazur", only=(asked,))
    state, response = after(one, text)
    assert words in said(response)
    assert state.at == 0


@pytest.mark.parametrize(
    "text", ["mine = 1/0", "w5 = 1/0 = 3", "w5 =", "-> net_h1", r"\frac", "$", "x = = 2", "Δw5 = 1/0"]
)
def test_a_line_that_has_no_value_is_no_answer(text: str) -> None:
    one = lesson()
    state, response = after(one, text)
    assert response.blocks
    assert not answers(one, state)


def test_of_two_lines_the_one_that_is_named_answers_the_question() -> None:
    one = lesson()
    state, _response = after(one, "first = 0.05 -> net_h1 = 0.3775")
    assert answers(one, state)[one.asked[0]] == "0.3775"


@pytest.mark.parametrize("arrow", [" -> ", " → ", " ⇒ "])
def test_the_line_after_an_arrow_is_offered_for_its_own_question(arrow: str) -> None:
    one = lesson()
    text = f"net_h2 = 0.0125 + 0.03 + 0.35 = 0.3925{arrow}out_h2 = 0.5969"
    state, response = after(one, "0.3775", "0.5933", text)
    assert answers(one, state)[one.asked[2]] == "0.3925"
    assert "Your outₕ₂ stands there, too" in said(response)
    state, _response = reply(one, state, "put")
    assert answers(one, state)[one.asked[3]] == "0.5969"


def test_the_name_of_another_quantity_before_a_number_is_not_overlooked() -> None:
    state, response = after(lesson(), "out_h1 = 0.3775")
    assert state.at == 0
    assert "✓" not in said(response)


@pytest.mark.parametrize("text", ["hint", " Hint.", "h", "hint please", "HINT!", "提示", "提示。"])
def test_a_command_is_understood_however_it_is_said(text: str) -> None:
    state, _response = after(lesson(), text)
    assert state.entry("net_h1").hints == 1


@pytest.mark.parametrize("text", ["idk", "I don't know", "?!", "what now", "hints, please", "不知道"])
def test_words_that_are_no_command_are_told_what_can_be_typed(text: str) -> None:
    state, response = after(lesson(), text)
    assert "hint, why, show" in said(response)
    assert state.entry("net_h1").wrong == 0


def test_a_calculation_of_another_line_is_recognised() -> None:
    _state, response = after(lesson(), "0.3775", "0.25*0.05 + 0.30*0.10 + 0.35")
    assert "is right for netₕ₂" in said(response)


def test_a_calculation_is_evaluated_as_a_calculator_would() -> None:
    one = lesson()
    state, response = after(one, *MAZUR[:4], "0.4*0.5933+0.45*0.5969+0.6")
    assert answers(one, state)[one.asked[4]] == "1.1059"
    assert "1.1059" in said(response)


def test_the_first_gradient_of_a_graph_is_explained() -> None:
    one = lesson("cs231n-gates")
    state, _response = after(one, "3", "-12")
    _state, response = reply(one, state, "why")
    assert "if f changes, it changes by just as much" in said(response)


def test_the_network_is_not_drawn_where_no_unit_belongs_to_the_pass() -> None:
    run = talk("xor-batch", "--only", "w1_new", replies=["1.0232"])
    assert "1 of 1 answered" in run.out
    assert "h₁ ?" not in run.out


def test_what_follows_from_a_number_that_was_kept_is_right() -> None:
    one = lesson()
    state, _response = after(one, "0.3775", "0.7", "keep", "0.3925", "0.5969", "0.4*0.7+0.45*0.5969+0.6")
    assert state.at == 5
    assert answers(one, state)[one.asked[4]] == "1.1486"


def test_hints_go_from_what_it_is_to_the_value_with_the_students_own_numbers() -> None:
    one = lesson()
    state, _response = after(one, "0.3775", "0.7", "keep", "0.3925", "0.5969")
    texts = []
    for _level in range(LEVELS):
        state, response = reply(one, state, "hint")
        (block,) = response.blocks
        texts.append(block.text if isinstance(block, Say) else block.sides[0][1])  # type: ignore[union-attr]
    assert texts[0].endswith("is computed from w₅, outₕ₁, w₆, outₕ₂, b₂.")
    assert texts[1:] == ["w₅·outₕ₁ + w₆·outₕ₂ + b₂", "0.40·0.7 + 0.45·0.5969 + 0.60", "1.1486"]
    assert state.entry("net_o1").hints == LEVELS


def test_enter_keeps_an_answer_that_is_there_and_judges_it_again() -> None:
    one = lesson()
    state, _response = after(one, "0.3775", "0.7", "keep", "back", "0.5933")
    assert not state.entry("out_h1").kept
    state, _response = reply(one, replace(state, at=0), "")
    assert (state.at, state.entry("net_h1").answer) == (1, "0.3775")


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_alone_is_asked_for_in_some_bundled_problem_and_the_rest_is_given(name: str) -> None:
    problems = [one for one in ("mazur", "softmax", "momentum", "cs231n-gates") if name in _skills(one)]
    one = lesson(problems[0], skill=name)
    assert {one.skill(quantity) for quantity in one.asked} == {name}
    state = State()
    for quantity in one.asked:  # the given numbers and the right answers, as they are rounded, fit together
        state, response = reply(one, state, one.right(quantity).text())
        assert not [block for block in response.blocks if isinstance(block, Say) and block.tone is Tone.WRONG]
    assert state.ended


def _skills(name: str) -> set[str]:
    problem = load(name).problem
    return {skill_of(problem, quantity) for quantity in lesson(name).asked}


def test_families_are_made_of_skills() -> None:
    assert all(set(members) <= set(SKILLS) for members in FAMILIES.values())


@pytest.mark.parametrize("name", [*bundled()])
def test_every_question_of_every_bundled_problem_can_be_asked_explained_and_answered(name: str) -> None:
    one = lesson(name)
    state, _response = begin(one, State())
    texts: dict[object, str] = {}
    for quantity in one.asked[:12]:
        for word in ("why", *["hint"] * LEVELS):
            state, response = reply(one, state, word)
            assert response.blocks
        texts[quantity] = one.right(quantity).text()
        state, response = reply(one, state, texts[quantity])
        assert "✗" not in said(response)
    assert state.at == min(12, len(one.asked))


def test_help_names_every_command() -> None:
    assert set(COMMANDS) == set(ENGLISH) == {*HELP, "help"} - {"0.42"}


# ---- replies of any kind -----------------------------------------------------------------------------------------

_REPLIES = st.one_of(
    st.text(max_size=40),
    st.text("0123456789.-+*/^() e%,", max_size=24),
    st.sampled_from([*COMMANDS, "0.3775", "0.5933", "1e400", "9^9^9^9", "2^(2^40)", "ln(0)", "exp(exp(99))", "\x00"]),
)
_LESSONS = {name: lesson(name) for name in ("mazur", "cs231n-gates", "adam")}


@given(st.sampled_from(sorted(_LESSONS)), st.lists(_REPLIES, max_size=6))
@settings(max_examples=150)
def test_no_reply_whatever_crashes_and_every_state_can_be_kept(name: str, replies: list[str]) -> None:
    one = _LESSONS[name]
    state, _response = after(one, *replies)
    assert 0 <= state.at <= len(one.asked)
    path = store.session_path("anyone", name)
    store.keep_session(path, store.Kept(state, "content", 3))
    assert store.load_session(path) == (store.Kept(replace(state, ended=False), "content", 3), "")


# ---- interruptions -----------------------------------------------------------------------------------------------


def test_a_session_that_is_interrupted_after_every_reply_ends_as_one_that_is_not() -> None:
    replies = [
        "0.1",
        "hint",
        "0.6652",
        "0.2447",
        "back",
        "skip",
        "0.0900",
        "0.4076",
        "-0.3348",
        "keep",
        "0.2447",
        "0.9",
    ]
    replies += ["keep"]
    whole = talk("softmax", "--learner", "whole", replies=replies)
    for text in replies:
        pieces = talk("softmax", "--learner", "pieces", replies=[text])
    assert pieces.out[pieces.out.index("Done") :] == whole.out[whole.out.index("Done") :]


def test_a_process_that_is_killed_at_every_prompt_loses_nothing() -> None:
    """A session in a terminal, killed after every reply when it waits for the next, ends as one left in peace."""
    replies = ["3", "-12", "7", "hint", "1", "back", "", "5", "-4", "1", "-4", "skip", "why", "-4", "keep", "8"]
    whole = talk("cs231n-gates", "--learner", "whole", replies=[*replies, "keep"])
    for text in ["", *replies]:
        with terminal("tutor", "cs231n-gates", "--learner", "pieces") as one:
            one.read()
            one.type(text)
            one.read()
    with terminal("tutor", "cs231n-gates", "--learner", "pieces") as one:
        one.read()
        one.type("keep")
        pieces = one.read("")
    assert pieces[pieces.index("Done") :] == whole.out[whole.out.index("Done") :]


def test_two_windows_with_the_same_problem_lose_nothing_of_each_other() -> None:
    with terminal("tutor", "cs231n-gates") as one, terminal("tutor", "cs231n-gates") as other:
        for window in (one, other):
            window.read()
        for text in ("3", "-12", "1"):
            one.type(text)
            one.read()
        other.type("skip")
        other.read()
        other.type("-12")
        other.read()
    with terminal("tutor", "cs231n-gates") as one:
        shown = one.read()
    assert "f = −12" in shown
    assert "∂f/∂f = 1" in shown
    assert "q = 3" not in shown  # it was left blank in the second window, which was the last to say


def test_two_windows_with_different_problems_both_count() -> None:
    with terminal("tutor", "cs231n-gates", "--skill", "gate") as one, terminal("tutor", "softmax") as other:
        for window, text in ((one, "1"), (other, "0.6652"), (one, "-4"), (other, "0.2447")):
            window.read()
            window.type(text)
        one.read()
        other.read()
    skills = {one["skill"]: one["right"] for one in json.loads(backprop("progress", "--json").out)["skills"]}
    assert (skills["gate"], skills["softmax"]) == (2, 2)


def test_windows_that_write_at_the_same_moment_lose_nothing() -> None:
    """With the lock that every system has; without it, what is written between reading and writing would be gone."""
    path = store.learner_path("")

    def answer(session: str) -> None:
        for number in range(10):
            with store.alone():
                learner, _damage = store.load_learner(path)
                store.keep_learner(path, learner.noting(f"{session}{number}", {"f": ("gate", True)}))

    store.check_folder()
    with ThreadPoolExecutor() as windows:
        list(windows.map(answer, "abcd"))
    assert len(store.load_learner(path)[0].evidence) == 40


def test_a_folder_that_cannot_be_locked_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "a file"))
    with store.alone():
        pass


def test_keys_in_a_terminal_end_a_session_kindly() -> None:
    for keys, code in (("\x03", "interrupted"), ("\x04", "So far")):
        with terminal("tutor", "mazur", TERM="xterm") as one:
            one.read()
            one.type("0.3775")
            one.read()
            one.press(keys, after=0.3)
            shown = one.read("")
        assert "Your answers are kept; `backprop tutor mazur` goes on from here." in shown
        assert code in shown
        assert "Traceback" not in shown


def test_arrow_keys_bring_back_what_was_typed_and_tab_completes() -> None:
    with terminal("tutor", "mazur", TERM="xterm") as one:
        one.read()
        one.type("0.38")
        one.read()
        one.press("\x1b[A\x7f775\n")  # up, backspace, 775
        shown = one.read()
        while "[2/31]" not in shown:
            shown += one.read()
        assert "Right." in shown
        one.press("hi\t\n")
        while "is computed from" not in shown:
            shown += one.read()


def test_fresh_starts_over_and_learners_are_kept_apart() -> None:
    talk("mazur", replies=["0.3775"])
    assert "[2/31]" in talk("mazur", replies=[]).out
    assert "[1/31]" in talk("mazur", "--learner", "Ada Lovelace / ../..", replies=[]).out
    assert "[1/31]" in talk("mazur", "--fresh", replies=[]).out
    assert all(file.parent.name in ("sessions", "learners") for file in store.folder().rglob("*.json"))


def test_a_problem_that_was_changed_starts_over_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    text = "inputs: [1, 2]\nlayers: [{weights: [[0.5, 0.25]]}]\n"
    path.write_text(text, "utf-8")
    assert "Your answers are kept" in talk(str(path), replies=["3", "1"]).out
    path.write_text(text.replace("0.25", "0.75"), "utf-8")
    run = talk(str(path), replies=[])
    assert "The problem has changed since" in run.out


def test_a_session_that_is_finished_starts_over_and_says_so() -> None:
    replies = ["3", "-12", "1", "-4", "1", "-4", "1", "-4", "3"]
    assert "9 of 9" in talk("cs231n-gates", replies=replies).out
    assert "finished this one before" in talk("cs231n-gates", replies=[]).out


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", "{}", '{"format": 2}', "[" * 100_000, "\x00", '{"format": 1, "problem": "", "run": true}'],
)
def test_a_damaged_file_is_kept_aside_and_the_session_starts_over(damage: str) -> None:
    talk("mazur", replies=["0.3775"])
    (file,) = (store.folder() / "sessions").glob("*.json")
    file.write_text(damage, "utf-8")
    run = talk("mazur", replies=["0.3775"])
    assert run.code == 0
    assert "is damaged; it is kept as" in run.out
    (aside,) = file.parent.glob("*.damaged-1")
    assert aside.read_text("utf-8") == damage
    assert json.loads(file.read_text("utf-8"))["at"] == 1


def test_a_folder_that_cannot_be_written_is_said_once_and_the_session_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "file"))
    run = talk("mazur", replies=["0.3775", "0.5933"])
    assert run.code == 0
    assert run.out.count("cannot be kept") == 1
    assert "[3/31]" in run.out
    assert "Nothing could be kept." in run.out


# ---- the command line --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "the replies come from standard input"),
        (["mazur", "--skill", "delat"], "did you mean 'delta'?"),
        (["mazur", "--skill", "gate"], "no line of this problem is an exercise in 'gate'"),
        (["mazur", "--only", "delta_h9"], "no quantity called 'delta_h9'"),
        (["nonesuch"], "nonesuch"),
    ],
)
def test_a_wrong_command_line_is_explained(arguments: list[str], message: str) -> None:
    run = backprop("tutor", *arguments)
    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert "Traceback" not in run.err


def test_bytes_that_are_no_text_are_a_reply_like_any_other() -> None:
    run = backprop("tutor", "mazur", stdin=b"\xff\xfe\n0.3775\n")
    assert run.code == 0
    assert "[2/31]" in run.out


def test_the_exercise_asks_only_for_what_it_asks() -> None:
    problem = loaded(
        "inputs: [1, 2]\ntargets: [1]\nlayers: [{weights: [[0.5, 0.25]]}]\nloss: half_squared_error\n"
        "learning_rate: 0.1\nask: [w2_new]\n"
    ).problem
    assert [quantity.key for quantity in lesson_of(WorkedProblem(problem)).asked] == ["w2_new"]


def test_an_entry_says_whether_the_learner_knew() -> None:
    assert Entry(answer="1").knew is True
    assert Entry(answer="1", mistakes=("last digit",)).knew is True
    assert Entry(answer="1", hints=1).knew is False
    assert Entry(wrong=1).knew is False
    assert Entry(skipped=True).knew is None
