"""Printing a paper from a bank: codes, sheet and key are chosen, what paper cannot carry is named, the file comes."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks.models import Bank
from lms.banks.rules import STATE_NAMES
from lms.banks.transfer import papers
from lms.banks.transfer.forms import PaperForm
from lms.banks.transfer.papers import Source, Wanted
from lms.banks.views.door import TRAINER, bank_called, door, today
from lms.banks.views.exporting import SHOWN, loss_words, states_asked_for
from lms.banks.views.pages import bank_words
from lms.kit import jobs
from lms.kit.i18n import _
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.viewer import viewer


@door.page("/<resolution>/<topic>/export/paper", may=TRAINER)
def paper(resolution: str, topic: str) -> ResponseReturnValue:
    """Choose how the paper is printed."""
    bank = bank_called(resolution, topic)
    source = papers.source(edge.session(), bank, states_asked_for(), today())
    return _page(bank, source, PaperForm(exam=bank.name, issuer=viewer().unit))


@door.page("/<resolution>/<topic>/export/paper/file", may=TRAINER)
def paper_file(resolution: str, topic: str) -> ResponseReturnValue:
    """The file: at once, or as a job when much is to be written; the page again when something is not possible."""
    bank, states = bank_called(resolution, topic), states_asked_for()
    source = papers.source(edge.session(), bank, states, today())
    form = PaperForm(request.args)
    if not form.accepts(len(source.questions)):
        return _page(bank, source, form), 422
    wanted = form.wanted()
    if wanted.codes * (wanted.count or len(source.questions)) > papers.AT_ONCE:
        return _as_job(bank, states, wanted)
    name = papers.file_stem(bank)
    made = papers.in_one_file(papers.write(source.questions, source.export.pictures, wanted), name)
    return attachment(made.data, f"{name}{made.ending}", made.media_type)


def _as_job(bank: Bank, states: list[str], wanted: Wanted) -> ResponseReturnValue:
    resolution, _slash, topic = bank.slug.partition("/")
    back = url_for("banks.paper", resolution=resolution, topic=topic, state=states)
    params: dict[str, Any] = {"bank": bank.id, "states": states, "paper": wanted.to_json(), "back": back}
    with edge.writing() as session:
        job = jobs.ask_for(session, papers.JOB_PAPER, params, by=viewer().person_id, now=edge.now())
    return redirect(url_for("jobs.show", job_id=job.id))


def _page(bank: Bank, source: Source, form: PaperForm) -> str:
    resolution, _slash, topic = bank.slug.partition("/")
    here: dict[str, Any] = {"resolution": resolution, "topic": topic}
    states, losses = states_asked_for(), loss_words(source.losses)
    return render_template(
        "banks/paper.html",
        bank=bank_words(bank),
        form=form,
        states=states,
        state_names=[_(STATE_NAMES[state]) for state in states],
        count=len(source.questions),
        withheld=source.withheld,
        losses=losses[:SHOWN],
        whole=sum(loss["whole"] for loss in losses),
        more=max(len(losses) - SHOWN, 0),
        file_url=url_for("banks.paper_file", **here),
        export_url=url_for("banks.export", **here, state=states),
    )
