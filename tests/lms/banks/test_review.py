"""Review: draft → in review → approved; nobody approves their own work, and nothing without a source."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.banks import actions, queries, review, reviews
from lms.banks.models import Bank, Question, QuestionComment
from lms.kit.db import Database
from lms.questions.question import Option
from lms.questions.question import Question as Body
from lms.study.models import Passage
from tests.cast import NOW, Cast
from tests.lms.banks.conftest import Load

BODY = Body(
    "single_choice",
    "Có mấy khâu đột phá?",
    options=(Option("Hai"), Option("Ba")),
    correct=(1,),
    level="recall",
)


@pytest.fixture
def tuan(cast: Cast) -> int:
    return cast.people["tuan"]


@pytest.fixture
def draft(load_shelf: Load, database: Database, tuan: int) -> int:
    """A question that Tuấn wrote, with its source."""
    load_shelf()
    with database.writing() as session:
        return written(session, tuan).id


def written(session: Session, by: int | None, body: Body = BODY, *, cited: bool = True) -> Question:
    bank = session.scalars(select(Bank).where(Bank.slug == "thu_nghiem/goals")).one()
    passages = session.scalars(select(Passage).where(Passage.slug == "p02")).all() if cited else []
    return actions.store_question(session, bank, body, cites=passages, by=by, now=NOW)


def get(session: Session, question_id: int) -> Question:
    return session.get_one(Question, question_id, populate_existing=True)


def ask(session: Session, question_id: int, by: int) -> bool:
    return review.ask_for_review(session, get(session, question_id), by=by, now=NOW)


def approve(session: Session, question_id: int, by: int, version: int = 1) -> None:
    review.approve(session, get(session, question_id), version=version, by=by, now=NOW)


def change(session: Session, question_id: int, by: int | None, **fields: object) -> None:
    shown = queries.in_force(session, [question_id])[0]
    passages = reviews.cited_passages(session, shown.version.id)
    actions.new_version(
        session,
        shown.question,
        replace(shown.body, **fields),  # type: ignore[arg-type]
        cites=passages,
        started_from=shown.version.number,
        by=by,
        now=NOW,
    )


def test_what_people_write_is_a_draft_and_what_ships_is_approved(draft: int, database: Database) -> None:
    with database.writing() as session:
        assert get(session, draft).state == "draft"
        assert written(session, None).state == "approved"
        bank = session.scalars(select(Bank)).first()
        assert bank
        with pytest.raises(ValueError, match="somebody else"):
            actions.store_question(session, bank, BODY, cites=[], by=1, now=NOW, state="approved")


def test_a_colleague_approves(draft: int, database: Database, tuan: int, mai: int) -> None:
    with database.writing() as session:
        assert ask(session, draft, tuan)
        assert not ask(session, draft, tuan), "it is no draft any more"
        approve(session, draft, mai)
        assert get(session, draft).state == "approved"
        told = session.execute(
            select(AuditEvent.action, AuditEvent.actor_id, AuditEvent.detail)
            .where(AuditEvent.object_type == "question", AuditEvent.object_id == str(draft))
            .order_by(AuditEvent.id)
        ).all()
    assert [tuple(row) for row in told[1:]] == [
        ("question.ask_for_review", tuan, {"version": 1}),
        ("question.approve", mai, {"version": 1}),
    ]


def refused(session: Session, question_id: int, by: int, version: int = 1) -> tuple[str, ...]:
    with pytest.raises(review.Refused) as reason:
        approve(session, question_id, by, version)
    return tuple(reason.value.reasons)


def test_what_hinders_an_approval(draft: int, database: Database, tuan: int, mai: int) -> None:
    with database.writing() as session:
        assert refused(session, draft, mai) == ("not_in_review",)
        ask(session, draft, tuan)
        assert refused(session, draft, tuan) == ("own_work",)
        assert refused(session, draft, mai, version=2) == ("other_version",)
        bare = written(session, tuan, cited=False).id
        ask(session, bare, tuan)
        assert refused(session, bare, mai) == ("no_source",)
        broken = written(session, tuan, replace(BODY, correct=())).id
        ask(session, broken, tuan)
        assert refused(session, broken, mai) == ("not_well_formed",)
        assert get(session, draft).state == "in_review", "a refusal changes nothing"


def test_a_source_in_words_is_enough(draft: int, database: Database, tuan: int, mai: int) -> None:
    with database.writing() as session:
        named = written(session, tuan, replace(BODY, source="Báo cáo chính trị, tr. 12"), cited=False).id
        ask(session, named, tuan)
        approve(session, named, mai)


def test_everybody_who_wrote_since_the_last_approval_is_an_author(
    draft: int, database: Database, tuan: int, mai: int
) -> None:
    with database.writing() as session:
        change(session, draft, mai, stem="Nghị quyết nêu mấy khâu đột phá?")
        ask(session, draft, tuan)
        assert refused(session, draft, tuan, 2) == ("own_work",), "of version 1"
        assert refused(session, draft, mai, 2) == ("own_work",), "of version 2"


def test_after_an_approval_authorship_begins_anew(
    draft: int, database: Database, tuan: int, mai: int
) -> None:
    with database.writing() as session:
        ask(session, draft, tuan)
        approve(session, draft, mai)
        change(session, draft, mai, stem="Nghị quyết nêu mấy khâu đột phá?")
        ask(session, draft, mai)
        assert refused(session, draft, mai, 2) == ("own_work",)
        approve(session, draft, tuan, 2)  # he wrote version 1, which was approved long since
        assert get(session, draft).state == "approved"


def test_a_change_takes_a_question_out_until_it_is_approved_again(
    draft: int, database: Database, tuan: int, mai: int
) -> None:
    with database.writing() as session:
        ask(session, draft, tuan)
        change(session, draft, tuan, stem="Đã sửa khi đang duyệt?")
        assert get(session, draft).state == "draft"
        ask(session, draft, tuan)
        approve(session, draft, mai, 2)
        change(session, draft, tuan, correct=(0,))
        assert get(session, draft).state == "draft"


def test_filing_is_no_writing(draft: int, database: Database, tuan: int, mai: int) -> None:
    with database.writing() as session:
        ask(session, draft, tuan)
        change(session, draft, mai, level="analysis", expires="2027-01-01")
        question = get(session, draft)
        assert (question.state, question.level, str(question.expires_on)) == (
            "in_review",
            "analysis",
            "2027-01-01",
        )
        approve(session, draft, mai, 2)
        change(session, draft, tuan, level="recall")
        assert get(session, draft).state == "approved"


def test_a_retired_question_that_was_changed_comes_back_as_a_draft(
    draft: int, database: Database, tuan: int, mai: int
) -> None:
    with database.writing() as session:
        ask(session, draft, tuan)
        approve(session, draft, mai)
        actions.retire(session, get(session, draft), by=mai, now=NOW)
        change(session, draft, tuan, stem="Đã sửa khi ngừng dùng?")
        assert get(session, draft).state == "retired"
        actions.restore(session, get(session, draft), by=mai, now=NOW)
        assert get(session, draft).state == "draft"


def test_content_from_files_stays_approved_through_its_versions(load_shelf: Load, database: Database) -> None:
    load_shelf()
    with database.writing() as session:
        shipped = session.scalars(select(Question.id).where(Question.code == "tn-01")).one()
        change(session, shipped, None, stem="Nghị quyết có mấy chỉ tiêu?")
        assert get(session, shipped).state == "approved"


def test_sending_back_says_why(draft: int, database: Database, tuan: int, mai: int) -> None:
    with database.writing() as session:
        assert not review.send_back(session, get(session, draft), "Thiếu căn cứ.", by=mai, now=NOW)
        ask(session, draft, tuan)
        assert review.send_back(session, get(session, draft), "Thiếu căn cứ.", by=mai, now=NOW)
        assert get(session, draft).state == "draft"
        (said,) = reviews.comments_of(session, draft)
        assert (said.author, said.comment.text, said.comment.version) == ("Phan Thị Mai", "Thiếu căn cứ.", 1)
        details = session.scalars(select(AuditEvent.detail)).all()
        assert not any("căn cứ" in str(detail) for detail in details), (
            "the trail names the deed, not the words"
        )


def test_comments_are_settled_and_opened_again(draft: int, database: Database, tuan: int, mai: int) -> None:
    with database.writing() as session:
        said = review.comment(session, get(session, draft), "Nên nói rõ năm.", by=mai, now=NOW)
        assert reviews.open_comments(session, [draft]) == {draft: 1}
        assert review.settle(session, said, by=tuan, now=NOW)
        assert not review.settle(session, said, by=mai, now=NOW), "it was settled already"
        assert reviews.comments_of(session, draft)[0].settled_by == "Đặng Anh Tuấn"
        assert reviews.open_comments(session, [draft]) == {}
        assert review.open_again(session, said, by=tuan, now=NOW)
        assert session.get_one(QuestionComment, said.id).settled_by is None


def test_of_two_who_decide_at_the_same_moment_one_is_told(
    draft: int, database: Database, tuan: int, mai: int
) -> None:
    with database.writing() as session:
        ask(session, draft, tuan)

    def decide(number: int) -> bool:
        with database.writing() as session:
            question = get(session, draft)
            if number % 2:
                return review.send_back(session, question, "Chưa rõ.", by=mai, now=NOW)
            try:
                review.approve(session, question, version=1, by=mai, now=NOW)
            except review.Refused:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, range(4))) == 1


def test_an_editor_and_an_approver_at_the_same_moment_never_approve_what_nobody_read(
    draft: int, database: Database, tuan: int, mai: int
) -> None:
    with database.writing() as session:
        ask(session, draft, tuan)

    def act(number: int) -> str:
        with database.writing() as session:
            if number:
                change(session, draft, tuan, stem="Một câu khác hẳn?")
                return "changed"
            try:
                approve(session, draft, mai)
            except review.Refused:
                return "refused"
            return "approved"

    with ThreadPoolExecutor(2) as pool:
        done = sorted(pool.map(act, range(2)))
    with database.reading() as session:
        question = get(session, draft)
        assert (question.state, question.version) == ("draft", 2), done


def test_a_question_keeps_what_is_searched_for(draft: int, database: Database, tuan: int) -> None:
    with database.writing() as session:
        change(session, draft, tuan, explanation="Vì Đại hội Xác Định", expires="2026-12-31")
        question = get(session, draft)
        assert "xac dinh" in question.search_text
        assert "ba" in question.search_text.split(), "options too"
        assert str(question.expires_on) == "2026-12-31"
