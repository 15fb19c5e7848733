"""How a text of a file looked: cut into pieces that are drawn one after the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.banks.transfer.looks import Piece, pieces
from lms.questions.reading import MARKS, Mark


def test_a_text_without_marks_is_one_piece_and_no_text_is_none() -> None:
    assert pieces("A. 20", ()) == [Piece("A. 20")]
    assert pieces("", ()) == []


def test_marks_overlap_and_each_begins_once() -> None:
    found = pieces("A. 20 B", [(0, 5, "bold"), (0, 1, "underline"), (3, 7, "red")])
    assert found == [
        Piece("A", ("bold", "underline"), ("bold", "underline")),
        Piece(". ", ("bold",)),
        Piece("20", ("bold", "red"), ("red",)),
        Piece(" B", ("red",)),
    ]


def test_marks_that_touch_are_two() -> None:
    assert pieces("ab", [(0, 1, "red"), (1, 2, "red")]) == [
        Piece("a", ("red",), ("red",)),
        Piece("b", ("red",), ("red",)),
    ]


PLACES = st.integers(-3, 40)


@given(st.text(max_size=30), st.lists(st.tuples(PLACES, PLACES, st.sampled_from(MARKS)), max_size=12))
def test_nothing_is_lost_and_every_letter_has_the_marks_that_cover_it(
    text: str, marks: list[tuple[int, int, Mark]]
) -> None:
    found = pieces(text, marks)
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text and set(piece.begins) <= set(piece.marks) for piece in found)
    drawn = [set(piece.marks) for piece in found for _letter in piece.text]
    inside = [(start, end, mark) for start, end, mark in marks if 0 <= start < end <= len(text)]
    assert drawn == [{mark for start, end, mark in inside if start <= at < end} for at in range(len(text))]
