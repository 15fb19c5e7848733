"""From the text of a resolution to passages: headings, numbers, references, ids, front and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions import problem
from lms.study.reading.document import DocumentReading, read_document
from lms.study.reading.markdown import plain
from lms.study.reading.messages import MESSAGES
from lms.study.rules import _foreign_markdown
from tests.lms.study.reading.examples import DECREE, LONG_CLAUSES, RESOLUTION


def read(text: str, name: str = "a.txt") -> DocumentReading:
    reading = read_document(text.encode(), name)
    for found in reading.problems:
        assert {**problem.MESSAGES, **MESSAGES}[found.code].format(**found.message_params)
    return reading


def ids(text: str) -> list[str]:
    return [passage.id for passage in read(text).passages]


def codes(text: str) -> list[str]:
    return [found.code for found in read(text).problems]


def test_a_resolution_of_a_congress_becomes_passages_that_people_can_cite() -> None:
    reading = read(RESOLUTION)
    assert reading.title == (
        "NGHỊ QUYẾT ĐẠI HỘI ĐẠI BIỂU LẦN THỨ XII ĐẢNG BỘ THÀNH PHỐ SÔNG HỒNG NHIỆM KỲ 2025 - 2030"
    )
    assert [(p.id, p.reference, p.number) for p in reading.passages] == [
        ("mo-dau", "", ""),
        ("i", "mục I", "I"),
        ("ii-1", "mục II.1", "II.1"),
        ("ii-2", "mục II.2", "II.2"),
        ("ii-3", "mục II.3", "II.3"),
        ("iii", "mục III", "III"),
        ("iv-1", "mục IV.1", "IV.1"),
        ("iv-2", "mục IV.2", "IV.2"),
        ("v", "mục V", "V"),
    ]
    assert reading.problems == ()
    targets = reading.passages[4]
    assert targets.heading == "Các chỉ tiêu chủ yếu đến năm 2030"
    assert targets.headings == ("II- MỤC TIÊU, CHỈ TIÊU ĐẾN NĂM 2030, TẦM NHÌN ĐẾN NĂM 2045",)
    assert targets.text.split("\n\n")[:2] == [
        "Phấn đấu đạt 25 chỉ tiêu chủ yếu, trong đó:",
        "**a)** Tốc độ tăng trưởng GRDP bình quân từ 10% trở lên;",
    ]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("NGHỊ QUYẾT\nNghị quyết về xây dựng thôn kiểu mẫu", "Nghị quyết về xây dựng thôn kiểu mẫu"),
        ("NGHỊ QUYẾT\nNGHỊ QUYẾT VỀ THÔN KIỂU MẪU", "NGHỊ QUYẾT VỀ THÔN KIỂU MẪU"),
        ("NGHỊ QUYẾT\nvề xây dựng thôn kiểu mẫu", "Nghị quyết về xây dựng thôn kiểu mẫu"),
        ("LUẬT\nLUẬT SƯ", "LUẬT LUẬT SƯ"),
    ],
)
def test_the_kind_of_a_document_is_said_once_in_its_title(lines: str, title: str) -> None:
    body = "1. Mục tiêu\nMỗi thôn có một tủ sách và một sân chơi cho trẻ em.\n2. Giải pháp\nVận động người dân.\n"
    assert read(f"{lines}\n\n{body}").title == title


def test_heading_block_grounds_and_signatures_are_kept_apart() -> None:
    reading = read(RESOLUTION)
    assert "Số 01-NQ/ĐH" in reading.front
    assert "QUYẾT NGHỊ" in reading.front
    assert "Căn cứ Điều lệ Đảng và Quy chế làm việc của Đại hội;" in reading.front
    assert reading.back[0] == "Nơi nhận:"
    assert reading.back[-1] == "Trần Văn Mẫu"
    assert not any("Nơi nhận" in passage.text for passage in reading.passages)


def test_items_become_lists_and_plus_items_stand_in_dash_items() -> None:
    economy = next(p for p in read(RESOLUTION).passages if p.id == "iv-1")
    assert "- Hỗ trợ doanh nghiệp nhỏ và vừa:\n  - Giảm chi phí;\n  - Tiếp cận vốn." in economy.text
    assert "**1.2.** Phát triển nông nghiệp" in economy.text


def test_a_decree_is_cited_by_article_clause_and_point() -> None:
    reading = read(DECREE.format(clause=LONG_CLAUSES))
    assert reading.title == "Nghị định Quy định về học tập nghị quyết trực tuyến"
    found = {p.id: (p.reference, p.headings) for p in reading.passages}
    assert found["dieu-1"] == ("Điều 1", ("Chương I QUY ĐỊNH CHUNG",))
    assert found["dieu-3-2"] == (
        "Điều 3, khoản 2",
        ("Chương II TỔ CHỨC HỌC TẬP", "Điều 3. Xây dựng tài liệu"),
    )
    assert found["dieu-4"][0] == "Điều 4"
    annex = reading.passages[-1]
    assert (annex.heading, annex.headings) == ("PHỤ LỤC", ())
    assert reading.back == ("TM. CHÍNH PHỦ", "THỦ TƯỚNG", "Nguyễn Văn Mẫu")


def test_parts_are_named_in_references() -> None:
    text = (
        "PHẦN THỨ HAI\nPHƯƠNG HƯỚNG\nIII. MỤC TIÊU\n1. Về kinh tế\n" + "Tăng trưởng nhanh và bền vững. " * 20
        + "\n2. Về xã hội\n" + "Chăm lo đời sống của Nhân dân. " * 20
    )  # fmt: skip
    first = next(p for p in read(text).passages if p.heading == "Về kinh tế")
    assert (first.id, first.reference) == ("phan-2-iii-1", "phần thứ hai, mục III.1")
    assert first.headings == ("PHẦN THỨ HAI PHƯƠNG HƯỚNG", "III. MỤC TIÊU")


BODY = "Nội dung của mục này nói về việc nâng cao đời sống Nhân dân trên địa bàn, gồm nhiều việc cụ thể phải làm ngay. "


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["I. MỘT NỘI DUNG", "II. HAI NỘI DUNG"], ["i", "ii"]),
        (["I – MỘT NỘI DUNG", "II – HAI NỘI DUNG"], ["i", "ii"]),
        (["A. MỘT NỘI DUNG", "B. HAI NỘI DUNG", "C. BA NỘI DUNG", "D. BỐN NỘI DUNG"], ["a", "b", "c", "d"]),
        (["1- Một nội dung", "2- Hai nội dung"], ["m1", "m2"]),
        (["Mục 1. Một nội dung", "Mục 2. Hai nội dung"], ["muc-1", "muc-2"]),
        (["Phần I: Một nội dung", "Phần II: Hai nội dung"], ["phan-1", "phan-2"]),
        (["Điều 1. Một nội dung", "Điều 2. Hai nội dung"], ["dieu-1", "dieu-2"]),
    ],
)
def test_forms_of_numbering(lines: list[str], expected: list[str]) -> None:
    assert ids("\n".join(f"{line}\n{BODY * 3}" for line in lines)) == expected


def test_a_letter_that_could_be_a_roman_number_follows_what_came_before() -> None:
    letters = "\n".join(f"{letter}. NỘI DUNG {letter * 3}\n{BODY * 3}" for letter in "TUV")
    assert ids("A. NỘI DUNG ĐẦU\n" + BODY * 3 + letters)[-1] == "v"
    assert read("A. NỘI DUNG ĐẦU\n" + BODY * 3 + "\n" + letters).passages[-1].reference == "mục V"
    roman = "\n".join(f"{number}. NỘI DUNG {number}\n{BODY * 3}" for number in ("I", "II", "III", "IV", "V"))
    assert codes(roman) == ["document_title"]


@pytest.mark.parametrize(
    "running",
    [
        "15 - 17 tháng 10 năm 2025 là thời gian họp của Đại hội đại biểu Đảng bộ Thành phố.",
        "1.200 tỷ đồng là số vốn được bố trí cho chương trình trong cả giai đoạn năm năm tới.",
        "Phần thứ hai của báo cáo nêu phương hướng, nhiệm vụ của nhiệm kỳ tới và các giải pháp.",
        "Điều 5 của Nghị quyết trước nêu trách nhiệm của người đứng đầu trong tổ chức học tập.",
        "Mục I nêu kết quả của nhiệm kỳ, những hạn chế và các bài học kinh nghiệm được rút ra.",
        "v.v. và nhiều nội dung khác được nêu trong các văn kiện trình Đại hội lần này.",
    ],
)
def test_running_text_that_looks_like_a_number_is_no_section(running: str) -> None:
    reading = read(f"I. MỘT NỘI DUNG\n{BODY * 3}\n{running}\n{BODY}\nII. HAI NỘI DUNG\n{BODY * 3}")
    assert [passage.id for passage in reading.passages] == ["i", "ii"]
    assert running.split()[1] in plain(reading.passages[0].text)


def test_a_long_numbered_text_is_a_paragraph_and_no_heading() -> None:
    reading = read("I. NHIỆM VỤ\n" + "\n".join(f"{n}. {BODY * 3}" for n in (1, 2)))
    assert [p.id for p in reading.passages] == ["i"]
    long = read("I. NHIỆM VỤ\n" + "\n".join(f"{n}. {BODY * 6}" for n in (1, 2)))
    assert [(p.id, p.heading[:18]) for p in long.passages] == [
        ("i-1", "Nội dung của mục n"),
        ("i-2", "Nội dung của mục n"),
    ]


def test_wrong_numbers_are_kept_and_said() -> None:
    text = "\n".join(f"{n}. MỤC SỐ {n}\n{BODY * 3}" for n in ("I", "II", "IV", "IV"))
    reading = read(text)
    assert [p.reference for p in reading.passages] == ["mục I", "mục II", "mục IV", "mục IV"]
    assert len({p.id for p in reading.passages}) == 4
    said = [
        (f.code, f.where["line"], f.message_params) for f in reading.problems if f.code != "document_title"
    ]
    assert said == [
        ("section_number", 5, {"label": "IV.", "expected": "III."}),
        ("section_repeated", 7, {"label": "IV."}),
    ]


def test_articles_are_numbered_through_all_chapters() -> None:
    text = f"Chương I\nMỘT\nĐiều 1. Tên\n{BODY}\nChương II\nHAI\nĐiều 2. Tên\n{BODY}"
    assert codes(text) == ["document_title"]


def test_short_sections_with_number_and_title_are_cited_one_by_one() -> None:
    titles = ("Quan điểm phát triển", "Tầm nhìn đến năm 2045", "Ba khâu đột phá")
    short = "Nội dung ngắn gọn nhưng người ta vẫn trích dẫn riêng từng mục một."
    text = "\n".join(f"{n}. {title}\n{short}" for n, title in enumerate(titles, 1))
    reading = read(f"I. TÌNH HÌNH\n{BODY * 3}\nII. PHƯƠNG HƯỚNG\n{text}")
    assert [(p.reference, p.heading) for p in reading.passages[1:]] == [
        (f"mục II.{n}", title) for n, title in enumerate(titles, 1)
    ]
    few = read(f"I. TÌNH HÌNH\n{BODY * 3}\nII. PHƯƠNG HƯỚNG\n{text.replace(short, 'Nói sau.')}")
    assert [p.reference for p in few.passages] == ["mục I", "mục II"]


def test_short_neighbours_are_one_passage_cited_together() -> None:
    items = "\n".join(
        f"{n}. Việc thứ {n} phải làm trong năm tới là nâng cao chất lượng." for n in range(1, 31)
    )
    reading = read(f"I. CÁC VIỆC\nMở đầu của mục.\n{items}")
    first = reading.passages[0]
    assert re.fullmatch(r"mục I\.1–\d+", first.reference)
    assert first.heading.startswith("I. CÁC VIỆC (1–")
    assert all(40 <= len(p.text.split()) <= 220 for p in reading.passages)


def test_a_long_section_is_cut_between_paragraphs_and_a_long_paragraph_between_sentences() -> None:
    paragraphs = "\n".join(f"Ý thứ {n} khác các ý kia. {BODY * 3}" for n in range(9))
    reading = read(f"I. MỘT NỘI DUNG\n{paragraphs}\nII. HAI NỘI DUNG\n{BODY * 30}")
    assert all(len(p.text.split()) <= 220 for p in reading.passages)
    assert reading.passages[0].id == "i"
    assert all(re.fullmatch(r"i{1,2}(-[0-9a-f]{6})?(-\d)?", p.id) for p in reading.passages)
    assert all(p.text.rstrip().endswith(".") for p in reading.passages)


def test_ids_do_not_move_when_something_is_put_in_elsewhere() -> None:
    paragraphs = [f"Ý số {n} nói về một việc riêng. {BODY * 6}" for n in range(4)]
    before = {p.text: p.id for p in read("I. MỘT\n" + "\n".join(paragraphs)).passages}
    longer = [paragraphs[0], f"Ý mới thêm vào văn bản. {BODY * 6}", *paragraphs[1:]]
    after = {p.text: p.id for p in read("I. MỘT\n" + "\n".join(longer)).passages}
    assert {text: id_ for text, id_ in after.items() if text in before} == before
    unnumbered = f"TÌNH HÌNH CHUNG\n{BODY * 3}\nTỔ CHỨC THỰC HIỆN\n{BODY * 3}"
    assert set(ids("Lời mở đầu của văn bản này.\n" + unnumbered)) < set(
        ids(
            "Lời mở đầu của văn bản này.\n"
            + unnumbered.replace("TỔ CHỨC", f"NHIỆM VỤ CHUNG\n{BODY * 3}\nTỔ CHỨC")
        )
    )


def test_text_without_headings_is_cut_at_paragraphs_and_that_is_said() -> None:
    reading = read("Một bài báo về nghị quyết\n" + "\n".join(f"Đoạn {n}. {BODY * 4}" for n in range(5)))
    assert reading.title == "Một bài báo về nghị quyết"
    assert all(p.id.startswith("doan-") for p in reading.passages)
    assert [f.code for f in reading.problems] == ["no_sections"]


def test_text_is_shown_as_written_whatever_signs_it_holds() -> None:
    odd = "Dấu * và _gạch_ và `mã` và <b>thẻ</b> và [chữ](http://x) và ![h](y) và &amp; vẫn giữ nguyên trong văn bản."
    reading = read(f"I. MỘT NỘI DUNG\n# {odd}\n> {odd}\n{odd * 3}")
    text = reading.passages[0].text
    assert list(_foreign_markdown(text)) == []
    assert plain(text).count("<b>thẻ</b> và [chữ](http://x) và ![h](y) và &amp;") == 5


LINES = st.sampled_from(
    [
        *RESOLUTION.splitlines(),
        *DECREE.splitlines(),
        "A. Ý",
        "i) ý",
        "v) ý",
        "(1) ý",
        "Phụ lục 2",
        "# x",
        "---",
        "X. Y Z",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=60))
def test_any_order_of_lines_gives_proper_passages_and_loses_no_word(lines: list[str]) -> None:
    reading = read("\n".join(lines))
    if reading.unreadable:
        return
    assert len({p.id for p in reading.passages}) == len(reading.passages)
    for passage in reading.passages:
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", passage.id)
        assert passage.heading
        assert passage.text.strip()
        assert list(_foreign_markdown(passage.text)) == []
    told = " ".join(
        [*reading.front, *reading.back]
        + [
            f"{p.heading} {p.reference} {p.number} {' '.join(p.headings)} {plain(p.text)}"
            for p in reading.passages
        ]
    )
    known = {word.lower() for word in re.findall(r"\w+", told)}
    assert {word.lower() for word in re.findall(r"[^\W\d_]{2,}", "\n".join(lines))} <= known


def test_equal_files_give_equal_readings_and_huge_ones_end_soon() -> None:
    assert read(RESOLUTION) == read(RESOLUTION)
    assert read_document(("từ " * 200_000).encode(), "a.txt").passages
    assert read_document(("1" * 200_000).encode(), "a.txt").unreadable
    many = "\n".join(f"{n}. {BODY}" for n in range(1, 3000))
    assert len(read_document(many.encode(), "a.txt").passages) > 100


def test_more_lines_than_any_document_has_are_refused() -> None:
    reading = read("\n".join(["Một dòng chữ."] * 20_001))
    assert [f.code for f in reading.problems] == ["document_too_long"]


def test_what_is_told_as_json_has_topics_and_references() -> None:
    told = read(RESOLUTION).to_json()
    assert list(told) == ["title", "passages", "problems"]
    breakthroughs = told["passages"][5]
    assert (breakthroughs["id"], breakthroughs["topics"]) == ("iii", ["breakthroughs"])
    assert breakthroughs["reference"] == "mục III"
    assert told["passages"][4]["topics"] == ["targets_2030"]
