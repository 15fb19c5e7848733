"""Looking over a whole bank: what is doubtful in it, and which questions say almost the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import finding, near, queries
from lms.banks.models import Question
from lms.banks.near import NearPair
from lms.banks.problems import sentence
from lms.banks.queries import Shown
from lms.banks.rules import level_names
from lms.banks.views.bodies import Words
from lms.banks.views.door import TRAINER, bank_called, door, today
from lms.banks.views.pages import bank_words, level_name, question_words
from lms.kit.i18n import _
from lms.questions.likeness import THRESHOLD, Likeness
from lms.questions.lint import Finding
from lms.questions.lint import lint as look_over
from lms.web import edge
from lms.web.jobs import job_words
from lms.web.viewer import viewer

DEGREES = (0.5, 0.6, 0.7, 0.8, 0.9)


@door.page("/<resolution>/<topic>/lint", may=TRAINER)
def lint(resolution: str, topic: str) -> ResponseReturnValue:
    """What is doubtful in the questions of a bank that are not retired, the gravest first."""
    found = bank_called(resolution, topic)
    shown = finding.all_of(edge.session(), [found.id])
    told = look_over([(each.question, each.body) for each in shown], today())
    drawable = finding.drawable_by_level(edge.session(), found.id, today())
    return render_template(
        "banks/lint.html",
        bank=bank_words(found),
        looked_at=len(shown),
        habits=[_finding(each) for each in told.bank],
        groups=_groups(told.questions),
        levels=[
            (level_name(level, found.scheme) or _("Without a level"), drawable.get(level, 0))
            for level in (*level_names(found.scheme), "")
        ],
    )


def _finding(found: Finding[Question]) -> Words:
    return {
        "sentence": sentence(found.problem),
        "severity": found.problem.severity,
        "questions": [_link(question) for question in found.places],
    }


def _groups(found: tuple[Finding[Question], ...]) -> list[Words]:
    """Findings of the same kind together, errors first, then by how many there are."""
    groups: dict[tuple[str, str], list[Finding[Question]]] = {}
    for each in found:
        groups.setdefault((each.problem.severity, each.problem.code), []).append(each)
    ordered = sorted(groups.items(), key=lambda group: (group[0][0] != "error", -len(group[1])))
    return [
        {
            "severity": severity,
            "code": code,
            "count": len(each),
            "sentence": sentence(each[0].problem),
            "lines": [(_link(finding.places[0]), sentence(finding.problem)) for finding in each],
            "alike": len({sentence(finding.problem) for finding in each}) == 1,
        }
        for (severity, code), each in ordered
    ]


def _link(question: Question) -> Words:
    return {"code": question.code, "url": url_for("banks.question", question_id=question.id)}


@door.page("/<resolution>/<topic>/alike", may=TRAINER)
def alike(resolution: str, topic: str) -> ResponseReturnValue:
    """Questions of a bank that say almost the same as another one of the resolution, side by side."""
    found, degree = bank_called(resolution, topic), _degree(request.args)
    found_near = near.near_duplicates(edge.session(), found, degree)
    return render_template(
        "banks/alike.html",
        bank=bank_words(found),
        pairs=_pairs(found_near.pairs),
        total=found_near.total,
        looked_at=found_near.looked_at,
        compared_at=found_near.compared_at,
        to_compare=found_near.to_compare,
        job=job_words(found_near.job) | {"cancel_url": ""} if found_near.job else None,
        compare_url=url_for("banks.compare", resolution=resolution, topic=topic),
        degree=degree,
        degrees=DEGREES,
    )


@door.page("/<resolution>/<topic>/alike", may=TRAINER, methods=("POST",))
def compare(resolution: str, topic: str) -> ResponseReturnValue:
    """Have the worker compare what is too much to be compared at once."""
    found, degree = bank_called(resolution, topic), _degree(request.form)
    near.ask(edge.session(), found, degree, by=viewer().person_id, now=edge.now())
    return redirect(url_for("banks.alike", resolution=resolution, topic=topic, degree=degree))


def _degree(given: Mapping[str, str]) -> float:
    return next((degree for degree in DEGREES if str(degree) == given.get("degree")), THRESHOLD)


def _pairs(pairs: Sequence[NearPair]) -> list[Words]:
    ids = {question_id for pair in pairs for question_id in (pair.first, pair.second)}
    shown = {each.question.id: each for each in queries.in_force(edge.session(), sorted(ids))}
    schemes = {bank.id: bank.scheme for bank in queries.banks(edge.session())} if pairs else {}
    return [
        _pair(shown[pair.first], shown[pair.second], pair.likeness, schemes)
        for pair in pairs
        if pair.first in shown and pair.second in shown  # one may be gone since: its import was undone
    ]


def _pair(first: Shown, second: Shown, likeness: Likeness, schemes: Mapping[int, str]) -> Words:
    return {
        "percent": round(likeness.degree * 100),
        "numbers_differ": likeness.numbers_differ,
        "sides": [
            question_words(each, [], key=True, scheme=schemes[each.question.bank_id])
            | {"only": " · ".join(words)}
            for each, words in ((first, likeness.only_first), (second, likeness.only_second))
        ],
    }
