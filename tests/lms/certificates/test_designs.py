"""Designs: one page however long, the same bytes everywhere, all letters; and how a course chooses its words."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import fields, replace
from datetime import timedelta
from html import unescape
from typing import Any

import pikepdf
import pypdf
import pytest
from sqlalchemy import select

from lms.certificates import designs, forms, printing
from lms.certificates.designs import DESIGNS
from lms.certificates.models import CertificateStyle
from lms.kit import clock
from lms.kit.db import Database
from lms.kit.fonts import VIETNAMESE_LETTERS
from lms.kit.papers import CertificateFacts, CertificateWords, Style
from lms.kit.pdf import PAPERS, render_many, render_pdf
from lms.kit.press import FOLDER
from tests.cast import Cast
from tests.conftest import ClientOf
from tests.lms.certificates.holders import issued
from tests.lms.certificates.test_certificates import let_pass
from tests.lms.kit.paper_samples import LONGEST_NAME, certificate
from tests.lms.kit.pictures import page_count
from tests.stage import Stage

NAMES = tuple(DESIGNS)
LONGEST_ISSUER = (
    "Đảng bộ Ban Quản lý dự án đầu tư xây dựng công trình giao thông, nông nghiệp, dân dụng và hạ tầng đô thị "
    "khu vực phía Bắc sông Hồng"
)
LONGEST_WORDS = CertificateWords(
    **{
        word.name: ("XÁC NHẬN KẾT QUẢ " * 9)[
            : forms.LONGEST_WORDS.get(word.name, forms.LONGEST_LABEL)
        ].strip()
        for word in fields(CertificateWords)
    }
)


def text_of(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def made(name: str, facts: CertificateFacts) -> bytes:
    return render_pdf(DESIGNS[name].template, {"facts": facts})


def places(document: bytes) -> list[tuple[str, float, float]]:
    """Every piece of text with where it begins, in points from the lower left corner."""
    found: list[tuple[str, float, float]] = []

    def note(text: str, cm: list[float], tm: list[float], *_rest: object) -> None:
        if text.strip():
            found.append((text.strip(), cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5]))

    pypdf.PdfReader(io.BytesIO(document)).pages[0].extract_text(visitor_text=note)
    return found


def test_every_folder_is_a_design_and_every_design_is_whole() -> None:
    folder = FOLDER / "certificate"
    assert {path.name for path in folder.iterdir() if path.is_dir()} == set(DESIGNS)
    for design in DESIGNS.values():
        assert (FOLDER / design.template).is_file()
        assert PAPERS[design.template].one_page
    assert designs.template_of("no longer there") == DESIGNS[designs.DEFAULT].template


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("style", ["party", "state"])
def test_every_fact_is_printed_on_one_page(name: str, style: Style) -> None:
    facts = replace(certificate(LONGEST_NAME, style=style, longest=True), expires="21/11/2028")
    document = made(name, facts)
    assert page_count(document) == 1
    text = text_of(document)
    printed = [facts.name, facts.born, facts.position, facts.exam, facts.result, facts.grade, facts.number]
    printed += [facts.code, facts.check_address, facts.header.place_line, facts.signature.name, facts.expires]
    assert [fact for fact in (*printed, *facts.units) if fact not in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_even_absurd_lengths_leave_room_to_sign(name: str) -> None:
    facts = certificate(f"{LONGEST_NAME} {LONGEST_NAME}", longest=True)
    absurd = replace(
        facts,
        header=replace(facts.header, issuer=LONGEST_ISSUER),
        units=[*facts.units, *facts.units],
        exam=facts.exam * 2,
        expires="21/11/2028",
        words=LONGEST_WORDS,
    )
    document = made(name, absurd)
    assert page_count(document) == 1
    found = places(document)
    star = next(y for text, _x, y in found if text == "*")
    title = max(y for text, _x, y in found if text.startswith("XÁC NHẬN"))
    assert star - title > 16, "the names of the bodies stay clear of the title"
    result = min(y for text, _x, y in found if facts.result.split()[0] in text)
    assert result - max(y for text, _x, y in found if "ngày 05 tháng 02" in text) > 12
    assert result - next(y for text, _x, y in found if facts.number in text) > 12
    post = next(y for text, _x, y in found if "BÍ THƯ" in text)
    signer = next(y for text, _x, y in found if facts.signature.name in text)
    assert post - signer > 30, "a seal and a signature have their place"


@pytest.mark.parametrize("name", NAMES)
def test_all_letters_of_vietnamese_are_there(name: str) -> None:
    facts = certificate(VIETNAMESE_LETTERS)
    document = made(name, facts)
    text = text_of(document).replace(" ", "")
    assert [letter for letter in VIETNAMESE_LETTERS if letter not in text] == []
    with pikepdf.Pdf.open(io.BytesIO(document)) as opened:
        embedded = re.findall(r"/FontFile[23]?", str([str(each) for each in opened.objects]))
        assert embedded


@pytest.mark.parametrize("name", NAMES)
def test_a_screen_reader_finds_language_title_and_the_code_s_words(name: str) -> None:
    facts = certificate()
    with pikepdf.Pdf.open(io.BytesIO(made(name, facts))) as opened:
        assert str(opened.Root["/Lang"]) == "vi"
        assert bool(opened.Root["/MarkInfo"]["/Marked"])
        assert str(opened.docinfo["/Title"]) == facts.paper_title
        said = " ".join(str(each["/Alt"]) for each in opened.objects if _has_alt(each))
    assert facts.check_address in said


def _has_alt(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing


HASHES = """
import hashlib
from lms.certificates.designs import DESIGNS
from lms.kit.pdf import render_pdf
from tests.lms.kit.paper_samples import certificate
for design in DESIGNS.values():
    print(hashlib.sha256(render_pdf(design.template, {"facts": certificate()})).hexdigest())
"""


def test_the_same_facts_give_the_same_bytes_in_any_process() -> None:
    answers = []
    for seed, zone in (("1", "UTC"), ("77", "Asia/Ho_Chi_Minh")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", HASHES], env=env, capture_output=True, text=True, check=True
        )
        answers.append(done.stdout.split())
    assert answers[0] == answers[1]
    here = [hashlib.sha256(made(name, certificate())).hexdigest() for name in NAMES]
    assert answers[0] == here
    assert len(set(here)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_many_are_byte_for_byte_the_single_ones(name: str) -> None:
    records = [{"facts": certificate(person)} for person in ("Y Moan Êban", LONGEST_NAME, "Đỗ Ỷ")]
    bundle = list(render_many(DESIGNS[name].template, records))
    assert bundle == [render_pdf(DESIGNS[name].template, record) for record in records]


def url_of(staged: Stage) -> str:
    return f"/certificates/courses/{staged.course_id}/style"


def wanted(**changed: str) -> dict[str, str]:
    usual = {
        f"word_{word.name}": str(getattr(printing.USUAL, word.name)) for word in fields(CertificateWords)
    }
    return {"design": "plain", "authority": "", "post": "", "signer": "", "months": "", **usual, **changed}


def test_a_course_chooses_and_what_is_issued_from_then_on_looks_so(
    client_of: ClientOf, database: Database, cast: Cast, staged: Stage
) -> None:
    for key in ("lan", "long"):
        let_pass(database, staged, cast.people[key])
    before = issued(database, staged, cast.people["lan"])
    tuan = client_of("tuan")
    assert "GIẤY CHỨNG NHẬN" in unescape(tuan.get(url_of(staged)).text)
    form = wanted(
        word_title="XÁC NHẬN KẾT QUẢ",
        word_note="",
        word_code="",
        authority="TL. BAN THƯỜNG VỤ",
        post="TRƯỞNG BAN",
        signer="Trần Văn Ba",
        months="24",
    )
    assert tuan.post(url_of(staged), data=form).status_code == 302
    after = issued(database, staged, cast.people["long"])
    assert (before.design, after.design) == ("classic", "plain")
    words = after.facts["words"]
    assert (words["title"], words["note"], words["code"]) == ("XÁC NHẬN KẾT QUẢ", "", printing.USUAL.code)
    assert after.facts["signature"]["name"] == "Trần Văn Ba"
    assert after.expires_at is not None
    assert after.expires_at > clock.now() + timedelta(days=700)
    assert before.facts["words"]["title"] == "GIẤY CHỨNG NHẬN"
    shown = unescape(tuan.get(url_of(staged)).text)
    assert 'value="XÁC NHẬN KẾT QUẢ"' in shown
    with database.reading() as session:
        assert session.scalars(select(CertificateStyle.words)).one() == {
            "title": "XÁC NHẬN KẾT QUẢ",
            "note": "",
        }


@pytest.mark.parametrize(
    "changed",
    [
        {"design": "none"},
        {"design": ""},
        {"months": "0"},
        {"months": "601"},
        {"months": "hai"},
        {"word_title": "X" * 61},
        {"signer": "X" * 81},
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(
    client_of: ClientOf, database: Database, staged: Stage, changed: dict[str, str]
) -> None:
    answer = client_of("tuan").post(url_of(staged), data=wanted(**changed))
    assert answer.status_code == 422
    assert "field-error" in answer.text or "error-summary" in answer.text
    with database.reading() as session:
        assert session.scalars(select(CertificateStyle)).all() == []


@pytest.mark.parametrize("design", NAMES)
def test_the_sample_shows_what_is_in_the_form_and_is_marked(
    client_of: ClientOf, database: Database, staged: Stage, design: str
) -> None:
    for sample in ("", "longest"):
        form = wanted(design=design, word_title="XÁC NHẬN", months="12", sample=sample)
        answer = client_of("tuan").post(f"{url_of(staged)}/sample.pdf", data=form)
        assert answer.mimetype == "application/pdf"
        text = text_of(answer.data)
        assert text.count("MẪU") >= 3
        assert "XÁC NHẬN" in text
        assert page_count(answer.data) == 1
    with database.reading() as session:
        assert session.scalars(select(CertificateStyle)).all() == []


def test_only_who_organises_the_course_chooses(
    client_of: ClientOf, database: Database, staged: Stage
) -> None:
    for who, status in (("dung", 404), ("binh", 404), ("lan", 403), ("an", 403), (None, 302)):
        client = client_of(who)
        assert client.get(url_of(staged)).status_code == status
        assert client.post(url_of(staged), data=wanted()).status_code == status
        assert client.post(f"{url_of(staged)}/sample.pdf", data=wanted()).status_code == status
