"""Topics are suggested for the right passages, with the words that were found, and for no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.study.reading.document import read_document
from lms.study.reading.passages import DocumentPassage
from lms.study.reading.topics import MOST, Topic, suggest, usual_topics
from tests.lms.study.reading.examples import RESOLUTION

TOPICS = (
    Topic("breakthroughs", "Các khâu đột phá"),
    Topic("targets_2030", "Mục tiêu, chỉ tiêu đến năm 2030"),
    Topic("vision_2045", "Tầm nhìn đến năm 2045"),
    Topic("congress", "Đại hội, chủ đề và phương châm"),
    Topic("action_programme", "Chương trình hành động"),
    Topic("urban_order", "Trật tự đô thị, vệ sinh môi trường"),
)


def passage(text: str, heading: str = "", around: tuple[str, ...] = ()) -> DocumentPassage:
    return DocumentPassage("p", heading, text, headings=around)


def topics(text: str, heading: str = "", around: tuple[str, ...] = ()) -> list[str]:
    return [suggestion.topic for suggestion in suggest(passage(text, heading, around), TOPICS)]


@pytest.mark.parametrize(
    ("text", "heading", "expected"),
    [
        ("Đại hội xác định ba khâu đột phá của nhiệm kỳ.", "", ["breakthroughs"]),
        ("Hoàn thiện thể chế.", "CÁC KHÂU ĐỘT PHÁ", ["breakthroughs"]),
        ("Đến năm 2030, thu nhập bình quân đạt 12.000 USD, tăng trưởng đạt 11%.", "", ["targets_2030"]),
        ("Đến năm 2045 là thành phố đáng sống, có trình độ phát triển cao.", "Tầm nhìn", ["vision_2045"]),
        ("Chủ đề Đại hội là “Đoàn kết”; phương châm Đại hội gồm năm cụm từ.", "", ["congress"]),
        ("Giữ gìn trật tự đô thị, làm tốt vệ sinh môi trường ở khu dân cư.", "", ["urban_order"]),
        # one word somewhere, another year, another sense: nothing
        ("Tinh thần tiên phong, đột phá, sáng tạo của cán bộ, đảng viên.", "", []),
        ("Đến năm 2025, thu nhập đạt 8.300 USD, tăng trưởng đạt 7,5%.", "Chỉ tiêu đến năm 2025", []),
        ("Nâng cao đời sống vật chất và tinh thần của Nhân dân.", "Về xã hội", []),
    ],
)
def test_suggestions(text: str, heading: str, expected: list[str]) -> None:
    assert topics(text, heading) == expected


def test_the_reason_names_the_words_as_they_stand() -> None:
    (found,) = suggest(passage("Đại hội xác định 3 khâu đột phá…", "III. CÁC KHÂU ĐỘT PHÁ"), TOPICS)
    assert found.reason == "“ĐỘT PHÁ”; “3 khâu đột phá”"


def test_the_heading_around_counts_only_where_the_own_says_nothing() -> None:
    around = ("II. MỤC TIÊU, CHỈ TIÊU ĐẾN NĂM 2030",)
    assert topics("Đến năm 2030 có thêm nhiều công viên.", "Về môi trường", around) == ["targets_2030"]
    assert topics("Đến năm 2030 có thêm nhiều công viên.", "Chương trình hành động", around) == [
        "action_programme"
    ]


def test_there_are_never_many() -> None:
    everything = (
        " ".join(topic.name for topic in TOPICS)
        + " đạt 5% đến năm 2030. 3 khâu đột phá, 43 chỉ tiêu chủ yếu."
    )
    assert len(suggest(passage(everything, everything), TOPICS)) <= MOST


def test_topics_of_a_document_without_a_resolution_carry_its_years() -> None:
    reading = read_document(RESOLUTION.encode(), "a.txt")
    known = usual_topics(reading.passages)
    assert {"targets_2030", "vision_2045", "breakthroughs", "implementation"} <= {
        topic.slug for topic in known
    }
    found = {p.id: [s.topic for s in suggest(p, known)] for p in reading.passages}
    assert found["i"] == ["previous_term"]
    assert found["ii-1"] == ["viewpoints"]
    assert found["ii-2"] == ["targets_2030", "vision_2045"]
    assert found["ii-3"] == ["targets_2030"]
    assert found["iii"] == ["breakthroughs"]
    assert found["iv-1"] == ["tasks"]
    assert found["iv-2"] == ["party_building"]
    assert found["v"] == ["implementation"]


def test_shipped_modules_are_suggested_the_topics_that_their_banks_cite() -> None:
    """At least three in four suggestions name a topic whose bank cites the passage."""
    import yaml

    from lms.study.rules import read_module

    right = wrong = 0
    for file in sorted(Path("question_banks").glob("*/module.md")):
        module = read_module(file.read_text(), file.name)
        cited: dict[str, set[str]] = {}
        for bank in file.parent.glob("*.yaml"):
            for question in yaml.safe_load(bank.read_text())["questions"]:
                for slug in question.get("cites", ()):
                    cited.setdefault(slug, set()).add(bank.stem)
        for read in module.passages:
            for found in suggest(passage(read.body_markdown, read.heading), module.topics):
                hit = found.topic in cited.get(read.id, set())
                right, wrong = right + hit, wrong + (not hit)
    assert right >= 20
    assert right >= 3 * wrong, (right, wrong)
