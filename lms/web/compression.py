"""Smaller answers for slow networks: pages, scripts and styles are compressed as the browser can read them.

What is saved and handed in is answered in a few bytes and left alone: only what is read is looked at. Compressing
personal pages is safe here because what an attacker could make a page repeat comes only with the person's own request
(cookies are SameSite), and the token that forms carry is another one every second.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress


def compress(app: Flask) -> None:
    """Compress what GET answers."""
    app.config["COMPRESS_REGISTER"] = False
    app.config["COMPRESS_LEVEL"] = 5
    app.config["COMPRESS_ALGORITHM_STREAMING"] = [
        "zstd",
        "br",
        "gzip",
    ]  # files; older phones read only the last
    smaller = Compress(app)

    @app.after_request
    def answer(response: Response) -> Response:
        return smaller.after_request(response) if request.method == "GET" else response
