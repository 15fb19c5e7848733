"""What is cleared away, what is not, and that pages say so when a file is gone."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms import worker
from lms.banks import actions, clearing, kept_pictures, queries
from lms.banks.models import Bank, Picture, QuestionImport, UnsavedEdit
from lms.banks.pictures import TakenPicture
from lms.banks.transfer.exports import JOB_EXPORT
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.kit.storage import Storage
from lms.questions.question import Image, Option, Question
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load
from tests.lms.study.shop import data_folder

DAY = timedelta(days=1)
GOALS = "thu_nghiem/goals"


@pytest.fixture
def trainer(load_shelf: Load, client_of: ClientOf) -> FlaskClient:
    load_shelf()
    return client_of("tuan")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return data_folder(tmp_path)


def put(storage: Storage, data: bytes = b"x") -> str:
    with storage.writing() as (key, file):
        file.write(data)
    return key


# --- unsaved edits ----------------------------------------------------------------------------------------------


def test_edits_are_forgotten_after_thirty_days(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        for place, age in (("question/1", 31 * DAY), ("question/2", 29 * DAY)):
            session.add(
                UnsavedEdit(person_id=cast.people["tuan"], place=place, fields={}, updated_at=NOW - age)
            )
    assert clearing.drop_old_edits(database, NOW) == 1
    assert clearing.drop_old_edits(database, NOW) == 0
    with database.reading() as session:
        assert session.scalars(select(UnsavedEdit.place)).all() == ["question/2"]


# --- pictures ---------------------------------------------------------------------------------------------------


def picture(database: Database, at: datetime, ending: str = "png") -> str:
    name = f"{secrets.token_hex(32)}.{ending}"
    with database.writing() as session:
        kept_pictures.keep(session, TakenPicture(name, "image/png", 1, 1, b"x"), by=None, now=at)
    return name


def pictures(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Picture.name)))


def ask_with(database: Database, **fields: Any) -> int:
    options: Any = (Option("a"), Option("b"))
    asked = Question("single_choice", "Hình nào?", **({"options": options, "correct": (0,)} | fields))
    with database.writing() as session:
        bank = session.scalars(select(Bank).where(Bank.slug == GOALS)).one()
        code = secrets.token_hex(4)
        return actions.store_question(session, bank, asked, cites=[], by=None, now=NOW, code=code).id


def test_only_pictures_that_nobody_names_are_deleted(
    database: Database, load_shelf: Load, cast: Cast
) -> None:
    load_shelf()
    old = NOW - 8 * DAY
    stem, option, edited, unnamed = (picture(database, old, end) for end in ("png", "jpg", "webp", "png"))
    young = picture(database, NOW - 6 * DAY)
    ask_with(database, images=(Image(stem, "x"),))
    ask_with(database, options=(Option("a", image=Image(option, "x")), Option("b")))
    with database.writing() as session:
        fields = {"image-name": [edited]}
        session.add(
            UnsavedEdit(person_id=cast.people["tuan"], place="question/1", fields=fields, updated_at=NOW)
        )
    assert clearing.drop_unnamed_pictures(database, NOW) == 1
    assert pictures(database) == {stem, option, edited, young}
    assert unnamed not in pictures(database)


def test_pictures_of_earlier_versions_stay(database: Database, load_shelf: Load) -> None:
    load_shelf()
    name = picture(database, NOW - 8 * DAY)
    question_id = ask_with(database, images=(Image(name, "x"),))
    with database.writing() as session:
        question = queries.question_by_id(session, question_id)
        assert question is not None
        body = Question("true_false", "Không còn hình.", correct=(0,))
        actions.new_version(session, question, body, cites=[], started_from=1, by=None, now=NOW)
    assert clearing.drop_unnamed_pictures(database, NOW) == 0
    assert pictures(database) == {name}


def test_a_picture_uploaded_again_counts_as_new(database: Database) -> None:
    name = picture(database, NOW - 30 * DAY)
    with database.writing() as session:
        kept_pictures.keep(session, TakenPicture(name, "image/png", 1, 1, b"x"), by=None, now=NOW)
    assert clearing.drop_unnamed_pictures(database, NOW) == 0
    assert pictures(database) == {name}


def test_all_questions_are_read_at_most_once_a_day(database: Database) -> None:
    assert clearing.drop_unnamed_pictures(database, NOW) == 0
    picture(database, NOW - 8 * DAY)
    assert clearing.drop_unnamed_pictures(database, NOW + DAY / 2) == 0
    assert clearing.drop_unnamed_pictures(database, NOW + DAY) == 1


# --- files of imports and exports -------------------------------------------------------------------------------


def an_import(database: Database, storage: Storage, cast: Cast, state: str, age: timedelta) -> int:
    with database.writing() as session:
        bank = session.scalars(select(Bank).where(Bank.slug == GOALS)).one()
        found = QuestionImport(
            bank_id=bank.id,
            state=state,
            file_name="câu hỏi.docx",
            format="word",
            file_key=put(storage),
            reading_key=put(storage),
            decisions={},
            counts={},
            created_by=cast.people["tuan"],
            created_at=NOW - age,
        )
        session.add(found)
        session.flush()
        return found.id


def test_files_of_old_imports_are_deleted_and_the_page_says_so(
    trainer: FlaskClient, database: Database, storage: Storage, cast: Cast
) -> None:
    old = an_import(database, storage, cast, "stored", 31 * DAY)
    young = an_import(database, storage, cast, "stored", 29 * DAY)
    assert clearing.drop_transfer_files(database, storage, NOW) == 1
    assert clearing.drop_transfer_files(database, storage, NOW) == 0
    with database.reading() as session:
        gone, kept = session.get_one(QuestionImport, old), session.get_one(QuestionImport, young)
        assert (gone.state, gone.file_key, gone.reading_key) == ("stored", "", None)
        assert {path.name for path in storage.folder.iterdir()} == {kept.file_key, kept.reading_key}
    page = trainer.get(f"/banks/import/{old}").text
    assert "Tệp đã tải lên đã bị xóa sau 30 ngày." in page
    assert "câu hỏi.docx" in page


@pytest.mark.parametrize("state", ["reading", "read"])
def test_an_import_that_was_left_open_is_put_aside_with_its_files(
    state: str, trainer: FlaskClient, database: Database, storage: Storage, cast: Cast
) -> None:
    left = an_import(database, storage, cast, state, 31 * DAY)
    assert clearing.drop_transfer_files(database, storage, NOW) == 1
    with database.reading() as session:
        found = session.get_one(QuestionImport, left)
        assert (found.state, found.settled_at) == ("dropped", NOW)
    page = trainer.get(f"/banks/import/{left}").text
    assert "Tệp đã tải lên đã bị xóa sau 30 ngày." in page


def a_job(database: Database, cast: Cast, key: str, kind: str = JOB_EXPORT, age: timedelta = 31 * DAY) -> int:
    with database.writing() as session:
        job = Job(
            kind=kind,
            params={"back": f"/banks/{GOALS}/export"},
            state="done",
            done=2,
            total=2,
            tries=1,
            result={"file": key, "name": "cau-hoi.gift", "type": "text/plain"},
            created_by=cast.people["tuan"],
            created_at=NOW - age,
            finished_at=NOW - age,
        )
        session.add(job)
        session.flush()
        return job.id


def test_files_of_old_exports_are_deleted_and_the_page_says_so(
    trainer: FlaskClient, database: Database, storage: Storage, cast: Cast
) -> None:
    old, paper = (a_job(database, cast, put(storage), kind) for kind in (JOB_EXPORT, "questions.paper"))
    young = a_job(database, cast, put(storage), age=29 * DAY)
    report = a_job(database, cast, put(storage), kind="report")
    assert clearing.drop_transfer_files(database, storage, NOW) == 2
    assert clearing.drop_transfer_files(database, storage, NOW) == 0
    for job_id in (old, paper):
        page = trainer.get(f"/jobs/{job_id}").text
        assert "Tệp này được tạo đã lâu và nay đã bị xóa." in page
        assert "cau-hoi.gift" not in page
        assert trainer.get(f"/jobs/{job_id}/file").status_code == 404
    for job_id in (young, report):
        assert "cau-hoi.gift" in trainer.get(f"/jobs/{job_id}").text
        assert trainer.get(f"/jobs/{job_id}/file").status_code == 200


def test_the_page_of_a_job_offers_no_file_that_is_lost(
    trainer: FlaskClient, database: Database, storage: Storage, cast: Cast
) -> None:
    """Between deleting the file and changing the row the worker may have been killed."""
    job_id = a_job(database, cast, put(storage), age=DAY)
    for path in storage.folder.iterdir():
        path.unlink()
    page = trainer.get(f"/jobs/{job_id}").text
    assert "Tệp này được tạo đã lâu và nay đã bị xóa." in page
    assert f"/jobs/{job_id}/file" not in page


def test_the_sweep_goes_on_where_it_was_interrupted(
    database: Database, storage: Storage, cast: Cast, load_shelf: Load
) -> None:
    load_shelf()
    import_id = an_import(database, storage, cast, "stored", 31 * DAY)
    for path in storage.folder.iterdir():
        path.unlink()
    assert clearing.drop_transfer_files(database, storage, NOW) == 1
    with database.reading() as session:
        assert session.get_one(QuestionImport, import_id).file_key == ""


def test_a_running_export_is_left_alone(database: Database, storage: Storage, cast: Cast) -> None:
    job_id = a_job(database, cast, put(storage))
    with database.writing() as session:
        session.execute(
            update(Job).where(Job.id == job_id).values(state="running", result=None, finished_at=None)
        )
    assert clearing.drop_transfer_files(database, storage, NOW) == 0


def test_the_worker_sweeps_all_of_it() -> None:
    assert {sweep.__name__ for sweep in worker.SWEEPS} >= {
        "drop_old_edits",
        "drop_unnamed_pictures",
        "drop_transfer_files",
    }


@pytest.mark.parametrize("key", ["", "..", "../files", "a" * 31, "A" * 32])
def test_only_keys_of_the_storage_are_removed(storage: Storage, key: str) -> None:
    with pytest.raises(KeyError):
        storage.remove(key)
