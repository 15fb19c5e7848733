"""Composing a module: passages, own text, order, publishing in versions; readers keep their place."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.kit.db import Database
from lms.study import actions, queries
from lms.study.models import Module, ModulePassage, ModuleVersion, Passage, PassageRead
from lms.study.rules import read_module
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.study.test_reading import MODULE


@pytest.fixture
def stored(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        actions.store_module(session, read_module(MODULE, "module.md"), by=None, now=NOW)


@pytest.fixture
def trainer(client_of: ClientOf, stored: None) -> FlaskClient:
    return client_of("tuan")


def begin(trainer: FlaskClient) -> str:
    answer = trainer.post(
        "/workshop/begin-module", data={"resolution": "thu_nghiem", "title": "Chuyên đề mới"}
    )
    return answer.headers["Location"]


def ids(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Passage.id).order_by(Passage.id)))


def test_a_module_is_put_together_and_published(
    trainer: FlaskClient, client_of: ClientOf, database: Database
) -> None:
    address = begin(trainer)
    slug = address.rsplit("/", 1)[1]
    reader = client_of("lan")
    assert reader.get(f"/study/{slug}/").status_code == 404
    trainer.post(f"{address}/arrange", data={"act": "add", "passage": ids(database)})
    trainer.post(
        f"{address}/own", data={"heading": "Liên hệ", "body": "Ở **thôn** ta", "source": "Người biên soạn"}
    )
    own = ids(database)[-1]
    trainer.post(f"{address}/arrange", data={"act": f"up-{own}"})
    trainer.post(f"{address}/arrange", data={"act": f"up-{own}"})
    assert "Liên hệ" in trainer.get(f"{address}/preview").text
    assert reader.get(f"/study/{slug}/").status_code == 404
    trainer.post(f"{address}/publish")
    page = reader.get(f"/study/{slug}/").text
    assert page.index("Liên hệ") < page.index("Đoạn thứ nhất")
    with database.reading() as session:
        version = session.scalars(select(ModuleVersion).where(ModuleVersion.published_by.is_not(None))).one()
        assert version.passages[0]["id"] == own
    assert "Chuyên đề mới" in reader.get("/study/").text


def test_readers_see_the_published_text_until_the_next_version(
    trainer: FlaskClient, client_of: ClientOf, database: Database
) -> None:
    address = begin(trainer)
    slug = address.rsplit("/", 1)[1]
    trainer.post(f"{address}/own", data={"heading": "Liên hệ", "body": "Bản thứ nhất", "source": ""})
    trainer.post(f"{address}/publish")
    own = ids(database)[-1]
    with database.reading() as session:
        page_slug = session.get_one(Passage, own).slug
    reader = client_of("lan")
    reader.post(f"/study/{slug}/{page_slug}/read")
    trainer.post(
        f"{address}/own?passage={own}", data={"heading": "Liên hệ", "body": "Bản thứ hai", "source": ""}
    )
    assert "Bản thứ nhất" in reader.get(f"/study/{slug}/{page_slug}").text
    trainer.post(f"{address}/publish")
    assert "Bản thứ hai" in reader.get(f"/study/{slug}/{page_slug}").text
    with database.reading() as session:
        assert session.scalars(select(PassageRead.passage_id)).all() == [own]
        assert session.scalars(select(Module.version).where(Module.slug == slug)).one() == 2


def test_nothing_is_published_that_cannot_be_read(trainer: FlaskClient, database: Database) -> None:
    address = begin(trainer)
    assert "ít nhất một đoạn" in trainer.post(f"{address}/publish", follow_redirects=True).text
    trainer.post(f"{address}/arrange", data={"act": "add", "passage": ids(database)})
    with database.writing() as session:
        session.get_one(Passage, ids(database)[0]).withdrawn_at = NOW
    page = trainer.post(f"{address}/publish", follow_redirects=True).text
    assert "Đoạn thứ nhất" in page
    with database.reading() as session:
        assert (
            session.scalars(select(Module.version).where(Module.slug == address.rsplit("/", 1)[1])).one() == 0
        )


def test_the_same_module_is_no_new_version(trainer: FlaskClient, database: Database) -> None:
    address = begin(trainer)
    trainer.post(f"{address}/arrange", data={"act": "add", "passage": ids(database)})
    for _again in range(2):
        trainer.post(f"{address}/publish")
    with database.reading() as session:
        assert (
            session.scalars(select(Module.version).where(Module.slug == address.rsplit("/", 1)[1])).one() == 1
        )


def test_the_changes_can_be_forgotten(trainer: FlaskClient, database: Database) -> None:
    first = ids(database)[0]
    trainer.post("/workshop/modules/thu_nghiem/arrange", data={"act": f"remove-{first}"})
    with database.reading() as session:
        assert session.scalars(select(Module.draft).where(Module.slug == "thu_nghiem")).one() is not None
        assert len(session.scalars(select(ModulePassage)).all()) == 2
    trainer.post("/workshop/modules/thu_nghiem/drop")
    with database.reading() as session:
        assert session.scalars(select(Module.draft).where(Module.slug == "thu_nghiem")).one() is None


def test_a_trainers_version_is_not_overwritten_by_the_files(trainer: FlaskClient, database: Database) -> None:
    first = ids(database)[0]
    trainer.post("/workshop/modules/thu_nghiem/arrange", data={"act": f"remove-{first}"})
    trainer.post("/workshop/modules/thu_nghiem/publish")
    with database.writing() as session:
        actions.store_module(session, read_module(MODULE, "module.md"), by=None, now=NOW)
        module = queries.module_by_slug(session, "thu_nghiem")
        assert module is not None
        assert len(queries.passages_of(session, module.id)) == 1


def test_passages_of_other_resolutions_cannot_be_put_in(trainer: FlaskClient, database: Database) -> None:
    address = begin(trainer)
    assert trainer.post(f"{address}/arrange", data={"act": "add", "passage": "99999"}).status_code == 404
    assert trainer.post(f"{address}/arrange", data={"act": "explode-1"}).status_code == 400


@pytest.mark.parametrize("words", ["noi dung thu nhat", "Nội dung THỨ NHẤT", "nhat doan"])
def test_search_finds_with_and_without_diacritics(
    words: str, trainer: FlaskClient, client_of: ClientOf
) -> None:
    page = client_of("lan").get("/study/search", query_string={"words": words}).text
    assert "/study/thu_nghiem/p01" in page
    assert "/study/thu_nghiem/p02" not in page


def test_search_finds_nothing_for_what_is_not_there(client_of: ClientOf, stored: None) -> None:
    page = client_of("lan").get("/study/search", query_string={"words": "kangaroo"}).text
    assert "/study/thu_nghiem/p01" not in page
