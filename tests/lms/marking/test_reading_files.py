"""Essays handed in as files, read in the page: what of them is shown, and that nothing in them does anything."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import time_machine
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from PIL import Image

from lms.files.package import PackageRefused
from lms.files.xml import XmlRefused
from lms.kit.bounded import BoundedFailure
from lms.kit.db import Database
from lms.marking.reading import read_file, read_in_child
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.test_handing_in import photo, upload
from tests.lms.attempts.test_pages import begin
from tests.lms.marking.desk import desk_of
from tests.lms.marking.test_marking_pages import take_next
from tests.stage import stage

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def essay(*, link: str = "javascript:alert(1)") -> bytes:
    """A Word file as people write them, with everything in it that must not come through."""
    document = Document()
    document.add_heading("BÀI THU HOẠCH", 1)
    document.add_paragraph("Họ và tên: <script>alert(1)</script>")
    document.add_paragraph("Một là đột ph").add_run("á").bold = True
    for text in ("thể chế", "nhân lực"):
        document.add_paragraph(text, style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Chỉ tiêu", "Đến 2030"
    paragraph = document.add_paragraph()
    anchor = OxmlElement("w:hyperlink")
    anchor.set(qn("r:id"), document.part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(anchor)
    anchor.append(paragraph.add_run("xem thêm")._r)
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    document.add_picture(picture)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            new.writestr(member, text if member == name else old.read(member))
    return out.getvalue()


def odt(*lines: str) -> bytes:
    said = "urn:oasis:names:tc:opendocument:xmlns:"
    names = f'xmlns:office="{said}office:1.0" xmlns:text="{said}text:1.0"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        zipped.writestr("content.xml", f"<office:document {names}>{''.join(lines)}</office:document>")
    return out.getvalue()


def test_a_word_essay_keeps_its_shape_and_loses_what_could_do_harm() -> None:
    told = read_in_child(essay(), {"kind": "docx"}).told
    html = told["html"]
    for kept in (
        "<h3>BÀI THU HOẠCH</h3>",
        "Một là đột ph<strong>á</strong>",
        "<li>thể chế</li>",
        "<td><p>Đến 2030</p>",
    ):
        assert kept in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "xem thêm" in html
    for gone in ("<script", "javascript", "<a", "<img", "href"):
        assert gone not in html
    assert told["pictures"] == 1
    assert told["words"] == 21


def test_an_opendocument_essay_is_read_by_its_paragraphs() -> None:
    told = read_in_child(odt("<text:h>Phần một</text:h>", "<text:p>1 &lt; 2</text:p>"), {"kind": "odt"}).told
    assert told == {"html": "<h3>Phần một</h3><p>1 &lt; 2</p>", "words": 5, "pictures": 0}


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml"])
def test_a_word_file_that_declares_a_document_type_is_not_opened(name: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'
    with pytest.raises((XmlRefused, PackageRefused)):
        read_in_child(with_part(essay(), name, bomb), {"kind": "docx"})


def test_what_cannot_be_read_fails_and_a_photo_has_no_text(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(essay()[:500])
    with pytest.raises(BoundedFailure):
        read_file(broken, DOCX)
    with pytest.raises(ValueError, match="no text"):
        read_file(broken, "image/jpeg")


def test_the_marker_reads_the_file_in_the_page(
    client_of: ClientOf, database: Database, cast: Cast, app: Any
) -> None:
    with time_machine.travel(NOW, tick=False):
        with database.writing() as session:
            staged = stage(session, cast, NOW)
        desk = desk_of(database, cast, staged)
        desk.appoint("mot", "ward_a")
        desk.appoint("xa", "ward_b")
        lan, marker = client_of("lan"), client_of("mot")
        attempt = begin(lan, desk.exam_id)
        for name, data in (("Nguyễn Thị Lan.docx", essay()), ("anh.jpg", photo())):
            upload(lan, attempt, 1, data=data, name=name)
        lan.post(f"/attempts/{attempt}", data={"go": "submit"})
        marker.get("/marking/")
        at = take_next(marker, desk)
        page = marker.get(at).text
        reads = [
            part.split('"')[0] for part in page.split('href="')[1:] if part.split('"')[0].endswith("/read")
        ]
        assert len(reads) == 1, "a photo has no text"
        shown = marker.get(reads[0]).text
        assert "<h3>BÀI THU HOẠCH</h3>" in shown
        assert "21 từ" in shown
        assert "Số hình không hiện ở đây: 1" in shown
        assert "Nguyễn Thị Lan" not in shown, "marking is blind"
        for stranger in (client_of("xa"), lan):
            assert stranger.get(reads[0]).status_code in (403, 404)
        photo_read = reads[0].replace(
            f"files/{reads[0].split('/')[-2]}", f"files/{int(reads[0].split('/')[-2]) + 1}"
        )
        assert marker.get(photo_read).status_code == 404
        storage = app.extensions["storage"]
        for kept in storage.folder.rglob("*"):
            if kept.is_file():
                kept.write_bytes(b"PK\x03\x04 no more")
        read_file.cache_clear()
        damaged = marker.get(reads[0])
        assert damaged.status_code == 200
        assert "Tệp này không hiện được ở đây" in damaged.text
