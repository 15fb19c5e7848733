"""Mixtures of everything, damaged files, long files: nothing crashes, nothing takes long."""

import random
import sys
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.questions.formats.word import FORMAT
from lms.questions.formats.word.messages import MESSAGES
from lms.questions.problem import MESSAGES as COMMON
from lms.questions.reading import Reading
from lms.questions.types.messages import MESSAGES as OF_TYPES
from tests.questions.word_files import (
    LISTS,
    STEM,
    codes,
    p,
    package,
    parts_of,
    picture,
    read,
    table,
    texts,
    word,
)

MARKS = {
    "letter": "⟦u⟧{0}⟦/u⟧. {1}",
    "red": "⟦r⟧{0}. {1}⟦/r⟧",
    "bold": "⟦b⟧{0}. {1}⟦/b⟧",
    "light": "⟦h⟧{0}. {1}⟦/h⟧",
    "star": "*{0}. {1}",
    "cross": "{0}. {1} (x)",
    "word": "{0}. {1} (đúng)",
    "key": "{0}. {1}",
    "list": "{0}. {1}",
}
HEADS = (
    "Câu {0}. ",
    "Câu {0}: ",
    "CÂU {0}. ",
    "Câu{0}. ",
    "Câu {0} (NB). ",
    "Câu {0}. [TH] ",
    "Câu hỏi {0}: ",
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_any_mixture_of_heads_marks_and_places_is_read_right(seed: int) -> None:
    chance = random.Random(seed)
    blocks: list[str] = []
    expected: list[tuple[str, list[str], int]] = []
    listed = []
    for number in range(1, chance.randrange(2, 8)):
        stem = f"Câu hỏi về nội dung số {chance.randrange(10**6)} trong Nghị quyết là gì?"
        options = [f"phương án {value}" for value in chance.sample(range(1000), chance.randrange(2, 6))]
        right = chance.randrange(len(options))
        mark = chance.choice(list(MARKS))
        lines = [
            (MARKS[mark] if at == right else "{0}. {1}").format("ABCDE"[at], text)
            for at, text in enumerate(options)
        ]
        head = chance.choice(HEADS).format(number) + stem
        place = chance.randrange(5)
        if place == 0:
            blocks += [head, *lines]
        elif place == 1:
            blocks += [head, "\t".join(lines)]
        elif place == 2:
            blocks += [head, "     ".join(lines)]
        elif place == 3:
            blocks.append("\n".join([head, *lines]))
        else:
            blocks += [head, table(*(lines[at : at + 2] for at in range(0, len(lines), 2)))]
        if mark == "key":
            blocks.append(
                chance.choice(["Đáp án: {0}", "ĐA: {0}", "Chọn {0}", "=> {0}", "Đáp án đúng là {0}."]).format(
                    "ABCDE"[right]
                )
            )
        if mark == "list":
            listed.append(f"{number}.{'ABCDE'[right]}")
        if chance.random() < 0.3:
            blocks.append("Căn cứ: Nghị quyết, mục II")
        if chance.random() < 0.2:
            blocks.append(f"Trang {number}/12")
        expected.append((stem, options, right))
    if listed:
        blocks += ["------ HẾT ------", "ĐÁP ÁN: " + "  ".join(listed)]
    reading = read(*blocks)
    found = [(one.question.stem, texts(one.question), one.question.correct) for one in reading.questions]
    assert found == [(stem, options, (right,)) for stem, options, right in expected]
    assert codes(reading) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [
                "Câu 1. x",
                "Câu 1.",
                "1) x",
                "A. 1",
                "B. 2",
                "a) x (Đ)",
                "Đáp án: B",
                "Đáp án:",
                "HẾT",
                "1.A 2.B",
                "PHẦN I",
                "Giải thích: x",
                "Loại: điền khuyết",
                "[[1]] chọn: a / b",
                "Loại: sắp thứ tự",
                "Loại: ghép nối",
                "Ngữ liệu a:",
                "Hết ngữ liệu",
                "Trả lời: 5",
                "⟦u⟧x⟦/u⟧",
                "\t\n\t",
                "[550]",
                "Đọc và trả lời câu 1 đến câu 3",
                "Chủ đề: x",
                "Loại: tự luận",
                "II. TỰ LUẬN",
                table(["Câu", "1"], ["Đáp án", "A"]),
                table(["Vế A", "Vế B"], ["a"]),
                table(["TT", "Câu hỏi", "Đáp án"], ["1"], ["x", "y", "z"]),
                table([""]),
                table(["A.", "B."], ["Câu 2."]),
                table(["Mệnh đề", "Đúng", "Sai"], ["x", "", ""]),
                p(picture()),
                "Câu 1, 2 và 3",
                "E. x",
                "C. x",
                "Loại: nhóm đúng sai",
                "Điểm: -1",
                "Cố định: Z",
                "Loại: đúng sai",
            ]
        ),
        max_size=25,
    )
)
def test_no_order_of_lines_crashes_and_every_problem_has_its_sentence(blocks: list[str]) -> None:
    reading = read(*blocks)
    sentences = {**COMMON, **OF_TYPES, **MESSAGES}
    for problem in reading.problems:
        assert sentences[problem.code].format(**problem.message_params)
        assert problem.where["file"] == "bank.docx"
    numbers = [one.number for one in reading.questions]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {problem.where["question"] for problem in reading.problems if "question" in problem.where} <= set(
        numbers
    )


RICH = parts_of(
    "PHẦN I",
    STEM,
    "A. 1",
    "⟦u⟧B⟦/u⟧. 2",
    p("x", num=(1, 0)),
    table(["Câu", "1"], ["Đáp án", "B"]),
    p(picture(alt="x")),
    numbering_xml=LISTS,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_changed_xml_never_raises(seed: int) -> None:
    chance = random.Random(seed)
    text = str(RICH["word/document.xml"])
    for _ in range(chance.randrange(1, 5)):
        start = chance.choice([at for at, sign in enumerate(text) if sign == "<"])
        end = text.find(">", start) + 1
        text = text[:start] + text[start:end] * chance.choice([0, 2]) + text[end:]
    assert isinstance(FORMAT.read(package({**RICH, "word/document.xml": text}), "x.docx"), Reading)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "old_word"),
        (b"PK\x03\x04", "damaged"),
        (b"{\\rtf1", "rich_text"),
        (package({"[Content_Types].xml": "<!DOCTYPE x><x/>", "word/document.xml": "<x/>"}), "not_word"),
        (package({**RICH, "word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "xml_doctype"),
        (package({**RICH, "../evil": "x"}), "package_bad_name"),
        (package({**RICH, "word/bomb.xml": b"0" * 9_000_000}), "package_bomb"),
    ],
)
def test_files_that_cannot_be_read_are_one_problem(data: bytes, code: str) -> None:
    reading = FORMAT.read(data, "x.docx")
    assert (reading.questions, reading.unreadable, [problem.code for problem in reading.problems]) == (
        (),
        True,
        [code],
    )


def test_a_file_without_questions_says_so() -> None:
    reading = read("Chỉ có chữ.")
    assert codes(reading) == ["no_questions", "text_not_used"]
    assert not reading.unreadable


def test_word_files_are_recognised_by_name_or_content() -> None:
    assert FORMAT.recognise("Bank.DOCX", b"PK\x03\x04")
    assert FORMAT.recognise("bank.doc", b"\xd0\xcf")
    assert not FORMAT.recognise("bank.xlsx", b"PK\x03\x04xl/")


def test_places_and_originals_are_those_of_the_file() -> None:
    reading = read("Lời nói đầu", STEM, "⟦u⟧A⟦/u⟧. 20", "B. 30", "Đáp án: A")
    (one,) = reading.questions
    assert one.place == {"paragraph": 2}
    assert one.original == "Nghị quyết có bao nhiêu chỉ tiêu?\nA. 20\nB. 30\nĐáp án: A"


@pytest.mark.parametrize(
    "line",
    [
        "C. x",
        "1) x",
        "A. x",
        "Câu 1. x",
        "Ngữ liệu a:",
        "a) x (Đ)",
        "1.A 2.B 3.C",
        "x",
        "Đáp án: A",
        "Câu 1. x A. 1 B. 2 C. 3",
    ],
)
def test_many_lines_of_one_kind_take_no_more_than_their_share(line: str) -> None:
    once, twice = (_steps_of(word(*[line] * count)) for count in (800, 1600))
    assert twice < 2.6 * once


def _steps_of(data: bytes) -> int:
    """How many calls reading takes: the same on every machine, unlike seconds."""
    steps = 0

    def count(frame: FrameType, event: str, what: object) -> None:
        nonlocal steps
        steps += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        assert isinstance(FORMAT.read(data, "x.docx"), Reading)
    finally:
        sys.setprofile(before)
    return steps


def test_a_long_line_of_blanks_or_letters_is_read() -> None:
    data = word(
        STEM,
        "A. x" + " " * 200_000 + "(y",
        "B. " + "A. x " * 20_000,
        "C. " + "(" * 50_000,
        "-" * 100_000 + "x",
    )
    assert isinstance(FORMAT.read(data, "x.docx"), Reading)


def test_a_long_bank_is_read_whole() -> None:
    blocks = []
    for number in range(1, 1201):
        blocks += [
            f"Câu {number}. Câu hỏi về chỉ tiêu số {number} của Nghị quyết là gì?",
            "A. một phương án",
            "B. hai phương án",
            "⟦u⟧C⟦/u⟧. ba phương án",
            "D. bốn phương án",
        ]
    data = word(*blocks)
    reading = FORMAT.read(data, "big.docx")
    assert len(reading.questions) == 1200
    assert codes(reading) == []


@pytest.mark.parametrize(
    "first", ["Phấn đấu đến năm 2030 đạt 11%", "Nội dung thứ nhất", "Phần lớn đảng viên", "Câu hỏi khó"]
)
def test_an_option_that_begins_like_a_heading_is_an_option(first: str) -> None:
    reading = read(
        "Câu 1. Chọn ý nào?",
        "A. Một",
        "⟦u⟧B⟦/u⟧. Hai",
        f"C. {first}",
        "D. Bốn",
        "Câu 2. Nữa?",
        "⟦u⟧A⟦/u⟧. x",
        "B. y",
    )
    assert [len(each.question.options) for each in reading.questions] == [4, 2]
    assert [each.topic for each in reading.questions] == ["", ""]
