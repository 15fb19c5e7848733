"""WeasyPrint, set up once a thread: filled-in HTML becomes laid-out documents, documents become PDF files.

Only `lms.kit.pdf` uses this. The heavy imports happen inside the functions, at the first PDF of a process.
"""

from __future__ import annotations

import io
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lms.config import PROJECT
from lms.kit.fonts import faces

FOLDER = PROJECT / "templates" / "pdf"


@dataclass(frozen=True, slots=True)
class Paper:
    """What belongs to a template: style sheets, a ground drawn under every page, whether it is one page.

    One-page papers carry no page numbers, so that several may be laid out together.
    """

    template: str
    styles: tuple[str, ...]
    ground: str = ""
    one_page: bool = False


class ResourceRefused(Exception):
    """A document asked for something that is neither a data: URI nor a file of ours; nothing was fetched."""


def lay_out(paper: Paper, html: str, variant: str | None) -> Any:
    """A WeasyPrint document. Raises FontMissing."""
    from weasyprint import HTML

    press = _press()
    source = HTML(string=html, base_url=(FOLDER / paper.template).as_uri(), url_fetcher=_fetcher())
    styles = [press.style(name) for name in paper.styles]
    return source.render(font_config=press.font_config, stylesheets=styles, pdf_variant=variant)


def lay_out_each(paper: Paper, htmls: Sequence[str], variant: str | None) -> Iterator[Any]:
    """A document for every HTML, cut from one common layout where each of them takes exactly one page."""
    together = lay_out(paper, joined(htmls), variant) if paper.one_page else None
    if together is None or len(together.pages) != len(htmls):
        yield from (lay_out(paper, html, variant) for html in htmls)
        return
    for page, html in zip(together.pages, htmls, strict=True):
        document = together.copy([page])
        document.metadata = _metadata(html)
        yield document


def joined(htmls: Sequence[str]) -> str:
    """One HTML with the bodies of all, under the head of the first: our own templates, all alike."""
    bodies = [html.partition("<body>")[2].rpartition("</body>")[0] for html in htmls]
    return htmls[0].partition("<body>")[0] + "<body>" + "".join(bodies) + "</body></html>"


def write(
    paper: Paper,
    document: Any,
    variant: str | None,
    *,
    tags: bool | None = None,
    finish: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """The document as a file. Raises ResourceRefused when anything foreign was asked for on the way.

    `tags`: whether it is tagged, None for what the variant says. `finish` gets the document and its pydyf.PDF before
    it is written, the ground already under its pages.
    """
    ground = _press().ground(paper.ground) if paper.ground else None

    def finisher(document: Any, pdf: Any) -> None:
        if ground:
            _underlay(ground, document, pdf)
        if finish:
            finish(document, pdf)

    more = {} if tags is None else {"pdf_tags": tags}
    pdf: bytes = document.write_pdf(pdf_variant=variant, finisher=finisher, **more)
    if refused := document.url_fetcher.refused:
        raise ResourceRefused(f"{paper.template} asked for {', '.join(refused)}; only own files are read")
    return pdf


def _metadata(html: str) -> Any:
    from weasyprint import HTML
    from weasyprint.document import DocumentMetadata
    from weasyprint.html import get_html_metadata

    head = HTML(string=html.partition("<body>")[0], url_fetcher=_fetcher())
    return DocumentMetadata(**get_html_metadata(head))


def _underlay(ground: bytes, _document: Any, pdf: Any) -> None:
    """Puts the ready-made ground under every page of the file that is about to be written."""
    import pydyf

    stream = pydyf.Stream([ground], {"Filter": "/FlateDecode"})
    pdf.add_object(stream)
    for page in pdf.objects:
        if isinstance(page, pydyf.Dictionary) and page.get("Type") == "/Page":
            page["Contents"] = pydyf.Array([stream.reference, page["Contents"]])


def _draw_ground(name: str) -> bytes:
    """An SVG as a compressed content stream, decoration to screen readers.

    Made once: drawing the fine lines takes longer than all the rest of a certificate.
    """
    import pikepdf
    from weasyprint import HTML

    html = f"<style>@page{{size:297mm 210mm;margin:0}}body{{margin:0}}</style><body><img alt='' src='{name}'>"
    page = HTML(string=html, base_url=FOLDER.as_uri() + "/", url_fetcher=_fetcher()).write_pdf()
    with pikepdf.Pdf.open(io.BytesIO(page)) as pdf:
        drawing = pdf.pages[0].Contents.read_bytes()
    return zlib.compress(b"/Artifact BMC\nq\n" + drawing + b"\nQ\nEMC\n", 9)


def _fetcher() -> Any:
    from lms.kit.own_files import OwnFiles

    return OwnFiles(FOLDER)


class _Press:
    """What one thread keeps between documents: the font map, parsed style sheets, drawn grounds."""

    def __init__(self) -> None:
        from weasyprint.text.fonts import FontConfiguration

        self.font_config = FontConfiguration()
        self._styles: dict[str, Any] = {}
        self._grounds: dict[str, bytes] = {}

    def ground(self, name: str) -> bytes:
        if name not in self._grounds:
            self._grounds[name] = _draw_ground(name)
        return self._grounds[name]

    def style(self, name: str) -> Any:
        """The parsed sheet, with the families of this machine for `lms-official` and `lms-display`."""
        from weasyprint import CSS

        if name not in self._styles:
            css = (FOLDER / name).read_text(encoding="utf-8")
            css = css.replace("lms-official", f'"{faces().official}"')
            css = css.replace("lms-display", f'"{faces().display}"')
            base = (FOLDER / name).as_uri()
            self._styles[name] = CSS(
                string=css, base_url=base, url_fetcher=_fetcher(), font_config=self.font_config
            )
        return self._styles[name]


_local = threading.local()


def _press() -> _Press:
    """This thread's press: Pango's font maps must not be shared between threads."""
    if not hasattr(_local, "press"):
        _local.press = _Press()
    press: _Press = _local.press
    return press
