"""How papers are made: at random, parallel, fixed; their balance, printing them, and the sheet of the blueprint."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader
from sqlalchemy import select

from lms.attempts import actions as attempts
from lms.audit.models import AuditEvent
from lms.banks.models import Question as StoredQuestion
from lms.banks.models import QuestionStatistic, QuestionVersion
from lms.exams import actions, fixed, paper, papers, queries
from lms.exams.blueprint import ANY, Entry, count_field, points_field
from lms.exams.fixed import Pick, Wish
from lms.exams.jobs import JOB_PAPERS, write_papers
from lms.exams.models import BlueprintCell, Exam, FixedQuestion, Paper
from lms.exams.paper import NoPaper
from lms.kit import jobs
from lms.kit.db import Database
from lms.kit.storage import Storage
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, of_every_type, right_answer, stage

ONE = Decimal(1)
TODAY = date(2026, 11, 20)


@pytest.fixture
def at(staged: Stage, draft: int) -> str:
    return f"/courses/{staged.course_id}/exams/{draft}"


def fill(database: Database, staged: Stage, draft: int, *, kind: str = "random", number: int = 0) -> None:
    """Four questions on growth and two breakthroughs."""
    with database.writing() as session:
        exam = session.get_one(Exam, draft)
        entries = [
            Entry(staged.topics["breakthroughs"], "recall", 2, Decimal("0.5")),
            Entry(staged.topics["targets_2030"], ANY, 4, ONE),
        ]
        actions.set_blueprint(session, exam, entries, by=None, now=NOW)
        actions.set_papers_kind(session, exam, kind, number, by=None, now=NOW)


def publish(database: Database, draft: int) -> None:
    with database.writing() as session:
        actions.publish_exam(session, session.get_one(Exam, draft), by=None, now=NOW)


def ids_of(database: Database, staged: Stage, topic: str) -> list[int]:
    with database.reading() as session:
        bank = staged.banks[topic]
        rows = select(StoredQuestion.id).where(StoredQuestion.bank_id == bank).order_by(StoredQuestion.id)
        return list(session.scalars(rows))


def questions_of(database: Database, exam_id: int) -> list[list[int]]:
    """The question ids of each paper, in its order."""
    with database.reading() as session:
        versions = session.execute(select(QuestionVersion.id, QuestionVersion.question_id))
        of = dict(versions.all())
        rows = session.scalars(select(Paper.slots).where(Paper.exam_id == exam_id).order_by(Paper.number))
        return [[of[slot["version"]] for slot in slots] for slots in rows]


# --- types in the blueprint ---


def test_a_cell_draws_essays_only_when_it_names_them(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        staged = stage(session, cast, NOW, questions=of_every_type())
        exam = session.get_one(Exam, staged.exam_id)
        topic = str(staged.topics["breakthroughs"])
        assert sum(c.topic == topic for c in queries.candidates(session, [int(topic)], NOW)) == 10
        for cell in session.scalars(select(BlueprintCell).where(BlueprintCell.exam_id == exam.id)):
            cell.count = 9 if cell.topic_id == int(topic) else cell.count
        for n in range(5):
            slots = paper.draw(session, exam, str(n), NOW)
            assert "essay" not in {staged.versions[slot["version"]].type for slot in slots}
        session.add(
            BlueprintCell(exam_id=exam.id, topic_id=int(topic), level="", type="essay", count=1, points=ONE)
        )
        session.flush()
        types = Counter(staged.versions[slot["version"]].type for slot in paper.draw(session, exam, "x", NOW))
        assert types["essay"] == 1


def test_a_row_for_a_type_is_added_without_scripts_filled_in_and_kept(
    client_of: ClientOf, staged: Stage, at: str, draft: int, database: Database
) -> None:
    client, topic = client_of("tuan"), staged.topics["breakthroughs"]
    typed = {count_field(topic, "recall"): "2", "add": "1", "add-topic": str(topic), "add-type": "numeric"}
    page = client.post(f"{at}/blueprint", data=typed).text
    field = count_field(topic, "recall", "numeric")
    assert f'name="{field}"' in page
    assert re.search(rf'name="{count_field(topic, "recall")}" value="2"', page)
    with database.reading() as session:
        assert queries.entries_of(session, draft) == []  # adding a row keeps nothing
    filled = {count_field(topic, "recall"): "2", field: "3", points_field("recall", topic, "numeric"): "0,5"}
    page = client.post(f"{at}/blueprint", data=filled, follow_redirects=True).text
    assert "nhận biết: cần 3, có 1, thiếu 2" in page
    with database.reading() as session:
        assert queries.entries_of(session, draft) == [
            Entry(topic, "recall", 2, ONE),
            Entry(topic, "recall", 3, Decimal("0.5"), "numeric"),
        ]
    checked = client.get(f"{at}/blueprint/check", query_string=filled).get_json()
    assert checked["lacks"] == {field: "cần 3, có 1, thiếu 2"}
    assert f"row-{topic}-numeric" in checked["sums"]


def test_columns_are_the_levels_of_the_banks_in_their_own_words(
    client_of: ClientOf, staged: Stage, at: str, database: Database
) -> None:
    from lms.banks.models import Bank

    client = client_of("tuan")
    assert "Vận dụng cao" in client.get(f"{at}/blueprint").text
    with database.writing() as session:
        for bank in session.scalars(select(Bank)):
            bank.scheme = "hardness"
    page = client.get(f"{at}/blueprint").text
    assert "Vận dụng cao" not in page
    assert [name for name in ("Dễ", "Trung bình", "Khó") if name not in page] == []


def test_the_sheet_is_a_word_file_with_merged_heads_and_sums(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    fill(database, staged, draft)
    answer = client_of("tuan").get(f"{at}/blueprint/sheet")
    assert 'filename="ma-tran-KT2.docx"' in answer.headers["Content-Disposition"]
    document = Document(io.BytesIO(answer.data))
    table = next(t for t in document.tables if t.cell(0, 0).text == "TT")
    assert table.cell(0, 0)._tc is table.cell(1, 0)._tc  # merged downwards
    assert table.cell(0, 3)._tc is table.cell(0, 4)._tc  # a level over its two columns
    texts = [[cell.text for cell in row.cells] for row in table.rows]
    assert texts[0][3] == "Nhận biết"
    assert texts[2][:5] == ["1", "Các khâu đột phá", "Mọi dạng trừ tự luận", "2", "1"]
    assert texts[-2][0] == "Tổng"
    assert texts[-2][-3:] == ["6", "5", "100%"]
    assert texts[2][-1] == "20%"
    whole = _text(answer.data)
    assert "NGƯỜI LẬP MA TRẬN" in whole
    assert "BẢN ĐẶC TẢ ĐỀ KIỂM TRA" in whole


def _text(docx: bytes) -> str:
    root = Document(io.BytesIO(docx)).element
    return "".join(node.text or "" for node in root.iter("{*}t"))


# --- fixed papers ---


def test_questions_are_picked_ordered_and_valued_by_hand(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    client = client_of("tuan")
    kept = client.post(f"{at}/papers-kind", data={"kind": "fixed"})
    assert kept.location.endswith(f"{at}/fixed")
    first, second, third = ids_of(database, staged, "targets_2030")[:3]
    for question_id in (first, second, third, first):
        client.post(f"{at}/fixed", data={"add": str(question_id)})
    client.post(f"{at}/fixed", data={"up": str(third), f"points-{third}": "2,5"})
    client.post(f"{at}/fixed", data={"remove": str(second)})
    with database.reading() as session:
        assert fixed.picks_of(session, draft) == [Pick(first, ONE), Pick(third, Decimal("2.5"))]
    assert "Đã chọn: 2 câu, 3,5 điểm" in client.get(f"{at}/fixed").text
    refused = client.post(f"{at}/fixed", data={f"points-{first}": "nhiều"})
    assert "Nhập điểm từ 0,0001 đến 100" in refused.text
    assert 'value="nhiều"' in refused.text


def test_only_what_may_enter_a_paper_is_found_and_picked(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    ids = ids_of(database, staged, "targets_2030")
    topics = [staged.topics["targets_2030"]]
    with database.writing() as session:
        session.get_one(StoredQuestion, ids[0]).state = "draft"
        for question_id in ids:
            session.get_one(StoredQuestion, question_id).search_text = "toc do tang truong giai doan"
    with database.reading() as session:
        found, number = fixed.search(session, topics, Wish(text="tang truong"), TODAY)
        assert (number, {each.question_id for each in found}) == (7, set(ids[1:]))
        assert fixed.search(session, topics, Wish(level="analysis"), TODAY)[1] == 0
        assert fixed.search(session, topics, Wish(type="single_choice"), TODAY)[1] == 7
        assert fixed.search(session, topics, Wish(topic=staged.topics["breakthroughs"]), TODAY)[1] == 0
    client = client_of("tuan")
    for forged in (str(ids[0]), "999999", "x", "-1"):
        assert client.post(f"{at}/fixed", data={"add": forged}).status_code == 404
    with database.reading() as session:
        assert fixed.picks_of(session, draft) == []


def pick(database: Database, draft: int, ids: list[int], *, shuffle: bool = True) -> None:
    with database.writing() as session:
        exam = session.get_one(Exam, draft)
        exam.shuffle = shuffle
        actions.set_papers_kind(session, exam, "fixed", 0, by=None, now=NOW)
        picks = [Pick(question_id, Decimal(n)) for n, question_id in enumerate(ids, 1)]
        actions.pick_questions(session, exam, picks, by=None, now=NOW)


def test_a_fixed_paper_has_the_picked_questions_in_many_orders_or_in_one(
    staged: Stage, draft: int, database: Database
) -> None:
    ids = ids_of(database, staged, "targets_2030")[:5][::-1]
    pick(database, draft, ids)
    publish(database, draft)
    shuffled = questions_of(database, draft)
    assert len(shuffled) == 40
    assert all(sorted(paper_) == sorted(ids) for paper_ in shuffled)
    assert len({tuple(paper_) for paper_ in shuffled}) > 10
    with database.reading() as session:
        for slots in session.scalars(select(Paper.slots).where(Paper.exam_id == draft)):
            assert sum(Decimal(slot["points"]) for slot in slots) == 15


def test_without_shuffling_there_is_one_fixed_paper_for_everybody(
    staged: Stage, draft: int, database: Database
) -> None:
    ids = ids_of(database, staged, "targets_2030")[:3][::-1]
    pick(database, draft, ids, shuffle=False)
    publish(database, draft)
    assert questions_of(database, draft) == [ids]
    with database.writing() as session, pytest.raises(NoPaper):
        paper.draw_one(session, session.get_one(Exam, draft), NOW)


def test_a_picked_question_that_was_retired_since_stands_in_the_way_of_publishing(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    ids = ids_of(database, staged, "targets_2030")[:3]
    pick(database, draft, ids)
    with database.writing() as session:
        session.get_one(StoredQuestion, ids[1]).state = "retired"
    with database.writing() as session, pytest.raises(actions.NotReady):
        actions.publish_exam(session, session.get_one(Exam, draft), by=None, now=NOW)
    client = client_of("tuan")
    assert "Câu này hiện chưa được dùng" in client.get(f"{at}/fixed").text
    assert "Chưa rút được đề" in client.get(f"{at}/preview").text


def test_nothing_of_a_published_exam_is_composed_anew(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    client, at = client_of("tuan"), f"/courses/{staged.course_id}/exams/{staged.exam_id}"
    question = ids_of(database, staged, "targets_2030")[0]
    for page, data in (
        ("papers-kind", {"kind": "parallel", "parallel_papers": "3"}),
        ("fixed", {"add": str(question)}),
    ):
        answer = client.post(f"{at}/{page}", data=data, follow_redirects=True)
        assert "không đổi được nữa" in answer.text, page
    with database.reading() as session:
        assert session.get_one(Exam, staged.exam_id).papers_kind == "random"
        assert not session.scalars(select(FixedQuestion)).all()


@pytest.mark.parametrize("number", ["", "0", "51", "ba", "-3", "²"])
def test_the_number_of_parallel_papers_is_within_bounds(
    client_of: ClientOf, at: str, draft: int, database: Database, number: str
) -> None:
    data = {"kind": "parallel", "parallel_papers": number}
    page = client_of("tuan").post(f"{at}/papers-kind", data=data, follow_redirects=True)
    assert "từ 1 đến 50" in page.text
    with database.reading() as session:
        assert session.get_one(Exam, draft).papers_kind == "random"


# --- parallel papers ---


def test_parallel_papers_are_built_together_when_publishing_and_no_further_one_is_drawn(
    staged: Stage, draft: int, database: Database
) -> None:
    fill(database, staged, draft, kind="parallel", number=4)
    with database.writing() as session:
        for n, question_id in enumerate(ids_of(database, staged, "targets_2030")):
            known = QuestionStatistic(
                question_id=question_id,
                answers=50,
                facility=Decimal(20 + 10 * n) / 100,
                discrimination=None,
                counted_at=NOW,
            )
            session.add(known)
    publish(database, draft)
    made = questions_of(database, draft)
    assert len(made) == 4
    growth = set(ids_of(database, staged, "targets_2030"))
    uses = Counter(question for paper_ in made for question in paper_ if question in growth)
    assert set(uses.values()) == {2}  # 4 papers of 4 out of 8
    with database.writing() as session:
        exam = session.get_one(Exam, draft)
        expected = session.scalars(select(Paper.expected).where(Paper.exam_id == draft)).all()
        assert all(share is not None and 0 < share < 1 for share in expected)
        balance = papers.balance(session, papers.set_of(session, exam, NOW))
        assert balance.apart <= Decimal("0.1")
        assert balance.counted == 8
        with pytest.raises(NoPaper):
            paper.draw_one(session, exam, NOW)


def test_attempts_get_parallel_papers_in_turn_and_an_old_one_again_at_last(
    staged: Stage, draft: int, database: Database, cast: Cast
) -> None:
    fill(database, staged, draft, kind="parallel", number=2)
    with database.writing() as session:
        session.get_one(Exam, draft).attempts_allowed = 3
    publish(database, draft)
    later, had = NOW + timedelta(hours=2), []
    with database.writing() as session:
        from lms.attempts import finishing
        from lms.attempts.models import Attempt

        for n in range(3):
            began = later + n * timedelta(minutes=30)
            attempt_id = attempts.start(session, draft, cast.people["an"], key=b"k" * 32, now=began)
            had.append(session.get_one(Attempt, attempt_id).paper_id)
            finishing.submit(
                session, attempt_id, cast.people["an"], tab="t", last_seq=0, key=b"k" * 32, now=began
            )
    assert len(set(had)) == 2
    assert had[0] != had[1]


def test_the_balance_is_told_as_sentences_and_tables(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    client = client_of("tuan")
    assert "Chưa có đề" in client.get(f"{at}/papers").text
    fill(database, staged, draft, kind="parallel", number=4)
    trial = client.get(f"{at}/papers").text
    assert "đề thử" in trial
    assert "Không câu nào có mặt trong quá 2 trên 4 đề." in trial
    publish(database, draft)
    page = client.get(f"{at}/papers").text
    assert "đề thử" not in page
    assert re.search(r"Đề dễ nhất và đề khó nhất chênh nhau [0-9,]+ điểm dự kiến", page)
    assert page.count('class="self"') == 4
    assert "Đề 1 trong 4 đề, đúng như thí sinh nhận" in client.get(f"{at}/preview").text
    assert client.get(f"{at}/preview?draw=5").text.count("Đề 1 trong 4 đề") == 1


# --- printing ---


@pytest.fixture
def every_type(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW, questions=of_every_type(mark="CHIM-HOANG-YEN"), drawn=10)


def test_papers_are_printed_under_their_codes_and_the_key_apart(
    client_of: ClientOf, every_type: Stage, database: Database
) -> None:
    client, at = client_of("tuan"), f"/courses/{every_type.course_id}/exams/{every_type.exam_id}/papers"
    docx = client.get(f"{at}/print?codes=2&format=docx")
    pdf = client.get(f"{at}/print?codes=2&format=pdf")
    words, pages = _text(docx.data), [page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages]
    for text in (words, "\n".join(pages)):
        assert "Mã đề 1" in text
        assert "Mã đề 2" in text
        assert "Mã đề 3" not in text
        assert "PHIẾU TRẢ LỜI" in text
        assert "CHIM-HOANG-YEN" not in text
        assert "BẢN NHÁP" not in text
    assert any("Trang 1/" in page for page in pages)
    for format_ in ("docx", "pdf"):
        key = client.post(f"{at}/key", data={"codes": "2", "format": format_})
        assert "dap-an" in key.headers["Content-Disposition"]
        text = (
            _text(key.data)
            if format_ == "docx"
            else "".join(page.extract_text() for page in PdfReader(io.BytesIO(key.data)).pages)
        )
        assert "ĐÁP ÁN" in text
        with database.reading() as session:
            loaded = papers.to_print(
                session, session.get_one(Exam, every_type.exam_id),
                papers.set_of(session, session.get_one(Exam, every_type.exam_id), NOW).first(1),
            ).papers[0][1]  # fmt: skip
        single = next(slot for slot in loaded.slots if slot.question.type == "single_choice")
        assert "ABCD"[right_answer(single)] in text


def test_every_taking_of_a_key_leaves_an_audit_row_and_reading_one_is_no_get(
    client_of: ClientOf, every_type: Stage, database: Database, cast: Cast
) -> None:
    client, at = client_of("tuan"), f"/courses/{every_type.course_id}/exams/{every_type.exam_id}/papers"
    assert client.get(f"{at}/key").status_code == 405
    client.post(f"{at}/key", data={"codes": "3", "format": "docx"})
    client.get(f"{at}/print?codes=3")
    with database.reading() as session:
        rows = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "exam.key").order_by(AuditEvent.id)
        ).all()
        assert [(row.actor_id, row.detail["codes"], row.detail["draft"]) for row in rows] == [
            (cast.people["tuan"], ["1", "2", "3"], False)
        ]


def test_before_publishing_everything_printed_is_marked_as_a_draft(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    fill(database, staged, draft)
    client = client_of("tuan")
    assert "BẢN NHÁP" in _text(client.get(f"{at}/papers/print?codes=1&format=docx").data)
    pdf = client.get(f"{at}/papers/print?codes=1&format=pdf")
    assert "ban-nhap" in pdf.headers["Content-Disposition"]
    for page in PdfReader(io.BytesIO(pdf.data)).pages:
        assert "BẢN NHÁP" in page.extract_text()
    with database.reading() as session:
        assert queries.papers(session, draft) == 0


def test_a_long_pdf_is_made_by_the_worker_for_who_asked(
    client_of: ClientOf, staged: Stage, database: Database, tmp_path: Path
) -> None:
    client, at = client_of("tuan"), f"/courses/{staged.course_id}/exams/{staged.exam_id}/papers"
    asked = client.get(f"{at}/print?codes=4&format=pdf")
    assert "/jobs/" in asked.location
    storage = Storage(tmp_path)
    with database.reading() as session:
        job = session.scalars(select(jobs.Job).where(jobs.Job.kind == JOB_PAPERS)).one()
    jobs.run(job.id, {JOB_PAPERS: write_papers}, database, storage)
    with database.reading() as session:
        result = session.get_one(jobs.Job, job.id).result
    assert result
    assert result["name"] == "hn18-kt1-de.pdf"
    pages = PdfReader(storage.path(result["file"])).pages
    assert "Mã đề 4" in pages[-1].extract_text()


@pytest.mark.parametrize("asked", ["codes=0", "codes=25", "codes=1&format=exe", "codes=-1"])
def test_what_nobody_offers_is_not_printed(client_of: ClientOf, staged: Stage, asked: str) -> None:
    at = f"/courses/{staged.course_id}/exams/{staged.exam_id}/papers/print"
    assert client_of("tuan").get(f"{at}?{asked}").status_code == 404


PAGES = ("/papers", "/papers/print", "/fixed", "/blueprint/sheet")


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("an", 403), (None, 302)])
def test_only_trainers_compose_and_print(
    client_of: ClientOf, staged: Stage, who: str | None, status: int
) -> None:
    client, at = client_of(who), f"/courses/{staged.course_id}/exams/{staged.exam_id}"
    for page in PAGES:
        assert client.get(f"{at}{page}").status_code == status, page
    for page in ("/papers/key", "/papers-kind", "/fixed"):
        assert client.post(f"{at}{page}").status_code == status, page


def test_exams_of_another_course_are_not_found(client_of: ClientOf, staged: Stage) -> None:
    client, at = client_of("tuan"), f"/courses/{staged.course_id + 99}/exams/{staged.exam_id}"
    assert [client.get(f"{at}{page}").status_code for page in PAGES] == [404] * len(PAGES)
    for page in ("/papers/key", "/papers-kind", "/fixed"):
        assert client.post(f"{at}{page}").status_code == 404, page
