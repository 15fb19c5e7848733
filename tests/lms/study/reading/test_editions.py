"""Two editions compared: every passage once, moved and reworded told apart, renumbered ones recognised."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.study.reading.document import read_document
from lms.study.reading.editions import (
    KINDS,
    Change,
    PassageText,
    compare,
    counts,
    difference,
    stored_ids,
)
from tests.lms.study.reading.examples import RESOLUTION


def texts(document: str) -> list[PassageText]:
    return [PassageText(p.id, p.heading, p.text) for p in read_document(document.encode(), "a.txt").passages]


EDITION = texts(RESOLUTION)


def by_new(changes: list[Change]) -> dict[str, Change]:
    return {change.new.id: change for change in changes if change.new}


def test_an_edition_compared_with_itself_is_unchanged() -> None:
    assert {change.kind for change in compare(EDITION, EDITION)} == {"unchanged"}
    assert counts(compare(EDITION, EDITION)) == {kind: 9 if kind == "unchanged" else 0 for kind in KINDS}


def test_a_changed_figure_is_named_and_only_its_passage_is_to_be_checked() -> None:
    changes = compare(EDITION, texts(RESOLUTION.replace("9.500 USD", "10.200 USD")))
    (changed,) = [change for change in changes if change.kind != "unchanged"]
    assert changed.new is not None
    assert (changed.kind, changed.new.id, changed.moved) == ("reworded", "ii-3", False)
    assert (changed.figures_gone, changed.figures_new) == (("9.500",), ("10.200",))
    assert [change for change in changes if change.to_check] == [changed]


def test_a_renumbered_section_keeps_its_stored_identity() -> None:
    new_section = (
        "1. Bối cảnh\n" + "Tình hình thế giới diễn biến nhanh, phức tạp, khó dự báo hơn trước nhiều. " * 5
    )
    newer = (
        RESOLUTION.replace("3. Các chỉ tiêu", "4. Các chỉ tiêu").replace("2. Mục tiêu tổng", "3. Mục tiêu tổng")
        .replace("1. Quan điểm", f"{new_section}\n2. Quan điểm")
    )  # fmt: skip
    changes = compare(EDITION, texts(newer))
    found = by_new(changes)
    assert found["ii-1"].kind == "new"
    assert [(found[f"ii-{n}"].kind, found[f"ii-{n}"].renumbered) for n in (2, 3, 4)] == [
        ("unchanged", True)
    ] * 3
    stored = stored_ids(changes)
    assert [stored[f"ii-{n}"] for n in (2, 3, 4)] == ["ii-1", "ii-2", "ii-3"]
    assert stored["ii-1"] == "ii-1-v2"
    assert len(set(stored.values())) == len(stored)


def test_a_passage_may_be_moved_and_reworded() -> None:
    moved = [EDITION[5], *EDITION[:5], *EDITION[6:]]
    moved[0] = PassageText("iii", moved[0].heading, moved[0].text.replace("30%", "35%"))
    found = by_new(compare(EDITION, moved))["iii"]
    assert (found.kind, found.moved) == ("reworded", True)
    assert {c.kind for c in compare(EDITION, moved) if c is not found and c.new != moved[0]} == {"unchanged"}


def test_what_is_gone_stands_where_it_stood() -> None:
    changes = compare(EDITION, EDITION[:3] + EDITION[4:])
    assert [(c.kind, c.old.id) for c in changes if c.old][3] == ("gone", EDITION[3].id)
    assert [change.kind for change in compare(EDITION, [])] == ["gone"] * 9
    assert [change.kind for change in compare([], EDITION)] == ["new"] * 9


def test_another_text_under_the_same_number_is_not_the_same_passage() -> None:
    other = PassageText(
        "v", "Tổ chức", "Hoàn toàn là một việc khác hẳn, không liên quan gì đến đoạn văn trước đó."
    )
    changes = compare(EDITION, [*EDITION[:-1], other])
    assert [change.kind for change in changes[-2:]] == ["new", "gone"]


def test_word_by_word_parts_give_both_texts_back() -> None:
    parts = difference("Đạt **9.500** USD vào năm 2030.", "Phấn đấu đạt 10.200 USD vào năm 2030.")
    assert "".join(p.text for p in parts if p.kind != "new") == "Đạt 9.500 USD vào năm 2030."
    assert "".join(p.text for p in parts if p.kind != "gone") == "Phấn đấu đạt 10.200 USD vào năm 2030."
    assert [p.text for p in parts if p.kind == "same"][-1] == "USD vào năm 2030."


PASSAGES = st.lists(st.sampled_from(EDITION), max_size=12)


@settings(max_examples=80, deadline=None)
@given(PASSAGES, PASSAGES, st.randoms(use_true_random=False))
def test_every_passage_of_both_editions_appears_exactly_once(
    old: list[PassageText], new: list[PassageText], chance: random.Random
) -> None:
    new = [
        PassageText(
            f"{p.id}-{n}", p.heading, " ".join(w for w in p.text.split() if chance.random() < 0.9) or "x"
        )
        for n, p in enumerate(new)
    ]
    old = [PassageText(f"{p.id}-{n}", p.heading, p.text) for n, p in enumerate(old)]
    changes = compare(old, new)
    assert sorted(c.old.id for c in changes if c.old) == sorted(p.id for p in old)
    assert [c.new.id for c in changes if c.new] == [p.id for p in new]
    for change in changes:
        assert (change.old is None, change.new is None) == (change.kind == "new", change.kind == "gone")


@given(st.permutations(EDITION))
def test_a_permutation_is_moved_and_nothing_else(shuffled: list[PassageText]) -> None:
    changes = compare(EDITION, shuffled)
    assert {change.kind for change in changes} <= {"unchanged", "moved"}
    assert any(change.kind == "moved" for change in changes) == (shuffled != EDITION)
    assert all(change.old == change.new for change in changes)


def test_of_hundreds_of_like_passages_each_finds_its_own() -> None:
    many = [PassageText(f"p{n}", "", f"Đoạn {n} " + EDITION[n % 9].text + f" số {n}") for n in range(300)]
    changes = compare(many, [PassageText(p.id, "", p.text + " thêm") for p in many[1:]])
    assert [change.old.id for change in changes if change.old and change.new is None] == ["p0"]
    assert all(change.old.id == change.new.id for change in changes if change.old and change.new)


def test_a_figure_that_changed_is_shown_whole() -> None:
    parts = difference("Trồng 5.000 cây.", "Trồng 6.000 cây.")
    changed = [(part.kind, part.text.strip()) for part in parts if part.kind != "same"]
    assert changed == [("gone", "5.000"), ("new", "6.000")]
