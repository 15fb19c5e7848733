"""For those who watch over the server: is it up, is it ready, how busy is it."""

from __future__ import annotations

import time

import structlog
from flask import Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms.web import edge
from lms.web.guard import PUBLIC, Door

log = structlog.get_logger("access")
door = Door("health", __name__)
QUIET = ("static", "bootstrap.static", "health.healthz", "health.readyz")


def register(app: Flask) -> None:
    app.register_blueprint(door)
    app.after_request(_log)


@door.page("/healthz", may=PUBLIC)
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@door.page("/readyz", may=PUBLIC)
def readyz() -> ResponseReturnValue:
    """The database can be reached and is migrated."""
    try:
        edge.session().execute(text("SELECT version_num FROM alembic_version")).one()
    except SQLAlchemyError as error:
        log.warning("not_ready", error=type(error).__name__)
        return jsonify(status="database not reachable or not migrated"), 503
    return jsonify(status="ready")


def _log(response: Response) -> Response:
    """One line a request: endpoint and status, never the path's query or who asked."""
    if request.endpoint not in QUIET and "began" in g:
        ms = round((time.perf_counter() - g.began) * 1000, 1)
        log.info(
            "request", endpoint=request.endpoint, method=request.method, status=response.status_code, ms=ms
        )
    return response
