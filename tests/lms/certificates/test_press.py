"""The press: a stamped page is WeasyPrint's own, pixel for pixel, and its file keeps what an archive asks for."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from dataclasses import replace

import pikepdf
import pypdf
import pytest
from PIL import ImageChops

from lms.certificates.designs import DESIGNS
from lms.certificates.press import plates, printable
from lms.certificates.press.lines import NotEngravable
from lms.certificates.press.plate import VARIANT, Extras, Plate
from lms.certificates.press.plates import Sheet, printed
from lms.certificates.press.skeleton import skeleton_of
from lms.kit import pdf, press
from lms.kit.fonts import VIETNAMESE_LETTERS
from lms.kit.papers import CertificateFacts
from tests.lms.kit.paper_samples import LONGEST_NAME, certificate
from tests.lms.kit.pictures import fonts, pictures

DPI = 110
WORDS = [*LONGEST_NAME.split(), "Êban", "Ơ", "H'Hen"]
SEALED = "https://hoctap.example.vn/c/K7QF-2M9X-PW4D-8RTA-J3HC-5Z#" + "1234567890" * 42


def sheet(facts: CertificateFacts, design: str = "classic") -> Sheet:
    return Sheet(DESIGNS[design].template, facts, b'{"id": "x"}', "ChuKy")


def by_weasyprint(one: Sheet) -> bytes:
    """The page as WeasyPrint writes it, with nothing of the press."""
    paper = pdf.PAPERS[one.template]
    html = pdf.render_html(one.template, {"facts": one.facts})
    return press.write(paper, press.lay_out(paper, html, VARIANT), VARIANT)


def assert_same_page(one: Sheet) -> None:
    ours, theirs = pictures(printed(one), DPI), pictures(by_weasyprint(one), DPI)
    assert len(ours) == len(theirs) == 1
    assert ImageChops.difference(ours[0], theirs[0]).getbbox() is None, one.facts


def stamped(one: Sheet) -> bool:
    return plates.drawn(one)[0] is not None


@pytest.mark.parametrize("design", sorted(DESIGNS))
@pytest.mark.parametrize("longest", [False, True])
def test_names_of_every_length_are_the_same_page(design: str, longest: bool) -> None:
    for count in (*range(1, len(WORDS) + 1, 2), 2 * len(WORDS)):  # shrunk step by step, at last in two lines
        facts = certificate(
            " ".join((WORDS * 2)[:count]), longest=longest, style="state" if count % 4 else "party"
        )
        assert_same_page(sheet(replace(facts, check_url=SEALED), design))


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_all_letters_of_vietnamese_are_the_same_page(design: str) -> None:
    """In the lettering of names, in bold and in another order: pairs of letters have distances of their own."""
    letters = [VIETNAMESE_LETTERS[at : at + 27] for at in range(0, len(VIETNAMESE_LETTERS), 27)]
    assert sum(map(len, letters)) == 134
    for name in letters:
        one = sheet(replace(certificate(), name=name, position=name[::-1]), design)
        assert_same_page(one)
        assert stamped(one), "all letters are on the plate"


@pytest.mark.parametrize(
    "changed",
    [
        {"result": "1/1 câu đúng"},
        {"result": "100/100 câu đúng (99,99/100 điểm)", "grade": "Khá"},
        {"grade": ""},
        {"born": ""},
        {"born": "1962", "position": ""},
        {"position": "AV To Ty Wa P. fi fl"},
        {"number": "999999/2026/CN-ĐUHK"},
        {"units": ("Chi bộ 5",)},
        {"units": tuple(f"Đơn vị thứ {n} của thành phố" for n in range(9))},
        {
            "position": "Phó Bí thư Thường trực Đảng ủy kiêm Chủ nhiệm Ủy ban Kiểm tra và Trưởng Ban Tổ chức "
            * 2
        },
        {"name": "<b>An</b> & 'Bình' \"Cường\""},
        {"name": "Nguyễn  Văn   An"},
        {"name": "28/30 câu đúng (9,33 điểm)"},
        {"name": "Иван 王芳"},
    ],
)
def test_other_facts_wrapped_and_odd_ones_too_are_the_same_page(changed: dict[str, object]) -> None:
    plain = {name: getattr(certificate(), name) for name in CertificateFacts.__dataclass_fields__}
    assert_same_page(sheet(CertificateFacts(**(plain | changed))))


def test_what_fits_its_line_is_stamped_and_what_does_not_is_laid_out() -> None:
    assert stamped(sheet(certificate("Nguyễn Văn An")))
    assert stamped(sheet(certificate(LONGEST_NAME, longest=True)))
    assert stamped(sheet(replace(certificate(), units=("Chi bộ khu dân cư số 15",) * 9))), (
        "a plate of their own"
    )
    assert not stamped(sheet(replace(certificate(), name="Wawrzyniec " * 30)))
    assert not stamped(sheet(replace(certificate(), name="王芳")))


def test_the_text_can_be_read_back() -> None:
    facts = certificate(LONGEST_NAME)
    text = pypdf.PdfReader(io.BytesIO(printed(sheet(facts)))).pages[0].extract_text()
    told = " ".join(text.split())
    for fact in (facts.name, facts.born, facts.position, facts.result, facts.grade, facts.number, facts.code):
        assert fact in told


def test_the_file_is_an_archive_copy_with_tags_and_its_badge() -> None:
    """What PDF/A-3b and tagging ask of this file; there is no validator among our tools."""
    one = sheet(certificate("Đỗ Thị Ỷ"))
    data = printed(one)
    with pikepdf.Pdf.open(io.BytesIO(data)) as opened:
        assert opened.check_pdf_syntax() == []
        root = opened.Root
        xmp = root.Metadata.read_bytes().decode()
        assert 'part="3"' in xmp
        assert 'conformance="B"' in xmp
        assert one.facts.paper_title in xmp
        assert str(opened.docinfo.Title) == one.facts.paper_title
        assert str(opened.docinfo.CreationDate).startswith("D:20260205")
        assert str(root.OutputIntents[0].S) == "/GTS_PDFA1"
        assert root.OutputIntents[0].DestOutputProfile.read_bytes()[36:40] == b"acsp"
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "vi"
        assert "/StructTreeRoot" in root
        assert str(root.AF[0].AFRelationship) == "/Data"
        assert root.AF[0].EF.F.read_bytes() == one.attachment
        assert list(opened.attachments) == ["openbadge.json"]
        assert "/Encrypt" not in opened.trailer
        assert len(opened.trailer.ID) == 2
        marks = re.findall(rb"/MCID (\d+)", opened.pages[0].Contents[-1].read_bytes())
    assert len(marks) == len(set(marks)) > 20
    assert all(file for file, _ in fonts(data).values()), "every font is in the file"


HASHES = """
import hashlib, sys
from tests.lms.certificates.test_press import several
for data in several(sys.argv[1] == "back"):
    print(hashlib.sha256(data).hexdigest())
"""


def several(back: bool) -> list[bytes]:
    """Some certificates, printed in one order or the other; returned in one order."""
    names = ("Nguyễn Văn An", "Đỗ Ỷ", LONGEST_NAME, "Wawrzyniec " * 30)
    ones = [sheet(replace(certificate(name), grade=grade)) for name in names for grade in ("Giỏi", "Khá")]
    made = [printed(one) for one in (reversed(ones) if back else ones)]
    return made[::-1] if back else made


def test_the_same_facts_give_the_same_bytes_in_any_process_and_order() -> None:
    here = [hashlib.sha256(data).hexdigest() for data in several(back=False)]
    for order, seed in (("back", "1"), ("forth", "77")):
        answer = subprocess.run(
            [sys.executable, "-c", HASHES, order],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Ho_Chi_Minh"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert answer.stdout.split() == here


def test_a_foreign_letter_leaves_nothing_behind_on_the_plate() -> None:
    before = printed(sheet(certificate("Nguyễn Văn An")))
    for _ in range(2):
        assert not stamped(sheet(certificate("王芳")))
    assert printed(sheet(certificate("Nguyễn Văn An"))) == before


def test_a_page_that_cannot_be_followed_is_refused() -> None:
    paper = pdf.PAPERS["certificate/classic/template.html"]
    shrinking = "<html><head></head><body><div style='position:absolute'>Mẫu·1</div></body></html>"
    twice = "<html><head></head><body><p>Mẫu·1</p><p>Mẫu·1</p></body></html>"
    bordered = "<html><head></head><body><p><b style='border:1px solid'>Mẫu·1</b></p></body></html>"
    for html in (shrinking, twice, bordered):
        with pytest.raises(NotEngravable):
            Plate(paper, html, ["Mẫu·1"], Extras())


def test_skeleton_and_texts_give_the_html_back() -> None:
    html = '<title>A – B</title><p>A</p><b> B </b><p>A B</p><path d="M1 1.5h2"/>'
    found = skeleton_of(html, {"a": "A", "b": "B", "qr": "M1 1.5h2", "none": ""})
    assert found.names == ("a", "b", "qr")
    assert found.filled(["A", "B", "M1 1.5h2"]) == html
    assert skeleton_of(html, {"a": "A", "b": "B"}, fixed={"a"}).names == ("b",)


def test_many_on_paper_share_their_fonts_and_look_alike() -> None:
    ones = [
        sheet(certificate(name)) for name in ("Nguyễn Văn An", "Đỗ Ỷ", "Trần Thị Bích", "Wawrzyniec " * 30)
    ]
    pages = printable.Pages()
    for one in ones:
        pages.add(one)
    out = io.BytesIO()
    pages.save(out)
    whole = out.getvalue()
    for page, one in zip(pictures(whole, DPI), ones, strict=True):
        assert ImageChops.difference(page, pictures(printed(one), DPI)[0]).getbbox() is None
    assert len(whole) < sum(len(printed(one)) for one in ones) * 0.7
    with pikepdf.Pdf.open(io.BytesIO(whole)) as opened:
        assert opened.check_pdf_syntax() == []
