"""Papers: drawn by the blueprint and a seed, pinned for good, loaded without a key for the candidate."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from lms.banks.models import Citation, QuestionVersion
from lms.banks.models import Question as StoredQuestion
from lms.exams import paper, queries
from lms.exams.models import BlueprintCell, Exam, Paper
from lms.kit.db import Database
from lms.questions.question import Question
from lms.study.models import Passage
from tests.cast import NOW, Cast
from tests.stage import Stage, stage


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW, papers=3)


def drawn(database: Database, staged: Stage, seed: str) -> list[dict[str, Any]]:
    with database.reading() as session:
        return paper.draw(session, session.get_one(Exam, staged.exam_id), seed, NOW)


def test_a_seed_gives_the_same_paper_again(database: Database, staged: Stage) -> None:
    assert drawn(database, staged, "a") == drawn(database, staged, "a")
    assert len({str(drawn(database, staged, str(n))) for n in range(10)}) > 5


def test_a_paper_is_what_the_blueprint_asks_for(database: Database, staged: Stage) -> None:
    for n in range(20):
        slots = drawn(database, staged, str(n))
        assert len({slot["version"] for slot in slots}) == 9
        assert Counter(slot["points"] for slot in slots) == {"1.25": 6, "1": 2, "0.5": 1}
        types = Counter(staged.versions[slot["version"]].type for slot in slots)
        assert types["single_choice"] == 4  # one of the first topic, three of the second
        for slot in slots:
            question = staged.versions[slot["version"]]
            assert sorted(slot["order"]) == list(range(len(question.options or question.statements)))


def test_options_that_must_stay_in_place_do(database: Database, staged: Stage) -> None:
    for n in range(20):
        for slot in drawn(database, staged, str(n)):
            options = staged.versions[slot["version"]].options
            if options and options[-1].text == "Cả ba phương án trên":
                assert slot["order"][-1] == len(options) - 1


def test_without_shuffling_everything_stands_as_written(database: Database, staged: Stage) -> None:
    with database.writing() as session:
        session.execute(update(Exam).values(shuffle=False))
    slots = drawn(database, staged, "a")
    assert [slot["points"] for slot in slots] == ["1.25"] * 6 + ["1"] * 2 + ["0.5"]
    assert all(slot["order"] == sorted(slot["order"]) for slot in slots)


def test_only_approved_questions_are_drawn_and_in_their_version_in_force(
    database: Database, staged: Stage
) -> None:
    with database.writing() as session:
        rows = session.scalars(select(StoredQuestion).order_by(StoredQuestion.id)).all()
        rows[0].state = "retired"  # the single choice of the first topic
        with pytest.raises(paper.NoPaper):
            paper.draw(session, session.get_one(Exam, staged.exam_id), "a", NOW)
        rows[0].state = "approved"
        new = Question.from_json({**_body(session, rows[0].id), "stem": "Câu đã sửa"})
        session.add(
            QuestionVersion(
                question_id=rows[0].id, number=2, body=new.to_json(), content_hash="2", created_at=NOW
            )
        )
        rows[0].version = 2
        session.flush()
        exam = session.get_one(Exam, staged.exam_id)
        shown = paper.assemble(session, paper.draw(session, exam, "a", NOW))
    assert "Câu đã sửa" in {slot.question.stem for slot in shown.slots}


def _body(session: Any, question_id: int) -> dict[str, Any]:
    body: dict[str, Any] = session.scalar(
        select(QuestionVersion.body).where(QuestionVersion.question_id == question_id)
    )
    return body


def test_the_pool_is_filled_up_to_its_size(database: Database, staged: Stage) -> None:
    with database.writing() as session:
        exam = session.get_one(Exam, staged.exam_id)
        assert paper.fill_pool(session, exam, 5, NOW) == 2
        assert paper.fill_pool(session, exam, 5, NOW) == 0
        assert paper.fill_pool(session, exam, 2, NOW) == 0
        numbers = session.scalars(select(Paper.number).order_by(Paper.number)).all()
        assert numbers == [1, 2, 3, 4, 5]
        assert len(set(session.scalars(select(Paper.seed)))) == 5
        seed, slots = session.execute(select(Paper.seed, Paper.slots).where(Paper.number == 4)).one()
        assert paper.draw(session, exam, seed, NOW) == slots


def test_without_a_blueprint_there_is_no_paper(database: Database, staged: Stage) -> None:
    with database.writing() as session:
        session.execute(delete(BlueprintCell))
        with pytest.raises(paper.NoPaper):
            paper.fill_pool(session, session.get_one(Exam, staged.exam_id), 9, NOW)


def test_a_loaded_paper_is_the_pinned_one_whatever_happens_to_the_bank(
    database: Database, staged: Stage
) -> None:
    with database.reading() as session:
        paper_id = session.scalar(select(func.min(Paper.id))) or 0
        before = paper.load(session, paper_id)
        assert paper.load(session, paper_id) is before
    with database.writing() as session:
        session.execute(update(StoredQuestion).values(state="retired"))
    database.engine.dispose()  # what was loaded through these connections is forgotten with them
    with database.reading() as session:
        again = paper.load(session, paper_id)
    assert again is not before
    assert again.slots == before.slots
    assert again.most_points == Decimal("10")
    assert [slot.number for slot in again.slots] == list(range(1, 10))


def test_what_the_candidate_gets_has_the_displayed_order_and_no_key(
    database: Database, staged: Stage
) -> None:
    with database.reading() as session:
        sat = paper.load(session, session.scalar(select(func.min(Paper.id))) or 0)
    for slot in sat.slots:
        texts = [option.text for option in slot.question.options]
        assert slot.asked.choices == tuple(texts[index] for index in slot.order if texts)
        told = {field for field, value in slot.asked.to_json().items() if value}
        assert told <= {"type", "stem", "choices", "statements", "unit"}, "nothing of these has more to tell"


def test_a_paper_that_does_not_exist_is_said_so(database: Database, staged: Stage) -> None:
    with database.reading() as session, pytest.raises(LookupError):
        paper.load(session, 10**6)


def _of_bank(session: Any, staged: Stage, topic: str) -> list[StoredQuestion]:
    chosen = select(StoredQuestion).where(StoredQuestion.bank_id == staged.banks[topic])
    return list(session.scalars(chosen.order_by(StoredQuestion.id)))


def _candidates(session: Any, staged: Stage, now: datetime = NOW) -> set[int]:
    found = queries.candidates(session, list(staged.topics.values()), now)
    return {candidate.question_id for candidate in found}


def test_a_question_is_drawn_up_to_its_last_day_in_viet_nam(database: Database, staged: Stage) -> None:
    with database.writing() as session:
        question = _of_bank(session, staged, "targets_2030")[0]
        question.expires_on = date(2026, 11, 23)
        session.flush()
        last_moment = datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Viet Nam
        assert question.id in _candidates(session, staged, last_moment)
        assert question.id not in _candidates(session, staged, last_moment + timedelta(seconds=1))


@pytest.mark.parametrize("state", ["draft", "in_review", "retired"])
def test_only_what_is_approved_is_drawn(state: str, database: Database, staged: Stage) -> None:
    with database.writing() as session:
        question = _of_bank(session, staged, "targets_2030")[0]
        question.state = state
        session.flush()
        assert len(_candidates(session, staged)) == 13
        assert question.id not in _candidates(session, staged)


def test_what_is_to_be_checked_is_not_drawn_until_it_cites_the_passage_anew(
    database: Database, staged: Stage
) -> None:
    with database.writing() as session:
        passage = session.get_one(Passage, staged.passages[1])
        citing = set(
            session.scalars(
                select(QuestionVersion.question_id)
                .join(Citation, Citation.version_id == QuestionVersion.id)
                .where(Citation.passage_id == passage.id)
            )
        )
        everything = _candidates(session, staged)
        assert citing
        passage.content_hash = "another text"
        session.flush()
        assert _candidates(session, staged) == everything - citing
        for citation in session.scalars(select(Citation).where(Citation.passage_id == passage.id)):
            citation.passage_hash = "another text"
        session.flush()
        assert _candidates(session, staged) == everything
        passage.withdrawn_at = NOW
        session.flush()
        assert _candidates(session, staged) == everything - citing


def test_only_the_citations_of_the_version_in_force_count(database: Database, staged: Stage) -> None:
    with database.writing() as session:
        question = _of_bank(session, staged, "targets_2030")[0]
        session.add(
            QuestionVersion(
                question_id=question.id,
                number=2,
                body=_body(session, question.id),
                content_hash="2",
                created_at=NOW,
            )
        )
        question.version = 2
        for passage_id in staged.passages:
            session.get_one(Passage, passage_id).withdrawn_at = NOW
        session.flush()
        assert _candidates(session, staged) == {question.id}
