"""The looks of a file, kept beside its text for showing both."""

import json
from dataclasses import replace

from lms.questions.reading import Reading, ReadQuestion
from lms.questions.wire import from_wire, to_wire
from tests.questions.word_files import numbering, p, read, table


def _marked(one: ReadQuestion) -> list[tuple[str, str]]:
    return [(one.original[start:end], kind) for start, end, kind in one.original_marks]


def _only(*blocks: str, **parts: str) -> ReadQuestion:
    (one,) = read(*blocks, **parts).questions
    return one


def test_marks_stand_at_the_places_of_the_original_text() -> None:
    one = _only(
        "Câu 1. Nghị quyết có ⟦b⟧bao nhiêu⟦/b⟧ chỉ tiêu?",
        "⟦u⟧A⟦/u⟧. 20",
        "⟦r⟧B. 30⟦/r⟧",
        "C. ⟦h⟧40⟦/h⟧ chỉ tiêu",
        "D. ⟦g⟧50⟦/g⟧ ⟦i⟧phần⟦/i⟧",
    )
    assert one.original.startswith("Nghị quyết có bao nhiêu chỉ tiêu?\nA. 20\nB. 30")
    assert _marked(one) == [
        ("bao nhiêu", "bold"),
        ("A", "underline"),
        ("B. 30", "red"),
        ("40", "highlight"),
        ("50", "colour"),
        ("phần", "italic"),
    ]


def test_a_text_of_several_looks_has_each_of_them() -> None:
    one = _only("Câu 1. Mấy?", "⟦u⟧⟦b⟧A⟦/u⟧. 20⟦/b⟧", "B. 30")
    assert sorted(_marked(one)) == [("A", "underline"), ("A. 20", "bold")]


def test_marks_stand_right_after_soft_breaks_tabs_automatic_letters_and_in_cells() -> None:
    lists = numbering([("decimal", "Câu %1."), ("upperLetter", "%2.")])
    one = _only(
        p("Mấy⟦u⟧ đột phá⟦/u⟧?\nHai ⟦b⟧dòng⟦/b⟧", num=(1, 0)),
        p("một", num=(1, 1)),
        p("⟦u⟧hai⟦/u⟧", num=(1, 1)),
        numbering_xml=lists,
    )
    assert _marked(one) == [("đột phá", "underline"), ("dòng", "bold"), ("hai", "underline")]
    one = _only("Câu 1. Mấy?", table(["A. 1", "⟦r⟧B. 2⟦/r⟧"], ["C. 3", "D. 4"]))
    assert _marked(one) == [("B. 2", "red")]
    one = _only("Câu 1. Mấy?", "A. 1\t⟦u⟧B⟦/u⟧. 2\tC. 3")
    assert _marked(one) == [("B", "underline")]


def test_text_without_looks_has_no_marks() -> None:
    assert _only("Câu 1. Mấy?", "A. 1", "B. 2", "Đáp án: A").original_marks == ()


def test_marks_go_over_the_wire_and_older_data_has_none() -> None:
    reading = read("Câu 1. Mấy?", "⟦u⟧A⟦/u⟧. 1", "B. 2", "Câu 2. Hai?", "A. 1", "B. 2")
    told = json.loads(json.dumps(to_wire(reading)[0]))
    back = from_wire(told, {})
    assert back == reading
    assert [one.original_marks for one in back.questions] == [((5, 6, "underline"),), ()]
    for each in told["questions"]:
        each.pop("original_marks", None)
    assert [one.original_marks for one in from_wire(told, {}).questions] == [(), ()]


def test_marks_do_not_make_questions_different() -> None:
    (one,) = read("Câu 1. Mấy?", "⟦u⟧A⟦/u⟧. 1", "B. 2").questions
    assert one == replace(one, original_marks=())
    assert Reading((one,), ()) == Reading((replace(one, original_marks=()),), ())
