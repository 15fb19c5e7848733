"""What a text format cannot carry, said before anything is written."""

from collections.abc import Iterable, Iterator, Sequence, Set

from lms.questions.formats.shared.carried import split_source, tag_can_stand
from lms.questions.formats.shared.categories import category_of, topic_of
from lms.questions.problem import Problem, error, has_errors, warning
from lms.questions.question import Question
from lms.questions.reading import ReadQuestion
from lms.questions.types import TYPES
from lms.vietnamese.text import clean

_ALL_OR_NOTHING = {"multiple_choice", "matching"}


def refused(read: ReadQuestion, types: Set[str]) -> list[Problem]:
    """Why a question is left out whatever it says: its type, or errors in it."""
    q = read.question
    if q.type not in types:
        return [error("type_not_written", "type")]
    if q.type in TYPES and has_errors(TYPES[q.type].check(q)):
        return [error("question_has_errors")]
    return []


def of_moodle(read: ReadQuestion) -> Iterator[Problem]:
    """What GIFT and Moodle XML both lose, or spell differently."""
    q = read.question
    if _scored_differently(q):
        yield warning("scored_differently", "scoring")
    if any(option.fixed for option in q.options):
        yield warning("fixed_not_written", "options")
    if not q.source and split_source(q.explanation)[1]:
        yield warning("explanation_as_source", "explanation")
    if clean(q.source) != q.source:
        yield warning("line_ends_lost", "source")
    if topic_of(category_of(read.topic)) != read.topic:
        yield warning("topic_respelt", topic=read.topic)
    yield from (warning("tag_not_written", tag=tag) for tag in read.tags if not tag_can_stand(tag))
    if q.stimulus and clean(q.stimulus.key) != q.stimulus.key:
        yield warning("stimulus_not_written", "stimulus")


def _scored_differently(q: Question) -> bool:
    if q.type in _ALL_OR_NOTHING:
        return q.scoring == "all_or_nothing"
    return q.type == "true_false_group"


def stimuli_differ(reads: Sequence[ReadQuestion]) -> set[int]:
    """Numbers of questions whose stimulus has the key of another one before."""
    first: dict[str, object] = {}
    return {
        read.number
        for read in reads
        if read.question.stimulus
        and first.setdefault(read.question.stimulus.key, read.question.stimulus) != read.question.stimulus
    }


def of_pictures(q: Question) -> Iterator[Problem]:
    """That a format has no pictures."""
    if q.images or any(option.image for option in q.options):
        yield warning("images_not_written", "images")


def of_essay(q: Question) -> Iterator[Problem]:
    """That a format has nothing but the text of an essay question."""
    if q.rubric:
        yield warning("rubric_not_written", "rubric")
    if q.least_words or q.most_words:
        yield warning("word_limits_not_written", "least_words")
    if q.file_types:
        yield warning("file_types_not_written", "file_types")
    if q.guide:
        yield warning("guide_not_written", "guide")


def placed(problems: Iterable[Problem], read: ReadQuestion) -> list[Problem]:
    """Findings of one question with its number."""
    return [problem.at(question=read.number) for problem in problems]


def left_out(problems: Iterable[Problem]) -> set[int]:
    """Numbers of the questions that are not written at all."""
    return {int(problem.where["question"]) for problem in problems if problem.severity == "error"}
