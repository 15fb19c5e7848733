"""Whether a format keeps its word: what it writes is read back equal, but for what `losses` named before."""

from collections.abc import Iterable
from dataclasses import replace

from lms.questions.problem import Problem
from lms.questions.reading import BankHeader, Format, Reading, ReadQuestion
from tests.questions.strategies import PICTURES

HEADER = BankHeader("hanoi_xviii", "targets", "Chỉ tiêu")
# What a warning of `losses` excuses: fields of the question, or of what is around it.
_EXCUSED: dict[str, tuple[str, ...]] = {
    "scored_differently": (),  # elsewhere; read here again as before
    "images_not_written": ("images", "option_images"),
    "fixed_not_written": ("fixed",),
    "stimulus_not_written": ("stimulus",),
    "rubric_not_written": ("rubric",),
    "word_limits_not_written": ("least_words", "most_words"),
    "file_types_not_written": ("file_types",),
    "guide_not_written": ("guide",),
    "explanation_not_written": ("explanation",),
    "explanation_as_source": ("explanation", "source"),
    "level_not_written": ("level",),
    "source_not_written": ("source",),
    "cites_not_written": ("cites",),
    "expires_not_written": ("expires",),
    "points_not_written": ("points",),
    "topic_not_written": ("topic",),
    "topic_respelt": ("topic",),
    "tags_not_written": ("tags",),
    "tag_not_written": ("tags", "id"),
}
_ANY_TEXT = {"line_ends_lost", "characters_lost"}  # these excuse every text
_NOTHING = {
    "images": (),
    "stimulus": None,
    "rubric": (),
    "least_words": 0,
    "most_words": 0,
    "file_types": (),
    "guide": "",
    "explanation": "",
    "level": None,
    "source": "",
    "cites": (),
    "expires": "",
}
_NOTHING_AROUND = {"points": None, "topic": "", "tags": (), "id": ""}


def again(kind: Format, asked: Iterable[ReadQuestion]) -> Reading:
    """What the format reads of what it wrote."""
    return kind.read(kind.write(HEADER, tuple(asked), PICTURES), f"bank{kind.suffix}")


def check_round_trip(kind: Format, asked: tuple[ReadQuestion, ...], *, ids: bool = True) -> None:
    """Every question comes back, without those that an error of `losses` leaves out, and equal but for its warnings."""
    losses = kind.losses(asked)
    out = {problem.where["question"] for problem in losses if problem.severity == "error"}
    written = [read for read in asked if read.number not in out]
    found = again(kind, asked)
    assert len(found.questions) == len(written)
    for number, (before, after) in enumerate(zip(written, found.questions, strict=True), start=1):
        codes = {problem.code for problem in _of(losses, before.number)}
        if codes & _ANY_TEXT:
            continue
        assert codes <= _EXCUSED.keys(), codes
        excused = {name for code in codes for name in _EXCUSED[code]} | (set() if ids else {"id"})
        assert _without(after, excused) == _without(replace(before, number=number), excused)


def _of(losses: Iterable[Problem], number: int) -> list[Problem]:
    return [problem for problem in losses if problem.where["question"] == number]


def _without(read: ReadQuestion, excused: set[str]) -> ReadQuestion:
    """The question without what need not come back."""
    around = {name: nothing for name, nothing in _NOTHING_AROUND.items() if name in excused}
    inside = {name: nothing for name, nothing in _NOTHING.items() if name in excused}
    options = tuple(
        replace(
            option,
            fixed=option.fixed and "fixed" not in excused,
            image=None if "option_images" in excused else option.image,
        )
        for option in read.question.options
    )
    question = replace(read.question, options=options, **inside)  # type: ignore[arg-type]
    return replace(read, question=question, **around)  # type: ignore[arg-type]
