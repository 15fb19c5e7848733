"""Files for an essay: told by their content, taken in time only, and read by nobody but their owner."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import select

from lms.attempts import handed
from lms.attempts.files import MOST_FILES, kept_name
from lms.attempts.handed import MOST_BYTES, FileRefused
from lms.attempts.models import Grade, HandedFile
from lms.kit.db import Database
from lms.questions.question import Question
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.test_pages import begin
from tests.stage import Stage, exam_apart

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ALL = ("docx", "pdf", "jpg", "png", "odt")


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def photo(kind: str = "JPEG", **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 40), (200, 30, 30)).save(out, kind, **how)
    return out.getvalue()


def package(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, text in members.items():
            zipped.writestr({"types": "[Content_Types].xml"}.get(name, name), text)
    return out.getvalue()


def docx(main: str = "wordprocessingml.document.main+xml") -> bytes:
    return package(types=f"<Types><Override ContentType='application/vnd.{main}'/></Types>")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "pdf"),
        (photo(), "jpg"),
        (photo("PNG"), "png"),
        (docx(), "docx"),
        (package(mimetype="application/vnd.oasis.opendocument.text"), "odt"),
    ],
)
def test_a_file_is_what_its_content_says(data: bytes, kind: str) -> None:
    assert handed.take(data, ALL).kind == kind


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\x00", "file_wrong_type"),
        (b"<html><script>alert(1)</script>", "file_wrong_type"),
        (package(any="thing"), "file_wrong_type"),
        (docx("ms-word.document.macroEnabled.main+xml"), "file_wrong_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "file_old_word"),
        (b"PK\x03\x04 and no more", "file_broken"),
        (b"\xff\xd8\xff and no more", "file_broken"),
        (b"%PDF-" + b"0" * MOST_BYTES, "file_too_large"),
    ],
)
def test_what_is_not_taken_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as refused:
        handed.take(data, ALL)
    assert refused.value.code == code


def test_a_kind_that_the_question_does_not_ask_for_is_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        handed.take(PDF, ("docx",))
    assert refused.value.code == "file_wrong_type"


def test_of_a_photo_only_the_pixels_are_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Nhà riêng của đồng chí Lan"
    exif[0x0112] = 6  # turned by a quarter
    taken = handed.take(photo(exif=exif, comment=b"bi mat"), ALL)
    drawn = Image.open(io.BytesIO(taken.data))
    assert drawn.size == (40, 80)  # upright now
    assert not drawn.getexif()
    assert b"bi mat" not in taken.data


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Bài thu hoạch.docx", "Bài thu hoạch.docx"),
        ("C:\\Users\\lan\\bai.DOCX", "bai.docx"),
        ("../../etc/passwd", "passwd.docx"),
        ("bai.exe", "bai.exe.docx"),
        ("x\r\nSet-Cookie: a.docx", "x Set-Cookie: a.docx"),
        ("...", "bai-lam.docx"),
        ("d" * 300 + ".docx", "d" * 115 + ".docx"),
    ],
)
def test_a_name_is_kept_on_one_line_without_a_path(given: str, kept: str) -> None:
    assert kept_name(given, "docx") == kept


# ------------------------------------------------------------------------------------------------ the pages


@pytest.fixture
def exam(database: Database, cast: Cast, staged: Stage) -> int:
    asked = [
        Question("essay", "Đồng chí sẽ làm gì?", file_types=("pdf", "jpg")),
        Question("essay", "Không có tệp."),
    ]
    with database.writing() as session:
        return exam_apart(session, cast, staged, asked, NOW, code="thu-hoach")


def slot_with_files(page: str) -> int:
    return next(n for n in (1, 2) if f'data-o="{n}:h"' in page)


def upload(client: Any, attempt: int, slot: int, data: bytes = PDF, name: str = "Bài của tôi.pdf") -> Any:
    return client.post(
        f"/attempts/{attempt}/files/{slot}",
        data={"file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def rows(database: Database) -> list[HandedFile]:
    with database.reading() as session:
        return list(session.scalars(select(HandedFile).order_by(HandedFile.id)))


def test_a_file_is_handed_in_shown_downloaded_and_counts(
    client_of: ClientOf, exam: int, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, exam)
    page = lan.get(f"/attempts/{attempt}").text
    slot = slot_with_files(page)
    assert f'href="/attempts/{attempt}/files/{slot}"' in page
    assert f"/files/{3 - slot}" not in page
    answer = upload(lan, attempt, slot)
    assert answer.status_code == 200
    assert "Bài của tôi.pdf" in answer.text
    (file,) = rows(database)
    sent = lan.get(f"/attempts/{attempt}/files/{slot}/{file.id}")
    assert sent.data == PDF
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["Content-Security-Policy"].startswith("sandbox")
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    page = lan.get(f"/attempts/{attempt}").text
    assert "<li>Bài của tôi.pdf</li>" in page
    lan.post(f"/attempts/{attempt}", data={"go": "submit"})
    assert "Bài của tôi.pdf" in lan.get(f"/attempts/{attempt}/receipt").text
    assert "Bài của tôi.pdf" in lan.get(f"/attempts/{attempt}/result").text
    with database.reading() as session:
        grade = session.scalars(select(Grade)).one()
    assert grade.scores[slot - 1] is None  # to be marked, though no text was typed
    assert grade.scores[2 - slot] == 0


def test_a_file_taken_back_stays_on_record_and_is_not_sent_any_more(
    client_of: ClientOf, exam: int, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, exam)
    slot = slot_with_files(lan.get(f"/attempts/{attempt}").text)
    upload(lan, attempt, slot)
    (file,) = rows(database)
    url = f"/attempts/{attempt}/files/{slot}/{file.id}"
    for _ in range(2):
        assert lan.post(f"{url}/remove").status_code == 302
    assert lan.get(url).status_code == 404
    (file,) = rows(database)
    assert file.removed_at is not None


def test_the_same_file_twice_is_one_and_a_script_is_none(
    client_of: ClientOf, exam: int, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, exam)
    slot = slot_with_files(lan.get(f"/attempts/{attempt}").text)
    upload(lan, attempt, slot)
    upload(lan, attempt, slot, name="again.pdf")
    answer = upload(lan, attempt, slot, data=b"<svg onload=alert(1)>", name="<img src=x>.pdf")
    assert "<img src=x>" not in answer.text
    assert len(rows(database)) == 1


def test_there_is_an_end_to_the_number_of_files(
    client_of: ClientOf, exam: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.attempts.files.MOST_FILES", 1)
    assert MOST_FILES > 1
    lan = client_of("lan")
    attempt = begin(lan, exam)
    slot = slot_with_files(lan.get(f"/attempts/{attempt}").text)
    upload(lan, attempt, slot)
    upload(lan, attempt, slot, data=PDF + b"more")
    assert len(rows(database)) == 1


def test_a_late_file_is_refused_in_a_plain_sentence(
    client_of: ClientOf, exam: int, database: Database, clock: Any
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, exam)
    slot = slot_with_files(lan.get(f"/attempts/{attempt}").text)
    upload(lan, attempt, slot)
    clock.shift(timedelta(minutes=31))
    answer = upload(client_of("lan"), attempt, slot, data=PDF + b"late")
    assert answer.status_code == 200
    assert "quá muộn" in answer.text or "đã hết" in answer.text
    (file,) = rows(database)
    client_of("lan").post(f"/attempts/{attempt}/files/{slot}/{file.id}/remove")
    (file,) = rows(database)
    assert file.removed_at is None


def test_nobody_else_hands_in_or_reads(client_of: ClientOf, exam: int, database: Database) -> None:
    lan, minh = client_of("lan"), client_of("minh")
    attempt = begin(lan, exam)
    slot = slot_with_files(lan.get(f"/attempts/{attempt}").text)
    upload(lan, attempt, slot)
    (file,) = rows(database)
    url = f"/attempts/{attempt}/files/{slot}"
    assert minh.get(url).status_code == 404
    assert upload(minh, attempt, slot).status_code == 404
    assert minh.get(f"{url}/{file.id}").status_code == 404
    assert minh.post(f"{url}/{file.id}/remove").status_code == 404
    assert lan.get(f"/attempts/{attempt}/files/{3 - slot}").status_code == 404  # that question takes none
    assert lan.get(f"/attempts/{attempt}/files/{3 - slot}/{file.id}").status_code == 404
    assert len(rows(database)) == 1


def test_bytes_that_are_gone_are_not_found(
    app: Flask, client_of: ClientOf, exam: int, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, exam)
    slot = slot_with_files(lan.get(f"/attempts/{attempt}").text)
    upload(lan, attempt, slot)
    (file,) = rows(database)
    app.extensions["storage"].remove(file.file_key)
    assert lan.get(f"/attempts/{attempt}/files/{slot}/{file.id}").status_code == 404
