"""Reading a module: progress, place, marks, and loading it twice."""

from __future__ import annotations

import pytest

from lms.kit.db import Database
from lms.study import actions, queries
from lms.study.rules import read_module
from tests.cast import NOW, Cast
from tests.conftest import ClientOf

MODULE = """---
schema: 1
resolution: thu_nghiem
title: Nghị quyết thử nghiệm
module: Chuyên đề thử nghiệm
term: 2025–2030
summary: Một chuyên đề để thử.
topics:
  - {slug: goals, name: Mục tiêu}
notice: dữ liệu minh họa
---
## 1. Đoạn thứ nhất {#p01}

Nội dung **thứ nhất**.

Nguồn: Báo Thử, ngày 17/10/2025

## 2. Đoạn thứ hai {#p02}

Nội dung thứ hai.

Nguồn: Báo Thử, ngày 17/10/2025
"""


@pytest.fixture
def stored(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        actions.store_module(session, read_module(MODULE, "module.md"), by=None, now=NOW)


@pytest.mark.usefixtures("stored")
def test_a_cadre_reads_marks_and_finishes(client_of: ClientOf) -> None:
    client = client_of("lan")
    page = client.get("/study/thu_nghiem/").text
    assert "Đoạn thứ nhất" in page
    assert "<strong>thứ nhất</strong>" in client.get("/study/thu_nghiem/p01").text
    following = client.post("/study/thu_nghiem/p01/read")
    assert following.headers["Location"] == "/study/thu_nghiem/p02"
    last = client.post("/study/thu_nghiem/p02/read")
    assert last.headers["Location"] == "/study/thu_nghiem/"
    assert "Đồng chí đã đọc" in client.get("/study/thu_nghiem/").text


@pytest.mark.usefixtures("stored")
def test_the_place_is_kept_for_the_next_device(client_of: ClientOf) -> None:
    client_of("lan").get("/study/thu_nghiem/p02")
    start = client_of("lan").get("/study/thu_nghiem/").text.split("contents")[0]
    assert 'href="/study/thu_nghiem/p02"' in start


@pytest.mark.usefixtures("stored")
def test_a_mark_can_be_taken_back(client_of: ClientOf, database: Database, cast: Cast) -> None:
    client = client_of("lan")
    client.post("/study/thu_nghiem/p01/read")
    client.post("/study/thu_nghiem/p01/unread")
    with database.reading() as session:
        module = queries.module_by_slug(session, "thu_nghiem")
        assert module
        assert queries.progress(session, cast.people["lan"], [module.id])[module.id].read == 0


@pytest.mark.usefixtures("stored")
def test_what_does_not_exist_is_not_found(client_of: ClientOf) -> None:
    client = client_of("lan")
    assert client.get("/study/khong-co/").status_code == 404
    assert client.get("/study/thu_nghiem/p99").status_code == 404
    assert client.post("/study/thu_nghiem/p99/read").status_code == 404


@pytest.mark.usefixtures("stored")
def test_loading_again_changes_only_what_differs(database: Database) -> None:
    with database.writing() as session:
        _module, same = actions.store_module(session, read_module(MODULE, "m"), by=None, now=NOW)
        changed = MODULE.replace("Nội dung thứ hai.", "Nội dung thứ hai, đã sửa.")
        _module, other = actions.store_module(session, read_module(changed, "m"), by=None, now=NOW)
        _module, fewer = actions.store_module(
            session, read_module(MODULE.split("## 2.", maxsplit=1)[0], "m"), by=None, now=NOW
        )
    assert (same.added, same.changed, same.withdrawn) == (0, 0, 0)
    assert (other.added, other.changed, other.withdrawn) == (0, 1, 0)
    assert (fewer.added, fewer.changed, fewer.withdrawn) == (0, 0, 1)
