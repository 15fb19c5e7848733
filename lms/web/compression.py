"""Smaller answers for slow networks: pages, scripts and styles are compressed as the browser can read them.

What is saved and handed in is answered in a few bytes and left alone: only what is read is looked at. Files keep the
library's careful way. Pages are made for one person and compressed each time, so they are compressed lightly: about a
tenth larger for a quarter of the time.

Compressing personal pages is safe here because what an attacker could make a page repeat comes only with the person's
own request (cookies are SameSite), and the token that forms carry is another one every second.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache

import brotli  # type: ignore[import-untyped]
from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

LEAST = 500  # bytes
PAGES = ("text/html", "application/json")


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(3, zlib.DEFLATED, 31)  # 31: with the head and sum of gzip
    return packer.compress(body) + packer.flush()


def _brotli(body: bytes) -> bytes:
    packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=1)
    return packed


PACKERS: dict[str, Callable[[bytes], bytes]] = {"br": _brotli, "gzip": _gzip}


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
        if request.method != "GET":
            return response
        if response.is_streamed or response.mimetype not in PAGES or response.headers.get("ETag"):
            return smaller.after_request(response)
        return _lightly(response)


def _lightly(response: Response) -> Response:
    response.headers.add("Vary", "Accept-Encoding")
    if response.status_code != 200 or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    way = _way(request.headers.get("Accept-Encoding", ""))
    if way and len(body) >= LEAST:
        response.set_data(PACKERS[way](body))
        response.headers["Content-Encoding"] = way
    return response


@lru_cache(200)
def _way(accepted: str) -> str | None:
    """The first of our ways that the browser reads; what it says is nearly always one of a few sentences."""
    read = parse_accept_header(accepted, Accept)
    return next((way for way in PACKERS if read.quality(way) > 0), None)
