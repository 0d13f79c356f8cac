"""The report on a sheet as plain data, and as JSON: every line with its verdict, its mistake and its marks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backprop_cli.checking.diagnoses_data import diagnoses_data
from backprop_cli.checking.explain import Explainer
from backprop_cli.checking.report import Mark, Report
from backprop_cli.formats.reports.marks import marks_data
from backprop_cli.formats.reports.own_words import in_its_own_words

if TYPE_CHECKING:
    from backprop_cli.checking.formula_answers import FormulaMark
    from backprop_cli.checking.word_answers import WordMark


def report_json(report: Report, student: str = "", answers: bool = True) -> str:
    """The same report for programs."""
    return json.dumps(report_data(report, student, answers), indent=1, ensure_ascii=False) + "\n"


@in_its_own_words
def report_data(report: Report, student: str = "", answers: bool = True) -> dict[str, Any]:
    """The report as plain data: every line with its verdict, its mistake and its marks."""
    explainer = Explainer(report)
    first = report.first_wrong
    return {
        "problem": report.key.problem.title,
        "student": student or None,
        **marks_data(report.earned, report.worth),
        "all_right": report.all_right,
        "first_wrong": first.quantity.key if first is not None else None,
        "other_sign_of_delta": report.flipped,
        "decimal_commas": report.commas,
        **({"notes": list(report.notes)} if report.notes else {}),
        "not_read": [complaint.message for complaint in report.unread],
        "not_understood": [
            {"line": one.spot.line, "cell": one.spot.cell or None, "text": one.text, "why": one.why}
            for one in report.missed
        ],
        **({"changes": [explainer.found_in(one) for one in report.changes]} if report.changes else {}),
        **({"factors": _factors(report.factors, answers)} if report.factors is not None else {}),
        "lines": [_line(mark, explainer, answers) for mark in report.marks],
        **({"formulas": [_formula(mark, explainer, answers) for mark in report.formulas]} if report.formulas else {}),
        **({"questions": [_word(mark, answers) for mark in report.words]} if report.words else {}),
        "causes": [
            {
                "mistakes": list(dict.fromkeys(one.mistake.name for one in cause.hypotheses)),
                "lines": [one.key for one in cause.lines],
            }
            for cause in report.causes
        ],
    }


def _factors(factors: Report, answers: bool) -> list[dict[str, object]]:
    """The factors of the chain rule that stand on lines of their own."""
    explainer = Explainer(factors)
    return [{**_line(mark, explainer, answers), "quantity": explainer.symbol(mark.quantity)} for mark in factors.marks]


def _formula(mark: FormulaMark, explainer: Explainer, answers: bool) -> dict[str, object]:
    data: dict[str, object] = {"quantity": mark.quantity.key, "answer": mark.written or None}
    if answers:
        data["expected"] = explainer.formula_of(mark)
    return data | {
        "verdict": mark.outcome.value,
        "said": explainer.formula_verdict(mark),
        **marks_data(mark.earned, mark.worth),
    }


def _word(mark: WordMark, answers: bool) -> dict[str, object]:
    """A question: `word` is which of the words was answered, in English; null where it is none."""
    from backprop_cli.checking.word_answers import verdict_on

    right = {"expected": mark.question.right.word, "why": mark.question.right.why} if answers else {}
    return {
        "question": mark.question.key,
        "asks": mark.question.said,
        "words": [word.text for word in mark.question.words],
        "answer": mark.written or None,
        "word": mark.word.text if mark.word is not None else None,
        **right,
        "verdict": mark.outcome.value,
        "said": verdict_on(mark),
        **marks_data(mark.earned, mark.worth),
    }


def _line(mark: Mark, explainer: Explainer, answers: bool) -> dict[str, object]:
    verdict = mark.verdict
    line: dict[str, object] = {"quantity": mark.quantity.key, "answer": mark.written or None}
    if answers:
        line["expected"] = mark.expected_text
    line |= {"verdict": verdict.rule.value, "said": explainer.verdict(verdict)}
    if verdict.near:
        line["near"] = verdict.near
    if verdict.because:
        line["follows_from"] = [one.key for one in verdict.because]
    if verdict.causes:
        line["mistakes"] = [
            {"name": one.mistake.name, "variant": one.variant or None, "said": explainer.said(one, mark.quantity)}
            for one in verdict.causes
        ]
    line |= diagnoses_data(verdict, explainer)
    if verdict.hint is not None:
        line["hint"] = explainer.hint(verdict.hint)
    if verdict.remark:
        line["remark"] = explainer.remark(mark)
    if (work := explainer.report.working.get(mark.quantity)) is not None:
        line["working"] = {
            "formula": work.formula,
            "numbers": work.numbers,
            "arithmetic": work.arithmetic,
            "said": explainer.working(mark.quantity) or None,
        }
    if verdict.refused:
        line["refused"] = [{"quantity": one.key, "reason": reason} for one, reason in verdict.refused]
    return line | marks_data(mark.earned, mark.worth)
