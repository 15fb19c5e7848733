"""What our questions have and Moodle's have no field for, carried so that reading gives it back.

- the source (căn cứ) is the last line of the general feedback, where a candidate can read it;
- level, points, day of expiry, cited passages and the like are tags: "level:recall", "points:2". Levels in
  Vietnamese ("Nhận biết", "mức độ: VD") are read as well.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lms.questions.formats.shared.plain_numbers import plain, spelled
from lms.questions.levels import read_level
from lms.questions.question import Pair, Question
from lms.questions.reading import ReadQuestion
from lms.vietnamese.text import clean, fold_words, tidy

TRUE, FALSE = "Đúng", "Sai"
SCORED = {"multiple_choice", "matching", "ordering"}
_SOURCE = re.compile(r"(?:căn cứ|nguồn|source)\s*:\s*(\S.*)", re.IGNORECASE)
FIELD = re.compile(
    r"(level|mức độ|points|điểm|expires|cites|scoring|type|stimulus|diacritics|unit|written)\s*:\s*(.*)",
    re.IGNORECASE,
)
SYNONYMS = {"mức độ": "level", "điểm": "points"}
_MARKS = {"NB", "TH", "VD", "VDT", "VDC", "TB"}
_SHORT_WORDS = {"dễ", "khó"}
NO_LEVEL = "none"
TOLERANCE = "t"


def with_source(question: Question) -> str:
    """The general feedback: the explanation, and the source as its last line."""
    line = f"Căn cứ: {clean(question.source)}" if question.source else ""
    return "\n".join(filter(None, [question.explanation, line]))


def split_source(feedback: str) -> tuple[str, str]:
    """Explanation and source of a general feedback."""
    rest, _, last = feedback.rpartition("\n")
    found = _SOURCE.fullmatch(last)
    return (tidy(rest), found[1].strip()) if found else (feedback, "")


def as_matching(question: Question) -> Question:
    """A true_false_group as a matching of statements with Đúng and Sai; both words can be chosen."""
    pairs = [Pair(statement.text, TRUE if statement.correct else FALSE) for statement in question.statements]
    missing = {TRUE, FALSE} - {pair.right for pair in pairs}
    pairs += [Pair("", word) for word in sorted(missing)]
    return replace(question, type="matching", statements=(), pairs=tuple(pairs))


def to_tags(read: ReadQuestion, *, points: bool, units: bool) -> list[str]:
    """The tags of a question in a file; `points` and `units` when the format has no field for them."""
    q = read.question
    tags = [tag for tag in read.tags if tag_can_stand(tag)]
    if q.level:
        tags.append(f"level:{q.level}")
    elif any(bare_level(tag) for tag in tags):
        tags.append(f"level:{NO_LEVEL}")
    if points and read.points is not None:
        tags.append(f"points:{spelled(read.points)}")
    tags += [f"expires:{q.expires}"] * bool(q.expires)
    tags += [f"cites:{passage}" for passage in q.cites]
    tags += [f"scoring:{q.scoring}"] * (q.type in SCORED)
    tags += [f"type:{q.type}"] * (q.type == "true_false_group")
    tags += [f"stimulus:{q.stimulus.key}"] if q.stimulus else []
    return [*tags, *_strict(q), *_units(q, units), *_written(q)]


def tag_can_stand(tag: str) -> bool:
    """Whether a tag of a question is read back as itself."""
    return bool(tag) and clean(tag) == tag and FIELD.fullmatch(tag) is None


def _strict(q: Question) -> Iterator[str]:
    if q.type == "short_answer" and not q.fold:
        yield "diacritics:strict"
    strict = [str(number) for number, blank in enumerate(q.blanks, start=1) if not blank.fold]
    if strict:
        yield f"diacritics:{','.join(strict)}"


def _units(q: Question, of_numeric: bool) -> Iterator[str]:
    if q.unit and (of_numeric or q.type != "numeric"):
        yield f"unit:{q.unit}"
    for number, blank in enumerate(q.blanks, start=1):
        if blank.unit:
            yield f"unit:{number}={blank.unit}"


def _written(q: Question) -> Iterator[str]:
    """The spelling of numbers that programs would spell otherwise (12.000)."""
    if q.type == "numeric":
        yield from _spellings("", q.answers, q.tolerance, q.unit)
    for number, blank in enumerate(q.blanks, start=1):
        if blank.kind == "number":
            yield from _spellings(f"{number}.", blank.answers, blank.tolerance, blank.unit)


def _spellings(prefix: str, answers: Sequence[str], tolerance: str, unit: str) -> Iterator[str]:
    for number, answer in enumerate(answers, start=1):
        if plain(answer, unit).replace(".", ",") != answer:
            yield f"written:{prefix}{number}={answer}"
    if plain(tolerance).replace(".", ",") != tolerance:
        yield f"written:{prefix}{TOLERANCE}={tolerance}"


def bare_level(tag: str) -> str | None:
    """The level that a tag names on its own; short words that may mean anything ("b", "th", "1") do not count."""
    if tag in _MARKS or tag.casefold() in _SHORT_WORDS or len(fold_words(tag)) > 3:
        return read_level(tag)
    return None
