"""Exporting a bank: choose a format, see what it cannot carry, download. Printed papers: lms.banks.views.printing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks.models import Bank
from lms.banks.problems import sentence
from lms.banks.rules import STATE_NAMES, STATES
from lms.banks.transfer import exports, papers
from lms.banks.views.door import TRAINER, bank_called, door
from lms.banks.views.pages import bank_words
from lms.kit import jobs
from lms.kit.i18n import _
from lms.questions.formats import OFFERED, by_name
from lms.questions.problem import Problem
from lms.questions.reading import Format
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.viewer import viewer

SHOWN = 200  # sentences about what a format cannot carry


@door.page("/<resolution>/<topic>/export", may=TRAINER)
def export(resolution: str, topic: str) -> ResponseReturnValue:
    """Choose a format and states; with a format chosen, what it cannot carry."""
    bank = bank_called(resolution, topic)
    wanted, states = request.args.get("format", ""), states_asked_for()
    if wanted == papers.NAME:
        return redirect(url_for("banks.paper", resolution=resolution, topic=topic, state=states))
    known = by_name(wanted)
    losses: list[dict[str, Any]] = []
    if known is not None:
        losses = loss_words(exports.of_bank(edge.session(), bank, states).losses(known))
    return render_template(
        "banks/export.html",
        bank=bank_words(bank),
        formats=_offered(),
        chosen=known.name if known else "",
        title=known.title if known else "",
        states=[(state, STATE_NAMES[state], state in states) for state in STATES],
        count=exports.count(edge.session(), bank, states),
        losses=losses[:SHOWN],
        whole=sum(loss["whole"] for loss in losses),
        more=max(len(losses) - SHOWN, 0),
        file_url=_file_url(bank, known, states) if known else "",
    )


@door.page("/<resolution>/<topic>/export/file", may=TRAINER)
def export_file(resolution: str, topic: str) -> ResponseReturnValue:
    """The file: at once, or as a job when the bank is large."""
    bank, known = bank_called(resolution, topic), by_name(request.args.get("format", ""))
    if known is None:
        abort(404)
    states = states_asked_for()
    if exports.count(edge.session(), bank, states) > exports.AT_ONCE:
        params = {
            "bank": bank.id,
            "format": known.name,
            "states": states,
            "back": url_for("banks.export", resolution=resolution, topic=topic),
        }
        with edge.writing() as session:
            job = jobs.ask_for(session, exports.JOB_EXPORT, params, by=viewer().person_id, now=edge.now())
        return redirect(url_for("jobs.show", job_id=job.id))
    data = exports.of_bank(edge.session(), bank, states).write(known)
    return attachment(data, f"{bank.slug.replace('/', '-')}{known.suffix}", known.media_type)


def _offered() -> list[tuple[str, str, str]]:
    """(name, title, ending) of the formats; the printed paper behind Word."""
    word, *others = ((each.name, each.title, each.suffix) for each in OFFERED)
    return [word, (papers.NAME, _(papers.TITLE), ".docx"), *others]


def states_asked_for() -> list[str]:
    """The states asked for; without any, what is in use."""
    wanted = [state for state in request.args.getlist("state") if state in STATES]
    return wanted or ["approved"]


def _file_url(bank: Bank, known: Format, states: Iterable[str]) -> str:
    resolution, _slash, topic = bank.slug.partition("/")
    return url_for(
        "banks.export_file", resolution=resolution, topic=topic, format=known.name, state=list(states)
    )


def loss_words(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Equal sentences once, with the questions that they are about."""
    said: dict[tuple[str, bool], Counter[int]] = {}
    for problem in problems:
        number = problem.where.get("question", 0)
        key = (sentence(problem), problem.severity == "error")
        said.setdefault(key, Counter())[int(number)] += 1
    return [
        {"text": text, "whole": len(numbers) if whole else 0, "left_out": whole, "numbers": sorted(numbers)}
        for (text, whole), numbers in said.items()
    ]
