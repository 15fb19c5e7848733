"""The page of a piece of long work: how far it is, stopping it, and the file it made. Only for who asked for it."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

from flask import abort, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.kit import jobs, words
from lms.kit.i18n import _
from lms.kit.jobs import CLEARED, Job
from lms.kit.storage import Storage
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.guard import SIGNED_IN, Door
from lms.web.viewer import viewer

door = Door("jobs", __name__, url_prefix="/jobs")
TELLING = 0.05  # of the work must be done before the time left is guessed at
ROUND = 10  # seconds


@door.page("/<int:job_id>", may=SIGNED_IN)
def show(job_id: int) -> ResponseReturnValue:
    """How far it is, or what came of it. `back` in the job's params is the page to return to."""
    job = _own(job_id)
    return render_template("jobs/show.html", job=job_words(job), back=job.params.get("back"))


@door.page("/<int:job_id>/status", may=SIGNED_IN)
def status(job_id: int) -> ResponseReturnValue:
    """The same for the script of the page: {state, done, total, text, left}."""
    shown = job_words(_own(job_id))
    return jsonify({name: shown[name] for name in ("state", "done", "total", "text", "left")})


@door.page("/<int:job_id>/cancel", may=SIGNED_IN, methods=("POST",))
def cancel(job_id: int) -> ResponseReturnValue:
    """Stop it; what is finished stays as it is."""
    job = _own(job_id)
    jobs.cancel(edge.session(), job.id, edge.now())
    return redirect(url_for("jobs.show", job_id=job.id))


@door.page("/<int:job_id>/file", may=SIGNED_IN)
def file(job_id: int) -> ResponseReturnValue:
    """The file it made; 404 while there is none, or when it has been cleared away."""
    job = _own(job_id)
    result = job.result or {}
    if job.state != "done" or "file" not in result:
        abort(404)
    storage: Storage = current_app.extensions["storage"]
    try:
        path = storage.path(result["file"])
    except KeyError:
        abort(404)
    return attachment(path, result["name"], result["type"])


def _own(job_id: int) -> Job:
    """The job if the viewer asked for it, else 404."""
    job = edge.session().get(Job, job_id)
    return job if job is not None and job.created_by == viewer().person_id else abort(404)


def job_words(job: Job) -> dict[str, Any]:
    """A job as macros/progress.html shows it."""
    result = job.result or {}
    there = "file" in result and _is_there(result["file"])
    return {
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "text": _("{done} of {total} done", done=words.number(job.done), total=words.number(job.total))
        if job.total
        else "",
        "left": _left(job),
        "status_url": url_for("jobs.status", job_id=job.id),
        "cancel_url": url_for("jobs.cancel", job_id=job.id),
        "result_url": url_for("jobs.file", job_id=job.id) if there else None,
        "result_name": result.get("name", ""),
        "file_gone": CLEARED in result or ("file" in result and not there),
        "error": job.error or "",
    }


def _is_there(key: str) -> bool:
    storage: Storage = current_app.extensions["storage"]
    try:
        storage.path(key)
    except KeyError:
        return False
    return True


def _left(job: Job) -> str:
    """About how long it still takes, or nothing while that cannot be known."""
    if job.state != "running" or not job.total or job.done < TELLING * job.total:
        return ""
    seconds = (edge.now() - job.created_at).total_seconds() * (job.total - job.done) / job.done
    rounded = timedelta(seconds=ceil(seconds / ROUND) * ROUND)
    return _("about {time} left", time=words.duration(rounded)) if rounded else ""
