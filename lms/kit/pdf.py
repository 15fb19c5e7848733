"""PDFs from plain data: sandboxed Jinja templates below templates/pdf, laid out by WeasyPrint.

WeasyPrint may read nothing but our own files (`own_files`). The same data gives the same bytes, in any
process and singly or in a bundle: no clock and no random number gets into a file. WeasyPrint and its libraries are
imported at the first PDF, so that a web process that makes none stays small.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lms.files.collecting import nothing_collected
from lms.kit import press
from lms.kit.fonts import faces
from lms.kit.i18n import _
from lms.kit.press import FOLDER, Paper, ResourceRefused
from lms.kit.qr import qr_code

__all__ = [
    "PAPERS",
    "Paper",
    "ResourceRefused",
    "merge",
    "render_html",
    "render_many",
    "render_pdf",
    "render_together",
    "split",
]

CHUNK = 20  # records laid out together: beyond, memory grows and time does not fall

# Every template that makes a PDF; a new paper is one line here.
PAPERS: dict[str, Paper] = {
    paper.template: paper
    for paper in (
        Paper("report.html", ("official.css", "report.css")),
        Paper("exam/paper.html", ("official.css", "exam/paper.css")),
        Paper("slips.html", ("slips.css",), one_page=True),
        Paper(
            "certificate/classic/template.html",
            ("certificate/classic/style.css",),
            "certificate/classic/ground.svg",
            one_page=True,
        ),
        Paper("certificate/plain/template.html", ("certificate/plain/style.css",), one_page=True),
        Paper(
            "certificate/modern/template.html",
            ("certificate/modern/style.css",),
            "certificate/modern/ground.svg",
            one_page=True,
        ),
        Paper("certificate/signature.html", ("certificate/signature.css",), one_page=True),
    )
}

Translate = Callable[..., str]
Data = Mapping[str, object]


def render_html(template: str, data: Data, *, translate: Translate = _) -> str:
    """The template filled with `data`, every value escaped; jinja2.UndefinedError for a missing one."""
    return _environment().get_template(template).render({**data, "_": translate})


def render_pdf(
    template: str, data: Data, *, variant: str | None = "pdf/ua-1", translate: Translate = _
) -> bytes:
    """One PDF. `variant` is a WeasyPrint PDF variant; the default is tagged for screen readers (PDF/UA-1).

    Raises FontMissing, ResourceRefused, KeyError for a template that is not in PAPERS.
    """
    paper, html = PAPERS[template], render_html(template, data, translate=translate)
    return press.write(paper, press.lay_out(paper, html, variant), variant)


def render_many(
    template: str, records: Iterable[Data], *, variant: str | None = "pdf/ua-1", translate: Translate = _
) -> Iterator[bytes]:
    """One PDF a record, in order, byte for byte what `render_pdf` makes of it, in less time.

    One-page papers are laid out in chunks; only a chunk is held in memory.
    """
    paper = PAPERS[template]
    for chunk in _chunks(records):
        htmls = [render_html(template, data, translate=translate) for data in chunk]
        with nothing_collected():
            documents = press.lay_out_each(paper, htmls, variant)
            pdfs = [press.write(paper, document, variant) for document in documents]
        yield from pdfs


def render_together(template: str, records: Iterable[Data], *, translate: Translate = _) -> bytes:
    """All records in one PDF, in order, for printing: far smaller than `merge` of single ones; no tags.

    Raises ValueError without records.
    """
    return merge(_render_chunk(template, chunk, translate) for chunk in _chunks(records))


def _render_chunk(template: str, records: Sequence[Data], translate: Translate) -> bytes:
    paper = PAPERS[template]
    htmls = [render_html(template, data, translate=translate) for data in records]
    if not paper.one_page:
        return merge(press.write(paper, press.lay_out(paper, html, None), None) for html in htmls)
    with nothing_collected():
        return press.write(paper, press.lay_out(paper, press.joined(htmls), None), None)


def merge(pdfs: Iterable[bytes]) -> bytes:
    """All pages of all files in one, in order, without tags: those of the parts do not add up.

    Raises ValueError when there are none.
    """
    import pikepdf

    whole = pikepdf.Pdf.new()
    for data in pdfs:
        with pikepdf.Pdf.open(io.BytesIO(data)) as part:
            whole.pages.extend(part.pages)
    if not len(whole.pages):
        raise ValueError("there is no page to put into the file")
    return _saved(whole)


def split(pdf: bytes) -> list[bytes]:
    """Every page as a file of its own, without tags."""
    import pikepdf

    parts: list[bytes] = []
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as whole:
        for page in whole.pages:
            part = pikepdf.Pdf.new()
            part.pages.append(page)
            parts.append(_saved(part))
    return parts


def _saved(pdf: Any) -> bytes:
    import pikepdf

    for page in pdf.pages:
        if "/StructParents" in page.obj:
            del page.obj["/StructParents"]
    pdf.remove_unreferenced_resources()
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _chunks(records: Iterable[Data]) -> Iterator[list[Data]]:
    remaining = iter(records)
    while chunk := list(itertools.islice(remaining, CHUNK)):
        yield chunk


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals |= {"qr_code": qr_code, "faces": faces}
    return environment
