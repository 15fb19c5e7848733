"""An exam over its window and by unit: facility by day, answers that came too fast, wrong answers alike.

Hints at how an exam was held, never a verdict on a person: only units with enough attempts are named, the others are
added up, and nothing here leads to an attempt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from lms.kit import words
from lms.kit.i18n import _
from lms.quality import queries
from lms.quality.rules import FEWEST_IN_UNIT, UnitRow, told_apart
from lms.quality.views.door import TRAINER, at, course_line, door, exam_line, kept_of, organised_exam
from lms.quality.views.figure_words import FAR, FEWEST_A_DAY, decimal, percent
from lms.quality.views.pictures import day_chart
from lms.web import edge

MOST_SHIFTS = 20  # days of questions that are listed, the farthest from what was expected first
MOST_UNITS = 200


@door.page("/courses/<int:course_id>/exams/<int:exam_id>/quality/window", may=TRAINER)
def window_(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The whole window, and units side by side."""
    exam = organised_exam(course_id, exam_id)
    kept = kept_of(exam)
    frame = {"course": course_line(exam), "exam": exam_line(exam)}
    if kept is None:
        return render_template("quality/window.html", **frame, counted_at=None)
    figures = kept.figures
    rapid, alike = told_apart(figures["rapid"]), told_apart(figures["alike"])
    names = queries.unit_names(edge.session(), [row.unit for row in (*rapid, *alike) if row.unit])
    days = _days(figures["days"]["shifts"])
    weekly = figures["days"]["weekly"]
    return render_template(
        "quality/window.html",
        **frame,
        counted_at=kept.counted_at,
        read=figures["choices"]["read"],
        of=figures["choices"]["of"],
        days=days,
        weekly=weekly,
        day_chart=day_chart("window", days, weekly=weekly),
        shifts=_shifts(exam, figures),
        rapid=rapid_words(rapid, names)[:MOST_UNITS],
        alike=alike_words(alike, names)[:MOST_UNITS],
        fewest=FEWEST_IN_UNIT,
        far=decimal(FAR, 0),
        fewest_a_day=FEWEST_A_DAY,
    )


def _days(shifts: Mapping[str, Sequence[Sequence[Any]]]) -> list[dict[str, Any]]:
    """The mean over all answers of each day."""
    answers: dict[str, int] = defaultdict(int)
    right: dict[str, float] = defaultdict(float)
    for rows in shifts.values():
        for day, number, facility, _expected, _off in rows:
            answers[day] += number
            right[day] += number * facility
    return [
        {
            "day": date.fromisoformat(day),
            "answers": number,
            "facility": right[day] / number,
            "facility_text": percent(right[day] / number),
        }
        for day, number in sorted(answers.items())
    ]


def _shifts(exam: Any, figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Questions on days on which far more or fewer were right than the rest of the paper lets expect."""
    found = [
        (abs(off), int(question), day, answers, facility, expected)
        for question, rows in figures["days"]["shifts"].items()
        for day, answers, facility, expected, off in rows
        if off is not None and abs(off) >= FAR and answers >= FEWEST_A_DAY
    ]
    found = sorted(found, reverse=True)[:MOST_SHIFTS]
    versions = {row["question"]: row["version"] for row in figures["questions"]}
    names = queries.named(edge.session(), {row[1]: versions[row[1]] for row in found})
    return [
        {
            "code": names[question].code if question in names else question,
            "url": url_for("quality.question_", **at(exam, question_id=question)),
            "day": date.fromisoformat(day),
            "answers": answers,
            "facility": percent(facility),
            "expected": percent(expected),
            "off": decimal(off, 1),
            "more": facility > expected,
        }
        for off, question, day, answers, facility, expected in found
    ]


def unit_words(row: UnitRow, names: Mapping[int, str]) -> str:
    """A unit's name, or how many small ones are added up."""
    if row.unit is None:
        return _("{count} smaller units together", count=words.number(row.units))
    return names.get(row.unit, "–")


def rapid_words(rows: Sequence[UnitRow], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """Units with the share of answers that came too fast to have been read, the highest first."""
    found = []
    for row in rows:
        attempts, timed, rapid, careless = row.counts
        found.append(
            {
                "unit": unit_words(row, names),
                "attempts": int(attempts),
                "timed": int(timed),
                "rapid": int(rapid),
                "share": rapid / timed if timed else 0.0,
                "share_text": percent(rapid / timed if timed else None),
                "careless": int(careless),
            }
        )
    return sorted(found, key=lambda row: -row["share"])


def alike_words(rows: Sequence[UnitRow], names: Mapping[int, str]) -> list[dict[str, Any]]:
    """Units with equal wrong answers against what chance lets expect, the farthest above first."""
    found = []
    for row in rows:
        attempts, pairs, same, expected, beyond = row.counts
        found.append(
            {
                "unit": unit_words(row, names),
                "attempts": int(attempts),
                "pairs": int(pairs),
                "same": int(same),
                "expected": expected,
                "ratio": decimal(same / expected, 2) if expected else "–",
                "beyond": beyond if row.unit else None,
                "beyond_text": decimal(beyond, 1) if row.unit else "–",
                "far": row.unit is not None and beyond >= FAR,
            }
        )
    return sorted(found, key=lambda row: -(row["beyond"] or 0.0))
