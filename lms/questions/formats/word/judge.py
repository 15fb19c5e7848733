"""From what stands in the file to a question: which type it is, what is right, and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lms.questions.formats.word import made_choices, made_others, made_truths, values
from lms.questions.formats.word.draft import QUOTE, Draft
from lms.questions.formats.word.joined_lists import take_lists
from lms.questions.formats.word.kinds import kind_of
from lms.questions.formats.word.raw import RawQuestion
from lms.questions.formats.word.tags import level_of_heading, read_tags
from lms.questions.levels import read_level
from lms.questions.problem import Problem, warning
from lms.questions.question import LEVELS, Question, Stimulus
from lms.vietnamese.legacy import looks_legacy
from lms.vietnamese.text import clean

_USES: dict[str, frozenset[str]] = {
    "single_choice": frozenset({"key", "fixed"}),
    "multiple_choice": frozenset({"key", "fixed", "scoring"}),
    "true_false": frozenset({"key", "answer"}),
    "true_false_group": frozenset({"key", "answer"}),
    "short_answer": frozenset({"key", "answer", "unit", "fold"}),
    "numeric": frozenset({"key", "answer", "unit", "tolerance"}),
    "matching": frozenset({"key", "answer", "scoring"}),
    "ordering": frozenset({"scoring", "key"}),
    "cloze": frozenset({"scoring"}),
    "essay": frozenset({"words", "files", "guide"}),
}
_SHARED = frozenset(
    {"id", "type", "level", "points", "topic", "tags", "source", "explanation", "expires", "stimulus"}
)
_FIELDS = {
    "id": "Mã", "type": "Loại", "level": "Mức độ", "points": "Điểm", "topic": "Chủ đề", "tags": "Thẻ",
    "source": "Căn cứ",
    "explanation": "Giải thích", "expires": "Hết hạn", "scoring": "Cách tính điểm", "fixed": "Cố định",
    "tolerance": "Sai số",
    "unit": "Đơn vị", "fold": "Dấu", "words": "Số từ", "files": "Nộp tệp", "guide": "Hướng dẫn chấm",
    "stimulus": "Ngữ liệu",
    "key": "Đáp án", "answer": "Trả lời",
}  # fmt: skip
_MADE: dict[str, Callable[[Draft], dict[str, Any]]] = {
    "single_choice": made_choices.choice,
    "multiple_choice": made_choices.choice,
    "true_false": made_truths.true_false,
    "true_false_group": made_truths.true_false_group,
    "short_answer": made_others.short_answer,
    "numeric": made_others.numeric,
    "matching": made_others.matching,
    "ordering": made_others.ordering,
    "cloze": made_others.cloze,
    "essay": made_others.essay,
}


@dataclass(slots=True)
class Judged:
    """A question with what a file says beside it."""

    question: Question
    id: str = ""
    points: Decimal | None = None
    topic: str = ""
    tags: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def judge(raw: RawQuestion, stimuli: Mapping[str, Stimulus]) -> Judged:
    """The question that the lines mean."""
    take_lists(raw)
    draft = Draft.of(raw, stimuli)
    read_tags(draft)
    kind = kind_of(draft)
    made = {"type": kind, **_MADE[kind](draft)}
    question = Question(
        stem=draft.stem,
        level=_level_said(draft),
        explanation=draft.text("explanation"),
        source=draft.text("source") or draft.source,
        images=tuple(draft.images),
        stimulus=_stimulus(draft),
        expires=_expires(draft),
        **made,
    ).tidied()
    points = _points_said(draft)
    _check_labels(draft, question.type)
    _check_whole(draft)
    tags = tuple(dict.fromkeys(clean(tag) for tag in values.names(raw.value("tags"))))
    identity = raw.value("id")
    return Judged(question, clean(identity) if identity else "", points, _topic(raw), tags, draft.problems)


def _topic(raw: RawQuestion) -> str:
    """What a label says, or the heading above that is no title; in our own layout only a numbered one."""
    section = raw.source.section
    heading = section.title if section and not section.is_title and (raw.own is None or section.name) else ""
    said = raw.value("topic")
    return (clean(said) if said else "") or (clean(heading) if heading else "")


def _level_said(draft: Draft) -> str | None:
    text = draft.raw.value("level")
    if text:
        level = read_level(text) or (text if text in LEVELS else None)
        if level is None:
            draft.not_understood("level", text)
        return level
    section = draft.raw.source.section
    return (
        draft.level
        or draft.raw.source.level
        or (level_of_heading(section.title) if section and draft.raw.own is None else None)
    )


def _points_said(draft: Draft) -> Decimal | None:
    text = draft.raw.value("points")
    if not text:
        return draft.points
    points = values.points_in(text)
    if points is None:
        draft.not_understood("points", text)
    return points


def _expires(draft: Draft) -> str:
    text = draft.raw.value("expires")
    day = values.date_in(text) if text else ""
    if day is None:
        draft.not_understood("expires", text)
    return day or ""


def _stimulus(draft: Draft) -> Stimulus | None:
    key = draft.raw.value("stimulus")
    if key and key not in draft.stimuli:
        draft.problems.append(warning("unknown_stimulus", "stimulus", key=key[:QUOTE]))
    return draft.stimuli.get(key) if key else draft.raw.stimulus


def _check_labels(draft: Draft, kind: str) -> None:
    seen: set[str] = set()
    used = _SHARED | _USES.get(kind, frozenset())
    for label in draft.raw.labels:
        if label.name not in used:
            draft.problems.append(
                warning("label_not_used", _FIELDS.get(label.name, label.name), text=label.text[:QUOTE])
            )
        elif label.name in seen and label.name not in {"source", "explanation", "key", "answer", "guide"}:
            draft.problems.append(warning("label_repeated", _FIELDS.get(label.name, label.name)))
        seen.add(label.name)
        if any(line.images for line in label.lines):
            draft.problems.append(warning("picture_not_kept", _FIELDS.get(label.name, label.name)))


def _check_whole(draft: Draft) -> None:
    raw = draft.raw
    text = "\n".join(line.text for line in raw.all_lines)
    if looks_legacy(text):
        draft.problems.append(warning("text_is_doubtful", text=text[:QUOTE]))
    if any(line.lost_pictures for line in raw.all_lines):
        draft.problems.append(warning("picture_lost", "images"))
    if raw.source.head is None and not raw.source.listed:
        draft.problems.append(warning("question_without_number"))
