"""WeasyPrint reads nothing but our own files: addresses of every kind and place, counted by a real listener."""

from __future__ import annotations

import base64
import http.server
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lms.kit import press
from lms.kit.own_files import OwnFiles
from tests.lms.kit.pictures import embedded_files

SHEET = press.Paper("certificate/classic/template.html", ())
CANARY = "CANARY-4711"


class Listener:
    """A web server on the loopback address that counts what it is asked for and redirects every second time."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                listener.asked.append(self.path)
                self.send_response(302 if "redirect" in self.path else 200)
                self.send_header("Location", "file:///etc/hostname")
                self.send_header("Content-Type", "text/css")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    started = Listener()
    yield started
    started.server.shutdown()
    started.server.server_close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.svg"
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>{CANARY}</text></svg>'
    )
    return path


PLACES = {
    "image": "<img src='{}'>",
    "object": "<object data='{}'></object>",
    "embed": "<embed src='{}'>",
    "style sheet": "<link rel=stylesheet href='{}'>",
    "import": "<style>@import url({});</style>",
    "font": "<style>@font-face{{font-family:x;src:url({})}}p{{font-family:x}}</style><p>a",
    "background": "<p style='background:url({})'>a",
    "list": "<ul style='list-style-image:url({})'><li>a</ul>",
    "content": "<style>p::before{{content:url({})}}</style><p>a",
    "border": "<p style='border:9px solid;border-image:url({}) 9'>a",
    "svg image": "<svg viewBox='0 0 9 9'><image href='{}' width='9' height='9'/></svg>",
    "svg use": "<svg viewBox='0 0 9 9'><use href='{}#x'/></svg>",
    "attachment": "<a rel=attachment href='{}'>a</a>",
    "attachment of the document": "<link rel=attachment href='{}'>",
    "base": "<base href='{}/'><img src='x.png'>",
}
NOT_FETCHED = {"svg use"}  # what WeasyPrint itself does not follow to another file
ADDRESSES = {
    "http": "http://{address}/{n}",
    "redirect": "http://{address}/redirect/{n}",
    "capitals": "HTTP://{address}/{n}",
    "no scheme": "//{address}/{n}",
    "user": "http://me:pw@{address}/{n}",
    "https": "https://{address}/{n}",
    "ftp": "ftp://{address}/{n}",
    "file": "file://{secret}",
    "path": "{secret}",
    "climbing": "file://{folder}/../../../../../../../..{secret}",
    "host": "file://localhost{secret}",
    "device": "file:///dev/zero",
    "passwords": "/etc/passwd",
    "own code": "file://{folder}/../../lms/config.py",
    "gopher": "gopher://{address}/{n}",
}
FIRST = [(place, "http") for place in PLACES] + [(place, "file") for place in PLACES]
VECTORS = [*FIRST, *[(place, kind) for kind in ADDRESSES for place in ("image", "attachment")]]


def address(kind: str, listener: Listener, secret: Path) -> str:
    return ADDRESSES[kind].format(address=listener.address, secret=secret, folder=press.FOLDER, n=kind)


def print_page(html: str) -> bytes:
    """Laid out in a thread of its own, so that fonts a page brings along go away with the thread's press."""
    page = f"<html lang='vi'><head><title>x</title></head><body>{html}</body></html>"
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: press.write(SHEET, press.lay_out(SHEET, page, None), None)).result()


def test_there_are_enough_vectors() -> None:
    assert len(set(VECTORS)) >= 40


@pytest.mark.parametrize(("place", "kind"), sorted(set(VECTORS)))
def test_nothing_foreign_is_read(place: str, kind: str, listener: Listener, secret: Path) -> None:
    listener.asked.clear()
    page = PLACES[place].format(address(kind, listener, secret))
    if place in NOT_FETCHED:
        assert embedded_files(print_page(page)) == 0
    else:
        with pytest.raises(press.ResourceRefused, match="only own files"):
            print_page(page)
    assert listener.asked == []


def test_the_listener_counts_what_an_open_fetcher_does(listener: Listener, secret: Path) -> None:
    """The control: without our fetcher the same pages do ask, and files do get in."""
    import weasyprint

    listener.asked.clear()
    page = "<img src='http://@/a'><link rel=stylesheet href='http://@/b'>".replace("@", listener.address)
    weasyprint.HTML(string=page).write_pdf()
    assert sorted(listener.asked) == ["/a", "/b"]
    attached = f"<a rel=attachment href='file://{secret}'>a</a>"
    assert embedded_files(weasyprint.HTML(string=attached).write_pdf()) == 1


def test_a_drawing_in_a_data_address_cannot_fetch_either(listener: Listener) -> None:
    listener.asked.clear()
    image = f"<image href='http://{listener.address}/x' width='9' height='9'/>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'>{image}</svg>"
    encoded = base64.b64encode(svg.encode()).decode()
    with pytest.raises(press.ResourceRefused):
        print_page(f"<img src='data:image/svg+xml;base64,{encoded}'>")
    assert listener.asked == []


def test_an_entity_in_a_drawing_is_not_resolved(secret: Path) -> None:
    svg = f"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e SYSTEM "file://{secret}">]>
        <svg xmlns="http://www.w3.org/2000/svg" width="99" height="9"><text y="9">&e;</text></svg>"""
    encoded = base64.b64encode(svg.encode()).decode()
    assert CANARY.encode() not in print_page(f"<img src='data:image/svg+xml;base64,{encoded}'>")


def test_own_files_and_data_addresses_are_read() -> None:
    reader = OwnFiles(press.FOLDER)
    drawing = reader.fetch((press.FOLDER / "certificate" / "classic" / "ground.svg").as_uri())
    assert b"<svg" in drawing.read()
    assert reader.fetch("data:text/plain,hello").read() == b"hello"
    assert reader.refused == []


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, secret: Path) -> None:
    folder = tmp_path / "pdf"
    folder.mkdir()
    (folder / "link.svg").symlink_to(secret)
    reader = OwnFiles(folder)
    with pytest.raises(ValueError, match="refused"):
        reader.fetch((folder / "link.svg").as_uri())
    assert len(reader.refused) == 1


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd%00.svg", "javascript:alert(1)", "x", "", "file:", "\tfile:///etc"]
)
def test_odd_addresses_are_refused(url: str) -> None:
    reader = OwnFiles(press.FOLDER)
    with pytest.raises(ValueError, match="refused"):
        reader.fetch(url)
