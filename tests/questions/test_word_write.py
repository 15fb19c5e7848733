"""What we write as Word: real styles on an official page, pictures with words, papers with answer sheet and key."""

import io
import random
import time
import zipfile
from dataclasses import replace
from decimal import Decimal

import docx
import pytest
from docx.document import Document
from PIL import Image as Pixels

from lms.files.xml import parse
from lms.questions.formats.shared.examples import EXAMPLES
from lms.questions.formats.word.paper import (
    PaperToPrint,
    PaperVersion,
    PrintedQuestion,
    key_text,
    options_across,
    printed,
    ruled_lines,
    write_paper,
)
from lms.questions.formats.word.template import template
from lms.questions.formats.word.write import is_plain_choice, write
from lms.questions.question import Image, Option, Question, Statement
from lms.questions.reading import BankHeader, ReadQuestion
from lms.questions.types import TYPES
from tests.questions.strategies import PICTURES

HEADER = BankHeader("dh18", "chi-tieu", "Chỉ tiêu chủ yếu")
PNG = next(name for name in sorted(PICTURES) if name.endswith(".png"))
WEBP = next(name for name in sorted(PICTURES) if name.endswith(".webp"))


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def lines(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in opened(data).paragraphs]


def bank(*asked: Question) -> bytes:
    return write(
        HEADER, tuple(ReadQuestion(n, "", question) for n, question in enumerate(asked, start=1)), PICTURES
    )


# --- banks ------------------------------------------------------------------------------------------------------


def test_a_question_is_written_as_people_write_it() -> None:
    one = replace(EXAMPLES[0], id="q1")
    assert lines(write(HEADER, (one,), {})) == [
        "Chỉ tiêu chủ yếu", "Câu 1. Một tuần có bao nhiêu ngày?", "Mã: q1", "Mức độ: NB", "Điểm: 0,25", "Chủ đề: Lịch",
        "Thẻ: ví dụ", "A. 5", "B. 6", "C. 7", "D. 8", "Đáp án: C", "Căn cứ: Lịch năm 2026, trang 1",
        "Giải thích: Từ thứ Hai đến Chủ nhật.",
    ]  # fmt: skip


def test_only_the_letter_of_a_right_option_is_underlined_and_bold() -> None:
    document = opened(bank(EXAMPLES[1].question))
    letters = {p.text[:1]: p.runs[0] for p in document.paragraphs if p.style and p.style.name == "Phương án"}
    assert {letter: (run.text, run.underline, run.bold) for letter, run in letters.items()} == {
        "A": ("A", True, True), "B": ("B", None, None), "C": ("C", True, True), "D": ("D", None, None),
    }  # fmt: skip


def test_the_page_and_the_styles_are_those_of_official_papers() -> None:
    document = opened(template())
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.left_margin, section.right_margin)
    assert [round(size.mm) for size in sizes if size is not None] == [210, 297, 30, 20]
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size and normal.font.size.pt) == ("Times New Roman", 13)
    used = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert used >= {"Title", "Hướng dẫn", "Câu hỏi", "Phương án", "Nhãn", "Ngữ liệu"}


def test_pictures_stand_in_line_with_their_words() -> None:
    asked = Question(
        "single_choice", "Nhìn hình", options=(Option("a", image=Image(WEBP, "Hình a")), Option("b")), correct=(0,),
        images=(Image(PNG, "Biểu đồ <1> & 2"), Image("0" * 64 + ".png", "mất")),
    )  # fmt: skip
    data = bank(asked)
    shapes = opened(data).inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == ["Biểu đồ <1> & 2", "Hình a"]
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        media = [held.read(name) for name in held.namelist() if name.startswith("word/media/")]
    assert PICTURES[PNG] in media
    assert all(blob.startswith(b"\x89PNG") for blob in media)


def test_a_picture_that_is_none_does_no_harm() -> None:
    asked = Question("true_false", "Hình?", correct=(0,), images=(Image(PNG, "x"), Image(WEBP, "y")))
    data = write(HEADER, (ReadQuestion(1, "", asked),), {PNG: b"\x89PNG broken", WEBP: b"RIFF broken"})
    assert len(opened(data).inline_shapes) == 0


def test_the_same_bank_gives_the_same_bytes() -> None:
    first = write(HEADER, EXAMPLES, {})
    time.sleep(2.1)  # a zip counts in steps of two seconds
    assert write(HEADER, EXAMPLES, {}) == first


def test_signs_that_xml_forbids_are_left_out() -> None:
    assert "Câu 1. ab" in lines(bank(Question("true_false", "a\uffffb", correct=(0,))))


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        (EXAMPLES[0].question, True),
        (replace(EXAMPLES[0].question, options=(Option("a"), Option("b"), Option("c"))), False),
        (replace(EXAMPLES[0].question, stem="hai\ndòng"), False),
        (EXAMPLES[1].question, False),
    ],
)
def test_the_type_is_left_out_where_the_form_says_it(asked: Question, plain: bool) -> None:
    assert is_plain_choice(asked) is plain
    assert any(line.startswith("Loại:") for line in lines(bank(asked))) is not plain


def test_a_thousand_questions_are_written() -> None:
    asked = tuple(replace(EXAMPLES[n % 11], number=n + 1) for n in range(1000))
    assert len(write(HEADER, asked, {})) > 10_000


# --- papers -----------------------------------------------------------------------------------------------------


def version(code: str, seed: int, asked: tuple[Question, ...]) -> PaperVersion:
    rng = random.Random(seed)
    return PaperVersion(
        code=code,
        questions=tuple(printed(q, TYPES[q.type].arrange(q, rng, True), Decimal("0.25")) for q in asked),
    )


ALL = tuple(example.question for example in EXAMPLES)


def paper(*versions: PaperVersion, questions: bool = True, sheet: bool = True, key: bool = True) -> bytes:
    given = PaperToPrint(
        exam="Kiểm tra nhận thức", parent="Đảng bộ thành phố", issuer="Đảng ủy phường", minutes=30, versions=versions,
        questions=questions, answer_sheet=sheet, key=key, explanations=True, pictures=PICTURES,
    )  # fmt: skip
    return write_paper(given)


def cells(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in opened(data).tables for row in table.rows]


def test_the_head_says_who_what_how_long_and_which_code() -> None:
    data = paper(version("101", 1, ALL[:3]), sheet=False, key=False)
    assert cells(data)[0] == [
        "ĐẢNG BỘ THÀNH PHỐ\nĐẢNG ỦY PHƯỜNG",
        "ĐỀ KIỂM TRA\nKiểm tra nhận thức\nThời gian làm bài: 30 phút\nMã đề 101",
    ]
    assert [line.partition(":")[0] for line in lines(data) if line.endswith(":\t") or ": \t" in line][:3] == [
        "Họ và tên", "Đơn vị", "Số báo danh",
    ]  # fmt: skip
    assert any("HẾT" in line for line in lines(data))


def test_questions_are_printed_in_the_order_that_is_shown() -> None:
    asked = replace(EXAMPLES[0].question, options=tuple(Option(f"phương án thứ {n}") for n in range(4)))
    given = PrintedQuestion(asked=TYPES["single_choice"].ask(asked, (2, 0, 3, 1)), key=0)
    data = paper(PaperVersion(code="7", questions=(given,)), sheet=False, key=False)
    assert [line for line in lines(data) if line.startswith(("A.", "C."))] == [
        "A. phương án thứ 2\tB. phương án thứ 0", "C. phương án thứ 3\tD. phương án thứ 1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "across"),
    [(("5", "6", "7", "8"), 4), (("x" * 13, "b"), 2), (("x" * 31, "b"), 1), (("a\nb", "c"), 1)],
)
def test_short_options_share_a_line(texts: tuple[str, ...], across: int) -> None:
    assert options_across(texts) == across


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("single_choice", "A"), ("multiple_choice", "A, C"), ("true_false", "Sai"), ("true_false_group", "Đ S Đ S"),
        ("short_answer", "thứ Hai / Hai / 2"), ("numeric", "60 ± 0,5 phút"), ("ordering", "A → B → C → D"),
        ("matching", "1 – c; 2 – b"), ("essay", "Nêu được các việc chính (2)\nSắp xếp hợp lý (1)"),
    ],
)  # fmt: skip
def test_the_key_names_the_places_that_are_printed(kind: str, told: str) -> None:
    asked = next(question for question in ALL if question.type == kind)
    order = {
        "single_choice": (2, 0, 1, 3), "multiple_choice": (0, 1, 2, 3), "true_false_group": (0, 1, 2, 3),
        "ordering": (0, 1, 2, 3), "matching": (0, 1, 2),
    }.get(kind, ())  # fmt: skip
    assert key_text(printed(asked, order)) == told


def test_the_key_follows_a_shuffled_order() -> None:
    asked = Question("true_false_group", "?", statements=(Statement("a", True), Statement("b", False)))
    assert key_text(printed(asked, (1, 0))) == "S Đ"
    assert key_text(printed(EXAMPLES[7].question, (3, 2, 1, 0))) == "D → C → B → A"


def test_several_codes_share_one_key_table_and_count_their_own_pages() -> None:
    data = paper(version("101", 1, ALL), version("102", 2, ALL))
    document = opened(data)
    table = [[cell.text for cell in row.cells] for row in document.tables[-1].rows]
    assert table[0] == ["Câu", "Mã đề 101", "Mã đề 102"]
    assert len(table) == 1 + len(ALL)
    footers = ["".join(p.text for p in section.footer.paragraphs) for section in document.sections]
    assert [text.partition(" – Trang")[0] for text in footers] == [
        "Mã đề 101", "Phiếu trả lời – Mã đề 101", "Mã đề 102", "Phiếu trả lời – Mã đề 102", "Đáp án",
    ]  # fmt: skip
    footer = document.sections[0].footer._element
    assert [code.text.strip() for code in footer.xpath(".//w:instrText")] == [
        "PAGE",
        "SECTIONPAGES \\# \"'/'0\"",
    ]
    assert [text.text for text in footer.xpath(".//w:t")][-1] is None  # no wrong number where nobody counts


@pytest.mark.parametrize(
    ("questions", "sheet", "key"), [(True, False, False), (False, True, False), (False, False, True)]
)
def test_each_part_can_be_left_out(questions: bool, sheet: bool, key: bool) -> None:
    data = paper(version("101", 1, ALL), questions=questions, sheet=sheet, key=key)
    titles = [row[1].split("\n")[0] for row in cells(data) if row[0].startswith("ĐẢNG BỘ")]
    wanted = {"ĐỀ KIỂM TRA": questions, "PHIẾU TRẢ LỜI": sheet, "ĐÁP ÁN": key}
    assert titles == [title for title, there in wanted.items() if there]
    assert any("Từ thứ Hai đến Chủ nhật" in line for line in lines(data)) is key


def test_a_paper_without_its_key_does_not_tell_it() -> None:
    asked = Question("short_answer", "Ai?", answers=("bí mật",), explanation="bí mật", source="bí mật")
    assert "bí mật" not in "\n".join(lines(paper(version("1", 1, (asked,)), key=False)))
    letters = Question("single_choice", "?", options=(Option("a"), Option("b")), correct=(1,))
    runs = [run for p in opened(paper(version("1", 1, (letters,)), key=False)).paragraphs for run in p.runs]
    assert not any(run.underline for run in runs)


def test_the_answer_sheet_has_circles_for_choices_and_lines_for_words() -> None:
    data = paper(version("101", 1, ALL), questions=False, key=False)
    rows = cells(data)
    assert ["1", "Ⓐ", "Ⓑ", "Ⓒ", "Ⓓ"] in rows
    assert ["4", *["Đ ○  S ○"] * 4] in rows
    assert ["3", "Đ ○  S ○", "", "", ""] in rows
    written = [line for line in lines(data) if line.startswith("Câu ")]
    assert [line.split(":")[0] for line in written] == [
        "Câu 5", "Câu 6", "Câu 7", "Câu 8", "Câu 9 (1)", "Câu 9 (2)", "Câu 9 (3)", "Câu 10",
    ]  # fmt: skip


def test_a_shared_text_stands_once_above_its_questions() -> None:
    on_text = EXAMPLES[10].question
    data = paper(
        version("1", 1, (ALL[0], on_text, replace(on_text, stem="Còn câu này?"))), sheet=False, key=False
    )
    assert [line for line in lines(data) if "ngữ liệu" in line] == [
        "Đọc ngữ liệu sau và trả lời các câu từ 2 đến 3:"
    ]
    assert sum("bốn mùa" in line for line in lines(data)) == 1


@pytest.mark.parametrize(("words", "count"), [(0, 15), (50, 8), (200, 17), (5000, 30)])
def test_an_essay_gets_as_many_lines_as_its_words_need(words: int, count: int) -> None:
    assert ruled_lines(words) == count


def test_every_part_of_the_file_is_correct_xml_and_ids_are_used_once() -> None:
    pictured = replace(ALL[0], images=(Image(PNG, "a"), Image(WEBP, "b")))
    data = paper(version("101", 1, (*ALL, pictured)), version("102", 2, (*ALL, pictured)))
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        roots = {name: parse(held.read(name)) for name in held.namelist() if name.endswith((".xml", ".rels"))}
    ids = [drawn.get("id") for drawn in roots["word/document.xml"].iter("{*}docPr")]
    assert len(ids) == len(set(ids)) == 4
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    used = {
        style.get(f"{word}val")
        for style in roots["word/document.xml"].iter(f"{word}pStyle", f"{word}tblStyle")
    }
    known = {style.get(f"{word}styleId") for style in roots["word/styles.xml"].iter(f"{word}style")}
    assert used
    assert used <= known


def test_what_belongs_together_stays_on_one_page() -> None:
    exported = opened(bank(ALL[3], ALL[4])).paragraphs[1:]
    kept = [
        bool(line.style and (line.paragraph_format.keep_with_next or line.style.name == "Câu hỏi"))
        for line in exported
    ]
    ends = [at for at, line in enumerate(exported) if line.text.startswith("Câu 2")]
    assert not kept[ends[0] - 1]
    assert not kept[-1]
    assert kept.count(False) == 2
    (table,) = opened(paper(version("", 1, ALL[3:4]), sheet=False, key=False)).tables[1:]
    rows = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert rows == [True, True, True, True, None]


def test_long_keys_stand_in_fewer_columns_and_pictures_of_options_stay_small() -> None:
    short, long_ = ((question,) * 12 for question in (ALL[0], ALL[5]))
    widths = [len(cells(paper(version("1", 1, asked), sheet=False))[-1]) for asked in (short, long_)]
    assert widths == [8, 6]
    held = io.BytesIO()
    Pixels.new("L", (900, 900)).save(held, "PNG")
    options = (Option("a", image=Image("wide.png", "x")), *ALL[0].options[1:])
    written = write(
        HEADER, [ReadQuestion(1, "", replace(ALL[0], options=options))], {"wide.png": held.getvalue()}
    )
    (drawn,) = opened(written).inline_shapes
    assert (round(drawn.width.cm, 1), round(drawn.height.cm, 1)) == (4.5, 4.5)
