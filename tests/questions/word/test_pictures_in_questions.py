"""Pictures of stems and of options."""

from lms.questions.question import Image
from tests.questions.word_files import (
    codes,
    only,
    p,
    picture,
    read,
    run,
)


def test_pictures_belong_to_the_stem_or_to_the_option_they_stand_in() -> None:
    reading = read(
        p(run("Câu 1. Hình nào?"), picture(alt="Bản đồ")),
        p(run("A. "), picture(alt="Một")),
        p(run("B. "), picture(alt=""), run("hai")),
        "Đáp án: A",
    )
    (one,) = reading.questions
    (name,) = reading.pictures
    assert one.question.images == (Image(name, "Bản đồ"),)
    assert [option.image for option in one.question.options] == [Image(name, "Một"), Image(name, "")]
    assert "no_alt_text" in codes(reading)


def test_pictures_in_one_line_go_to_their_options() -> None:
    line = p(
        run("A. "),
        picture(alt="một"),
        run("\tB. "),
        picture(alt="hai"),
        run("\t"),
        run("C", "u"),
        run(". "),
        picture(alt="ba"),
    )
    (one,) = read("Câu 1. Hình nào?", line).questions
    assert [option.image.alt for option in one.question.options if option.image] == ["một", "hai", "ba"]
    assert one.question.correct == (2,)


def test_a_picture_between_stem_and_options_belongs_to_the_stem() -> None:
    found = only("Câu 1. Hình gì?", p(picture(alt="Bản đồ")), "⟦u⟧A⟦/u⟧. 1", "B. 2")
    assert [image.alt for image in found.images] == ["Bản đồ"]


def test_a_picture_that_cannot_be_used_is_said_at_its_question() -> None:
    reading = read(p(run("Câu 1. Hình gì?"), picture("rId404")), "⟦u⟧A⟦/u⟧. 1", "B. 2")
    assert codes(reading) == ["picture_lost"]
