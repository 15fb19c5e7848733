"""What every answer carries: a strict content policy, no sniffing, no framing, no caching of what is personal."""

from __future__ import annotations

from flask import Flask, Response, abort, request
from werkzeug.datastructures import Headers

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def secure(app: Flask, *, hosts: tuple[str, ...], https: bool) -> None:
    """Put the headers on every answer and refuse requests for a host that is not ours."""
    always = HEADERS | ({"Strict-Transport-Security": "max-age=31536000; includeSubDomains"} if https else {})
    personal = always | {"Cache-Control": "no-store"}

    @app.before_request
    def known_host() -> None:
        if request.host not in hosts:
            abort(400)

    @app.after_request
    def headers(response: Response) -> Response:
        if request.endpoint in ("static", "bootstrap.static"):
            _add_missing(response.headers, always)
            if request.endpoint == "static" and "v" not in request.args:
                response.headers["Cache-Control"] = (
                    "no-cache"  # asked for without its stamp: it may be a new one
                )
        else:
            _add_missing(response.headers, personal)
            response.headers.add("Vary", "Cookie")
        return response


def _add_missing(headers: Headers, wanted: dict[str, str]) -> None:
    """`setdefault` for many at once: each single one would search all headers again, on every saved answer."""
    there = {name.lower() for name, _value in headers}
    for name, value in wanted.items():
        if name.lower() not in there:
            headers.add(name, value)
