"""What passages are about: topics suggested by rules, offered for a new resolution, and settled by a trainer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.study import queries, workshop_queries
from lms.study.models import Passage, PassageTopic, Topic
from lms.study.reading.topics import Readable, TopicName, suggest, usual_topics


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored passage as the rules read it."""

    heading: str
    text: str
    headings: tuple[str, ...]


def suggest_for(
    session: Session,
    passage: Passage,
    told: Readable,
    *,
    known: Sequence[PassageTopic],
    topics: Sequence[Topic],
    now: datetime,
) -> None:
    """Suggest topics for a passage; what a trainer settled (among `known`, all of the passage) stays as it is."""
    by_slug = {topic.slug: topic.id for topic in topics}
    suggested = {by_slug[one.topic]: one.reason for one in suggest(told, topics)}
    for row in known:
        reason = suggested.pop(row.topic_id, None)
        if row.state == "suggested" and reason is None:
            session.delete(row)
        elif row.state == "suggested":
            row.reason = reason or ""
    session.add_all(
        PassageTopic(passage_id=passage.id, topic_id=topic_id, state="suggested", reason=reason, at=now)
        for topic_id, reason in suggested.items()
    )


def suggest_anew(session: Session, resolution_id: int, *, now: datetime) -> None:
    """Look through the uploaded documents of a resolution again: a topic came, or has another name.

    A passage whose topics were settled is left alone.
    """
    topics = queries.topics_of(session, resolution_id)
    passages = workshop_queries.passages_of_uploads(session, resolution_id)
    about = workshop_queries.topics_of_passages(session, [passage.id for passage in passages])
    for passage in passages:
        known = about[passage.id]
        if all(row.state == "suggested" for row in known):
            suggest_for(session, passage, _stored(passage), known=known, topics=topics, now=now)
    session.flush()


def offered(session: Session, resolution_id: int) -> list[TopicName]:
    """Topics that resolutions usually have and that passages of this one are about, without those it has already."""
    taken = {topic.slug for topic in queries.topics_of(session, resolution_id)}
    told = [_stored(passage) for passage in workshop_queries.passages_of_uploads(session, resolution_id)]
    usual = usual_topics(told)
    about = {one.topic for passage in told for one in suggest(passage, usual)}
    return [topic for topic in usual if topic.slug in about - taken]


def settle_topics(
    session: Session, passage: Passage, topic_ids: Sequence[int], *, by: int, now: datetime
) -> None:
    """The trainer's word on what a passage is about: these topics, and none of the others that were suggested."""
    known = {
        row.topic_id: row for row in workshop_queries.topics_of_passages(session, [passage.id])[passage.id]
    }
    of_resolution = {topic.id for topic in queries.topics_of(session, passage.document.resolution_id)}
    for topic_id in of_resolution | set(known):
        row = known.get(topic_id) or PassageTopic(passage_id=passage.id, topic_id=topic_id, reason="")
        row.state = "confirmed" if topic_id in topic_ids else "refused"
        row.by, row.at = by, now
        session.add(row)
    session.flush()
    record(session, "passage.topics", "passage", passage.id, actor_id=by, now=now, topics=sorted(topic_ids))


def _stored(passage: Passage) -> _Stored:
    return _Stored(passage.heading, passage.body, tuple(passage.headings or ()))
