"""Reading a study module: header, passages, sources, and what is wrong with its line."""

import pytest

from lms.questions import problem
from lms.study.rules import MESSAGES, ReadTopic, read_module

HEADER = """\
---
schema: 1
resolution: hanoi_xviii
title: Nghị quyết Đại hội XVIII
module: Chuyên đề: Học tập Nghị quyết
term: 2025–2030
summary: Một câu tóm tắt.
topics:
  - {slug: breakthroughs, name: Các khâu đột phá}
  - {slug: targets_2030, name: "Mục tiêu, chỉ tiêu"}
notice: dữ liệu minh họa
---
"""
BODY = "Nghị quyết xác định **43 chỉ tiêu chủ yếu** và ba khâu đột phá.\n\n- một\n- hai\n\n" + "từ " * 55
PASSAGE = f"""\
## 1. Chỉ tiêu chủ yếu {{#p01}}

{BODY}

Nguồn: Báo Dân trí, ngày 05/11/2025
"""
SECOND = PASSAGE.replace("## 1.", "## 2.").replace("p01", "p02")


def findings(text: str) -> list[tuple[str, str, int | str]]:
    problems = read_module(text, "module.md").problems
    sentences = {**problem.MESSAGES, **MESSAGES}
    for found in problems:
        assert sentences[found.code].format(**found.message_params)
        assert found.where["file"] == "module.md"
    return [(found.severity, found.code, found.where["line"]) for found in problems]


def test_a_module_is_read_whole() -> None:
    module = read_module("\ufeff" + HEADER + PASSAGE + "\n" + SECOND, "module.md")
    assert module.problems == ()
    assert module.usable
    assert (module.resolution, module.title) == ("hanoi_xviii", "Nghị quyết Đại hội XVIII")
    assert module.module == "Chuyên đề: Học tập Nghị quyết"
    assert (module.term, module.summary, module.notice) == (
        "2025–2030",
        "Một câu tóm tắt.",
        "dữ liệu minh họa",
    )
    assert module.topics == (
        ReadTopic("breakthroughs", "Các khâu đột phá"),
        ReadTopic("targets_2030", "Mục tiêu, chỉ tiêu"),
    )
    first, second = module.passages
    assert (first.number, first.id, first.heading, first.line) == ("1", "p01", "Chỉ tiêu chủ yếu", 13)
    assert first.body_markdown == BODY.strip()
    assert (first.source, first.source_date) == ("Báo Dân trí", "05/11/2025")
    assert (second.number, second.id) == ("2", "p02")


@pytest.mark.parametrize(
    ("line", "source", "date"),
    [
        ("Nguồn: VnExpress, tháng 10/2025", "VnExpress", "10/2025"),
        ("Nguồn: Báo Mới (tác giả H.Tuấn), ngày 03/12/2020", "Báo Mới (tác giả H.Tuấn)", "03/12/2020"),
        ("Nguồn: Báo Mới (bài về Kế hoạch, số 02), năm 2025.", "Báo Mới (bài về Kế hoạch, số 02)", "2025"),
        ("Nguồn: A, ngày 16/10/2025; B, năm 2025", "A, 16/10/2025; B", "2025"),
        ("Nguồn: Kinh tế & Đô thị, ngày 5 tháng 11 năm 2025", "Kinh tế & Đô thị", "05/11/2025"),
    ],
)  # fmt: skip
def test_sources_and_their_dates_as_exactly_as_known(line: str, source: str, date: str) -> None:
    text = HEADER + PASSAGE.replace("Nguồn: Báo Dân trí, ngày 05/11/2025", line)
    (passage,) = read_module(text, "module.md").passages
    assert (passage.source, passage.source_date) == (source, date)


SOURCE = "Nguồn: Báo Dân trí, ngày 05/11/2025"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("error", "no_front_matter", 1)]),
        ("# Chỉ có chữ\n", [("error", "no_front_matter", 1)]),
        (HEADER.replace("---\n", "", 1) + PASSAGE, [("error", "no_front_matter", 1)]),
        (HEADER, [("error", "no_passages", 12)]),
        (HEADER.replace("schema: 1", "schema: 7") + PASSAGE, [("error", "value_not_allowed", 2)]),
        (HEADER.replace("hanoi_xviii", "Hà Nội") + PASSAGE, [("error", "bad_pattern", 3)]),
        (HEADER.replace("term: 2025–2030\n", "") + PASSAGE, [("error", "missing_field", 2)]),
        (HEADER.replace("term:", "terms:") + PASSAGE, [("error", "missing_field", 2), ("error", "unknown_field", 6)]),
        (HEADER.replace("{slug: targets_2030, ", "{") + PASSAGE, [("error", "missing_field", 10)]),
        (HEADER.replace("{slug: targets", "{slug: [targets") + PASSAGE, [("error", "bad_yaml", 10)]),
        (HEADER.replace("2025–2030", "2025") + PASSAGE, [("error", "not_text", 6)]),
        (HEADER + "Lời mở đầu\n" + PASSAGE, [("error", "text_outside_passage", 13)]),
        (HEADER + "Lời mở đầu\n", [("error", "text_outside_passage", 13), ("error", "no_passages", 13)]),
        (HEADER + PASSAGE.replace(" {#p01}", ""), [("error", "bad_heading", 13)]),
        (HEADER + PASSAGE.replace("## 1.", "### 1."), [("error", "bad_heading", 13)]),
        (HEADER + PASSAGE.replace(SOURCE, ""), [("error", "no_source", 20)]),
        (HEADER + PASSAGE.replace(", ngày 05/11/2025", ""), [("error", "no_source", 22)]),
        (HEADER + PASSAGE.replace("05/11", "31/11"), [("error", "bad_source_date", 22)]),
        (HEADER + PASSAGE + SECOND.replace("p02", "p01"), [("error", "repeated_passage", 23)]),
        (HEADER + PASSAGE + SECOND.replace("## 2.", "## 3."), [("warning", "passage_out_of_order", 23)]),
        (HEADER + PASSAGE.replace(BODY, ""), [("error", "empty_passage", 13)]),
        (HEADER + PASSAGE.replace(BODY, "Quá ngắn."), [("warning", "passage_length", 13)]),
        (HEADER + PASSAGE.replace(BODY, "từ " * 181), [("warning", "passage_length", 13)]),
        (HEADER + PASSAGE.replace("- hai", "- hai <b>đậm</b>"), [("error", "markdown_not_used", 18)] * 2),
        (HEADER + PASSAGE.replace("- hai", "- [hai](http://example.org)"), [("error", "markdown_not_used", 18)]),
        (HEADER + PASSAGE.replace("- hai", "- *hai*"), [("error", "markdown_not_used", 18)]),
        (HEADER + PASSAGE.replace("- một", "> một"), [("error", "markdown_not_used", 17)]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text: str, found: list[tuple[str, str, int]]) -> None:
    assert findings(text) == found


def test_good_passages_of_a_bad_file_are_still_read() -> None:
    module = read_module(HEADER + PASSAGE.replace(SOURCE, "") + SECOND, "module.md")
    assert [passage.id for passage in module.passages] == ["p02"]
    assert not module.usable


def test_lists_within_lists_keep_their_indent() -> None:
    nested = PASSAGE.replace("- hai", "- hai\n  - ba\u00a0 bốn")
    (passage,) = read_module(HEADER + nested, "module.md").passages
    assert "- hai\n  - ba bốn\n" in passage.body_markdown
