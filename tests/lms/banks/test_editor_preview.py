"""What a candidate will see, drawn beside the form; and nobody writes who may not."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.banks.models import Question
from lms.kit.db import Database
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load
from tests.lms.banks.editing import NEW, WRITTEN, Fields, said

PREVIEW = "/banks/preview"


NASTY = '</textarea><script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}'


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_piece_of_preview_is_what_a_candidate_sees_and_cannot_be_filled_in(
    kind: str, writer: FlaskClient, database: Database
) -> None:
    posted = {**WRITTEN[kind][0], "type": kind, "explanation": "Vì một lẽ", "guide": "Chỉ người chấm"}
    piece = said(writer.post(PREVIEW, data=posted))
    assert re.match(r'\s*<fieldset class="still" disabled data-phone>', piece)
    assert "<form" not in piece
    assert "checked" not in piece
    assert "Vì một lẽ" not in piece
    assert "Chỉ người chấm" not in piece
    with database.reading() as session:
        assert len(session.scalars(select(Question)).all()) == 6


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_preview_draws_whatever_is_there_so_far(kind: str, writer: FlaskClient) -> None:
    names = [*WRITTEN[kind][0], "level", "expires", "tags", "stimulus", "stimulus_text", "images-image"]
    for go in ("", NASTY, "[[1]] [[2]] [[99]]", "x" * 5000):
        answer = writer.post(PREVIEW, data={"type": kind, **dict.fromkeys(names, go)})
        assert answer.status_code == 200, (kind, go[:20])
    assert writer.post(PREVIEW, data={"type": kind}).status_code == 200


@pytest.mark.parametrize("kind", WRITTEN)
def test_markup_in_any_field_of_any_type_stays_text(kind: str, writer: FlaskClient) -> None:
    fields: Fields = {
        name: [NASTY] * 3 if isinstance(value, list) else NASTY
        for name, value in WRITTEN[kind][0].items()
        if not name.endswith(("kind", "correct", "blanks")) and not name.startswith("truth")
    }
    keep = {k: v for k, v in WRITTEN[kind][0].items() if k not in fields}
    stimulus = {"stimulus": "new", "stimulus_shown": "new", "stimulus_text": NASTY}
    everything = {**fields, **keep, **stimulus, "stem": f"{NASTY} [[1]] [[2]] [[3]]", "type": kind}
    everything |= dict.fromkeys(("explanation", "source", "tags", "expires", "guide", "level", "unit"), NASTY)
    for path, go in ((PREVIEW, ""), (NEW.format(kind), "preview"), (NEW.format(kind), "add")):
        page = writer.post(path, data={**everything, "go": go}).get_data(as_text=True)
        assert "<script>alert" not in page, (path, go)
        assert "<img src=x" not in page, (path, go)
        assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|>49<", page), (path, go)


def test_only_trainers_write(client_of: ClientOf, load_shelf: Load) -> None:
    load_shelf()
    for person, expected in ((None, 302), ("lan", 403), ("dung", 403), ("an", 403)):
        client = client_of(person)
        for path in (
            NEW.format("cloze"),
            "/banks/question/1/edit",
            PREVIEW,
            "/banks/unsaved",
            "/banks/unsaved/drop",
        ):
            assert client.post(path, data={"type": "cloze"}).status_code == expected, (person, path)
