"""Gaps in a running text, to be filled by typing or choosing. The n-th stands in the stem as [[n]], from 1.

A text gap is compared as a short_answer, a number gap as a numeric; of a choice gap one option is right. Scoring: the
mean over all gaps, each worth the same; an empty gap is not right.

The arrangement is one tuple for the options of all choice gaps, one gap after the other: with two choice gaps of 3 and
2 options (1, 2, 0, 4, 3) displays the second option of the first gap first, and turns the other gap's two around. No
number leaves the range of its own gap.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import combinations

from lms.questions import score
from lms.questions.answer import (
    Answer,
    Said,
    read_digits,
    read_form_rows,
    read_position,
    read_rows,
    read_text,
)
from lms.questions.common import ask_shared, check_shared, in_order
from lms.questions.options import MOST_OPTIONS, same_words, shuffled
from lms.questions.problem import Problem, error, warning
from lms.questions.question import BLANKS, AskedBlank, AskedQuestion, Blank, Option, Question
from lms.questions.question_type import VIETNAMESE, Arrangement, Key, TruthWords
from lms.questions.score import Reason, Score
from lms.questions.types import numeric, short_answer

MOST_BLANKS = 20
_MARK = re.compile(r"\[\[([1-9][0-9]?)\]\]")
_LONGEST = {"text": short_answer.LONGEST, "number": numeric.LONGEST}
_USED = {
    "text": {"kind", "answers", "fold"},
    "number": {"kind", "answers", "tolerance", "unit"},
    "choice": {"kind", "options", "correct"},
}


class Cloze:
    name = "cloze"

    def check(self, q: Question) -> list[Problem]:
        of_blanks = [problem for i, blank in enumerate(q.blanks) for problem in _check_blank(i, blank)]
        return [*check_shared(q, ("blanks",)), *_check_marks(q), *of_blanks]

    def arrange(self, q: Question, rng: random.Random, shuffle: bool) -> tuple[int, ...]:
        arrangement: list[int] = []
        for at, span in _spans(q).items():
            options = [Option(text) for text in q.blanks[at].options]
            order = shuffled(options, rng) if shuffle else range(len(options))
            arrangement += (span.start + index for index in order)
        return tuple(arrangement)

    def ask(self, q: Question, arrangement: Arrangement) -> AskedQuestion:
        spans = _spans(q)
        texts = in_order([text for at in spans for text in q.blanks[at].options], arrangement)
        if any(arrangement[place] not in span for span in spans.values() for place in span):
            raise ValueError(f"arrangement {tuple(arrangement)} does not fit the gaps {list(spans.values())}")
        blanks = (
            AskedBlank(blank.kind, texts[spans[at].start : spans[at].stop] if at in spans else (), blank.unit)
            for at, blank in enumerate(q.blanks)
        )
        return ask_shared(q, blanks=tuple(blanks))

    def read_answer(self, asked: AskedQuestion, raw: object) -> Answer:
        return read_rows(raw, len(asked.blanks), lambda at, value: _read(asked.blanks[at], value))

    def read_form(self, asked: AskedQuestion, values: list[str]) -> Answer:
        count, told = len(asked.blanks), read_form_rows(values)
        kinds = {row: asked.blanks[read_position(read_digits(row), count)].kind for row in told}
        chosen = {row: read_digits(value) for row, value in told.items() if kinds[row] == "choice"}
        return self.read_answer(asked, told | chosen)

    def score(self, q: Question, arrangement: Arrangement, answer: Answer) -> Score:
        filled = self._filled(q, arrangement, answer)
        if not filled:
            return score.NOT_ANSWERED
        parts = tuple(at in filled and _is_right(blank, filled[at]) for at, blank in enumerate(q.blanks))
        reason = Reason("blanks_right", {"right": sum(parts), "of": len(parts)})
        return Score(score.share(sum(parts), len(parts)), (reason,), parts)

    def key(self, q: Question, arrangement: Arrangement) -> Key:
        self.ask(q, arrangement)
        place, spans = list(arrangement).index, _spans(q)
        return {
            str(at): place(spans[at].start + blank.correct) - spans[at].start
            if at in spans
            else blank.answers
            for at, blank in enumerate(q.blanks)
        }

    def describe(
        self, q: Question, arrangement: Arrangement, answer: Answer, words: TruthWords = VIETNAMESE
    ) -> tuple[str, ...]:
        filled = self._filled(q, arrangement, answer)
        return tuple(f"({at + 1}) {_words(q.blanks[at], said)}" for at, said in filled.items())

    def describe_key(self, q: Question, words: TruthWords = VIETNAMESE) -> tuple[str, ...]:
        return tuple(
            f"({number}) {' / '.join(_key_words(blank))}" for number, blank in enumerate(q.blanks, 1)
        )

    def _filled(self, q: Question, arrangement: Arrangement, answer: Answer) -> dict[int, Said]:
        """Gap → what was typed, or the original index of the chosen option."""
        read, spans = self.read_answer(self.ask(q, arrangement), answer), _spans(q)
        said = {int(row): value for row, value in read.items()} if isinstance(read, Mapping) else {}
        return {
            at: arrangement[spans[at].start + value] - spans[at].start if isinstance(value, int) else value
            for at, value in said.items()
        }


def _spans(q: Question) -> dict[int, range]:
    """For each choice gap its part of the arrangement."""
    found, start = {}, 0
    for at, blank in enumerate(q.blanks):
        if blank.kind == "choice":
            found[at] = range(start, start + len(blank.options))
            start = found[at].stop
    return found


def _read(blank: AskedBlank, value: object) -> Said | None:
    if blank.kind == "choice":
        return read_position(value, len(blank.options))
    return read_text(value, _LONGEST[blank.kind])


def _is_right(blank: Blank, said: Said) -> bool:
    if blank.kind == "choice":
        return said == blank.correct
    if blank.kind == "number":
        judged = numeric.score_number(str(said), blank.answers, blank.tolerance, blank.unit)
    else:
        judged = short_answer.score_words(str(said), blank.answers, blank.fold)
    return judged.correctness == score.ONE


def _words(blank: Blank, said: Said) -> str:
    return blank.options[said] if isinstance(said, int) else said


def _key_words(blank: Blank) -> tuple[str, ...]:
    if blank.kind == "choice":
        return (blank.options[blank.correct],)
    if blank.kind == "number":
        return numeric.number_words(blank.answers, blank.tolerance, blank.unit)
    return blank.answers


# ------------------------------------------------------------------------------------------------ checks


def _check_marks(q: Question) -> Iterator[Problem]:
    """Every gap stands in the text once, and nothing else looks like one."""
    if not q.blanks:
        yield error("no_blanks", "blanks")
    if len(q.blanks) > MOST_BLANKS:
        yield error("too_many_blanks", "blanks", count=len(q.blanks), most=MOST_BLANKS)
    named = [int(number) for number in _MARK.findall(q.stem)]
    for at in range(len(q.blanks)):
        times = named.count(at + 1)
        if times != 1:
            yield error("blank_named_twice" if times else "blank_not_named", "blanks", at)
    for number in sorted(set(named)):
        if number > len(q.blanks):
            yield error("unknown_blank", "stem", mark=number)
    if "[[" in _MARK.sub("", q.stem):
        yield warning("stray_blank_mark", "stem")


def _check_blank(at: int, blank: Blank) -> Iterator[Problem]:
    if blank.kind not in BLANKS:
        yield error("unknown_blank_kind", "blanks", at, kind=blank.kind[:40], known=", ".join(BLANKS))
        return
    for field in fields(blank):
        if field.name not in _USED[blank.kind] and getattr(blank, field.name) != field.default:
            yield error("blank_field_not_used", "blanks", at, name=field.name)
    yield from _check_options(at, blank) if blank.kind == "choice" else _check_answers(at, blank)


def _check_answers(at: int, blank: Blank) -> Iterator[Problem]:
    longest = _LONGEST[blank.kind]
    if not blank.answers:
        yield error("no_key", "blanks", at)
    if blank.kind == "number" and not numeric.is_tolerance(blank.tolerance):
        yield error("blank_bad_tolerance", "blanks", at, text=blank.tolerance)
    for entry, text in enumerate(blank.answers, 1):
        if len(text) > longest:
            yield error("blank_answer_too_long", "blanks", at, entry=entry, longest=longest)
        elif blank.kind == "number" and not numeric.is_number(text, blank.unit):
            yield error("blank_answer_not_number", "blanks", at, entry=entry, text=text)
        elif blank.kind == "text" and not short_answer.comparable(text, blank.fold):
            yield error("blank_answer_empty", "blanks", at, entry=entry)


def _check_options(at: int, blank: Blank) -> Iterator[Problem]:
    count, said = len(blank.options), [same_words(text) for text in blank.options]
    if count < 2:
        yield error("blank_few_options", "blanks", at, count=count)
    if count > MOST_OPTIONS:
        yield error("blank_many_options", "blanks", at, count=count, most=MOST_OPTIONS)
    if not 0 <= blank.correct < count:
        yield error("blank_key_out_of_range", "blanks", at, entry=blank.correct + 1, count=count)
    for entry, words in enumerate(said, 1):
        if not words:
            yield error("blank_empty_option", "blanks", at, entry=entry)
    for i, j in combinations(range(count), 2):
        if said[i] and said[i] == said[j]:
            yield error("blank_equal_options", "blanks", at, entry=j + 1, other=i + 1)
