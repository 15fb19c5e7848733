"""Figures in words: what each is called, what it says, and what it should be. For the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from lms.banks.views.bodies import LETTERS
from lms.banks.views.flagged import flag_words
from lms.exams.models import Exam
from lms.kit import words
from lms.kit.i18n import _
from lms.quality.queries import Named
from lms.quality.views import explained
from lms.quality.views.door import at
from lms.questions.quality.figures import ExamFigures

Words = dict[str, Any]
GOOD_ALPHA, POOR_ALPHA = 0.75, 0.64  # docs.moodle.org/28/en/Development:Quiz_report_statistics
WEAK_EFFICIENCY = 0.15
FAR = 3.0  # standard errors from what was expected
FEWEST_A_DAY = 30


def percent(share: float | None, places: int = 1) -> str:
    return "–" if share is None else words.percent(share * 100, places)


def decimal(value: float | None, places: int = 2) -> str:
    return "–" if value is None else words.number(value, places)


def exam_figures(kept: Mapping[str, Any]) -> ExamFigures | None:
    return ExamFigures(**kept["exam"]) if kept["exam"] else None


def whole_words(found: ExamFigures) -> list[Words]:
    """The figures of the whole exam, each with what it says."""
    rows = (
        (explained.MEAN, percent(found.mean)),
        (explained.MEDIAN, percent(found.median)),
        (explained.DEVIATION, percent(found.deviation)),
        (explained.ALPHA if found.same_questions else explained.DEPENDABILITY, percent(found.consistency)),
        (explained.STANDARD_ERROR, percent(found.standard_error)),
        (explained.ERROR_RATIO, percent(found.error_ratio)),
        (explained.SKEWNESS, decimal(found.skewness)),
        (explained.KURTOSIS, decimal(found.kurtosis)),
    )
    return [{"name": _(name), "value": value, "about": _(about)} for (name, about), value in rows]


def findings(kept: Mapping[str, Any], found: ExamFigures, flagged: int) -> list[str]:
    """What the figures come to, in sentences."""
    said = []
    if flagged:
        said.append(_("{count} questions should be looked at before they are used again: their key may be wrong.",
                      count=words.number(flagged)))  # fmt: skip
    if found.consistency is not None and found.consistency >= GOOD_ALPHA:
        said.append(_("The results can be trusted: the questions measure the same."))
    elif found.consistency is not None and found.consistency < POOR_ALPHA:
        said.append(_("The results tell people apart only roughly: decide nothing on a few points."))
    if found.waiting:
        said.append(_("{count} attempts have answers that nobody has marked yet; these are left out.",
                      count=words.number(found.waiting)))  # fmt: skip
    choices = kept["choices"]
    if choices["read"] < choices["of"]:
        said.append(_("Options, times and likeness are counted in {read} of the {all} attempts, evenly chosen.",
                      read=words.number(choices["read"]), all=words.number(choices["of"])))  # fmt: skip
    return said


def question_words(exam: Exam, row: Mapping[str, Any], name: Named | None) -> Words:
    """One question of an exam as a line of the table."""
    said, decided = flag_words(row["flags"]), explained.RULED.get(row["ruled"])
    return {
        "id": row["question"],
        "code": name.code if name else str(row["question"]),
        "stem": name.body.stem if name else "",
        "bank": name.bank if name else "",
        "url": url_for("quality.question_", **at(exam, question_id=row["question"])),
        "answers": row["answers"],
        "facility": row["facility"],
        "facility_text": percent(row["facility"]),
        "discrimination": decimal(row["discrimination"]),
        "efficiency": percent(row["efficiency"], 0),
        "dubious": row["efficiency"] is not None and row["efficiency"] < WEAK_EFFICIENCY,
        "intended": percent(row["intended_weight"]),
        "effective": percent(row["effective_weight"])
        if row["effective_weight"] is not None
        else _("negative"),
        "difficulty": estimate(row["rasch"], "difficulty"),
        "flags": said,
        "look": any(flag["look"] for flag in said),
        "ruled": _(decided) if decided else "",
    }


def estimate(found: Mapping[str, Any] | None, name: str) -> str:
    """An estimate of a model with its standard error."""
    if not found or found[name] is None:
        return "–"
    return f"{decimal(found[name])} ± {decimal(found[f'{name}_error'])}"


def option_rows(row: Mapping[str, Any], name: Named) -> list[Words]:
    """The options with how often they were chosen, by whom; the last line are those who chose nothing."""
    body = name.body
    texts = [_("True"), _("False")] if body.type == "true_false" else [option.text for option in body.options]
    found = [
        {
            "letter": LETTERS[one["number"]],
            "text": texts[one["number"]],
            "right": one["number"] in row["right"],
            "count": one["count"],
            "share": one["share"],
            "share_text": percent(one["share"]),
            "mean_rest": percent(one["mean_rest"]),
            "weighed": decimal(one["point_biserial"]),
        }
        for one in row["options"]
    ]
    if row["blank"]:
        blank = {"letter": "–", "text": _("Nothing chosen"), "right": False, "share": row["blank"]}
        rest = {"share_text": percent(row["blank"]), "count": round(row["blank"] * row["choices"])}
        found.append(blank | rest | {"mean_rest": "–", "weighed": "–"})
    return found


def day_rows(shifts: Sequence[Sequence[Any]]) -> list[Words]:
    """The days of a question, each with what was to be expected of those who sat that day."""
    return [
        {
            "day": date.fromisoformat(day),
            "answers": answers,
            "facility": facility,
            "facility_text": percent(facility),
            "expected": expected,
            "expected_text": percent(expected),
            "off": decimal(off, 1),
            "far": off is not None and abs(off) >= FAR and answers >= FEWEST_A_DAY,
        }
        for day, answers, facility, expected, off in shifts
    ]
