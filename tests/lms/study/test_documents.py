"""A document on its way: upload, look, put in force, a new edition, topics settled; and who may."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.kit.db import Database
from lms.study.models import Document, Edition, Passage, PassageText, PassageTopic, Topic
from tests.cast import Cast
from tests.conftest import ClientOf
from tests.lms.study.shop import FIRST, SECOND, data_folder, run_jobs


@pytest.fixture
def trainer(client_of: ClientOf) -> FlaskClient:
    return client_of("tuan")


def upload(
    client: FlaskClient, text: str = FIRST, address: str = "/workshop/documents/", **fields: str
) -> str:
    """Upload a text file as the form does; the address of its edition."""
    told = {
        "resolution": "new",
        "resolution_title": "Nghị quyết thử nghiệm",
        "term": "",
        "title": "Văn bản",
        **fields,
    }
    answer = client.post(address, data=told | {"file": (io.BytesIO(text.encode()), "nghi-quyet.txt")})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def in_force(
    client: FlaskClient, database: Database, tmp_path: Path, text: str = FIRST, **fields: str
) -> Document:
    edition = upload(client, text, **fields)
    run_jobs(database, data_folder(tmp_path))
    client.post(f"{edition}/apply")
    with database.reading() as session:
        return session.scalars(select(Document).order_by(Document.id.desc())).first() or pytest.fail(
            "no document"
        )


def test_an_upload_changes_nothing_before_it_is_put_in_force(
    trainer: FlaskClient, database: Database, tmp_path: Path
) -> None:
    edition = upload(trainer)
    assert "Văn bản đang được đọc" in trainer.get(edition).text
    run_jobs(database, data_folder(tmp_path))
    shown = trainer.get(edition).text
    assert "1.200 cây xanh" in shown
    with database.reading() as session:
        assert not session.scalars(select(Passage)).all()
    trainer.post(f"{edition}/apply")
    with database.reading() as session:
        passages = session.scalars(select(Passage).order_by(Passage.position)).all()
        texts = session.scalars(select(PassageText)).all()
    assert len(passages) >= 3
    assert len(texts) == len(passages)
    assert all(passage.slug and passage.content_hash for passage in passages)
    assert passages[0].search_text.startswith(("1", "ket qua", "tinh hinh"))


def test_an_edition_belongs_to_the_documents_in_the_navigation(
    trainer: FlaskClient, database: Database, tmp_path: Path
) -> None:
    edition = upload(trainer)
    for _state in ("being read", "read"):
        here = re.findall(
            r'<a class="nav-link" href="([^"]*)" aria-current="page"', trainer.get(edition).text
        )
        assert set(here) == {"/workshop/documents/"}
        run_jobs(database, data_folder(tmp_path))


def test_a_new_edition_keeps_what_stayed_and_names_what_changed(
    trainer: FlaskClient, database: Database, tmp_path: Path
) -> None:
    document = in_force(trainer, database, tmp_path)
    with database.reading() as session:
        before = {p.slug: (p.id, p.content_hash) for p in session.scalars(select(Passage))}
    edition = upload(trainer, SECOND, f"/workshop/documents/{document.id}")
    run_jobs(database, data_folder(tmp_path))
    page = trainer.get(edition).text
    assert "bốn" in page
    assert "<ins>" in page
    trainer.post(f"{edition}/apply")
    with database.reading() as session:
        after = {p.slug: (p.id, p.content_hash) for p in session.scalars(select(Passage))}
        stored = session.get_one(Document, document.id)
        counts = session.scalars(select(Edition).order_by(Edition.id.desc())).first()
    assert {slug: id_ for slug, (id_, _hash) in before.items()} == {
        slug: id_ for slug, (id_, _hash) in after.items()
    }
    changed = [slug for slug, (_id, digest) in after.items() if digest != before[slug][1]]
    assert changed
    assert len(changed) < len(after)
    assert stored.edition == 2
    assert counts is not None
    assert counts.counts["reworded"] == len(changed)


def test_an_edition_is_applied_once(trainer: FlaskClient, database: Database, tmp_path: Path) -> None:
    edition = upload(trainer)
    run_jobs(database, data_folder(tmp_path))
    trainer.post(f"{edition}/apply")
    again = trainer.post(f"{edition}/apply", follow_redirects=True)
    assert "vừa được xử lý" in again.text
    dropped = trainer.post(f"{edition}/drop", follow_redirects=True)
    assert "vừa được xử lý" in dropped.text
    with database.reading() as session:
        assert session.scalars(select(Document.edition)).all() == [1]


def test_a_file_that_cannot_be_read_says_what_to_do(
    trainer: FlaskClient, database: Database, tmp_path: Path
) -> None:
    old_word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    told = {"resolution": "new", "resolution_title": "R", "title": "", "term": ""}
    answer = trainer.post(
        "/workshop/documents/", data=told | {"file": (io.BytesIO(old_word), "nghi-quyet.doc")}
    )
    run_jobs(database, data_folder(tmp_path))
    page = trainer.get(answer.headers["Location"]).text
    assert ".docx" in page
    assert "Traceback" not in page
    with database.reading() as session:
        assert session.scalars(select(Edition.state)).all() == ["unreadable"]
        assert not session.scalars(select(Passage)).all()


def test_topics_are_offered_suggested_and_settled(
    trainer: FlaskClient, database: Database, tmp_path: Path
) -> None:
    document = in_force(trainer, database, tmp_path)
    address = f"/workshop/documents/{document.id}"
    page = trainer.get(address).text
    assert "Mục tiêu, chỉ tiêu đến năm 2030" in page
    assert "gợi ý" not in page
    (change,) = set(re.findall(r'action="(/banks/topics/[^"]+/change)"', page))
    answer = trainer.post(change, data={"act": "usual", "document": str(document.id)})
    assert answer.headers["Location"] == address
    page = trainer.get(address).text
    assert page.count("gợi ý:") == 4  # each passage is about one of them, and says why
    trainer.post(change, data={"act": "add", "name": "Thu gom rác, thư viện"})
    with database.reading() as session:
        kept = session.scalars(select(PassageTopic).where(PassageTopic.state == "suggested")).all()
        topic = session.scalars(select(Topic).where(Topic.slug == "previous_term")).one()
        own = session.scalars(select(Topic).where(Topic.name == "Thu gom rác, thư viện")).one()
        passages = {each.passage_id for each in kept if each.topic_id == own.id}
        row = next(each for each in kept if each.topic_id == topic.id and each.passage_id in passages)
    assert row.reason
    sent = {"passage": str(row.passage_id), "topic": str(topic.id)}
    part = trainer.post(f"/workshop/documents/{document.id}/topics", data=sent, headers={"X-Part": "passage"})
    assert "data-settled" in part.text
    with database.reading() as session:
        states = {
            r.topic_id: r.state
            for r in session.scalars(select(PassageTopic).where(PassageTopic.passage_id == row.passage_id))
        }
    assert states[topic.id] == "confirmed"
    assert set(states.values()) <= {"confirmed", "refused"}
    # another topic and a new edition leave what was settled alone
    trainer.post(change, data={"act": "add", "name": "Hạn chế, thu gom rác"})
    with database.reading() as session:
        about = select(PassageTopic).where(PassageTopic.passage_id == row.passage_id)
        assert {each.topic_id for each in session.scalars(about)} == set(states)
    second = upload(trainer, SECOND, f"/workshop/documents/{document.id}")
    run_jobs(database, data_folder(tmp_path))
    trainer.post(f"{second}/apply")
    with database.reading() as session:
        again = session.get_one(PassageTopic, (row.passage_id, topic.id))
    assert again.state == "confirmed"


def test_a_second_document_does_not_take_the_names_of_the_first(
    trainer: FlaskClient, database: Database, tmp_path: Path
) -> None:
    in_force(trainer, database, tmp_path)
    with database.reading() as session:
        document = session.scalars(select(Document)).one()
        slug = document.resolution.slug
    in_force(trainer, database, tmp_path, resolution=slug, title="Báo cáo")
    with database.reading() as session:
        slugs = session.scalars(select(Passage.slug)).all()
    assert len(slugs) == len(set(slugs))


@pytest.mark.parametrize("person", ["lan", "dung", "an"])
def test_only_trainers_come_in(person: str, client_of: ClientOf, cast: Cast) -> None:
    client = client_of(person)
    for address in ("/workshop/documents/", "/workshop/modules/"):
        assert client.get(address).status_code == 403


def test_what_is_not_there_is_not_found(trainer: FlaskClient) -> None:
    for address in ("/workshop/documents/999", "/workshop/documents/editions/999", "/workshop/modules/none"):
        assert trainer.get(address).status_code == 404


def test_missing_fields_are_named(trainer: FlaskClient) -> None:
    page = trainer.post("/workshop/documents/", data={"resolution": "new"}).text
    assert re.search("Đồng chí chưa chọn tệp|Hãy chọn tệp|Chọn một tệp", page)
