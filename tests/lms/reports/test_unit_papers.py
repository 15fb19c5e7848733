"""What the papers of a unit say: written by its office, printed on every report, seen on the screen before."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from lms.audit.models import AuditEvent
from lms.kit.db import Database
from lms.kit.papers import Style
from lms.organisation import official
from lms.organisation.models import Unit, UnitPaper
from lms.organisation.papers import PaperWords, words_of, write_words
from tests.cast import LONG_NAME, NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, stage

WORDS = {
    "superior": "Đảng bộ thành phố Hà Nội",
    "issuer": "",
    "symbol": "ĐU",
    "authority": "T/M BAN THƯỜNG VỤ",
    "post": "BÍ THƯ",
    "signer": LONG_NAME,
    "prepared_by": "Trần Thị Hoài Thương",
    "recipients": "- Thành ủy Hà Nội (để b/c),\r\n\r\n–  Các chi bộ trực thuộc;\nLưu Văn phòng Đảng ủy.",
}


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


def page(cast: Cast, unit: str = "ward_a") -> str:
    return f"/reports/units/{cast.units[unit]}/paper"


def restyle(database: Database, cast: Cast, style: Style, **more: object) -> None:
    with database.writing() as session:
        session.execute(update(Unit).where(Unit.id == cast.units["ward_a"]).values(style=style, **more))


def pdf_words(data: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(data)).pages).split())


def test_an_officer_writes_them_and_they_are_on_every_report(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    client = client_of("dung")
    assert client.post(page(cast), data=WORDS).status_code == 302
    shown = client.get(page(cast)).text
    for words in ("ĐẢNG BỘ THÀNH PHỐ HÀ NỘI", "ĐẢNG ỦY PHƯỜNG AN BÌNH", "Số 05-BC/ĐU", "BÍ THƯ", LONG_NAME):
        assert words in shown
    report = f"/reports/{staged.course_id}/units/{cast.units['ward_a']}/completion"
    said = pdf_words(client.get(f"{report}.pdf").data)
    paper = docx.Document(io.BytesIO(client.get(f"{report}.docx").data))
    typed = " ".join(p.text for grid in paper.tables for cell in grid._cells for p in cell.paragraphs)
    for words in (
        "ĐẢNG BỘ THÀNH PHỐ HÀ NỘI",
        "T/M BAN THƯỜNG VỤ",
        "BÍ THƯ",
        LONG_NAME,
        "Trần Thị Hoài Thương",
    ):
        assert words in said
        assert words in typed
    with database.reading() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "unit.paper")).one()
    assert told.actor_id == cast.people["dung"]
    assert told.unit_id == cast.units["ward_a"]
    assert sorted(told.detail["fields"]) == sorted(set(WORDS) - {"issuer"})
    assert client.post(page(cast), data=WORDS).status_code == 302, "writing the same again is fine"
    with database.reading() as session:
        assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "unit.paper")).all()) == 1


def test_recipients_are_printed_with_the_signs_of_the_style(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client_of("dung").post(page(cast), data=WORDS)
    said = pdf_words(client_of("dung").get(f"{page(cast)}.pdf").data)
    lines = "- Thành ủy Hà Nội (để b/c), - Các chi bộ trực thuộc, - Lưu Văn phòng Đảng ủy."
    assert f"Nơi nhận: {lines}" in said
    restyle(database, cast, "state")
    assert lines.replace(",", ";") in pdf_words(client_of("dung").get(f"{page(cast)}.pdf").data)


@pytest.mark.parametrize(
    ("style", "number", "right"),
    [
        ("party", "Số 05-BC/ĐU", "ĐẢNG CỘNG SẢN VIỆT NAM"),
        ("state", "Số: 05/BC-ĐU", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("mass", "Số: 05-BC/ĐU", "ĐOÀN TNCS HỒ CHÍ MINH"),
        ("enterprise", "Số: 05/BC-ĐU", "Độc lập - Tự do - Hạnh phúc"),
    ],
)
def test_the_sample_shows_the_style_of_the_unit(
    client_of: ClientOf, cast: Cast, database: Database, style: Style, number: str, right: str
) -> None:
    restyle(database, cast, style)
    client_of("dung").post(page(cast), data=WORDS | {"heading": "Đoàn TNCS Hồ Chí Minh"})
    for said in (
        client_of("dung").get(page(cast)).text,
        pdf_words(client_of("dung").get(f"{page(cast)}.pdf").data),
    ):
        assert number in said
        assert right in said
    with database.reading() as session:
        kept = words_of(session, cast.units["ward_a"]).heading
    assert kept == ("Đoàn TNCS Hồ Chí Minh" if style == "mass" else "")


def test_an_administrator_of_the_city_may_and_others_may_not(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    assert client_of("an").post(page(cast, "ward_b"), data=WORDS).status_code == 302
    assert client_of("dung").get(page(cast, "cell_a1")).status_code == 200
    for key, unit, status in (
        ("dung", "ward_b", 404), ("dung", "city", 404), ("binh", "ward_a", 404),
        ("lan", "ward_a", 403), ("tuan", "ward_a", 403), (None, "ward_a", 302),
    ):  # fmt: skip
        assert client_of(key).get(page(cast, unit)).status_code == status
        assert client_of(key).get(f"{page(cast, unit)}.pdf").status_code == status
        before = {"issuer": "Kẻ lạ"}
        assert client_of(key).post(page(cast, unit), data=before).status_code == status
    with database.reading() as session:
        assert [paper.unit_id for paper in session.scalars(select(UnitPaper))] == [cast.units["ward_b"]]


@pytest.mark.parametrize("wrong", [{"symbol": "Đ U"}, {"symbol": "x" * 21}, {"signer": "x" * 201}])
def test_what_is_wrong_is_said_and_nothing_is_written(
    client_of: ClientOf, cast: Cast, database: Database, wrong: dict[str, Any]
) -> None:
    assert client_of("dung").post(page(cast), data=WORDS | wrong).status_code == 400
    with database.reading() as session:
        assert session.scalars(select(UnitPaper)).all() == []


def test_empty_words_leave_what_follows_from_the_unit(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        ward, cell = (session.get_one(Unit, cast.units[key]) for key in ("ward_a", "cell_a1"))
        usual = official.header_of(ward, NOW), official.signatures_of(ward), official.recipients_of(ward)
        assert usual[0].parent == "Thành ủy Hà Nội"
        assert [one.post for one in usual[1]] == ["NGƯỜI LẬP BIỂU", "BÍ THƯ"]
        assert usual[1][1].authority == "T/M CẤP ỦY"
        assert official.signatures_of(cell)[1].authority == "T/M CHI BỘ"
        assert official.number_of(ward, 5) == "05-BC"
        assert write_words(session, ward, PaperWords(signer="  Lê  Ánh "), by=1, now=NOW) == ["signer"]
        assert official.signatures_of(ward)[1].name == "Lê Ánh"
        assert official.signatures_of(ward)[1].post == "BÍ THƯ"
        assert write_words(session, ward, PaperWords(), by=1, now=NOW) == ["signer"]
        assert (
            official.header_of(ward, NOW),
            official.signatures_of(ward),
            official.recipients_of(ward),
        ) == usual


def test_a_signer_of_a_state_body_signs_and_seals(database: Database, cast: Cast) -> None:
    restyle(database, cast, "state", name="Sở Nội vụ")
    with database.writing() as session:
        unit = session.get_one(Unit, cast.units["ward_a"])
        assert official.signatures_of(unit)[1].post == "THỦ TRƯỞNG ĐƠN VỊ"
        write_words(session, unit, PaperWords(post="GIÁM ĐỐC", signer="Lê Ánh"), by=1, now=NOW)
        signs = official.signatures_of(unit)[1]
        assert (signs.authority, signs.post, signs.name) == ("", "GIÁM ĐỐC", "Lê Ánh")
        assert signs.hint == official.SEALED
