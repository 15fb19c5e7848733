"""Topics and their banks: each topic of a resolution has one bank, made together with it."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.banks.actions import bank_for
from lms.banks.models import Bank
from lms.study import queries as study
from lms.study import topics as study_topics
from lms.study.models import Resolution, Topic
from lms.vietnamese.text import ascii_letters


def add(session: Session, resolution: Resolution, name: str, *, by: int, now: datetime) -> Bank:
    """A new topic behind the others, with its bank; passages that look like it have it suggested."""
    bank = _add(session, resolution, name, by=by, now=now)
    study_topics.suggest_anew(session, resolution.id, now=now)
    return bank


def add_usual(session: Session, resolution: Resolution, *, by: int, now: datetime) -> int:
    """The usual topics that passages of the resolution are about, each with its bank; how many they are."""
    offered = study_topics.offered(session, resolution.id)
    for topic in offered:
        _add(session, resolution, topic.name, topic.slug, by=by, now=now)
    study_topics.suggest_anew(session, resolution.id, now=now)
    return len(offered)


def _add(
    session: Session, resolution: Resolution, name: str, slug: str = "", *, by: int, now: datetime
) -> Bank:
    known = study.topics_of(session, resolution.id)
    taken = {topic.slug for topic in known}
    base = (
        slug or re.sub(r"[^a-z0-9]+", "_", ascii_letters(name).lower()).strip("_")[:40].strip("_") or "chu_de"
    )
    slugs = (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3)))
    topic = Topic(
        resolution_id=resolution.id,
        slug=next(slug for slug in slugs if slug not in taken),
        name=name,
        position=max((topic.position for topic in known), default=-1) + 1,
    )
    session.add(topic)
    session.flush()
    record(session, "topic.add", "topic", topic.id, actor_id=by, now=now, name=name)
    return bank_for(session, topic, name=name)


def rename(session: Session, resolution: Resolution, slug: str, name: str, *, by: int, now: datetime) -> bool:
    """Another name for a topic and its bank; False when there is no such topic."""
    topic = next((topic for topic in study.topics_of(session, resolution.id) if topic.slug == slug), None)
    if topic is None:
        return False
    record(session, "topic.rename", "topic", topic.id, actor_id=by, now=now, before=topic.name, after=name)
    topic.name = name
    bank_for(session, topic, name=name)
    study_topics.suggest_anew(session, resolution.id, now=now)
    return True


def move_up(session: Session, resolution: Resolution, slug: str) -> bool:
    """One place up in the order of topics; False when there is no such topic."""
    order = list(study.topics_of(session, resolution.id))
    at = next((at for at, topic in enumerate(order) if topic.slug == slug), None)
    if at is None:
        return False
    order.insert(max(at - 1, 0), order.pop(at))
    for position, topic in enumerate(order):
        topic.position = position
    session.flush()
    return True
