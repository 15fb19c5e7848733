"""Lists of questions by a filter: of one bank, or of all; page by page, or the ids of all for a bulk change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from lms.banks.models import Citation, Question, QuestionComment, QuestionTag, QuestionVersion
from lms.banks.queries import Shown, in_force, is_in_force, may_be_drawn, to_be_checked
from lms.kit.i18n import N_
from lms.organisation.models import Person
from lms.questions.question import Question as Body
from lms.vietnamese.text import fold_words

PAGE = 20
SOON = timedelta(days=30)
LOOKS = {  # what else to look for
    "usable": N_("May enter a paper"),
    "check": N_("To be checked"),
    "comments": N_("With open comments"),
    "no_source": N_("Without a source"),
    "no_level": N_("Without a level"),
    "expired": N_("Expired"),
    "expiring": N_("Expiring within 30 days"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show; an empty field shows all. `text` is looked for in everything a question says, folded."""

    text: str = ""
    level: str = ""
    type: str = ""
    state: str = ""
    tag: str = ""
    bank: int = 0
    author: int | None = None  # of the version in force; 0: loaded from a file
    look: str = ""  # one of LOOKS

    @property
    def narrows(self) -> bool:
        return self != Filter(bank=self.bank)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of questions. `before` and `after` are the ids to go on from, where there is more."""

    items: Sequence[Shown]
    total: int
    before: int | None
    after: int | None


def page_of(
    session: Session,
    wanted: Filter,
    today: date,
    *,
    after: int | None = None,
    before: int | None = None,
    size: int = PAGE,
) -> Page:
    """A page of what the filter finds, in the order in which questions were added: after or before one's id."""
    chosen = _chosen(wanted, today)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    if before is not None:
        ids = list(
            session.scalars(chosen.where(Question.id < before).order_by(Question.id.desc()).limit(size + 1))
        )
        more_before, ids = len(ids) > size, sorted(ids[:size])
        return Page(in_force(session, ids), total, ids[0] if more_before else None, ids[-1] if ids else None)
    ids = list(
        session.scalars(chosen.where(Question.id > (after or 0)).order_by(Question.id).limit(size + 1))
    )
    more_after, ids = len(ids) > size, ids[:size]
    return Page(
        in_force(session, ids), total, ids[0] if after and ids else None, ids[-1] if more_after else None
    )


def ids_of(session: Session, wanted: Filter, today: date, most: int) -> list[int]:
    """The ids of everything the filter finds, at most `most` of them, in the same order."""
    return list(session.scalars(_chosen(wanted, today).order_by(Question.id).limit(most)))


def all_of(session: Session, bank_ids: Sequence[int]) -> list[Shown]:
    """Every question of these banks that is not retired, with what it says, in the order of their ids."""
    rows = session.execute(
        select(Question, QuestionVersion)
        .join(QuestionVersion, is_in_force())
        .where(Question.bank_id.in_(bank_ids), Question.state != "retired")
        .order_by(Question.id)
    )
    return [Shown(question, version, Body.from_json(version.body)) for question, version in rows]


def _chosen(wanted: Filter, today: date) -> Select[int]:
    chosen = select(Question.id)
    equal = (
        (Question.bank_id, wanted.bank),
        (Question.level, wanted.level),
        (Question.type, wanted.type),
        (Question.state, wanted.state),
    )
    for column, value in equal:
        if value:
            chosen = chosen.where(column == value)
    for word in fold_words(wanted.text).split():
        chosen = chosen.where(Question.search_text.contains(word, autoescape=True))
    if wanted.tag:
        chosen = chosen.where(
            exists().where(QuestionTag.question_id == Question.id, QuestionTag.tag == wanted.tag)
        )
    if wanted.author is not None:
        wrote = (
            QuestionVersion.author_id == wanted.author
            if wanted.author
            else QuestionVersion.author_id.is_(None)
        )
        chosen = chosen.where(exists().where(is_in_force(), wrote))
    if wanted.look:
        chosen = chosen.where(_look(wanted.look, today))
    return chosen


def _look(look: str, today: date) -> ColumnElement[bool]:
    commented = exists().where(
        QuestionComment.question_id == Question.id, QuestionComment.settled_at.is_(None)
    )
    return {
        "usable": may_be_drawn(today),
        "check": to_be_checked() & (Question.state != "retired"),
        "comments": commented.correlate(Question),
        "no_source": _without_source(),
        "no_level": Question.level.is_(None),
        "expired": Question.expires_on < today,
        "expiring": Question.expires_on.between(today, today + SOON),
    }[look]


def _without_source() -> ColumnElement[bool]:
    """The version in force neither cites a passage nor names another source."""
    cited = exists().where(Citation.version_id == QuestionVersion.id)
    said = func.coalesce(QuestionVersion.body["source"].as_string(), "")
    return exists().where(is_in_force(), ~cited, said == "").correlate(Question)


def tags_in_use(session: Session, bank_id: int = 0) -> list[str]:
    """The tags of a bank, or of all, in order."""
    chosen = select(QuestionTag.tag).join(Question, Question.id == QuestionTag.question_id).distinct()
    if bank_id:
        chosen = chosen.where(Question.bank_id == bank_id)
    return sorted(session.scalars(chosen), key=lambda tag: (fold_words(tag), tag))


def tags_of(session: Session, question_ids: Sequence[int]) -> dict[int, list[str]]:
    """The tags of each question, in order."""
    found: dict[int, list[str]] = {question_id: [] for question_id in question_ids}
    rows = session.execute(
        select(QuestionTag.question_id, QuestionTag.tag)
        .where(QuestionTag.question_id.in_(question_ids))
        .order_by(QuestionTag.tag)
    )
    for question_id, tag in rows:
        found[question_id].append(tag)
    return found


def authors(session: Session, bank_id: int = 0) -> list[tuple[int, str]]:
    """Who wrote a version in force in a bank, or in any: id and name, by name."""
    chosen = (
        select(Person.id, Person.full_name)
        .join(QuestionVersion, QuestionVersion.author_id == Person.id)
        .join(Question, is_in_force())
        .distinct()
    )
    if bank_id:
        chosen = chosen.where(Question.bank_id == bank_id)
    return sorted(
        ((person_id, name) for person_id, name in session.execute(chosen)),
        key=lambda author: (fold_words(author[1]), author[0]),
    )


def drawable_by_level(session: Session, bank_id: int, today: date) -> dict[str, int]:
    """How many questions of a bank may enter a paper on a day, by level ("" for none)."""
    rows = session.execute(
        select(Question.level, func.count())
        .where(Question.bank_id == bank_id, may_be_drawn(today))
        .group_by(Question.level)
    )
    return {level or "": number for level, number in rows}
