"""Loading content: all or nothing, repeatable, never over what a trainer did on screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.banks import actions, queries
from lms.banks.content import ContentMissing, read_content
from lms.banks.loading import ContentRefused, Loaded
from lms.banks.models import Bank, Question, QuestionVersion
from lms.banks.problems import as_line
from lms.kit.db import Database
from lms.kit.i18n import speaking
from tests.cast import NOW, Cast
from tests.lms.banks.conftest import Load
from tests.lms.banks.shelf import Shelf


def versions(database: Database, code: str) -> list[dict[str, Any]]:
    """What the versions of a question say, the oldest first."""
    with database.reading() as session:
        rows = select(QuestionVersion.body).join(Question).where(Question.code == code)
        return list(session.scalars(rows.order_by(QuestionVersion.number)))


def stored(session: Session, code: str) -> queries.Shown:
    question_id = session.scalars(select(Question.id).where(Question.code == code)).one()
    return queries.in_force(session, [question_id])[0]


def edit(database: Database, code: str, by: int, **change: Any) -> None:
    """What a trainer does on screen."""
    with database.writing() as session:
        shown = stored(session, code)
        bank = session.get_one(Bank, shown.question.bank_id)
        passages = {p.slug: p for p in queries.citable(session, bank.topic.resolution_id)}
        actions.new_version(
            session,
            shown.question,
            replace(shown.body, **change),
            cites=[passages[slug] for slug in shown.body.cites],
            started_from=shown.question.version,
            by=by,
            now=NOW,
        )


def state(database: Database, code: str) -> str:
    with database.reading() as session:
        return stored(session, code).question.state


def test_the_first_loading_stores_everything(load_shelf: Load, database: Database) -> None:
    loaded = load_shelf()
    assert loaded.added == ["tn-01", "tn-02", "tn-03", "tn-11", "tn-12", "tn-13"]
    assert loaded.modules["thu_nghiem"].added == 2
    with database.reading() as session:
        shown = stored(session, "tn-02")
        assert (shown.question.state, shown.question.version, shown.question.type) == (
            "approved",
            1,
            "multiple_choice",
        )
        cited = queries.citations(session, [shown.version.id])[shown.version.id]
        assert [(c.passage.slug, c.module, c.changed) for c in cited] == [
            ("p01", "thu_nghiem", False),
            ("p02", "thu_nghiem", False),
        ]


def test_loading_again_changes_nothing(load_shelf: Load, database: Database) -> None:
    load_shelf()
    with database.reading() as session:
        audited = session.scalar(select(func.count()).select_from(AuditEvent))
    again = load_shelf()
    assert not again.anything
    assert again.unchanged == 6
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == audited


def test_a_changed_question_gets_a_new_version_and_keeps_the_old(
    load_shelf: Load, shelf: Shelf, database: Database
) -> None:
    load_shelf()
    shelf.change("goals.yaml", "correct: [2]", "correct: [1]")
    loaded = load_shelf()
    assert loaded.changed == ["tn-01"]
    assert loaded.unchanged == 5
    assert [body["correct"] for body in versions(database, "tn-01")] == [[2], [1]]


def test_a_new_passage_text_asks_to_look_at_its_questions_again(load_shelf: Load, shelf: Shelf) -> None:
    load_shelf()
    shelf.change("module.md", "có ba khâu", "xác định ba khâu")
    loaded = load_shelf()
    assert loaded.modules["thu_nghiem"].changed == 1
    assert loaded.look_again == ["tn-02", "tn-03", "tn-11", "tn-12"]
    assert not loaded.changed


def test_a_question_no_longer_in_a_file_is_retired_and_comes_back(
    load_shelf: Load, shelf: Shelf, database: Database
) -> None:
    load_shelf()
    gone = shelf.path("tasks.yaml").read_text()
    shelf.write("tasks.yaml", gone[: gone.index("  - id: tn-13")])
    assert load_shelf().retired == ["tn-13"]
    assert state(database, "tn-13") == "retired"
    assert not load_shelf().anything
    shelf.write("tasks.yaml", gone)
    assert load_shelf().restored == ["tn-13"]
    assert state(database, "tn-13") == "approved"
    assert len(versions(database, "tn-13")) == 1


def test_a_whole_file_gone_retires_its_questions(load_shelf: Load, shelf: Shelf) -> None:
    load_shelf()
    shelf.path("tasks.yaml").unlink()
    assert load_shelf().retired == ["tn-11", "tn-12", "tn-13"]


def test_a_question_moved_to_another_file_moves_with_its_versions(
    load_shelf: Load, shelf: Shelf, database: Database
) -> None:
    load_shelf()
    goals = shelf.path("goals.yaml").read_text()
    at = goals.index("  - id: tn-03")
    shelf.write("goals.yaml", goals[:at])
    shelf.write("tasks.yaml", shelf.path("tasks.yaml").read_text() + goals[at:])
    loaded = load_shelf()
    assert (loaded.moved, loaded.added, loaded.retired) == (["tn-03"], [], [])
    with database.reading() as session:
        shown = stored(session, "tn-03")
        assert session.get_one(Bank, shown.question.bank_id).slug == "thu_nghiem/tasks"


def test_what_a_trainer_edited_is_kept_and_named(
    load_shelf: Load, shelf: Shelf, database: Database, cast: Cast
) -> None:
    load_shelf()
    edit(database, "tn-01", cast.people["tuan"], explanation="Giải thích của giảng viên.")
    loaded = load_shelf()
    assert loaded.kept == ["tn-01"]
    assert not loaded.anything
    shelf.change("goals.yaml", "correct: [2]", "correct: [1]")
    assert load_shelf().kept == ["tn-01"]
    assert versions(database, "tn-01")[-1]["explanation"] == "Giải thích của giảng viên."
    assert load_shelf(overwrite=True).changed == ["tn-01"]
    assert [body.get("correct") for body in versions(database, "tn-01")] == [[2], [2], [1]]
    assert not load_shelf().anything


def test_what_a_trainer_edited_stays_though_its_file_is_gone(
    load_shelf: Load, shelf: Shelf, database: Database, cast: Cast
) -> None:
    load_shelf()
    edit(database, "tn-11", cast.people["tuan"], level="recall")
    shelf.path("tasks.yaml").unlink()
    loaded = load_shelf()
    assert (loaded.kept, loaded.retired) == (["tn-11"], ["tn-12", "tn-13"])
    assert state(database, "tn-11") == "approved"


def test_what_a_trainer_retired_stays_retired(load_shelf: Load, database: Database, cast: Cast) -> None:
    load_shelf()
    with database.writing() as session:
        actions.retire(session, stored(session, "tn-01").question, by=cast.people["tuan"], now=NOW)
    assert load_shelf().kept == ["tn-01"]
    assert state(database, "tn-01") == "retired"
    assert load_shelf(overwrite=True).restored == ["tn-01"]


def test_questions_written_on_screen_are_not_touched(
    load_shelf: Load, database: Database, cast: Cast
) -> None:
    load_shelf()
    with database.writing() as session:
        shown = stored(session, "tn-03")
        bank = session.get_one(Bank, shown.question.bank_id)
        body = replace(shown.body, stem="Một câu hỏi của giảng viên.")
        own = actions.store_question(session, bank, body, cites=[], by=cast.people["tuan"], now=NOW)
    loaded = load_shelf(overwrite=True)
    assert not loaded.anything
    assert not loaded.kept
    assert state(database, own.code) == "draft"


def test_new_titles_are_told(load_shelf: Load, shelf: Shelf) -> None:
    load_shelf()
    shelf.change("module.md", "summary: Một chuyên đề để thử.", "summary: Một chuyên đề khác.")
    shelf.change("goals.yaml", "name: Mục tiêu", "name: Mục tiêu lớn")
    assert load_shelf().headings == ["thu_nghiem", "thu_nghiem/goals"]


Spoil = Callable[[Shelf], object]


def swap(name: str, old: str, new: str) -> Spoil:
    return lambda shelf: shelf.change(name, old, new)


def another_topic(shelf: Shelf) -> None:
    text = shelf.path("tasks.yaml").read_text()
    shelf.write("other.yaml", text.replace("topic: tasks", "topic: other").replace("tn-1", "tn-2"))


G, T, M = "goals.yaml", "tasks.yaml", "module.md"
FOLDER = ("resolution: thu_nghiem", "resolution: khac")
STEMS = ("Số chỉ tiêu chủ yếu là bao nhiêu?", "NGHỊ QUYẾT có bao nhiêu chỉ tiêu chủ yếu ?")
WRONG: Sequence[tuple[str, str, str, Spoil]] = (  # code, file, what stands in the line, how it comes about
    ("bad_yaml", G, "quyết: có", swap(G, "stem: Nghị quyết có bao", "stem: Nghị quyết: có bao")),
    ("no_key", G, "correct: []", swap(G, "correct: [2]", "correct: []")),
    ("key_out_of_range", G, "correct: [9]", swap(G, "correct: [2]", "correct: [9]")),
    ("unknown_field", G, "hint:", swap(G, "    correct: [2]\n", "    hint: x\n    correct: [2]\n")),
    ("unknown_passage", G, "id: tn-01", swap(G, "cites: [p01]", "cites: [p99]")),
    ("repeated_id", G, "id: tn-01 #", swap(G, "id: tn-02", "id: tn-01 #")),
    ("id_used_elsewhere", T, "id: tn-01", swap(T, "id: tn-11", "id: tn-01")),
    ("stem_used_elsewhere", T, "id: tn-13", swap(T, *STEMS)),
    ("unknown_topic", "other.yaml", "topic: other", another_topic),
    ("wrong_file_name", G, "topic: tasks", swap(G, "topic: goals", "topic: tasks")),
    ("wrong_folder", G, "resolution: khac", swap(G, *FOLDER)),
    ("wrong_folder", M, "resolution: khac", swap(M, *FOLDER)),
    ("bad_heading", M, "## Đoạn", swap(M, "## 2. Đoạn", "## Đoạn")),
    ("no_source", M, "Theo Báo Thử", swap(M, "Nguồn: Báo Thử, tháng", "Theo Báo Thử, tháng")),
    ("bad_source_date", M, "tháng 13/2025", swap(M, "tháng 10/2025", "tháng 13/2025")),
    ("no_module", M, "", lambda shelf: shelf.path(M).unlink()),
    ("not_utf8", M, "", lambda shelf: shelf.path(M).write_bytes(b"\xff\xfe")),
)


@pytest.mark.parametrize(("code", "name", "marked", "spoil"), WRONG, ids=[f"{w[0]}-{w[1]}" for w in WRONG])
def test_a_wrong_file_is_refused_with_file_line_and_reason(
    code: str, name: str, marked: str, spoil: Spoil, shelf: Shelf
) -> None:
    spoil(shelf)
    content = read_content(shelf.folder)
    assert not content.usable
    found = next(problem for problem in content.problems if problem.code == code)
    assert found.where["file"] == str(shelf.path(name))
    assert found.where["line"] == (shelf.line_of(name, marked) if marked else 1)
    for language in ("vi", "en"):
        with speaking(language):
            assert as_line(found).startswith(f"{shelf.path(name)}:{found.where['line']}: ")
            assert not re.search(r"\{[a-z]+\}", as_line(found)), "a parameter was not filled in"


def test_nothing_is_half_loaded(load_shelf: Load, shelf: Shelf, database: Database) -> None:
    shelf.change("tasks.yaml", 'answers: ["43"]', "answers: [nhiều]")
    with pytest.raises(ContentRefused) as refused:
        load_shelf()
    assert [problem.code for problem in refused.value.problems] == ["answer_not_number"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Bank)) == 0


def test_an_id_of_another_resolution_is_refused(load_shelf: Load, shelf: Shelf) -> None:
    load_shelf()
    for name in ("module.md", "goals.yaml", "tasks.yaml"):
        text = shelf.path(name).read_text().replace("thu_nghiem", "khac")
        other = shelf.folder.parent / "other" / "khac" / name
        other.parent.mkdir(parents=True, exist_ok=True)
        other.write_text(text)
    shelf.folder = shelf.folder.parent / "other"
    with pytest.raises(ContentRefused) as refused:
        load_shelf()
    assert {problem.code for problem in refused.value.problems} == {"id_of_another_resolution"}
    assert len(refused.value.problems) == 6


def test_the_folder_of_one_resolution_can_be_loaded(shelf: Shelf) -> None:
    assert len(read_content(shelf.folder / "thu_nghiem").banks) == 2


def test_no_content_is_said(shelf: Shelf) -> None:
    for folder in (shelf.folder / "nowhere", shelf.folder.parent / "empty"):
        if folder.name == "empty":
            folder.mkdir()
        with pytest.raises(ContentMissing, match=folder.name):
            read_content(folder)


def test_a_loading_tells_whether_it_did_anything() -> None:
    assert not Loaded(unchanged=3, kept=["x"], look_again=["y"]).anything
    assert Loaded(retired=["x"]).anything
