"""Pages, scripts and styles travel small where the browser can read it; answers to what is saved are left alone."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask

PAGE = "/sign-in"


def test_a_page_is_smaller_for_who_can_read_it(app: Flask) -> None:
    plain = app.test_client().get(PAGE)
    small = app.test_client().get(PAGE, headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.data) < len(plain.data) / 2
    assert b"<html" in gzip.decompress(small.data)
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("way", ["zstd", "br", "gzip"])
def test_styles_and_scripts_are_too(app: Flask, way: str) -> None:
    answer = app.test_client().get("/static/exam/exam.js", headers={"Accept-Encoding": way})
    assert answer.headers["Content-Encoding"] == way
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_is_compressed_keeps_its_headers(app: Flask) -> None:
    answer = app.test_client().get(PAGE, headers={"Accept-Encoding": "br"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in ", ".join(answer.headers.getlist("Vary"))
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
