"""Where questions of a file go: a topic that the file names can be another bank of the same resolution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.banks.models import Bank, QuestionImport
from lms.questions.reading import ReadQuestion
from lms.study.models import Topic
from lms.vietnamese.text import fold_words

TOPICS = "topics"  # in an import's decisions: topic of the file -> slug of a bank


def topics_in(questions: Sequence[ReadQuestion]) -> Counter[str]:
    """The topics that a file names, with how many questions stand under each."""
    return Counter(read.topic for read in questions if read.topic)


def sister_banks(session: Session, bank: Bank) -> Sequence[Bank]:
    """The banks of the same resolution, this one among them, in the order of their topics."""
    return session.scalars(
        select(Bank)
        .join(Topic, Topic.id == Bank.topic_id)
        .where(Topic.resolution_id == bank.topic.resolution_id)
        .order_by(Topic.position, Topic.id)
    ).all()


def suggested(topics: Sequence[str], banks: Sequence[Bank]) -> Mapping[str, str]:
    """Topics of a file that are called like a bank or its topic: slug of that bank by topic."""
    known = {
        fold_words(word): bank.slug
        for bank in banks
        for word in (bank.name, bank.topic.name, bank.topic.slug)
    }
    return {topic: known[fold_words(topic)] for topic in topics if fold_words(topic) in known}


def banks_by_topic(session: Session, found: QuestionImport) -> Mapping[str, Bank]:
    """Where the trainer wants the questions of each topic of the file to go."""
    by_slug = {bank.slug: bank for bank in sister_banks(session, found.bank)}
    chosen: Mapping[str, str] = found.decisions.get(TOPICS, {})
    return {topic: by_slug[slug] for topic, slug in chosen.items() if slug in by_slug}
