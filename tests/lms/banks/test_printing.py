"""Printing a paper: who may, what is drawn, that every code's key agrees with its order, and the look of the page."""

from __future__ import annotations

import contextvars
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner, Result
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.banks.models import Bank, Question, QuestionVersion
from lms.banks.queries import is_in_force
from lms.banks.transfer import papers
from lms.banks.transfer.cli import questions as command
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.questions.question import Question as Body
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast
from tests.conftest import SECRET, ClientOf
from tests.lms.study.shop import data_folder, run_jobs
from tests.stage import Stage, of_every_type, stage

SLUG = "hanoi_xviii/breakthroughs"
PAGE = f"/banks/{SLUG}/export/paper"
LETTERS = "ABCDEFGHIJ"
SEED = "0123456789abcdef"


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW, questions=of_every_type(3), drawn=9)


@pytest.fixture
def trainer(client_of: ClientOf, staged: Stage) -> FlaskClient:
    return client_of("tuan")


@pytest.fixture
def bodies(database: Database, staged: Stage) -> dict[str, Body]:
    """The questions in use by what they ask."""
    with database.reading() as session:
        rows = session.scalars(
            select(QuestionVersion.body)
            .join(Question, is_in_force())
            .join(Bank)
            .where(Bank.slug == SLUG, Question.state == "approved")
        )
        return {body.stem: body for body in map(Body.from_json, rows)}


def ask(client: FlaskClient, **wishes: Any) -> TestResponse:
    given = {
        "exam": "Kiểm tra nhận thức",
        "seed": SEED,
        "codes": 1,
        "key": "end",
        "shuffle": "y",
        "answer_sheet": "y",
    }
    sent = {name: value for name, value in (given | wishes).items() if value is not None}
    return client.get(f"{PAGE}/file", query_string=sent)


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def blocks(document: Document) -> Iterator[str | list[list[str]]]:
    """The text of paragraphs, and tables as rows of texts, from top to bottom."""
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            yield [[cell.text for cell in row.cells] for row in block.rows]


def printed_questions(document: Document) -> dict[str, dict[int, list[str]]]:
    """By code and number: the lines of each question; "" for a paper without codes."""
    found: dict[str, dict[int, list[str]]] = {}
    code, number, open_ = "", 0, False
    for block in blocks(document):
        if isinstance(block, list):
            text = "\n".join(block[0])
            if "ĐỀ KIỂM TRA" in text or "PHIẾU" in text or "ĐÁP ÁN" in text:
                named = re.search(r"Mã đề (\d+)", text)
                code, number, open_ = (named[1] if named else ""), 0, "ĐỀ KIỂM TRA" in text
            elif open_ and number:
                found[code][number] += ["\t".join(row) for row in block]
        elif open_:
            head = re.match(r"Câu (\d+)\. (.*)", block, re.DOTALL)
            if head:
                number = int(head[1])
                found.setdefault(code, {})[number] = [head[2]]
            elif number and "HẾT" not in block:
                found[code][number].append(block)
    return found


def key_table(document: Document) -> dict[str, dict[int, str]]:
    """By code and number: what the key says."""
    found: dict[str, dict[int, str]] = {}
    for block in blocks(document):
        if (
            not isinstance(block, list)
            or block[0][0] != "Câu"
            or not block[0][1].startswith(("Mã đề", "Đáp án"))
        ):
            continue
        names = block[0]
        width = names.index("Câu", 1) if "Câu" in names[1:] else len(names)
        for row in block[1:]:
            for start in range(0, len(row), width):
                for column in range(start + 1, start + width):
                    if row[start]:
                        code = names[column].removeprefix("Mã đề ").replace("Đáp án", "")
                        found.setdefault(code, {})[int(row[start])] = row[column]
    return found


def options_of(lines: list[str]) -> dict[str, str]:
    pieces = [piece for line in lines[1:] for piece in line.split("\t")]
    return {piece[0]: piece[3:] for piece in pieces if re.match(r"[A-J]\. ", piece)}


def agrees(lines: list[str], key: str, body: Body) -> bool:
    """Whether the key says of the printed lines what is right in the bank."""
    options = options_of(lines)
    match body.type:
        case "single_choice" | "multiple_choice":
            named = {options[letter] for letter in key.split(", ")}
            return named == {body.options[n].text for n in body.correct}
        case "true_false":
            return key == ("Đúng" if body.correct == (0,) else "Sai")
        case "true_false_group":
            truths = {statement.text: statement.correct for statement in body.statements}
            printed = [
                line.partition("\t")[0].split(") ", 1)[1] for line in lines if re.match(r"[a-j]\) ", line)
            ]
            return key.split() == ["Đ" if truths[text] else "S" for text in printed]
        case "ordering":
            return [options[letter] for letter in key.split(" → ")] == [o.text for o in body.options]
        case "matching":
            rows = [line.split("\t") for line in lines if re.match(r"\d\. ", line)]
            left = {row[0][0]: row[0][3:] for row in rows}
            right = {row[1][0]: row[1][3:] for row in rows}
            pairs = dict(one.split(" – ") for one in key.split("; "))
            return {left[n]: right[letter] for n, letter in pairs.items()} == {
                pair.left: pair.right for pair in body.pairs if pair.left
            }
        case "short_answer" | "numeric":
            return body.answers[0] in key
    return bool(key)


def check_whole(
    papers_: Mapping[str, Mapping[int, list[str]]], keys: Mapping[str, Any], bodies: dict[str, Body]
) -> None:
    shown = {re.sub(r"\[\[(\d)\]\]", r"(\1) ……………", stem): body for stem, body in bodies.items()}
    for code, numbered in papers_.items():
        assert sorted(numbered) == list(range(1, len(bodies) + 1))
        assert {lines[0] for lines in numbered.values()} == set(shown), code
        for number, lines in numbered.items():
            assert agrees(lines, keys[code][number], shown[lines[0]]), (
                code,
                number,
                lines,
                keys[code][number],
            )


def test_every_code_has_every_question_and_its_key_agrees(
    trainer: FlaskClient, bodies: dict[str, Body]
) -> None:
    document = opened(ask(trainer, codes=7).data)
    printed = printed_questions(document)
    assert list(printed) == ["101", "102", "103", "104", "105", "106", "107"]
    check_whole(printed, key_table(document), bodies)
    orders = {tuple(lines[0] for lines in numbered.values()) for numbered in printed.values()}
    assert len(orders) == 7


def test_a_single_paper_has_no_code_and_its_key_agrees(trainer: FlaskClient, bodies: dict[str, Body]) -> None:
    document = opened(ask(trainer).data)
    assert not any("Mã đề" in str(block) for block in blocks(document))
    check_whole(printed_questions(document), key_table(document), bodies)


def test_the_key_in_a_file_of_its_own_agrees_and_is_not_in_the_paper(
    trainer: FlaskClient, bodies: dict[str, Body]
) -> None:
    answer = ask(trainer, codes=3, key="own")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        paper, key = (
            opened(bundle.read(f"hanoi_xviii-breakthroughs{end}.docx")) for end in ("-de", "-dap-an")
        )
    assert "ĐÁP ÁN" not in "".join(map(str, blocks(paper)))
    assert not printed_questions(key)
    check_whole(printed_questions(paper), key_table(key), bodies)


def test_without_key_and_sheet_there_is_neither(trainer: FlaskClient) -> None:
    text = "".join(map(str, blocks(opened(ask(trainer, key="none", answer_sheet=None).data))))
    assert "ĐÁP ÁN" not in text
    assert "PHIẾU TRẢ LỜI" not in text
    assert "Vì đoạn" not in text  # explanations tell the key


def test_explanations_come_only_with_the_key(trainer: FlaskClient) -> None:
    assert "Vì đoạn" in "".join(map(str, blocks(opened(ask(trainer, explanations="y").data))))
    assert "Vì đoạn" not in "".join(map(str, blocks(opened(ask(trainer, explanations="y", key="none").data))))


def test_some_questions_are_drawn_and_the_same_again_with_the_same_seed(
    trainer: FlaskClient, bodies: dict[str, Body]
) -> None:
    first, again = ask(trainer, count=4), ask(trainer, count=4)
    assert first.data == again.data
    assert len(printed_questions(opened(first.data))[""]) == 4
    other = ask(trainer, count=4, seed="fedcba9876543210")
    assert printed_questions(opened(other.data)) != printed_questions(opened(first.data))


def test_only_what_may_be_drawn_is_printed(
    trainer: FlaskClient, database: Database, bodies: dict[str, Body]
) -> None:
    with database.writing() as session:
        ids = session.scalars(
            select(Question.id).join(Bank).where(Bank.slug == SLUG).order_by(Question.id)
        ).all()
        over = local(NOW).date() - timedelta(days=9)
        session.execute(update(Question).where(Question.id == ids[0]).values(expires_on=over))
        session.execute(update(Question).where(Question.id == ids[1]).values(state="draft"))
    page = trainer.get(PAGE).text
    assert "1 câu đã duyệt bị để lại vì đã hết hạn hoặc cần xem lại" in page
    count = len(bodies) - 2
    assert len(printed_questions(opened(ask(trainer).data))[""]) == count
    with_drafts = ask(trainer, state=["approved", "draft"])
    assert len(printed_questions(opened(with_drafts.data))[""]) == count + 1


def test_the_head_names_who_sets_it_and_how_long_it_takes(trainer: FlaskClient) -> None:
    data = ask(trainer, parent="Đảng bộ thành phố", issuer="Đảng ủy phường", minutes="45", codes=2).data
    heads = [
        block[0] for block in blocks(opened(data)) if isinstance(block, list) and "ĐỀ KIỂM TRA" in block[0][1]
    ]
    assert heads[0] == [
        "ĐẢNG BỘ THÀNH PHỐ\nĐẢNG ỦY PHƯỜNG",
        "ĐỀ KIỂM TRA\nKiểm tra nhận thức\nThời gian làm bài: 45 phút\nMã đề 101",
    ]


def test_the_page_is_that_of_official_papers(trainer: FlaskClient) -> None:
    document = opened(ask(trainer, codes=2).data)
    for section in document.sections:
        page, left = (section.page_width, section.page_height), section.left_margin
        assert [round(size.mm) for size in (*page, left) if size is not None] == [210, 297, 30]
        fields = [str(field.text).strip() for field in section.footer._element.iter(qn("w:instrText"))]
        assert [field.partition(" ")[0] for field in fields] == ["PAGE", "SECTIONPAGES"]
    font = document.styles["Normal"].font
    assert (font.name, font.size and font.size.pt) == ("Times New Roman", 13)


def test_a_stem_is_kept_with_its_options_and_options_with_each_other(trainer: FlaskClient) -> None:
    document = opened(ask(trainer).data)
    kept: list[tuple[str, bool]] = []
    for paragraph in document.paragraphs:
        style: Any = paragraph.style
        own = paragraph.paragraph_format.keep_with_next
        kept.append((paragraph.text, bool(style.paragraph_format.keep_with_next if own is None else own)))
    for (text, keeps), (below, _) in pairwise(kept):
        if re.match(r"Câu \d+\. Khâu", text) or (
            re.match(r"[ABC]\. ", text) and re.match(r"[BCD]\. ", below)
        ):
            assert keeps, text
        if re.match(r"Câu \d+\. ", below) and not text.startswith("Câu"):
            assert not keeps, text


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"exam": " "}, "Hãy đặt tên cho đề."),
        ({"count": "999"}, "Chỉ có 30 câu in được."),
        ({"count": "-1"}, "Hãy nhập số nguyên, hoặc để trống."),
        ({"codes": 2, "shuffle": None}, "Nhiều mã đề chỉ khác nhau khi được đảo."),
        ({"minutes": "601"}, "Hãy nhập tối đa 600 phút."),
    ],
)
def test_what_is_not_possible_is_said_at_its_field(
    trainer: FlaskClient, wishes: dict[str, Any], said: str
) -> None:
    answer = ask(trainer, **wishes)
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("wishes", [{"codes": 25}, {"codes": 0}, {"key": "all"}, {"seed": "../x"}])
def test_forged_wishes_are_refused(trainer: FlaskClient, wishes: dict[str, Any]) -> None:
    assert ask(trainer, **wishes).status_code == 422


@pytest.mark.parametrize(
    ("who", "status"), [("tuan", 200), ("lan", 403), ("dung", 403), ("an", 403), (None, 302)]
)
def test_only_trainers_print_papers(who: str | None, status: int, client_of: ClientOf, staged: Stage) -> None:
    assert client_of(who).get(PAGE).status_code == status
    assert ask(client_of(who)).status_code == status


def test_a_bank_that_is_not_there_is_not_found(trainer: FlaskClient) -> None:
    assert trainer.get(PAGE.replace("breakthroughs", "none")).status_code == 404


def test_the_export_page_offers_it_with_the_states_chosen(trainer: FlaskClient) -> None:
    assert "Đề in trên giấy (Word)" in trainer.get(f"/banks/{SLUG}/export").text
    answer = trainer.get(
        f"/banks/{SLUG}/export", query_string={"format": "paper", "state": ["draft", "approved"]}
    )
    assert answer.location == f"{PAGE}?state=draft&state=approved"
    page = trainer.get(answer.location).text
    assert 'name="state" value="draft"' in page


def test_much_is_written_by_a_job(
    trainer: FlaskClient,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bodies: dict[str, Body],
) -> None:
    monkeypatch.setattr(papers, "AT_ONCE", 20)
    answer = ask(trainer, codes=2)
    assert answer.location.startswith("/jobs/")
    run_jobs(database, data_folder(tmp_path))
    with database.reading() as session:
        job = session.scalars(select(Job).where(Job.kind == papers.JOB_PAPER)).one()
        assert job.state == "done"
    document = opened(trainer.get(f"/jobs/{job.id}/file").data)
    check_whole(printed_questions(document), key_table(document), bodies)


def run(*arguments: object, url: str) -> Result:
    env = {"LMS_SECRET_KEY": SECRET, "LMS_LANGUAGE": "vi", "LMS_DATABASE_URL": url}
    words = ["export", SLUG, "--format", "paper", *map(str, arguments)]
    return contextvars.copy_context().run(CliRunner().invoke, command, words, env=env)


def test_the_command_writes_the_paper_and_beside_it_the_key(
    tmp_path: Path, database_url: str, bodies: dict[str, Body]
) -> None:
    told = run("--codes", 4, "-o", tmp_path / "de.docx", "--json", url=database_url)
    assert told.exit_code == 0, told.output
    said = json.loads(told.stdout)
    assert [Path(file).name for file in said["files"]] == ["de.docx", "de-dap-an.docx"]
    paper, key = (opened(Path(file).read_bytes()) for file in said["files"])
    check_whole(printed_questions(paper), key_table(key), bodies)
    again = run("--codes", 4, "-o", tmp_path / "again.docx", "--seed", said["seed"], url=database_url)
    assert again.exit_code == 0
    assert (tmp_path / "again.docx").read_bytes() == (tmp_path / "de.docx").read_bytes()


def test_the_command_refuses_what_cannot_be_printed(tmp_path: Path, database_url: str, staged: Stage) -> None:
    refused = run("--questions", 999, "-o", tmp_path / "de.docx", url=database_url)
    assert (refused.exit_code, refused.stderr) == (2, "Chỉ có 30 câu in được.\n")
    assert run("--codes", 25, "-o", tmp_path / "de.docx", url=database_url).exit_code == 2
    assert not (tmp_path / "de.docx").exists()
