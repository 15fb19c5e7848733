"""What is not stored yet is kept while somebody writes, offered when they come back, and never in anybody's way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.banks import unsaved
from lms.banks.models import UnsavedEdit
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load
from tests.lms.banks.editing import NEW, as_filled_in, bodies, id_of, said

PLACE_NEW = "new/thu_nghiem/goals/cloze"


@pytest.fixture
def trainer(load_shelf: Load, client_of: ClientOf) -> FlaskClient:
    load_shelf()
    return client_of("tuan")


@pytest.fixture
def colleague(database: Database, cast: Cast, client_of: ClientOf) -> FlaskClient:
    """Hoa, made a trainer as well."""
    with database.writing() as session:
        person, unit = session.get_one(Person, cast.people["hoa"]), session.get_one(Unit, cast.units["city"])
        organisation.grant_role(session, person, role="trainer", unit=unit, by=None, now=NOW)
    return client_of("hoa")


def left(database: Database) -> list[tuple[str, dict[str, Any]]]:
    with database.reading() as session:
        return [(each.place, each.fields) for each in session.scalars(select(UnsavedEdit))]


def keep(client: FlaskClient, place: str, fields: dict[str, Any]) -> Any:
    return client.post("/banks/unsaved", data={**fields, "place": place, "csrf_token": "x", "go": "save"})


def grow_old(database: Database, age: timedelta) -> None:
    with database.writing() as session:
        session.execute(update(UnsavedEdit).values(updated_at=clock.now() - age))


def test_it_is_kept_once_for_a_person_and_place_and_says_when(
    trainer: FlaskClient, database: Database
) -> None:
    first = keep(trainer, PLACE_NEW, {"stem": "Có [[1]]", "blank-0-answers": ["a", "b"]})
    assert first.get_json()["at"].count(":") == 1
    keep(trainer, PLACE_NEW, {"stem": "Có [[1]] điều"})
    assert left(database) == [(PLACE_NEW, {"stem": ["Có [[1]] điều"]})], "no token, no button"


@pytest.mark.parametrize(
    "place",
    ["", "question/", "question/999", "question/01", "question/1x", "new/thu_nghiem/goals/none", "new/x/y/cloze",
     "elsewhere/1", "question/1/2", "question/" + "9" * 40],
)  # fmt: skip
def test_a_place_that_is_none_is_not_found(place: str, trainer: FlaskClient, database: Database) -> None:
    assert keep(trainer, place, {"stem": "?"}).status_code == 404
    assert trainer.post("/banks/unsaved/drop", data={"place": place}).status_code == 404
    assert not left(database)


def test_unsaved_work_is_offered_gone_on_with_and_gone_once_it_is_stored(
    trainer: FlaskClient, database: Database
) -> None:
    question_id = id_of(database, "tn-01")
    here, place = f"/banks/question/{question_id}/edit", f"question/{question_id}"
    assert "data-offer" not in said(trainer.get(here))
    keep(trainer, place, {**as_filled_in(trainer, question_id), "stem": "Viết dở đến đây"})
    page = said(trainer.get(here))
    assert "Đồng chí có bản đang viết dở lúc" in page
    assert "Viết dở đến đây" not in page, "what is stored is shown until they choose"
    on = said(trainer.get(f"{here}?continue=1"))
    assert "Viết dở đến đây</textarea>" in on
    assert "data-offer" not in on
    fields = {**as_filled_in(trainer, question_id), "stem": "Viết xong rồi", "go": "save"}
    assert trainer.post(here, data=fields).status_code == 302
    assert not left(database)
    assert bodies(database, question_id)[-1]["stem"] == "Viết xong rồi"


def test_unsaved_work_can_be_thrown_away(trainer: FlaskClient, database: Database) -> None:
    place = f"question/{id_of(database, 'tn-01')}"
    for where, address in ((place, f"/banks/{place}/edit"), (PLACE_NEW, NEW.format("cloze"))):
        keep(trainer, where, {"stem": "?"})
        gone = trainer.post("/banks/unsaved/drop", data={"place": where})
        assert gone.headers["Location"] == address
    assert not left(database)


def test_a_new_question_goes_on_where_it_was_left(trainer: FlaskClient, database: Database) -> None:
    fields = {"stem": "Có [[1]] khâu", "blanks": ["0"], "blank-0-kind": "number", "blank-0-answers": ["3"]}
    keep(trainer, PLACE_NEW, fields)
    assert "&continue=1" in trainer.get(NEW.format("cloze")).get_data(as_text=True).replace("&amp;", "&")
    page = said(trainer.get(NEW.format("cloze") + "&continue=1"))
    assert "Có [[1]] khâu</textarea>" in page
    assert 'name="blank-0-answers" value="3"' in page
    assert trainer.post(NEW.format("cloze"), data={**fields, "go": "save"}).status_code == 302
    assert not left(database)


def test_work_on_an_older_version_meets_the_newer_one_before_it_is_stored(
    trainer: FlaskClient, colleague: FlaskClient, database: Database
) -> None:
    question_id = id_of(database, "tn-01")
    here = f"/banks/question/{question_id}/edit"
    keep(trainer, f"question/{question_id}", {**as_filled_in(trainer, question_id), "stem": "Của tôi"})
    fields = {**as_filled_in(colleague, question_id), "stem": "Của người kia", "go": "save"}
    assert colleague.post(here, data=fields).status_code == 302
    page = said(trainer.get(here))
    assert "Sau đó đã có phiên bản 2" in page
    mine = said(trainer.get(f"{here}?continue=1"))
    assert 'name="started_from" type="hidden" value="1"' in mine
    fields = {**as_filled_in(trainer, question_id), "stem": "Của tôi", "started_from": "1", "go": "save"}
    assert trainer.post(here, data=fields).status_code == 409
    assert len(left(database)) == 1, "nothing is dropped before something is stored"


def test_others_who_are_writing_are_named_for_half_an_hour(
    trainer: FlaskClient, colleague: FlaskClient, database: Database
) -> None:
    question_id = id_of(database, "tn-01")
    here = f"/banks/question/{question_id}/edit"
    keep(colleague, f"question/{question_id}", {"stem": "?"})
    assert "Đồng chí Lê Thị Hoa đang sửa câu này" in said(trainer.get(here))
    assert "đang sửa câu này" not in said(colleague.get(here)), "nobody is warned of themselves"
    assert "đang sửa câu này" not in said(trainer.get(f"/banks/question/{question_id + 1}/edit"))
    grow_old(database, timedelta(minutes=31))
    assert "đang sửa câu này" not in said(trainer.get(here))


def test_what_one_left_nobody_else_gets(
    trainer: FlaskClient, colleague: FlaskClient, database: Database
) -> None:
    keep(trainer, PLACE_NEW, {"stem": "Chỉ của tôi"})
    assert "Chỉ của tôi" not in said(colleague.get(NEW.format("cloze") + "&continue=1"))
    colleague.post("/banks/unsaved/drop", data={"place": PLACE_NEW})
    assert len(left(database)) == 1


def test_two_tabs_at_once_keep_one(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        for text in ("a", "b"):
            unsaved.keep(session, cast.people["tuan"], "question/1", {"stem": [text]}, now=clock.now())
    assert left(database) == [("question/1", {"stem": ["b"]})]


def test_made_up_fields_harm_nobody(trainer: FlaskClient, database: Database) -> None:
    odd: dict[str, Any] = {
        "level": "nonsense",
        "cites": ["x", "-1"],
        "blanks": ["9"] * 50,
        "blank-0-correct": "9" * 5000,
        "images-image": ["../../etc/passwd", "a" * 70],
        "stimulus": "made-up",
        "stem": "\0[[1]]",
        "expires": "²",
    }
    assert keep(trainer, PLACE_NEW, odd).status_code == 200
    page = trainer.get(NEW.format("cloze") + "&continue=1")
    assert page.status_code == 200
    assert "passwd" not in page.get_data(as_text=True)
    assert trainer.post(NEW.format("cloze"), data={**odd, "go": "save"}).status_code == 200


def test_it_is_bounded(trainer: FlaskClient, database: Database) -> None:
    assert keep(trainer, PLACE_NEW, {"options": ["x"] * 5000, "stem": "?"}).status_code in (200, 413)
    for _place, fields in left(database):
        assert sum(len(values) for values in fields.values()) <= unsaved.MOST_VALUES
