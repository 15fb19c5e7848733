"""Browsers of people who are signed in, as bytes on the wire: the product's own signed cookie and CSRF token."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

AGENT = (
    "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile "
    "Safari/537.36"
)


@dataclass(frozen=True, slots=True)
class Browser:
    """The cookie and the token that the pages of this person carry."""

    cookie: str
    csrf: str

    def get(self, port: int, path: str, *, encoding: str = "gzip, deflate, br") -> bytes:
        return self._request(port, f"GET {path}", {"Accept": "text/html", "Accept-Encoding": encoding})

    def post_json(self, port: int, path: str, body: Any) -> bytes:
        """As `post` of static/exam/sync.js sends it."""
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        head = {"Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": self.csrf}
        return self._request(port, f"POST {path}", head, data)

    def post_form(self, port: int, path: str, fields: Mapping[str, str] | None = None) -> bytes:
        data = urlencode({"csrf_token": self.csrf, **(fields or {})}).encode()
        head = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
        return self._request(port, f"POST {path}", head, data)

    def _request(self, port: int, line: str, head: dict[str, str], data: bytes = b"") -> bytes:
        head = {
            "Host": f"127.0.0.1:{port}",
            "User-Agent": AGENT,
            "Accept-Language": "vi-VN,vi;q=0.9",
            "Cookie": self.cookie,
            **head,
            **({"Content-Length": str(len(data))} if data else {}),
        }
        lines = [f"{line} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        return "\r\n".join([*lines, "", ""]).encode() + data


def browser_of(app: Flask, sign_in: str | None) -> Browser:
    """The browser in which a sign-in was begun, as `login_user` and Flask-WTF leave it; None: nobody is signed in."""
    raw = hashlib.sha1(secrets.token_bytes(16)).hexdigest()
    content = {"_permanent": True, "csrf_token": raw}
    if sign_in is not None:
        content |= {"_fresh": True, "_id": secrets.token_hex(64), "_user_id": sign_in}
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    token = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(raw)
    return Browser(f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(content)}", str(token))
