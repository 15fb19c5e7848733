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
IMPORTED = ("exam/paper.js", "exam/queue.js", "exam/sync.js")  # exam.js asks for them without a stamp


@door.page(WORKER, may=PUBLIC)
def worker() -> Response:
    """The worker with the addresses of what it keeps; always asked for anew, so that a release takes effect."""
    asset: Any = current_app.jinja_env.globals["asset"]
    shell = [asset(name) for name in STAMPED] + [f"{current_app.static_url_path}/{name}" for name in IMPORTED]
    config = json.dumps({"build": _build(), "shell": shell, "off": False})
    script = SOURCE.read_text(encoding="utf-8").replace("__EXAM_SW_CONFIG__", config)
    answer = Response(script, mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/attempts/"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@cache
def _build() -> str:
    """Changes when the worker or anything that it keeps changes."""
    digest = hashlib.sha256(SOURCE.read_bytes())
    for name in (*STAMPED, *IMPORTED):
        digest.update((PROJECT / "static" / name).read_bytes())
    return digest.hexdigest()[:16]
