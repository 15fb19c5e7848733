"""An import as a trainer goes through it, by the addresses that its page has."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.banks.models import (
    ImportedQuestion,
    Question,
)
from lms.kit.db import Database
from tests.lms.study.shop import data_folder, run_jobs

BANK = "/banks/hanoi_xviii/targets_2030"
AIKEN = """Đại hội thông qua bao nhiêu chỉ tiêu?
A. 20
B. 43
C. 51
ANSWER: B

Có mấy khâu đột phá?
A. Hai
B. Ba
C. Bốn
ANSWER: B
"""
GIFT = """Đại hội có bao nhiêu đại biểu {
~500
~550
~600
}

Phương châm có mấy cụm từ {=Năm ~Bốn ~Sáu}
"""


class Importing:
    """One import, by the addresses that its page has."""

    def __init__(self, client: FlaskClient, database: Database, tmp_path: Path) -> None:
        self.client, self.database, self.storage = client, database, data_folder(tmp_path)
        self.address = ""

    def upload(self, data: str | bytes, name: str, **fields: str) -> str:
        """Upload a file and let it be read; the page that follows."""
        content = data.encode() if isinstance(data, str) else data
        sent = fields | {"file": (io.BytesIO(content), name)}
        answer = self.client.post(f"{BANK}/import", data=sent)
        assert answer.status_code == 302, answer.text
        self.address = answer.headers["Location"]
        run_jobs(self.database, self.storage)
        return self.page()

    def page(self) -> str:
        return self.client.get(self.address).text

    def decide(self, number: int, act: str, **fields: str) -> str:
        self.client.post(f"{self.address}/decide", data={"number": str(number), "act": act} | fields)
        return self.page()

    def press(self, what: str) -> str:
        answer = self.client.post(f"{self.address}/{what}", follow_redirects=True)
        run_jobs(self.database, self.storage)
        return answer.text


@pytest.fixture
def importing(trainer: FlaskClient, database: Database, tmp_path: Path) -> Importing:
    return Importing(trainer, database, tmp_path)


def fresh(database: Database) -> list[Question]:
    """The questions that imports stored."""
    with database.reading() as session:
        ids = select(ImportedQuestion.question_id)
        return list(session.scalars(select(Question).where(Question.id.in_(ids)).order_by(Question.id)))
