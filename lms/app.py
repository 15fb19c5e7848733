"""The application, put together in one place: settings, database, signing in, doors, navigation."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, request
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.accounts import queries as account_queries
from lms.config import PROJECT, Settings, read_settings
from lms.doors import DOORS, navigation
from lms.kit import clock, logs
from lms.kit.db import Database
from lms.kit.storage import Storage
from lms.organisation.rules import ROLE_NAMES, ROLES
from lms.web import compression, edge, errors, guard, health, pages, security
from lms.web.cookies import SignedOnce
from lms.web.csrf import HeaderFirst
from lms.web.viewer import Viewer

LARGEST_UPLOAD = 21 * 1024 * 1024  # a file of 20 MB and what the form adds
LARGEST_FORM_FIELDS = 1024 * 1024
MOST_FORM_PARTS = 2000


class Product(Flask):
    """A Flask whose functions are all ordinary ones: it need not look for others nine times in every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application. Raises SettingsError when the environment is not complete."""
    settings = settings or read_settings(os.environ)
    logs.configure(settings.log_format)
    app = Product("lms", template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "static"))
    app.config.update(_flask_settings(settings))
    if (
        settings.proxies
    ):  # of what a proxy says only who asks is believed: the host and https are ours to know
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0
        )
    app.session_interface = SignedOnce(app)
    app.extensions["settings"] = settings
    app.extensions["database"] = Database(settings.database_url)
    app.extensions["storage"] = Storage(settings.data_dir / "files")
    app.extensions["announce_job"] = _announcer(settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Bootstrap5(app)
    app.extensions["csrf"] = HeaderFirst(app)
    _sign_in_with_flask_login(app)
    compression.compress(app)
    security.secure(app, hosts=_hosts(settings), https=settings.secure_cookies)
    pages.register(app, navigation, ROLE_NAMES)
    errors.register(app)
    health.register(app)
    app.teardown_request(edge.close_session)
    for door in DOORS:
        app.register_blueprint(door)
    guard.check_declared(app, also_public=("static", "bootstrap.static"))
    guard.check_roles(app, ROLES)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    name = "__Host-lms" if settings.secure_cookies else "lms"
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "SESSION_COOKIE_NAME": name,
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=2),
        "MAX_CONTENT_LENGTH": LARGEST_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM_FIELDS,
        "MAX_FORM_PARTS": MOST_FORM_PARTS,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: an exam must not lose its token
        "WTF_CSRF_SSL_STRICT": True,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "TESTING": settings.testing,
        "JSON_AS_ASCII": False,
    }


def _hosts(settings: Settings) -> tuple[str, ...]:
    return (settings.host, "localhost") if settings.testing else (settings.host,)


def _announcer(settings: Settings) -> Callable[[int], None]:
    """What tells the worker of a new job; its module is loaded when the first job is asked for."""

    def announce(job_id: int) -> None:
        from lms.worker import announce_job

        announce_job(settings, job_id)

    return announce


def _sign_in_with_flask_login(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # the sign-in row is the session: it is ended there, not guessed at
    # nor is what would guess worked out in every request, and carried in every cookie
    manager._session_identifier_generator = str

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(sign_in_id: str) -> Viewer | None:
        if request.method in edge.READS:  # the page's own session: one transaction less
            return account_queries.viewer_of(edge.session().connection(), sign_in_id, edge.now())
        # what is changed must not wait for the lock longer than it writes
        with edge.database().engine.connect() as connection:
            return account_queries.viewer_of(connection, sign_in_id, clock.now())
