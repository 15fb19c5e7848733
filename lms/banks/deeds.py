"""What can be done to many questions at once, one function a deed, and how each is undone (lms.banks.bulk).

A deed gets the questions, changes those it can, names the others in the outcome, and gives the fields that it touched
as they were and as they became.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.banks import actions, finding, queries, review
from lms.banks.approval import REFUSALS
from lms.banks.models import Bank, Question
from lms.banks.rules import MOST_TAGS, expiry_of, level_names
from lms.banks.versions import put_in_force
from lms.kit.i18n import N_
from lms.questions.question import Question as Body

Facts = dict[str, Any]


class NotPossible(ValueError):
    """The value of the change means nothing for this bank: no such level, bank, tag or date."""


@dataclass(slots=True)
class Outcome:
    """What came of a change: how many questions changed, how many were so already, and who was left out and why."""

    changed: int = 0
    unchanged: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)  # code of the question, msgid of the reason


@dataclass(frozen=True, slots=True)
class Deed:
    """A change under way."""

    session: Session
    bank: Bank
    value: str
    by: int
    now: datetime

    @property
    def own(self) -> dict[str, Any]:
        return {"by": self.by, "now": self.now}


Changed = tuple[Facts, Facts]  # what was before, what became: by question id, of those that were changed


def _versions(deed: Deed, questions: Sequence[Question], make: Callable[[Body], Body]) -> Changed:
    """New versions that differ in their filing only; citations stay as they were, confirmed or not."""
    before, after = Facts(), Facts()
    shown = {
        each.question.id: each.body for each in queries.in_force(deed.session, [q.id for q in questions])
    }
    for question in questions:
        body, wanted = shown[question.id], make(shown[question.id])
        if body != wanted:
            before[str(question.id)] = {"level": body.level, "expires": body.expires}
            _file(deed, question, wanted)
            after[str(question.id)] = {"version": question.version}
    return before, after


def _file(deed: Deed, question: Question, body: Body) -> None:
    put_in_force(deed.session, question, body, cites=None, started_from=question.version, **deed.own)
    record(
        deed.session, "question.change", "question", question.id, actor_id=deed.by, now=deed.now,
        version=question.version,
    )  # fmt: skip


def _set_level(deed: Deed, questions: Sequence[Question], outcome: Outcome) -> Changed:
    if deed.value and deed.value not in level_names(deed.bank.scheme):
        raise NotPossible(deed.value)
    return _versions(deed, questions, lambda body: replace(body, level=deed.value or None))


def _set_expiry(deed: Deed, questions: Sequence[Question], outcome: Outcome) -> Changed:
    if deed.value and expiry_of(Body("", "", expires=deed.value)) is None:
        raise NotPossible(deed.value)
    return _versions(deed, questions, lambda body: replace(body, expires=deed.value))


def _add_tag(deed: Deed, questions: Sequence[Question], outcome: Outcome) -> Changed:
    after = Facts()
    for question, tags in _tagged(deed, questions):
        if len(tags) >= MOST_TAGS and deed.value not in tags:
            outcome.skipped.append((question.code, N_("it has as many tags as possible")))
        elif deed.value not in tags:
            actions.set_tags(deed.session, question, [*tags, deed.value], **deed.own)
            after[str(question.id)] = {"tag": deed.value}
    return {key: {"untag": deed.value} for key in after}, after


def _remove_tag(deed: Deed, questions: Sequence[Question], outcome: Outcome) -> Changed:
    after = Facts()
    for question, tags in _tagged(deed, questions):
        if deed.value in tags:
            actions.set_tags(deed.session, question, [tag for tag in tags if tag != deed.value], **deed.own)
            after[str(question.id)] = {"untag": deed.value}
    return {key: {"tag": deed.value} for key in after}, after


def _tagged(deed: Deed, questions: Sequence[Question]) -> list[tuple[Question, list[str]]]:
    if not deed.value:
        raise NotPossible("no tag")
    tags = finding.tags_of(deed.session, [question.id for question in questions])
    return [(question, tags[question.id]) for question in questions]


def _move(deed: Deed, questions: Sequence[Question], outcome: Outcome) -> Changed:
    there = queries.bank_by_slug(deed.session, deed.value)
    if there is None or there.id == deed.bank.id:
        raise NotPossible(deed.value)
    before, after = Facts(), Facts()
    levels = {None, *level_names(there.scheme)}
    for question in questions:
        if question.level not in levels:
            outcome.skipped.append((question.code, N_("the other bank has no such level")))
            continue
        actions.move(deed.session, question, there, **deed.own)
        before[str(question.id)], after[str(question.id)] = {"bank": deed.bank.id}, {"bank": there.id}
    return before, after


def _ask(deed: Deed, questions: Sequence[Question], outcome: Outcome) -> Changed:
    after = Facts()
    for question in questions:
        if review.ask_for_review(deed.session, question, **deed.own):
            after[str(question.id)] = {"state": "in_review", "version": question.version}
        elif question.state != "in_review":
            outcome.skipped.append((question.code, N_("it is not a draft")))
    return {key: {"state": "draft"} for key in after}, after


def _approve(deed: Deed, questions: Sequence[Question], outcome: Outcome) -> Changed:
    after = Facts()
    waiting = [question for question in questions if question.state != "approved"]
    hindrances = review.hindrances(deed.session, waiting, by=deed.by)
    for question in waiting:
        reasons = hindrances[question.id]
        if reasons:
            outcome.skipped.append((question.code, REFUSALS[reasons[0]]))
            continue
        review.approve_checked(deed.session, question, version=question.version, **deed.own)
        after[str(question.id)] = {"state": "approved", "version": question.version}
    return {key: {"state": "in_review"} for key in after}, after


def _retire(deed: Deed, questions: Sequence[Question], outcome: Outcome) -> Changed:
    before, after = Facts(), Facts()
    for question in questions:
        was = question.state
        if actions.retire(deed.session, question, **deed.own):
            before[str(question.id)], after[str(question.id)] = {"state": was}, {"state": "retired"}
    return before, after


DEEDS: dict[str, Callable[[Deed, Sequence[Question], Outcome], Changed]] = {
    "level": _set_level,
    "tag": _add_tag,
    "untag": _remove_tag,
    "move": _move,
    "review": _ask,
    "approve": _approve,
    "retire": _retire,
    "expiry": _set_expiry,
}


def _unfile(deed: Deed, question: Question, was: Facts) -> None:
    body = queries.in_force(deed.session, [question.id])[0].body
    _file(deed, question, replace(body, **was))


def _untag(deed: Deed, question: Question, was: Facts) -> None:
    tags = finding.tags_of(deed.session, [question.id])[question.id]
    back = [*tags, was["tag"]] if "tag" in was else [tag for tag in tags if tag != was["untag"]]
    actions.set_tags(deed.session, question, back, **deed.own)


def _unmove(deed: Deed, question: Question, was: Facts) -> None:
    actions.move(deed.session, question, deed.session.get_one(Bank, was["bank"]), **deed.own)


def _take_back(deed: Deed, question: Question, was: Facts) -> None:
    _put_state(deed, question, was["state"], "question.take_back")


def _unapprove(deed: Deed, question: Question, was: Facts) -> None:
    """In review as before; the approval does not count for who may approve next (lms.banks.reviews)."""
    _put_state(deed, question, was["state"], "question.unapprove")


def _put_state(deed: Deed, question: Question, state: str, action: str) -> None:
    """The row is locked and was looked at, so nothing can be in between."""
    question.state = state
    deed.session.flush()
    record(
        deed.session,
        action,
        "question",
        question.id,
        actor_id=deed.by,
        now=deed.now,
        version=question.version,
    )


def _restore(deed: Deed, question: Question, was: Facts) -> None:
    actions.restore(deed.session, question, **deed.own)


UNDO: dict[str, Callable[[Deed, Question, Facts], None]] = {
    "level": _unfile,
    "expiry": _unfile,
    "tag": _untag,
    "untag": _untag,
    "move": _unmove,
    "review": _take_back,
    "approve": _unapprove,
    "retire": _restore,
}
