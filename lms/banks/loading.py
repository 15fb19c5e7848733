"""Storing content that was read from files: what is new, changed or gone, and what was edited here and is kept.

The files of a resolution are its whole content: a question that came from a file and is no longer in one is
retired. What a trainer did on screen is never undone silently: a question whose version in force was written
here, or that was retired here, is kept as it is and named in the report (`overwrite` takes the files' word).
Questions written here are not touched. Loading the same files again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.banks import actions, queries, stored
from lms.banks.content import BankFile, Content
from lms.banks.models import Bank
from lms.banks.rules import content_hash
from lms.banks.stored import Stored
from lms.questions.problem import Problem, error
from lms.questions.reading import ReadQuestion
from lms.study import queries as study
from lms.study.actions import Changes, store_module
from lms.study.models import Passage, Resolution, Topic
from lms.study.rules import ModuleReading


class ContentRefused(Exception):
    """The content has errors, or does not fit what is stored; `problems` say where. Nothing may be committed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@dataclass(slots=True)
class Loaded:
    """What a loading did: passages by module, and the codes of the questions."""

    modules: dict[str, Changes] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)  # modules and banks with new titles, summaries, topics
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    unchanged: int = 0
    look_again: list[str] = field(default_factory=list)  # in use, but a passage they cite has changed since

    @property
    def anything(self) -> bool:
        """Whether something is now different from before."""
        passages = (each for changes in self.modules.values() for each in asdict(changes).values())
        lists = (self.headings, self.added, self.changed, self.moved, self.restored, self.retired)
        return any(passages) or any(lists)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "anything": self.anything}


def load(
    session: Session, content: Content, *, by: int | None, now: datetime, overwrite: bool = False
) -> Loaded:
    """Store all of it in the caller's transaction. Raises ContentRefused before anything is written."""
    if not content.usable:
        raise ContentRefused(content.problems)
    _refuse_foreign_codes(session, content)
    loaded = Loaded()
    resolutions = {
        module.resolution: _load_module(session, module, loaded, by, now) for module in content.modules
    }
    ids = [resolution.id for resolution in resolutions.values()]
    loading = _Loading(session, stored.stored_under(session, ids), loaded, by, now, overwrite)
    for file in content.banks:
        loading.bank(file, resolutions[file.header.resolution])
    loading.retire_the_rest()
    loaded.look_again = stored.to_look_at_again(session, ids)
    return loaded


def _refuse_foreign_codes(session: Session, content: Content) -> None:
    """An id is for ever: one that a stored question of another resolution has cannot be taken."""
    own = {module.resolution for module in content.modules}
    read = {each.id: (bank.file, each) for bank in content.banks for each in bank.questions}
    problems = []
    for code, question in stored.by_code(session, list(read)).items():
        if question.bank.topic.resolution.slug not in own:
            file, each = read[code]
            found = error("id_of_another_resolution", "id", id=code, bank=question.bank.slug)
            problems.append(found.at(file=file, line=each.line or 1, question=each.number))
    if problems:
        raise ContentRefused(tuple(problems))


def _load_module(
    session: Session, reading: ModuleReading, loaded: Loaded, by: int | None, now: datetime
) -> Resolution:
    before = _headings(session, reading.resolution)
    module, changes = store_module(session, reading, by=by, now=now)
    if before and before != _headings(session, reading.resolution):
        loaded.headings.append(reading.resolution)
    loaded.modules[reading.resolution] = changes
    for topic in study.topics_of(session, module.resolution_id):
        if queries.bank_of_topic(session, topic.id) is None:
            actions.bank_for(session, topic, name=topic.name)
    return session.get_one(Resolution, module.resolution_id)


def _headings(session: Session, slug: str) -> tuple[object, ...]:
    """Everything of a module that is not in its passages."""
    module = study.module_by_slug(session, slug)
    if module is None:
        return ()
    resolution = session.get_one(Resolution, module.resolution_id)
    topics = [(topic.slug, topic.name, topic.position) for topic in study.topics_of(session, resolution.id)]
    return module.title, module.summary, module.notice, resolution.title, resolution.term, topics


@dataclass(slots=True)
class _Loading:
    """The banks of one loading; what is left in `stored` at the end is in no file."""

    session: Session
    stored: dict[str, Stored]
    loaded: Loaded
    by: int | None
    now: datetime
    overwrite: bool

    def bank(self, file: BankFile, resolution: Resolution) -> None:
        topic = self._topic(resolution, file.header.topic)
        bank = queries.bank_of_topic(self.session, topic.id)
        if bank is None or bank.name != file.header.name:
            bank = actions.bank_for(self.session, topic, name=file.header.name)
            self.loaded.headings.append(bank.slug)
        passages = {passage.slug: passage for passage in queries.citable(self.session, resolution.id)}
        for read in file.questions:
            self._question(bank, read, passages)

    def _topic(self, resolution: Resolution, slug: str) -> Topic:
        return next(topic for topic in study.topics_of(self.session, resolution.id) if topic.slug == slug)

    def _question(self, bank: Bank, read: ReadQuestion, passages: Mapping[str, Passage]) -> None:
        cites = [passages[slug] for slug in read.question.cites]
        there = self.stored.pop(read.id, None)
        if there is None:
            actions.store_question(
                self.session, bank, read.question, cites=cites, by=self.by, now=self.now, code=read.id
            )
            self.loaded.added.append(read.id)
        else:
            self._settle(bank, read, cites, there)

    def _settle(self, bank: Bank, read: ReadQuestion, cites: list[Passage], there: Stored) -> None:
        """A question that is stored and in a file: keep, restore, move, change, or leave it."""
        differs = there.content_hash != content_hash(read.question)
        if not self.overwrite and (_retired_here(there) or (differs and there.author_id is not None)):
            self.loaded.kept.append(read.id)
            return
        settled = self._restore(there) | self._move(bank, there)
        if differs:
            version = there.question.version
            actions.new_version(
                self.session,
                there.question,
                read.question,
                cites=cites,
                started_from=version,
                by=self.by,
                now=self.now,
            )
            self.loaded.changed.append(read.id)
        elif not settled:
            self.loaded.unchanged += 1

    def _restore(self, there: Stored) -> bool:
        if there.question.state != "retired":
            return False
        actions.restore(self.session, there.question, by=self.by, now=self.now)
        self.loaded.restored.append(there.question.code)
        return True

    def _move(self, bank: Bank, there: Stored) -> bool:
        if there.question.bank_id == bank.id:
            return False
        actions.move(self.session, there.question, bank, by=self.by, now=self.now)
        self.loaded.moved.append(there.question.code)
        return True

    def retire_the_rest(self) -> None:
        """Retire what came from a file and is in none any more."""
        for code, there in self.stored.items():
            if there.first_author_id is not None or there.question.state == "retired":
                continue
            if there.author_id is not None and not self.overwrite:
                self.loaded.kept.append(code)
                continue
            actions.retire(self.session, there.question, by=self.by, now=self.now)
            self.loaded.retired.append(code)


def _retired_here(there: Stored) -> bool:
    return there.question.state == "retired" and there.question.retired_by is not None
