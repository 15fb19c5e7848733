"""The session cookie is Flask's own, signed faster."""

from __future__ import annotations

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from lms.web.cookies import SignedOnce

NEW, OLD = "n" * 40, "o" * 40


def flasks(key: str) -> URLSafeTimedSerializer:
    app = Flask("lms")
    app.config.update(SECRET_KEY=key)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return signer


def test_flask_reads_what_is_signed_here_and_former_keys_are_still_read() -> None:
    app = Flask("lms")
    app.config.update(SECRET_KEY=NEW, SECRET_KEY_FALLBACKS=[OLD])
    ours = SignedOnce(app).get_signing_serializer(app)
    assert flasks(NEW).loads(ours.dumps({"n": 1})) == {"n": 1}
    assert ours.loads(flasks(OLD).dumps({"n": 2}), max_age=100) == {"n": 2}
    assert ours.loads_unsafe(flasks("x" * 40).dumps({"n": 3}))[0] is False
