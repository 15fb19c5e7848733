"""Pages for what went wrong: plain sentences that say what to do, never a stack trace."""

from __future__ import annotations

import secrets

import structlog
from flask import Flask, g, jsonify, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

log = structlog.get_logger(__name__)
PAGES = (400, 403, 404, 405, 413, 429, 500, 503)


def register(app: Flask) -> None:
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)


def _answer(page: str, status: int, **context: object) -> ResponseReturnValue:
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return jsonify(error=page, **context), status
    return render_template(f"errors/{page}.html", **context), status


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()  # a redirect that was raised
    return _answer(str(status if status in PAGES else 400 if status < 500 else 500), status)


def _csrf(error: CSRFError) -> ResponseReturnValue:
    """No token, or not this session's. A script whose cookie is gone is told to sign in, as it can do that."""
    if request.is_json and "_user_id" not in session:
        return jsonify(error="signed_out"), 401
    return _answer("csrf", 400)


def _database(error: OperationalError) -> ResponseReturnValue:
    log.error("database_unreachable", error=type(error.orig).__name__)
    _ask_nobody()
    return _answer("503", 503)


def _ask_nobody() -> None:
    """The page of an error must not look up who is signed in: that may be what failed."""
    g._login_user = AnonymousUserMixin()  # where Flask-Login keeps whom it has loaded


def _unexpected(error: Exception) -> ResponseReturnValue:
    """Fail closed: the person gets a code to quote, the log has the rest."""
    code = f"{secrets.token_hex(2)}-{secrets.token_hex(1)}".upper()
    log.exception("unexpected", code=code, endpoint=request.endpoint)
    _ask_nobody()
    return _answer("500", 500, code=code)
