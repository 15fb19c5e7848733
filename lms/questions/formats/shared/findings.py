"""What is found in any file of questions, whatever its format, once they are built."""

from collections.abc import Sequence

from lms.questions.duplicates import repeated
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question
from lms.questions.reading import Reading, ReadQuestion, numbered
from lms.questions.types import TYPES

MOST_MEGABYTES = 20
MOST_ENTRIES = 100  # of one list, to be checked at all; every type allows far fewer


def check_all(reads: Sequence[ReadQuestion]) -> list[Problem]:
    """What the types say about each question, ids that stand twice, and questions that ask the same."""
    found = [problem for read in reads for problem in check(read)]
    first: dict[str, ReadQuestion] = {}
    for read in reads:
        earlier = first.setdefault(read.id, read) if read.id else read
        if earlier is not read:
            found += numbered([warning("repeated_id", "id", id=read.id, earlier=earlier.number)], read)
    for earlier, later in repeated((read, read.question) for read in reads):
        same = warning("repeated_stem", "stem", earlier=told(earlier))
        found += numbered([same], later)
    return found


def told(read: ReadQuestion) -> str:
    """How a finding names another question of the file: "3", or "3 (tn-03)" where it has an id of its own."""
    return f"{read.number} ({read.id})" if read.id else str(read.number)


def check(read: ReadQuestion) -> list[Problem]:
    """What the type of one question says about it, with its place.

    Lists far too long are only said to be so: the types compare every entry with every other one.
    """
    count = _longest(read.question)
    if count > MOST_ENTRIES:
        return numbered([error("too_many_entries", count=count, most=MOST_ENTRIES)], read)
    return numbered(TYPES[read.question.type].check(read.question), read)


def _longest(q: Question) -> int:
    """How many entries the longest list of a question has."""
    lists = (q.options, q.pairs, q.answers, q.statements, q.blanks, q.rubric, q.images)
    of_blanks = (entries for blank in q.blanks for entries in (blank.options, blank.answers))
    return max(map(len, (*lists, *of_blanks)))


def decoded(data: bytes) -> str | Problem:
    """The text of a UTF-8 file, with or without a byte-order mark, or why it cannot be read."""
    if len(data) > MOST_MEGABYTES * 1_000_000:
        return error("too_large", most=MOST_MEGABYTES)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        return error("not_utf8").at(line=line)


def unreadable(problem: Problem, name: str) -> Reading:
    """The reading of a file that cannot be read at all."""
    return Reading((), (problem.at(file=name),), unreadable=True)


def in_order(problems: Sequence[Problem], name: str) -> tuple[Problem, ...]:
    """Findings with their file, by line; those about the whole file first."""
    placed = (problem.at(file=name) for problem in problems)
    return tuple(sorted(placed, key=lambda problem: int(problem.where.get("line", 0))))


def once(problems: Sequence[Problem]) -> list[Problem]:
    """Findings of one question, each said once."""
    return list({repr(problem): problem for problem in problems}.values())
