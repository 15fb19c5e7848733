"""Banks as YAML: what is read, what is refused and where, and what comes back."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.formats import FORMATS, by_name, recognised
from lms.questions.formats.yaml_bank import FORMAT, SCHEMA
from lms.questions.problem import MESSAGES
from lms.questions.question import (
    LEVELS,
    Blank,
    Criterion,
    Image,
    Option,
    Pair,
    Question,
    Statement,
    Stimulus,
)
from lms.questions.reading import BankHeader, ReadQuestion
from lms.questions.types import TYPES
from lms.questions.types.messages import MESSAGES as OF_TYPES
from tests.questions.samples import SAMPLES, questions

HEADER = BankHeader("hanoi_xviii", "breakthroughs", "Các khâu đột phá")
TOP = """\
schema: 1
resolution: hanoi_xviii
topic: breakthroughs
name: Các khâu đột phá
questions:
"""
GOOD = (
    TOP
    + """\
  - id: hn18-bt-01
    type: single_choice
    level: recall
    stem: Có bao nhiêu chỉ tiêu chủ yếu?
    options:
      - "20"
      - "43"
      - {text: "Cả hai phương án trên", fixed: true}
    correct: [1]
    explanation: 43 chỉ tiêu.
    cites: [p03]
  - {id: hn18-bt-02, type: multiple_choice, stem: Gì, options: [một, hai, ba], correct: [0, 2], scoring: partial}
  - {id: hn18-bt-03, type: true_false, stem: Có 550 đại biểu., correct: false}
  - id: hn18-bt-04
    type: true_false_group
    stem: Mỗi nhận định sau đúng hay sai?
    statements:
      - {text: một, correct: true}
      - {text: hai, correct: false}
      - {text: ba, correct: true}
      - {text: bốn, correct: false}
  - {id: hn18-bt-05, type: short_answer, stem: "Cụm từ nào?", answers: ["Đột phá"], fold: false}
  - {id: hn18-bt-06, type: numeric, stem: "Bao nhiêu?", answers: ["12.000"], tolerance: "0,5", unit: USD}
  - id: hn18-bt-07
    type: matching
    stem: Ghép cho đúng
    pairs:
      - {left: một, right: "1"}
      - {left: hai, right: "2"}
      - {left: "", right: "3"}
    scoring: partial
  - {id: hn18-bt-08, type: ordering, stem: Sắp xếp, options: [một, hai, ba], points: 2}
  - id: hn18-bt-09
    type: cloze
    stem: |-
      Đại hội lần thứ [[1]]
      họp tại [[2]], có [[3]] đại biểu.
    blanks:
      - {kind: text, answers: [XVIII], fold: false}
      - {kind: choice, options: [Hà Nội, Huế]}
      - {kind: number, answers: ["550"], tolerance: "5", unit: đại biểu}
    tags: [đại hội, số liệu]
    topic: Phần I/Đại hội
    points: "1,25"
    expires: 2026-12-31
  - id: hn18-bt-10
    type: essay
    stem: Đồng chí sẽ làm gì?
    rubric:
      - {text: Có việc cụ thể, points: "2,5"}
    least_words: 100
    most_words: 500
    file_types: [docx]
    guide: Chấm theo số liệu.
    stimulus: {key: s1, text: Trích báo cáo.}
"""
)
PICTURE = Image("a" * 64 + ".png", "Sơ đồ")
SENTENCES = MESSAGES | OF_TYPES


def findings(text: str) -> list[tuple[str, object]]:
    problems = FORMAT.read(text.encode(), "bank.yaml").problems
    for problem in problems:
        assert SENTENCES[problem.code].format(**problem.message_params)
        assert problem.where["file"] == "bank.yaml"
    return [(problem.code, problem.where.get("line")) for problem in problems]


def test_a_bank_of_every_type_is_read() -> None:
    reading = FORMAT.read(GOOD.encode(), "bank.yaml")
    assert reading.problems == ()
    assert reading.usable
    assert reading.header == HEADER
    first, _, third, fourth, fifth, sixth, *others = (read.question for read in reading.questions)
    assert first == Question(
        "single_choice",
        "Có bao nhiêu chỉ tiêu chủ yếu?",
        options=(Option("20"), Option("43"), Option("Cả hai phương án trên", fixed=True)),
        correct=(1,),
        level="recall",
        explanation="43 chỉ tiêu.",
        cites=("p03",),
    )
    assert third.correct == (1,)
    assert fourth.statements[1] == Statement("hai", False)
    assert fifth.fold is False
    assert (sixth.answers, sixth.tolerance, sixth.unit) == (("12.000",), "0,5", "USD")
    matching, ordering, cloze, essay = others
    assert matching.pairs == (Pair("một", "1"), Pair("hai", "2"), Pair("", "3"))
    assert matching.scoring == "partial"
    assert ordering.options == (Option("một"), Option("hai"), Option("ba"))
    assert cloze.stem == "Đại hội lần thứ [[1]]\nhọp tại [[2]], có [[3]] đại biểu."
    assert cloze.blanks[0] == Blank("text", ("XVIII",), fold=False)
    assert cloze.blanks[1] == Blank("choice", options=("Hà Nội", "Huế"), correct=0)
    assert cloze.blanks[2] == Blank("number", ("550",), tolerance="5", unit="đại biểu")
    assert cloze.expires == "2026-12-31"
    assert essay.rubric == (Criterion("Có việc cụ thể", "2,5"),)
    assert (essay.least_words, essay.most_words, essay.file_types) == (100, 500, ("docx",))
    assert (essay.guide, essay.stimulus) == ("Chấm theo số liệu.", Stimulus("s1", "Trích báo cáo."))
    *_, eighth, ninth, _tenth = reading.questions
    assert (eighth.points, ninth.points) == (Decimal(2), Decimal("1.25"))
    assert (ninth.tags, ninth.topic) == (("đại hội", "số liệu"), "Phần I/Đại hội")
    assert {read.question.type for read in reading.questions} == set(TYPES)
    assert [(read.number, read.id, read.line) for read in reading.questions[:2]] == [
        (1, "hn18-bt-01", 6),
        (2, "hn18-bt-02", 17),
    ]


one = '  - {id: q1, type: single_choice, stem: "Gì?", options: [a, b], correct: [0]'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # the file
        ("", [("no_fields", 1)]),
        ("- a\n- b\n", [("no_fields", 1)]),
        (TOP + "  []\n", [("too_short", 5)]),
        (TOP, [("not_list", 5)]),
        (TOP + one, [("bad_yaml", 6)]),
        (TOP + "  - {id: q1, stem: a: b}\n", [("bad_yaml", 6)]),
        (TOP.replace("schema: 1", "schema: 2") + one + "}\n", [("value_not_allowed", 1)]),
        (TOP.replace("topic: b", "topic: B") + one + "}\n", [("bad_pattern", 3)]),
        (TOP.replace("name: Các khâu đột phá\n", "") + one + "}\n", [("missing_field", 1)]),
        (TOP.replace("name:", "title:") + one + "}\n", [("missing_field", 1), ("unknown_field", 4)]),
        (TOP + one + "}\nname: Hai lần\n", [("repeated_field", 7)]),
        # a question
        (TOP + "  - text\n", [("not_group", 6)]),
        (TOP + "  - {id: q1, type: song, stem: Gì}\n", [("value_not_allowed", 6)]),
        (TOP + "  - {id: q1, stem: Gì}\n", [("missing_field", 6)]),
        (TOP + one.replace(", correct: [0]", "") + "}\n", [("no_key", 6)]),
        (TOP + one.replace("[0]", "[]") + "}\n", [("no_key", 6)]),
        (TOP + one.replace("[0]", "[0, 1]") + "}\n", [("several_keys", 6)]),
        (TOP + one.replace("[0]", "[2]") + "}\n", [("key_out_of_range", 6)]),
        (TOP + one.replace("[0]", "[-1]") + "}\n", [("value_not_allowed", 6)]),
        (TOP + one.replace("[0]", "0") + "}\n", [("not_list", 6)]),
        (TOP + one.replace("[a, b]", "[a, 20]") + "}\n", [("not_text", 6)]),
        (TOP + one.replace("[a, b]", "[a, a.]") + "}\n", [("equal_options", 6)]),
        (TOP + one.replace("[a, b]", "[a, {txt: b}]") + "}\n", [("missing_field", 6), ("unknown_field", 6)]),
        (TOP + one.replace('"Gì?"', '" "') + "}\n", [("too_short", 6)]),
        (TOP + one + ",\n     level: hard}\n", [("value_not_allowed", 7)]),
        (TOP + one + ",\n     answers: [a]}\n", [("unknown_field", 7)]),
        (TOP + "  - {id: q1, type: true_false, stem: Gì, correct: 1}\n", [("not_truth", 6)]),
        (TOP + one.replace("[0]", "[a]") + "}\n", [("not_whole_number", 6)]),
        (TOP + one + ",\n     cites: [p01, p01]}\n", [("repeated_entry", 7)]),
        (TOP + one.replace("q1", "Q 1") + "}\n", [("bad_pattern", 6)]),
        (
            TOP + "  - id: n1\n    type: numeric\n    stem: Gì?\n    answers:\n      - nhiều\n",
            [("answer_not_number", 10)],
        ),
        (TOP + one + ",\n     points: -1}\n", [("value_not_allowed", 7)]),
        (TOP + one + ",\n     points: 1.5}\n", [("bad_pattern", 7)]),
        (TOP + one + ",\n     tags: [a, a]}\n", [("repeated_entry", 7)]),
        (TOP + one + ",\n     expires: mai}\n", [("bad_pattern", 7)]),
        (TOP + one + ",\n     expires: 2026-02-30}\n", [("bad_expiry", 7)]),
        (TOP + one + ",\n     images: [{name: x.png, alt: x}]}\n", [("bad_pattern", 7)]),
        (TOP + one + ",\n     stimulus: {key: s, text: ''}}\n", [("empty_stimulus", 7)]),
        (
            TOP + one + f",\n     images: [{{name: {PICTURE.name}, alt: ''}}]}}\n",
            [("pictures_elsewhere", 6), ("no_alt_text", 7)],
        ),
        (
            TOP + "  - {id: q1, type: cloze, stem: Gì, blanks: [{kind: text}]}\n",
            [("blank_not_named", 6), ("no_key", 6)],
        ),
        (TOP + "  - {id: q1, type: cloze, stem: '[[1]]', blanks: [{kind: x}]}\n", [("value_not_allowed", 6)]),
        (
            TOP + "  - {id: q1, type: matching, stem: Gì, pairs: [{left: a}, {left: b, right: c}]}\n",
            [("missing_field", 6)],
        ),
        (TOP + "  - {id: q1, type: essay, stem: Gì, file_types: [exe]}\n", [("value_not_allowed", 6)]),
        # between questions
        (TOP + one + "}\n" + one.replace("Gì", "Khác") + "}\n", [("repeated_id", 7)]),
        (TOP + one + "}\n" + one.replace("q1", "q2") + "}\n", [("repeated_stem", 7)]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, found: list[tuple[str, object]]) -> None:
    assert findings(text) == found


def test_good_questions_of_a_bad_file_are_still_read() -> None:
    text = GOOD.replace("type: multiple_choice", "type: multi_choice").replace('["12.000"]', "[12000]")
    reading = FORMAT.read(text.encode(), "bank.yaml")
    assert [read.number for read in reading.questions] == [1, 3, 4, 5, 7, 8, 9, 10]
    assert not reading.usable
    assert not reading.unreadable
    assert [(p.where["question"], p.where["id"], p.code) for p in reading.problems] == [
        (2, "hn18-bt-02", "value_not_allowed"),
        (6, "hn18-bt-06", "not_text"),
    ]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("schema: 1\nname: Đột phá".encode("utf-16"), "not_utf8", 1),
        (b"schema: 1\nname: \xe1\xe2\n", "not_utf8", 2),
        (b"a: [\n", "bad_yaml", 2),
        (b"x" * 10_000_001, "too_large", None),
    ],
)
def test_a_file_that_is_none_is_unreadable(data: bytes, code: str, line: int | None) -> None:
    reading = FORMAT.read(data, "bank.yaml")
    assert reading.unreadable
    assert not reading.usable
    assert [(p.code, p.where.get("line")) for p in reading.problems] == [(code, line)]


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert FORMAT.read(b"\xef\xbb\xbf" + GOOD.encode(), "bank.yaml").problems == ()


said_beside = st.fixed_dictionaries(
    {
        "points": st.none() | st.decimals(0, 100, places=2),
        "topic": st.sampled_from(["", "Phần I", "Phần I/Mục 2"]),
        "tags": st.sampled_from([(), ("chỉ tiêu",), ("chỉ tiêu", "2030")]),
    }
)
shared = st.fixed_dictionaries(
    {
        "images": st.sampled_from([(), (PICTURE,)]),
        "stimulus": st.sampled_from([None, Stimulus("s1", "Hai dòng\nchữ.", (PICTURE,))]),
        "expires": st.sampled_from(["", "2027-01-31"]),
    }
)


@given(st.lists(st.tuples(questions, shared, said_beside), min_size=1, max_size=6))
def test_what_is_written_is_read_back_equal(
    made: list[tuple[Question, dict[str, Any], dict[str, Any]]],
) -> None:
    bank = [
        ReadQuestion(i, f"q-{i}", replace(q, **more).tidied(), **beside)
        for i, (q, more, beside) in enumerate(made, start=1)
    ]
    assert {problem.code for problem in FORMAT.losses(bank)} <= {"pictures_elsewhere"}
    reading = FORMAT.read(FORMAT.write(HEADER, bank, {}), "bank.yaml")
    assert reading.questions == tuple(bank)
    assert reading.header == HEADER


awkward = st.text(min_size=1, max_size=40).map(
    lambda text: SAMPLES["true_false"].__class__("true_false", text)
)


@given(awkward)
def test_awkward_text_comes_back_as_it_was(q: Question) -> None:
    stem = q.tidied().stem
    if not stem.strip():
        return
    written = ReadQuestion(1, "q-1", Question("true_false", stem, correct=(0,)))
    (read,) = FORMAT.read(FORMAT.write(HEADER, [written], {}), "bank.yaml").questions
    assert read == written


@pytest.mark.parametrize(
    "text",
    ["12.000", "true", "No", "~", "- a", "a: b", "# x", "&a", "*a", "'", '"', "02", "1e3", "2025-10-17"],
)
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    written = ReadQuestion(
        1, "q-1", Question("single_choice", "?x", options=(Option(text), Option("khác")), correct=(0,))
    )
    assert FORMAT.read(FORMAT.write(HEADER, [written], {}), "b.yaml").questions == (written,)


def test_what_the_format_cannot_hold_is_named_and_left_out() -> None:
    good = ReadQuestion(1, "q-1", SAMPLES["true_false"])
    nameless = ReadQuestion(2, "", SAMPLES["true_false"])
    long = ReadQuestion(3, "q-3", replace(SAMPLES["essay"], stem="x" * 4001))
    found = FORMAT.losses([good, nameless, long])
    assert [(p.severity, p.code, p.where["question"]) for p in found] == [
        ("error", "bad_pattern", 2),
        ("error", "too_long", 3),
    ]
    assert FORMAT.read(FORMAT.write(HEADER, [good, nameless, long], {}), "b.yaml").questions == (good,)


@pytest.mark.parametrize("header", [BankHeader("Hà Nội", "x", "x"), BankHeader("x", "x", "x" * 201)])
def test_a_bank_that_breaks_the_schema_as_a_whole_is_not_written(header: BankHeader) -> None:
    with pytest.raises(ValueError, match="not a bank by its schema"):
        FORMAT.write(header, [ReadQuestion(1, "q-1", SAMPLES["true_false"])], {})
    with pytest.raises(ValueError, match="not a bank by its schema"):
        FORMAT.write(HEADER, [], {})


def test_pictures_are_named_but_not_held_and_both_sides_say_so() -> None:
    option = replace(SAMPLES["single_choice"].options[0], text="", image=PICTURE)
    q = replace(SAMPLES["single_choice"], options=(option, *SAMPLES["single_choice"].options[1:]))
    bank = [ReadQuestion(1, "q-1", q)]
    (loss,) = FORMAT.losses(bank)
    assert (loss.severity, loss.code, loss.where["question"]) == ("warning", "pictures_elsewhere", 1)
    assert SENTENCES[loss.code].format(**loss.message_params)
    reading = FORMAT.read(FORMAT.write(HEADER, bank, {PICTURE.name: b"png"}), "b.yaml")
    assert reading.questions == tuple(bank)
    assert [(p.severity, p.code, p.where["question"]) for p in reading.problems] == [
        ("warning", "pictures_elsewhere", 1)
    ]
    assert reading.pictures == {}


def test_the_schema_knows_the_same_types_levels_and_limits() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    assert set(schema["question"]["properties"]["type"]["enum"]) == set(TYPES)
    assert {branch["then"]["$ref"] for branch in schema["question"]["allOf"]} == {
        f"#/$defs/{t}" for t in TYPES
    }
    assert tuple(schema["level"]["enum"]) == LEVELS
    assert Path("question_banks", "bank.schema.json").resolve() == SCHEMA


def test_the_schema_is_a_schema() -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_files_are_recognised_by_name_and_not_when_binary() -> None:
    assert recognised("breakthroughs.YAML", b"schema: 1") is FORMAT
    assert recognised("bank.yml", b"schema: 1") is FORMAT
    assert recognised("bank.docx", b"PK") is not FORMAT
    assert recognised("bank.yaml", b"\x00\x01") is None
    assert by_name("yaml") in FORMATS
    assert by_name("klingon") is None


def test_a_question_as_the_command_prints_it() -> None:
    reading = FORMAT.read(GOOD.encode(), "bank.yaml")
    assert reading.questions[0].to_json() == {
        "number": 1,
        "id": "hn18-bt-01",
        "type": "single_choice",
        "stem": "Có bao nhiêu chỉ tiêu chủ yếu?",
        "options": ["20", "43", "Cả hai phương án trên"],
        "correct": [1],
        "level": "recall",
        "explanation": "43 chỉ tiêu.",
        "cites": ["p03"],
    }
    assert reading.questions[3].to_json()["statements"][0] == ["một", True]
