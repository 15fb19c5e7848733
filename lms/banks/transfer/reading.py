"""Reading a file of questions where it can do no harm: in a bounded child (lms.kit.bounded)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lms.banks.pictures import PictureRefused, TakenPicture, redraw
from lms.kit import bounded
from lms.kit.bounded import Answer, BoundedFailure
from lms.questions import formats
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Image
from lms.questions.reading import Format, Reading, ReadQuestion, numbered
from lms.questions.wire import from_wire, to_wire

HEAD = 4096  # bytes by which formats are recognised
LARGEST = 20_000_000  # bytes of a file
_PLACE = "lms.banks.transfer.reading:in_child"


def format_of(data: bytes, name: str, wanted: str = "") -> Format | None:
    """The format called `wanted`, or else the one that claims a file of this name and beginning."""
    return formats.by_name(wanted) if wanted else formats.recognised(name, data[:HEAD])


@dataclass(frozen=True, slots=True)
class FileRead:
    """What became of a file: the format (or ""), the reading, and of each picture (media type, width, height)."""

    format: str
    reading: Reading
    sizes: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)


def read_file(data: bytes, name: str, wanted: str = "") -> FileRead:
    """What is in a file of questions. Never raises for what is in it.

    What the child could not do is a reading that is `unreadable` with the reason.
    """
    if len(data) > LARGEST:
        return FileRead("", _unreadable(error("too_large", most=LARGEST // 1_000_000), name))
    known = format_of(data, name, wanted)
    if known is None:
        titles = ", ".join(each.title for each in formats.FORMATS)
        return FileRead("", _unreadable(error("unknown_format", known=titles), name))
    try:
        answer = bounded.run(_PLACE, data, name=name, format=known.name)
        return _trusted(known, answer)
    except BoundedFailure as failed:
        return FileRead(known.name, _unreadable(error(failed.code), name))


def _trusted(known: Format, answer: Answer) -> FileRead:
    """The child's answer: whatever it was made to say, it is only text and numbers, and pictures of known names."""
    try:
        reading = from_wire(answer.told["reading"], answer.blobs)
        sizes = {name: (str(kind), int(w), int(h)) for name, (kind, w, h) in answer.told["sizes"].items()}
    except (KeyError, TypeError, ValueError) as broken:
        raise BoundedFailure("reader_failed", f"the child's reading is none: {broken}") from broken
    for name, data in answer.blobs.items():
        if hashlib.sha256(data).hexdigest() != name.partition(".")[0] or name not in sizes:
            raise BoundedFailure("reader_failed", f"the picture {name[:80]!r} is not what its name says")
    tidied = tuple(replace(read, question=read.question.tidied()) for read in reading.questions)
    really = reading.format if formats.by_name(reading.format) else known.name
    return FileRead(really, replace(reading, questions=tidied), sizes)


def _unreadable(problem: Problem, name: str) -> Reading:
    return Reading((), (problem.at(file=name),), unreadable=True)


# ----------------------------------------------------------------------------------------------- inside the child


def in_child(data: bytes, params: Mapping[str, Any]) -> Answer:
    """What the child does: read the file with the format it is told, and make its pictures harmless."""
    known = formats.by_name(params["format"])
    if known is None:
        raise LookupError(f"no format {params['format']!r}")
    reading, sizes = _harmless(known.read(data, params["name"]))
    told, pictures = to_wire(reading)
    return Answer({"reading": told, "sizes": sizes}, pictures)


def _harmless(reading: Reading) -> tuple[Reading, dict[str, tuple[str, int, int]]]:
    """The reading with every picture decoded and written anew; what is no picture is left out and said."""
    taken: dict[str, TakenPicture] = {}
    refused: dict[str, PictureRefused] = {}
    for name, data in reading.pictures.items():
        try:
            taken[name] = redraw(data)
        except PictureRefused as reason:
            refused[name] = reason
    questions = tuple(_with_taken(read, taken) for read in reading.questions)
    problems = [
        problem for read in reading.questions for problem in numbered(_refusals(read, taken, refused), read)
    ]
    return (
        replace(
            reading,
            questions=questions,
            problems=(*reading.problems, *problems),
            pictures={picture.name: picture.data for picture in taken.values()},
        ),
        {picture.name: (picture.media_type, picture.width, picture.height) for picture in taken.values()},
    )


def _with_taken(read: ReadQuestion, taken: Mapping[str, TakenPicture]) -> ReadQuestion:
    if not read.question.pictures:
        return read

    def images(before: tuple[Image, ...]) -> tuple[Image, ...]:
        return tuple(replace(image, name=taken[image.name].name) for image in before if image.name in taken)

    question, stimulus = read.question, read.question.stimulus
    options = tuple(
        replace(option, image=next(iter(images((option.image,) if option.image else ())), None))
        for option in question.options
    )
    stimulus = stimulus and replace(stimulus, images=images(stimulus.images))
    return replace(
        read, question=replace(question, images=images(question.images), options=options, stimulus=stimulus)
    )


def _refusals(
    read: ReadQuestion, taken: Mapping[str, TakenPicture], refused: Mapping[str, PictureRefused]
) -> list[Problem]:
    gone = [image for image in read.question.pictures if image.name not in taken]
    return [
        warning(refused[image.name].code, "images", None, **refused[image.name].params)
        if image.name in refused
        else warning("picture_missing", "images")
        for image in gone
    ]
