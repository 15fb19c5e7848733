"""Files of every kind give the same passages; what cannot be read is refused with what to do."""

from __future__ import annotations

import io
import zipfile

import pytest

from lms.files import package, word, xml
from lms.questions import problem
from lms.study.reading.document import DocumentReading, read_document
from lms.study.reading.joining import Printed, join
from lms.study.reading.messages import MESSAGES
from lms.study.reading.outline import Line, lines_of
from lms.study.reading.sources import SOURCES, source_of
from tests.lms.study.reading.examples import RESOLUTION

SENTENCES = {**problem.MESSAGES, **package.MESSAGES, **xml.MESSAGES, **word.MESSAGES, **MESSAGES}
LINES = [line for line in RESOLUTION.splitlines() if line.strip()]
BODY = "Nội dung của mục này nói về việc nâng cao đời sống Nhân dân trên địa bàn, gồm nhiều việc cụ thể phải làm ngay. "


def told(reading: DocumentReading) -> list[tuple[str, str]]:
    return [(passage.id, passage.text) for passage in reading.passages]


EXPECTED = told(read_document(RESOLUTION.encode(), "a.txt"))


def docx(fill: str = "") -> bytes:
    """The resolution as a Word file: heading block and signatures in tables, headings bold."""
    import docx as writer

    document = writer.Document()
    block = document.add_table(rows=1, cols=2).rows[0].cells
    block[0].text, block[1].text = "\n".join(LINES[:3]), "\n".join(LINES[3:5])
    for line in LINES[5 : LINES.index("Nơi nhận:")]:
        document.add_paragraph().add_run(line).bold = line.isupper()
    signed = document.add_table(rows=1, cols=2).rows[0].cells
    signed[0].text, signed[1].text = "\n".join(LINES[-6:-3]), "\n".join(LINES[-3:])
    if fill:
        document.add_paragraph(fill)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf(markup: str, css: str = "") -> bytes:
    from weasyprint import HTML

    made: bytes = HTML(string=f"<style>@page{{size:A4;margin:2cm}}{css}</style>{markup}").write_pdf()
    return made


def printed(lines: list[str]) -> str:
    style = "margin:4px 0;text-align:justify;text-indent:1cm"
    return "".join(f"<p style='{style}'>{f'<b>{line}</b>' if line.isupper() else line}</p>" for line in lines)


FURNITURE = """body{font-size:14pt} @page{@top-center{content:counter(page)}
@bottom-left{content:"Nghị quyết Đại hội XII - Trang " counter(page) "/" counter(pages)}}"""


def test_a_word_file_gives_the_same_passages() -> None:
    reading = read_document(docx(), "nghi_quyet.docx")
    assert told(reading) == EXPECTED
    assert reading.back[-1] == "Trần Văn Mẫu"


def test_a_pdf_gives_the_same_passages_with_their_pages() -> None:
    reading = read_document(pdf(printed(LINES), FURNITURE), "nghi_quyet.pdf")
    assert told(reading) == EXPECTED
    assert reading.problems == ()
    pages = [passage.page for passage in reading.passages]
    assert pages[0] == 1
    assert pages == sorted(pages, key=lambda page: page or 0)
    assert pages[-1] in (2, 3)


def test_a_web_page_gives_the_same_passages_without_its_menus() -> None:
    start = next(at for at, line in enumerate(LINES) if line.startswith("Căn cứ"))
    page = (
        "<!DOCTYPE html><html><head><title>Báo điện tử</title></head><body><nav><p>Trang chủ</p></nav>"
        f"<article><h1>Nghị quyết Đại hội XII</h1>{printed(LINES[start:])}<script>alert(1)</script></article>"
        "<footer><p>Liên hệ quảng cáo</p></footer></body></html>"
    )
    reading = read_document(page.encode(), "trang.html")
    assert reading.title == "Nghị quyết Đại hội XII"
    assert told(reading) == EXPECTED
    everything = " ".join([*reading.front, *reading.back, *(p.text for p in reading.passages)])
    assert not any(word in everything for word in ("Trang chủ", "quảng cáo", "alert"))


def test_text_that_was_broken_at_a_margin_is_joined() -> None:
    import textwrap

    broken = "\n".join("\n".join(textwrap.wrap(line, 72)) for line in RESOLUTION.splitlines())
    assert told(read_document(broken.encode(), "a.txt")) == EXPECTED
    assert told(read_document(RESOLUTION.encode("utf-16"), "a.txt")) == EXPECTED
    assert told(read_document(b"\xef\xbb\xbf" + RESOLUTION.encode(), "a.txt")) == EXPECTED


def test_markdown_has_headings_lists_tables_and_bold() -> None:
    text = (
        f"# Báo cáo chính trị\n\n## I. Bối cảnh\n\n{BODY * 2}**rất quan trọng** và xong.\n\n"
        f"- một\n  - hai\n\n## II. Chỉ tiêu\n\n{BODY * 2}\n\n| Chỉ tiêu | 2030 |\n|---|---|\n| GRDP | 9.500 |\n"
    )
    reading = read_document(text.encode(), "a.md")
    assert reading.title == "Báo cáo chính trị"
    first, second = reading.passages
    assert (first.id, first.heading) == ("i", "Bối cảnh")
    assert "**rất quan trọng** và xong." in first.text
    assert first.text.endswith("- một\n  - hai")
    assert second.text.endswith("- Chỉ tiêu | 2030\n- GRDP | 9.500")


def test_automatic_numbers_of_word_are_read_like_typed_ones() -> None:
    import docx as writer

    document = writer.Document()
    document.add_paragraph("Nghị quyết về một việc").runs[0].bold = True
    document.add_paragraph("Tình hình", style="Heading 1")
    document.add_paragraph(BODY * 2)
    document.add_paragraph("Nhiệm vụ", style="Heading 1")
    for number in range(3):
        document.add_paragraph(f"Việc {number}. {BODY}", style="List Number")
    file = io.BytesIO()
    document.save(file)
    first, second = read_document(file.getvalue(), "a.docx").passages
    assert (first.heading, second.heading) == ("Tình hình", "Nhiệm vụ")
    assert second.text.startswith("**1.** Việc 0. Nội dung")
    assert "**3.** Việc 2. Nội dung" in second.text


def test_a_table_of_figures_gives_rows_and_is_said() -> None:
    import docx as writer

    document = writer.Document()
    document.add_paragraph("I. CHỈ TIÊU CHỦ YẾU")
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(
        table.rows,
        (("Chỉ tiêu", "ĐVT", "2030"), ("GRDP", "USD", "9.500"), ("Đô thị", "%", "65")),
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    file = io.BytesIO()
    document.save(file)
    reading = read_document(file.getvalue(), "a.docx")
    assert reading.passages[0].text == "- Chỉ tiêu | ĐVT | 2030\n- GRDP | USD | 9.500\n- Đô thị | % | 65"
    assert "document_table" in [found.code for found in reading.problems]


def test_a_pdf_in_two_columns_gives_the_same_passages_and_is_said() -> None:
    start = LINES.index("QUYẾT NGHỊ") + 1
    columns = f"<div style='columns:2;column-gap:1cm'>{printed(LINES[start:])}</div>"
    reading = read_document(pdf(printed(LINES[:start]) + columns, FURNITURE), "nghi_quyet.pdf")
    assert told(reading) == EXPECTED
    assert {found.code for found in reading.problems} == {"pdf_columns"}


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("kinh tế Thành phố tăng trưởng khá trong cả giai đoạn 2021", "- 2025 tăng 6,57% mỗi năm."),
        ("xây dựng Thành phố “Văn hiến", "- Văn minh - Hiện đại” trong nhiệm kỳ này."),
        ("(1) Đột phá về thể chế. (2) Đột phá về hạ tầng.", "(3) Đột phá về nguồn nhân lực."),
    ],
)
def test_a_sign_that_only_happens_to_begin_a_printed_line_begins_nothing(above: str, below: str) -> None:
    (line,) = join([Printed(above), Printed(below)])
    assert line.text == f"{above} {below}"


def test_two_columns_are_doubtful() -> None:
    rows = "".join(
        f"<tr><td>Dòng bên trái của trang số {n}</td><td>Dòng bên phải của trang số {n}</td></tr>"
        for n in range(20)
    )
    reading = read_document(pdf(f"<table style='width:100%'>{rows}</table>"), "a.pdf")
    assert "pdf_columns" in [found.code for found in reading.problems]


def test_pages_that_are_pictures_are_named_and_a_whole_scan_is_refused() -> None:
    text = f"<p>{BODY * 5}</p>"
    blank = "<div style='page-break-before:always'>&nbsp;</div>"
    reading = read_document(pdf(text + blank), "a.pdf")
    said = [found.message_params for found in reading.problems if found.code == "pdf_pages_without_text"]
    assert said == [{"pages": "2"}]
    assert refusal(pdf(blank), "quet.pdf") == "pdf_scanned"


def refusal(data: bytes, name: str) -> str:
    reading = read_document(data, name)
    assert reading.unreadable
    assert reading.passages == ()
    (found,) = reading.problems
    assert SENTENCES[found.code].format(**found.message_params)
    assert found.where == {"file": name}
    return found.code


def encrypted_pdf() -> bytes:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(pdf(f"<p>{BODY}</p>")))
    writer.encrypt("mat-khau", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_pdf_with_a_password_is_refused() -> None:
    assert refusal(encrypted_pdf(), "a.pdf") == "pdf_encrypted"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.docx", "document_empty"),
        (b"  \n ", "a.txt", "document_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.doc", "old_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "encrypted"),
        (b"{\\rtf1\\ansi}", "a.doc", "rich_text"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "document_picture"),
        (b"\xff\xd8\xff\xe0", "a.pdf", "document_picture"),
        (b"MZ\x90\x00", "a.exe", "document_unknown"),
        (b"PK\x03\x04rest", "a.docx", "damaged"),
        (b"%PDF-1.7 broken", "a.pdf", "pdf_damaged"),
        ("Nghị quyết".encode("cp1258", "replace") + b"\xff\xfe\xfd", "a.txt", "not_utf8"),
        (b"a\x00b", "a.txt", "document_unknown"),
        (b"<div>" * 5000 + b"x", "a.html", "html_damaged"),
        (b"x" * 30_000_001, "a.txt", "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name) == code


def test_a_zip_bomb_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b"0" * 60_000_000)
    assert refusal(file.getvalue(), "a.docx") in {"package_bomb", "package_too_large"}


@pytest.mark.parametrize("typed", ["Uû ban nh©n d©n thµnh phè ", "Xin chaøo caùc baïn ñoàng chí "])
def test_text_in_an_old_code_is_doubtful(typed: str) -> None:
    reading = read_document((typed * 10).encode(), "a.txt")
    assert "document_legacy_text" in [found.code for found in reading.problems]


def test_decomposed_text_is_composed() -> None:
    import unicodedata

    assert told(read_document(unicodedata.normalize("NFD", RESOLUTION).encode(), "a.txt")) == EXPECTED


def test_every_source_is_found_by_its_files() -> None:
    heads = {"docx": b"PK\x03\x04", "pdf": b"%PDF-1.4", "html": b"<html>", "markdown": b"# a", "text": b"a"}
    names = {"docx": "a.docx", "pdf": "a.PDF", "html": "a.htm", "markdown": "a.md", "text": "a.txt"}
    assert [source.name for source in SOURCES] == list(heads)
    for name, head in heads.items():
        assert source_of(head, names[name]).name == name


def test_bold_parts_keep_their_places_when_blanks_are_tidied() -> None:
    pieces = [("Một  ", False), (" hai ba ", True), ("bốn\nnăm", True), (" sáu", False)]
    first, second = lines_of(pieces, Line("", label="1."))
    assert (first.text, first.label) == ("Một hai ba bốn", "1.")
    assert [first.text[a:b] for a, b in first.bold] == ["hai ba bốn"]
    assert (second.text, second.label, [second.text[a:b] for a, b in second.bold]) == ("năm sáu", "", ["năm"])
