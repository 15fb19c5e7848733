"""The service worker of the exam page, which lets an open attempt be reloaded without a network."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from flask import Response, current_app

from lms.attempts.views.door import WORKER, door
from lms.config import PROJECT
from lms.web.guard import PUBLIC

SOURCE = PROJECT / "static" / "exam" / "sw.js"
STAMPED = ("css/tokens.css", "exam/exam.css", "exam/exam.js", "icons/mark.svg")  # as the page asks for them
IMPORTED = (  # exam.js and its parts ask for them without a stamp
    "exam/answer_file.js",
    "exam/dialogs.js",
    "exam/ending.js",
    "exam/looks.js",
    "exam/news.js",
    "exam/page.js",
    "exam/paper.js",
    "exam/queue.js",
    "exam/steps.js",
    "exam/sync.js",
    "exam/time.js",
)


@door.page(WORKER, may=PUBLIC)
def worker() -> Response:
    """The worker with the addresses of what it keeps; always asked for anew, so that a release takes effect."""
    asset: Any = current_app.jinja_env.globals["asset"]
    shell = [asset(name) for name in STAMPED] + imported()
    config = json.dumps({"build": _build(), "shell": shell, "off": False})
    script = SOURCE.read_text(encoding="utf-8").replace("__EXAM_SW_CONFIG__", config)
    answer = Response(script, mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/attempts/"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def imported() -> list[str]:
    """The addresses of the parts of exam.js: what the page may ask for before exam.js has been read."""
    return _addresses(current_app.static_url_path or "")


@cache
def _addresses(path: str) -> list[str]:
    return [f"{path}/{name}" for name in IMPORTED]


@cache
def _build() -> str:
    """Changes when the worker or anything that it keeps changes."""
    digest = hashlib.sha256(SOURCE.read_bytes())
    for name in (*STAMPED, *IMPORTED):
        digest.update((PROJECT / "static" / name).read_bytes())
    return digest.hexdigest()[:16]
