"""PDFs: the same bytes every time, singly or in a bundle; one page however long the name; safe templates."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pikepdf
import pypdf
import pytest
from jinja2 import UndefinedError
from PIL import ImageChops

from lms.kit import pdf
from lms.kit.papers import CertificateFacts, CertificateWords, Style
from lms.kit.pdf import merge, render_html, render_many, render_pdf, render_together, split
from tests.lms.kit.paper_samples import LONGEST_NAME, certificate
from tests.lms.kit.pictures import page_count, pictures

CERTIFICATE = "certificate/classic/template.html"


def data(name: str = "Nguyễn Văn An", *, style: Style = "party", longest: bool = False) -> dict[str, object]:
    return {"facts": certificate(name, style=style, longest=longest)}


def text_of(document: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def same_picture(one: bytes, other: bytes, dpi: int = 90) -> bool:
    pairs = zip(pictures(one, dpi), pictures(other, dpi), strict=True)
    return all(ImageChops.difference(a, b).getbbox() is None for a, b in pairs)


def test_a_certificate_prints_every_fact() -> None:
    facts = certificate(LONGEST_NAME, longest=True)
    text = text_of(render_pdf(CERTIFICATE, {"facts": facts}))
    printed = [facts.name, facts.born, facts.position, facts.exam, facts.result, facts.grade, facts.number]
    printed += [facts.code, facts.check_address, facts.header.place_line, facts.signature.name, *facts.units]
    assert [fact for fact in printed if fact not in text] == []


def test_no_qr_address_means_no_certificate() -> None:
    with pytest.raises(UndefinedError):
        render_pdf(CERTIFICATE, {})


@pytest.mark.parametrize("style", ["party", "state"])
@pytest.mark.parametrize("longest", [False, True])
def test_a_certificate_is_one_page_and_nothing_overlaps(style: Style, longest: bool) -> None:
    document = render_pdf(CERTIFICATE, data(LONGEST_NAME, style=style, longest=longest))
    assert page_count(document) == 1
    assert room_above_signature(document) > 20


def room_above_signature(document: bytes) -> float:
    """Points between the line of the result and the line of place and date."""
    heights: list[tuple[str, float]] = []

    def note(text: str, cm: list[float], tm: list[float], *_rest: object) -> None:
        heights.extend((word, cm[3] * tm[5] + cm[5]) for word in ("Kết quả", "Hà Nội, ngày") if word in text)

    pypdf.PdfReader(io.BytesIO(document)).pages[0].extract_text(visitor_text=note)
    result = min(height for word, height in heights if word == "Kết quả")
    return result - max(height for word, height in heights if word == "Hà Nội, ngày")


def test_even_absurd_lengths_stay_on_one_page() -> None:
    words = CertificateWords(title="XÁC NHẬN KẾT QUẢ HOÀN THÀNH BÀI KIỂM TRA TRỰC TUYẾN")
    facts = certificate(f"{LONGEST_NAME} {LONGEST_NAME}", longest=True)
    absurd = {name: getattr(facts, name) for name in CertificateFacts.__dataclass_fields__}
    absurd |= {"units": [*facts.units, *facts.units], "exam": facts.exam * 2, "words": words}
    document = render_pdf(CERTIFICATE, {"facts": CertificateFacts(**absurd)})
    assert page_count(document) == 1
    assert room_above_signature(document) > 20


def test_the_properties_name_paper_language_and_day() -> None:
    with pikepdf.Pdf.open(io.BytesIO(render_pdf(CERTIFICATE, data()))) as opened:
        assert str(opened.docinfo["/Title"]) == "Giấy chứng nhận 000123/CN-ĐU – Nguyễn Văn An"
        assert str(opened.docinfo["/CreationDate"]).startswith("D:20260205")
        assert str(opened.Root["/Lang"]) == "vi"
        assert bool(opened.Root["/MarkInfo"]["/Marked"])


def test_the_ground_is_decoration_to_screen_readers() -> None:
    with pikepdf.Pdf.open(io.BytesIO(render_pdf(CERTIFICATE, data()))) as opened:
        ground = opened.pages[0].obj["/Contents"][0].read_bytes()
    assert ground.startswith(b"/Artifact BMC")
    assert ground.rstrip().endswith(b"EMC")


HASHES = """
import hashlib
from lms.kit.pdf import render_pdf
from lms.kit.tables import table_bytes
from tests.lms.kit.paper_samples import certificate, report
documents = [render_pdf("certificate/classic/template.html", {"facts": certificate()})]
documents += [table_bytes(name, report()) for name in ("pdf", "xlsx", "csv", "json")]
print(*[hashlib.sha256(document).hexdigest() for document in documents])
"""


def test_the_same_data_gives_the_same_bytes_in_any_process() -> None:
    environments: list[dict[str, str]] = [
        {"PYTHONHASHSEED": "1", "TZ": "UTC"},
        {"PYTHONHASHSEED": "77", "TZ": "Asia/Ho_Chi_Minh", "LC_ALL": "C.UTF-8"},
    ]
    answers = [
        subprocess.run(
            [sys.executable, "-c", HASHES],
            env={**os.environ, **more},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for more in environments
    ]
    assert answers[0] == answers[1]
    assert len(answers[0]) == 5
    assert answers[0][0] == hashlib.sha256(render_pdf(CERTIFICATE, data())).hexdigest()


def test_a_changed_fact_changes_the_bytes() -> None:
    assert render_pdf(CERTIFICATE, data("Nguyễn Văn An")) != render_pdf(CERTIFICATE, data("Nguyễn Văn Ân"))


def test_many_are_byte_for_byte_the_single_ones() -> None:
    """Names of every length over a chunk's border; so a bundle's certificate has the hash of the single one."""
    words = [*LONGEST_NAME.split(), "Êban", "Ơ", "H'Hen"]
    names = [" ".join(words[: n % len(words) + 1]) for n in range(pdf.CHUNK + 2)]
    records = [
        data(name, style="state" if n % 3 else "party", longest=n % 4 == 0) for n, name in enumerate(names)
    ]
    bundle = list(render_many(CERTIFICATE, iter(records)))
    assert len(bundle) == len(records)
    singles = [render_pdf(CERTIFICATE, record) for record in records]
    assert [n for n, (one, other) in enumerate(zip(bundle, singles, strict=True)) if one != other] == []


def test_together_looks_like_the_single_ones() -> None:
    records = [data("Nguyễn Văn An"), data(LONGEST_NAME, longest=True), data("Đỗ Ỷ", style="state")]
    whole = render_together(CERTIFICATE, records)
    for page, record in zip(split(whole), records, strict=True):
        assert same_picture(page, render_pdf(CERTIFICATE, record))
    assert len(whole) < sum(len(page) for page in render_many(CERTIFICATE, records)) * 0.8


def test_merge_and_split_keep_every_page_as_it_looks() -> None:
    singles = [render_pdf(CERTIFICATE, data(name)) for name in ("Lò Thị Mỷ", "Y Moan Êban")]
    whole = merge(singles)
    assert whole == merge(singles)
    assert page_count(whole) == 2
    assert all(same_picture(a, b) for a, b in zip(split(whole), singles, strict=True))


def test_nothing_to_merge_is_said() -> None:
    with pytest.raises(ValueError, match="no page"):
        merge([])


def test_threads_do_not_disturb_each_other() -> None:
    names = ["Nguyễn Văn An", "Đỗ Thị Ỷ Lan", LONGEST_NAME, "Ngô Ưng"]
    expected = [render_pdf(CERTIFICATE, data(name)) for name in names]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda name: render_pdf(CERTIFICATE, data(name)), names)) == expected


def test_markup_in_data_is_printed_not_obeyed() -> None:
    name = "<b>An</b> & <img src='http://127.0.0.1:9/x.png'>{{ 7*7 }}"
    assert name in text_of(render_pdf(CERTIFICATE, data(name)))


def test_a_missing_value_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        render_html("report.html", {"header": None})


def test_a_template_that_is_no_paper_is_refused() -> None:
    with pytest.raises(KeyError):
        render_pdf("charts.html", {})


def test_importing_the_writers_loads_no_heavy_library() -> None:
    code = (
        "import sys, lms.kit.pdf, lms.kit.tables, lms.kit.papers\n"
        "heavy = {'weasyprint', 'fontTools', 'pikepdf', 'xlsxwriter', 'segno', 'PIL', 'pydyf'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_paper_without_number_and_day_leaves_room_to_write() -> None:
    header = certificate().header
    blank = type(header)(style="party", issuer=header.issuer, place="Hà Nội")
    assert blank.place_line == "Hà Nội, ngày …… tháng …… năm ………"
    assert blank.number_line.startswith("Số …")
    assert header.day == date(2026, 2, 5)
