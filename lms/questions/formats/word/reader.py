"""The way from a Word file to questions: text, lines, division, bodies, keys, judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lms.files.collecting import nothing_collected
from lms.files.package import PackageRefused
from lms.files.word import WordText, WordUnreadable, read_word
from lms.files.word.plain import from_lines
from lms.files.xml import XmlRefused
from lms.questions.duplicates import repeated
from lms.questions.formats.shared.findings import MOST_MEGABYTES, check, decoded, told, unreadable
from lms.questions.formats.word.assign import assign_keys
from lms.questions.formats.word.body import read_body
from lms.questions.formats.word.judge import judge
from lms.questions.formats.word.lines import Line, LineReader
from lms.questions.formats.word.raw import RawQuestion
from lms.questions.formats.word.segment import Divided, divide
from lms.questions.formats.word.shown import original
from lms.questions.problem import Problem, error, warning
from lms.questions.reading import Reading, ReadQuestion, numbered

_TOLD = (
    "tracked_changes_accepted", "hidden_text_left_out", "legacy_font", "footnotes_not_read", "symbol_not_known",
    "embedded_file_not_read", "linked_picture_not_read",
)  # fmt: skip
_QUOTE = 120


def read(data: bytes, name: str) -> Reading:
    """Everything that a Word file holds of questions, and what is doubtful about it."""
    if len(data) > MOST_MEGABYTES * 1_000_000:
        return unreadable(error("too_large", most=MOST_MEGABYTES), name)
    with nothing_collected():
        try:
            document = read_word(data)
        except (WordUnreadable, PackageRefused, XmlRefused) as refused:
            return unreadable(Problem("error", refused.code, {}, refused.params), name)
        return read_text(document, name)


def read_plain(data: bytes, name: str) -> Reading:
    """The same for a file of plain text, or for text that was pasted."""
    text = decoded(data)
    return read_text(from_lines(text), name) if isinstance(text, str) else unreadable(text, name)


def read_text(document: WordText, name: str) -> Reading:
    """Everything that the text of a document holds of questions."""
    divided = divide(list(LineReader().items(document.blocks)))
    raws = [raw for source in divided.sources for raw in read_body(source)]
    _share_texts(divided, raws)
    problems = [warning(note) for note in document.notes if note in _TOLD]
    problems += divided.problems
    problems += assign_keys(raws, divided.keys)
    reads: list[ReadQuestion] = []
    left_over = list(divided.unused)
    for number, raw in enumerate(raws, 1):
        text, marks = original(raw.all_lines)
        judged = judge(raw, divided.stimuli)
        read = ReadQuestion(
            number,
            judged.id,
            judged.question,
            points=judged.points,
            topic=judged.topic,
            tags=judged.tags,
            place={"paragraph": raw.paragraph},
            original=text,
            original_marks=marks,
        )
        reads.append(read)
        problems += numbered(judged.problems, read) + check(read)
        left_over += raw.left_over
    problems += _out_of_order(raws, reads) + _repeated(reads) + _not_used(left_over)
    if not reads:
        problems.insert(0, error("no_questions"))
    named = {image.name for read in reads for image in read.question.pictures}
    pictures = {key: document.pictures[key] for key in document.pictures if key in named}
    placed = tuple(problem.at(file=name) for problem in _once(problems))
    return Reading(tuple(reads), placed, pictures=pictures)


def _share_texts(divided: Divided, raws: Sequence[RawQuestion]) -> None:
    """Give texts that stand above a range of questions to the questions of these numbers that follow."""
    for start, first, last, stimulus in divided.shared:
        sources = {id(source) for source in divided.sources[start : start + last - first + 1]}
        for raw in raws:
            if id(raw.source) in sources and raw.number is not None and first <= raw.number <= last:
                raw.stimulus = stimulus


def _out_of_order(raws: Sequence[RawQuestion], reads: Sequence[ReadQuestion]) -> list[Problem]:
    """Numbers of the file that do not go on by one; beginning anew under a heading is in order."""
    found: list[Problem] = []
    last: int | None = None
    base, since, section = 0, 0, None
    for raw, read in zip(raws, reads, strict=True):
        number = raw.number
        since += 1
        if number is None:
            continue
        fresh = raw.source.section is not section and number == 1
        section = raw.source.section
        if last is None or fresh:
            base, since = number, 0
        elif number not in {last + 1, base + since}:
            told = warning("number_out_of_order", number=number, expected=last + 1)
            found += numbered([told], read)
        last = number
    return found


def _repeated(reads: Sequence[ReadQuestion]) -> list[Problem]:
    found: list[Problem] = []
    first: dict[str, ReadQuestion] = {}
    for read in reads:
        earlier = first.setdefault(read.id, read) if read.id else read
        if earlier is not read:
            found += numbered([warning("repeated_id", "id", id=read.id, earlier=earlier.number)], read)
    for earlier, later in repeated((read, read.question) for read in reads):
        found += numbered([warning("repeated_stem", "stem", earlier=told(earlier))], later)
    return found


def _not_used(lines: Sequence[Line]) -> list[Problem]:
    """Text that went into no question, neighbours together."""
    found: list[Problem] = []
    parts: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.paragraph):
        if parts and line.paragraph - parts[-1][-1].paragraph <= 1:
            parts[-1].append(line)
        else:
            parts.append([line])
    for part in parts:
        text = " / ".join(line.text for line in part if line.text)
        if not text and not any(line.images for line in part):
            continue
        told = text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "…"
        place = {"paragraph": part[0].paragraph, "last_paragraph": part[-1].paragraph}
        found.append(warning("text_not_used", text=told).at(**place))
    return found


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """The same finding of the same question is told once: several_keys, no_key may be found on two ways."""
    found: list[Problem] = []
    seen: set[tuple[object, ...]] = set()
    for problem in problems:
        key = (problem.code, *sorted((name, str(value)) for name, value in problem.where.items()))
        if key in seen and problem.code in {"several_keys", "no_key"}:
            continue
        seen.add(key)
        found.append(replace(problem))
    return found
