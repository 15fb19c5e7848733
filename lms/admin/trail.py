"""The audit trail in words: what every action says, the kinds of actions, what the objects are called, details."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.banks.models import Bank, Question
from lms.courses.models import Course
from lms.exams.models import Exam
from lms.kit import words
from lms.kit.i18n import N_, _
from lms.organisation.models import Person, Unit
from lms.organisation.rules import ROLE_NAMES
from lms.reports.catalogue import REPORTS

KINDS: Mapping[str, str] = {  # how actions begin, and what they are about
    "sign_in.": N_("Signing in"),
    "credential.": N_("Passwords and slips"),
    "person.": N_("People"),
    "role.": N_("Roles"),
    "unit.": N_("Units"),
    "roster.": N_("Lists of people"),
    "course.": N_("Courses"),
    "enrolment.": N_("Who must finish"),
    "exam.": N_("Exams"),
    "attempt.": N_("Attempts"),
    "marking.": N_("Marking"),
    "challenge.": N_("Challenges"),
    "ruling.": N_("Rulings on questions"),
    "certificate.": N_("Certificates"),
    "report.": N_("Reports"),
    "schedule.": N_("Reports by mail"),
    "reminder.": N_("Reminders"),
    "mail.": N_("Mail"),
    "document.": N_("Documents"),
    "module.": N_("Modules"),
    "question.": N_("Questions"),
    "bank.": N_("Question banks"),
    "import.": N_("Imports of questions"),
}
DEEDS: Mapping[str, str] = {
    "attempt.answer_file": N_("took out the file of an answer"),
    "attempt.enter": N_("entered a paper answer sheet"),
    "attempt.enter_submit": N_("handed in an entered paper"),
    "attempt.file": N_("handed in a file"),
    "attempt.file_back": N_("took a handed-in file back"),
    "attempt.submit": N_("handed in an attempt"),
    "attempt.take": N_("took over an attempt on another device"),
    "bank.bulk": N_("changed many questions"),
    "bank.bulk_undo": N_("undid a change of many questions"),
    "bank.scheme": N_("changed the levels of a bank"),
    "certificate.bundle": N_("made a bundle of certificates"),
    "certificate.download": N_("downloaded a certificate"),
    "certificate.issue": N_("issued a certificate"),
    "certificate.reissue": N_("issued a certificate anew"),
    "certificate.revoke": N_("revoked a certificate"),
    "certificate.signed": N_("handed in a signed certificate"),
    "certificate.style": N_("changed how certificates look"),
    "certificate.to_sign": N_("took out a certificate to be signed"),
    "challenge.answer": N_("answered a challenge"),
    "challenge.ask": N_("challenged a question or result"),
    "challenge.refuse_all": N_("refused several challenges"),
    "counts.repair": N_("repaired counts"),
    "course.close": N_("closed a course"),
    "course.create": N_("made a course"),
    "course.extend": N_("extended a course"),
    "course.label": N_("put people into a group"),
    "course.modules": N_("changed the modules of a course"),
    "course.open": N_("opened a course"),
    "course.stage": N_("changed a stage"),
    "course.stage_removed": N_("removed a stage"),
    "course.stage_units": N_("changed the units of a stage"),
    "course.succeeded": N_("passed a course on to new units"),
    "course.units": N_("changed the units of a course"),
    "course.update": N_("changed a course"),
    "credential.change": N_("changed the own password"),
    "credential.first": N_("chose a first password with a slip"),
    "credential.give": N_("gave a sign-in name"),
    "credential.reset": N_("set a new first password"),
    "credential.slip": N_("printed a sign-in slip"),
    "credential.slips": N_("printed sign-in slips"),
    "document.start": N_("began a document"),
    "edition.begin": N_("uploaded an edition of a document"),
    "enrolment.obligation": N_("changed whether somebody must finish"),
    "enrolments.repair": N_("repaired enrolments"),
    "exam.blueprint": N_("changed a blueprint"),
    "exam.close": N_("closed an exam"),
    "exam.create": N_("made an exam"),
    "exam.extend": N_("extended an exam"),
    "exam.extend_all": N_("gave everybody in the room more time"),
    "exam.incident": N_("noted an incident"),
    "exam.key": N_("took out the key of a paper"),
    "exam.message": N_("sent a message to candidates"),
    "exam.override": N_("made an exception"),
    "exam.override_withdrawn": N_("withdrew an exception"),
    "exam.papers_kind": N_("changed how papers are made"),
    "exam.pick": N_("picked the questions of a fixed paper"),
    "exam.publish": N_("published an exam"),
    "exam.update": N_("changed an exam"),
    "import.begin": N_("uploaded questions"),
    "import.stored": N_("stored imported questions"),
    "mail.again": N_("had mail sent again"),
    "marking.again": N_("had essays marked again"),
    "marking.correct": N_("corrected a mark"),
    "marking.give_back": N_("gave back an essay to be marked"),
    "marking.mark": N_("marked an essay"),
    "marking.released": N_("released marking tasks"),
    "marking.return": N_("sent an essay back to its writer"),
    "marking.take": N_("took an essay to mark"),
    "module.drop_draft": N_("dropped a draft of a module"),
    "module.publish": N_("published a module"),
    "module.start": N_("began a module"),
    "module.store": N_("stored a module"),
    "passage.change": N_("changed a passage"),
    "passage.topics": N_("changed the topics of a passage"),
    "passage.write": N_("wrote a passage"),
    "person.correct": N_("corrected a person's facts"),
    "person.create": N_("added a person"),
    "person.leave": N_("took a person out of a unit"),
    "person.lock": N_("locked signing in"),
    "person.move": N_("transferred a person"),
    "person.second": N_("added a second unit"),
    "person.second_ended": N_("ended a second unit"),
    "person.unlock": N_("let somebody sign in again"),
    "question.approve": N_("approved a question"),
    "question.ask_for_review": N_("sent a question for review"),
    "question.change": N_("changed a question"),
    "question.comment": N_("commented on a question"),
    "question.create": N_("wrote a question"),
    "question.move": N_("moved a question"),
    "question.restore": N_("took a question back into use"),
    "question.retire": N_("retired a question"),
    "question.send_back": N_("sent a question back to its author"),
    "question.stimulus": N_("changed a shared text"),
    "question.tags": N_("changed the tags of a question"),
    "question.take_back": N_("took a question back from review"),
    "question.unapprove": N_("undid an approval"),
    "reminder.ask": N_("had people reminded"),
    "reminder.send": N_("sent a reminder"),
    "reminder.stop": N_("stopped a reminder"),
    "report.download": N_("downloaded a report"),
    "report.freeze": N_("froze a report"),
    "report.frozen_download": N_("downloaded a frozen report"),
    "resolution.start": N_("began a resolution"),
    "role.grant": N_("gave a role"),
    "role.withdraw": N_("withdrew a role"),
    "roster.begin": N_("uploaded a list of people"),
    "roster.discard": N_("discarded a list of people"),
    "roster.store": N_("stored a list of people"),
    "roster.succeeded": N_("passed a list of people on to a new unit"),
    "roster.undo": N_("undid a list of people"),
    "ruling.approve": N_("approved a ruling"),
    "ruling.go_on": N_("went on with a ruling"),
    "ruling.propose": N_("proposed a ruling"),
    "ruling.refuse": N_("refused a ruling"),
    "ruling.undo": N_("undid a ruling"),
    "schedule.create": N_("had a report sent by mail"),
    "schedule.send": N_("sent a report by mail"),
    "schedule.stop": N_("stopped a report by mail"),
    "sign_in.begin": N_("signed in"),
    "sign_in.end": N_("signed out"),
    "sign_in.refused": N_("failed to sign in"),
    "topic.add": N_("added a topic"),
    "topic.rename": N_("renamed a topic"),
    "unit.close": N_("closed a unit"),
    "unit.correct": N_("corrected a unit"),
    "unit.create": N_("made a unit"),
    "unit.merge": N_("merged units"),
    "unit.move": N_("moved a unit"),
    "unit.paper": N_("changed the head of a unit's papers"),
    "unit.rename": N_("renamed a unit"),
    "unit.split": N_("split a unit"),
}
_NAMES: Mapping[str, tuple[InstrumentedAttribute[int], InstrumentedAttribute[str]]] = {
    "person": (Person.id, Person.full_name),
    "unit": (Unit.id, Unit.name),
    "course": (Course.id, Course.title),
    "exam": (Exam.id, Exam.title),
    "question": (Question.id, Question.code),
    "bank": (Bank.id, Bank.name),
}


def names(session: Session, objects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What objects (type and id, as the trail has them) are called; those that have a name. One query a type."""
    wanted: dict[str, set[int]] = {}
    for kind, object_id in objects:
        if kind in _NAMES and object_id.isascii() and object_id.isdigit():
            wanted.setdefault(kind, set()).add(int(object_id))
    found: dict[tuple[str, str], str] = {}
    for kind, ids in wanted.items():
        key, name = _NAMES[kind]
        rows: Any = session.execute(select(key, name).where(key.in_(ids)))
        found |= {(kind, str(object_id)): called for object_id, called in rows}
    return found


OBJECTS: Mapping[str, str] = {  # what an object without a name of its own is
    "attempt": N_("attempt"),
    "bank": N_("question bank"),
    "certificate": N_("certificate"),
    "challenge": N_("challenge"),
    "course": N_("course"),
    "document": N_("document"),
    "edition": N_("edition of a document"),
    "enrolment": N_("enrolment"),
    "exam": N_("exam"),
    "frozen_report": N_("frozen report"),
    "import": N_("import of questions"),
    "mail": N_("message"),
    "marking_task": N_("marking task"),
    "module": N_("module"),
    "passage": N_("passage"),
    "person": N_("person"),
    "question": N_("question"),
    "reminder": N_("reminder"),
    "resolution": N_("resolution"),
    "roster": N_("list of people"),
    "ruling": N_("ruling"),
    "schedule": N_("report by mail"),
    "topic": N_("topic"),
    "unit": N_("unit"),
}
DETAILS: Mapping[str, str] = {  # what a detail says, for those that people understand
    "after": N_("afterwards"),
    "before": N_("before"),
    "code": N_("code"),
    "enrolled": N_("people who take part"),
    "exam": N_("exam"),
    "minutes": N_("minutes"),
    "name": N_("name"),
    "number": N_("number"),
    "on": N_("from the day"),
    "papers": N_("papers"),
    "people": N_("people"),
    "percent": N_("percent"),
    "points": N_("points"),
    "questions": N_("questions"),
    "reason": N_("reason"),
    "report": N_("report"),
    "role": N_("role"),
    "slot": N_("question number"),
    "title": N_("title"),
    "until": N_("until"),
    "version": N_("version"),
}
NAMED: Mapping[str, Mapping[str, str]] = {
    "role": ROLE_NAMES,
    "report": {code: report.title for code, report in REPORTS.items()},
}
NUMBERS = ("enrolled", "minutes", "papers", "people", "percent", "points", "questions")
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?([+-]\d{2}:\d{2}|Z)")


def said(detail: Mapping[str, object]) -> list[tuple[str, str]]:
    """The details that people understand, in words: (what, value)."""
    return [
        (_(DETAILS[name]), value_words(name, value))
        for name, value in detail.items()
        if name in DETAILS and _is_plain(value)
    ]


def unsaid(detail: Mapping[str, object]) -> dict[str, object]:
    """The others, as they were recorded."""
    return {
        name: value
        for name, value in detail.items()
        if not (name in DETAILS and _is_plain(value)) and value != ""
    }


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float) and value != ""


def value_words(name: str, value: object) -> str:
    """A value as people write it: days and moments in their order, roles and reports by their names."""
    text = str(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in NAMED and text in NAMED[name]:
        return _(NAMED[name][text])
    if name in NUMBERS and _NUMBER.fullmatch(text):
        return words.number(Decimal(text))
    if _DAY.fullmatch(text):
        return words.day(date.fromisoformat(text))
    return words.moment(datetime.fromisoformat(text)) if _MOMENT.fullmatch(text) else text
