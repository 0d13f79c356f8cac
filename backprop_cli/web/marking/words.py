"""What the page that marks says itself, in one table; the engine says the rest."""

from __future__ import annotations

from collections.abc import Mapping

from backprop_cli.ground.words import _, n_

MESSAGES: Mapping[str, str] = {
    # ---- the page
    "to_lines": n_("To the lines"),
    "exercise": n_("Exercise"),
    "statement": n_("What is given"),
    "layout": n_("Show"),
    "one_by_one": n_("one line after the other"),
    "all_at_once": n_("the whole sheet"),
    "only_practice": n_(
        "The marks on this page are for practice: they are worked out on your device, and the solution lies hidden in "
        "the page, but is no secret. For credit, save your answers and hand in the file."
    ),
    "worked": n_("Worked solution"),
    "worked_when": n_("It opens when every line of the exercise has been tried."),
    "no_script": n_("This page needs JavaScript, which is switched off in this browser."),
    "name": n_("Name"),
    "save": n_("Save my answers"),
    "save_is": n_("The file goes into your folder for downloads; hand it in, and it is marked with: backprop grade"),
    "saved": n_("Saved as {file}."),
    "start_over": n_("Start over"),
    "sure": n_("Delete all answers on this page?"),
    "licences": n_("Licences of what is in this page"),
    "kept_not": n_("This browser keeps nothing for this page: save your answers before closing it."),
    # ---- a line
    "hint": n_("Hint"),
    "hint_again": n_("Another hint"),
    "rule": n_("Why?"),
    "back": n_("Back"),
    "next": n_("Next"),
    "line_of": n_("Line {n} of {count}"),
    "waits": n_("It is judged as soon as the page is ready."),
    "choose": n_("choose"),
    "given": n_("worked out for you"),
    "worth": n_("marks: {n}"),
    # ---- practice
    "practice": n_("Practice"),
    "practice_is": n_("New problems in your weakest skill, until every skill is mastered."),
    "practise": n_("Practise with a new problem"),
    "next_problem": n_("Next problem"),
    "mastered": n_("mastered"),
    "all_mastered": n_("All of this is mastered."),
    "drawing": n_("A new problem is being made …"),
    # ---- the engine
    "loading": n_("Loading what marks your answers; you can start writing."),
    "unpacking": n_("Unpacking …"),
    "importing": n_("Starting …"),
    "ready": n_("Ready: an answer is judged when you leave its line."),
    "offline": n_("Ready: an answer is judged when you leave its line. This page also opens without a network now."),
    "slow": n_("This has taken a minute by now. You can wait on, or try again; what you wrote is kept."),
    "try_again": n_("Try again"),
    "no_wasm": n_(
        "This browser does not run WebAssembly, which marks the answers: open the page in a current Firefox, Chrome, "
        "Edge or Safari. What you write is kept, but not judged."
    ),
    "missing": n_("{file} did not load ({reason}): check the network and try again."),
    "damaged": n_("{file} is damaged ({reason}): ask for the page once more, it did not arrive whole."),
    "start": n_("What marks your answers has not started: {reason}"),
}


def messages() -> dict[str, str]:
    """Every message in the reader's language."""
    return {name: _(said) for name, said in MESSAGES.items()}
