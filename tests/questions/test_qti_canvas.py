"""Quizzes of QTI 1.2 as Canvas and others write them, and what comes back of what is written for Canvas."""

import html
import itertools
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from lms.questions.question import Blank, Criterion, Image, Option, Pair, Question, Statement, Stimulus
from lms.questions.reading import BankHeader, ReadQuestion
from tests.questions import strategies
from tests.questions.qti_files import CANVAS, codes, manifest, only, read, unzipped, zipped
from tests.questions.strategies import PICTURES

HEADER = BankHeader("hanoi_xviii", "targets", "Các chỉ tiêu")
PICTURE = sorted(PICTURES)[0]
NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text) for text in texts)


def metadata(**fields: str) -> str:
    held = "".join(
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{value}</fieldentry></qtimetadatafield>"
        for label, value in fields.items()
    )
    return f"<itemmetadata><qtimetadata>{held}</qtimetadata></itemmetadata>"


def material(text: str, kind: str = "text/html") -> str:
    return f'<material><mattext texttype="{kind}">{html.escape(text)}</mattext></material>'


def labels(*texts: str, first: int = 1) -> str:
    return "".join(
        f'<response_label ident="{number}">{material(text, "text/plain")}</response_label>'
        for number, text in enumerate(texts, first)
    )


def lid(*texts: str, ident: str = "response1", cardinality: str = "Single", name: str = "") -> str:
    above = material(name, "text/plain") if name else ""
    return (
        f'<response_lid ident="{ident}" rcardinality="{cardinality}">{above}<render_choice>{labels(*texts)}'
        "</render_choice></response_lid>"
    )


FIB = (
    '<response_str ident="response1" rcardinality="Single"><render_fib><response_label ident="answer1" rshuffle="No"/>'
    "</render_fib></response_str>"
)


def rule(condition: str, points: str = "100", action: str = "Set") -> str:
    return (
        f'<respcondition continue="No"><conditionvar>{condition}</conditionvar>'
        f'<setvar action="{action}" varname="SCORE">{points}</setvar></respcondition>'
    )


def equal(value: str, response: str = "response1") -> str:
    return f'<varequal respident="{response}">{value}</varequal>'


def item(kind: str, stem: str, responses: str, *rules: str, after: str = "", **fields: str) -> str:
    told = metadata(**({"question_type": kind} if kind else {}), **fields)
    outcomes = '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
    return (
        f'<item ident="i1" title="Câu một">{told}<presentation>{material(stem)}{responses}</presentation>'
        f"<resprocessing>{outcomes}{''.join(rules)}</resprocessing>{after}</item>"
    )


def quiz(*items: str, ident: str = "g1", title: str = "Bài kiểm tra") -> str:
    return (
        f'<questestinterop xmlns="{NAMESPACE}"><assessment ident="{ident}" title="{title}">'
        f'<section ident="root_section">{"".join(items)}</section></assessment></questestinterop>'
    )


# ------------------------------------------------------------------------------------------ there and back


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questions=strategies.read_questions())
def test_what_is_written_is_read_back_equal_but_for_what_is_named(
    questions: tuple[ReadQuestion, ...],
) -> None:
    losses = CANVAS.losses(questions)
    gone = {loss.where["question"] for loss in losses if loss.severity == "error"}
    named = {loss.where["question"] for loss in losses}
    kept = [asked for asked in questions if asked.number not in gone]
    back = read(CANVAS.write(HEADER, questions, PICTURES))
    if not kept:
        assert back.unreadable
        return
    for place, (written, again) in enumerate(zip(kept, back.questions, strict=True), 1):
        told = (again.id, again.question, again.points, again.topic, again.tags)
        assert again.number == place
        assert written.number in named or told == (
            written.id,
            written.question,
            written.points,
            written.topic,
            written.tags,
        )


def test_only_orderings_and_mixed_gaps_are_left_out() -> None:
    mixed = Question("cloze", "[[1]] [[2]]", blanks=(Blank("text", ("a",)), Blank("choice", (), ("x", "y"))))
    ordering = Question("ordering", "Xếp", options=options("a", "b", "c"))
    questions = [ReadQuestion(n, "", made) for n, made in enumerate([mixed, ordering, *ORDINARY], 1)]
    losses = CANVAS.losses(questions)
    assert [(loss.severity, loss.code, loss.where["question"]) for loss in losses] == [
        ("error", "gaps_mixed", 1),
        ("error", "type_not_written", 2),
    ]
    back = read(CANVAS.write(HEADER, questions, PICTURES))
    assert [each.question for each in back.questions] == list(ORDINARY)


ORDINARY = (
    Question("single_choice", "Đúng hay sai?", options=options("Đúng", "Sai"), correct=(1,), level="recall"),
    Question("true_false", "Có 550 đại biểu.", correct=(1,), source="Báo cáo", expires="2030-12-31"),
    Question(
        "multiple_choice", "Gì?", options=(Option("a", fixed=True), Option("b"), Option("c")), correct=(0, 2)
    ),
    Question(
        "multiple_choice",
        "Nữa?",
        options=options("a", "b"),
        correct=(1,),
        scoring="partial",
        cites=("p1", "p2"),
    ),
    Question("short_answer", "Ai?", answers=("Hoà Bình", "x <y>"), fold=False, unit="m²"),
    Question("numeric", "Bao nhiêu?", answers=("12.000", "1945"), tolerance="0,5", unit="USD"),
    Question("matching", "Ghép", pairs=(Pair("một", "Đúng"), Pair("hai", "Sai")), scoring="partial"),
    Question("matching", "Ghép nữa", pairs=(Pair("một", "x"), Pair("hai", "x"), Pair("", "y"))),
    Question("true_false_group", "Xét", statements=(Statement("a\nb", True), Statement("c", True))),
    Question(
        "cloze",
        "Năm [[1]] có [[2]].",
        blanks=(Blank("number", ("1.945",), unit="n"), Blank("text", ("a", "b"))),
    ),
    Question("cloze", "[1] [[1]]", blanks=(Blank("choice", (), ("x", "y"), 1),)),
    Question(
        "single_choice",
        "Nhìn <b> & đọc",
        options=(Option("", image=Image(PICTURE, "hình b")), Option("c")),
        correct=(1,),
        explanation="Vì thế.\nVà thế nữa.",
        images=(Image(PICTURE, 'một "hình"'),),
        stimulus=Stimulus('đoạn "1"', "Đoạn văn\nhai dòng", (Image(PICTURE, "hình"),)),
    ),
    Question(
        "essay",
        "Viết thu hoạch",
        rubric=(Criterion("Ý một\ndòng hai", "0,5"),),
        least_words=200,
        file_types=("docx", "pdf"),
        guide="Chấm\nthoáng.",
    ),
)


def test_ids_points_topics_and_tags_come_back() -> None:
    questions = [
        ReadQuestion(
            1, "câu 1", ORDINARY[0], points=Decimal("0.25"), topic="Phần I/Mục 2", tags=("a, b", "c")
        ),
        ReadQuestion(2, "", ORDINARY[1], points=Decimal(2)),
        ReadQuestion(3, "quiz", ORDINARY[2], topic="Phần II"),
    ]
    assert CANVAS.losses(questions) == []
    assert list(read(CANVAS.write(HEADER, questions, PICTURES)).questions) == questions


def test_the_package_is_one_as_canvas_writes_it() -> None:
    questions = [ReadQuestion(n, f"q{n}", made) for n, made in enumerate(ORDINARY, 1)]
    members = unzipped(CANVAS.write(HEADER, questions, PICTURES))
    told = etree.fromstring(members["imsmanifest.xml"])
    types = {each.get("type"): each for each in told.iter("{*}resource")}
    assert set(types) == {
        "imsqti_xmlv1p2",
        "associatedcontent/imscc_xmlv1p1/learning-application-resource",
        "webcontent",
    }
    assert {each.get("href") for each in told.iter("{*}file")} == set(members) - {"imsmanifest.xml"}
    root = etree.fromstring(members["quiz/quiz.xml"])
    assert root.tag == f"{{{NAMESPACE}}}questestinterop"
    kinds = [
        each.findtext("{*}fieldentry")
        for each in root.iter("{*}qtimetadatafield")
        if each.findtext("{*}fieldlabel") == "question_type"
    ]
    assert kinds == [
        "multiple_choice_question", "true_false_question", "multiple_answers_question", "multiple_answers_question",
        "short_answer_question", "numerical_question", "matching_question", "matching_question", "matching_question",
        "fill_in_multiple_blanks_question", "multiple_dropdowns_question", "multiple_choice_question", "essay_question",
    ]  # fmt: skip
    assert f"$IMS-CC-FILEBASE$/images/{PICTURE}" in members["quiz/quiz.xml"].decode()
    assert members[f"web_resources/images/{PICTURE}"] == PICTURES[PICTURE]


# --------------------------------------------------------------------------------------------------- kinds

READ_AS = {
    "multiple choice": (
        item("multiple_choice_question", "<p>Hỏi <b>gì</b>?</p>", lid("một", "hai"), rule(equal("2"))),
        Question("single_choice", "Hỏi gì?", options=options("một", "hai"), correct=(1,)),
    ),
    "true or false": (
        item("true_false_question", "Có 550.", lid("True", "False"), rule(equal("2"))),
        Question("true_false", "Có 550.", correct=(1,)),
    ),
    "multiple answers": (
        item(
            "multiple_answers_question",
            "Gì?",
            lid("a", "b", "c", cardinality="Multiple"),
            rule(f"<and>{equal('1')}<not>{equal('2')}</not>{equal('3')}</and>"),
        ),
        Question("multiple_choice", "Gì?", options=options("a", "b", "c"), correct=(0, 2)),
    ),
    "multiple answers with points for each": (
        item(
            "multiple_answers_question",
            "Gì?",
            lid("a", "b", "c", cardinality="Multiple"),
            rule(equal("1"), "50", "Add"),
            rule(equal("3"), "50", "Add"),
        ),
        Question("multiple_choice", "Gì?", options=options("a", "b", "c"), correct=(0, 2), scoring="partial"),
    ),
    "short answer": (
        item("short_answer_question", "Ai?", FIB, rule(equal("Hồ Chí Minh") + equal("Bác Hồ"))),
        Question("short_answer", "Ai?", answers=("Hồ Chí Minh", "Bác Hồ")),
    ),
    "gaps to type in": (
        item(
            "fill_in_multiple_blanks_question",
            "<p>Hoa [mau1] và [mau2] [khac].</p>",
            lid("đỏ", "thắm", ident="response_mau1", name="mau1")
            + lid("xanh", ident="response_mau2", name="mau2"),
            rule(equal("1", "response_mau1"), "50", "Add"),
            rule(equal("1", "response_mau2"), "50", "Add"),
        ),
        Question(
            "cloze",
            "Hoa [[1]] và [[2]] [khac].",
            blanks=(Blank("text", ("đỏ", "thắm")), Blank("text", ("xanh",))),
        ),
    ),
    "gaps to choose in": (
        item(
            "multiple_dropdowns_question",
            "Năm [n] ở [o]",
            lid("1930", "1945", ident="response_n") + lid("Huế", "Hà Nội", ident="response_o"),
            rule(equal("2", "response_n"), "50", "Add"),
            rule(equal("1", "response_o"), "50", "Add"),
        ),
        Question(
            "cloze",
            "Năm [[1]] ở [[2]]",
            blanks=(
                Blank("choice", options=("1930", "1945"), correct=1),
                Blank("choice", options=("Huế", "Hà Nội")),
            ),
        ),
    ),
    "matching": (
        item(
            "matching_question",
            "Ghép",
            lid("x", "y", "thừa", ident="response_7", name="một")
            + lid("x", "y", "thừa", ident="response_8", name="hai"),
            rule(equal("2", "response_7"), "50.00", "Add"),
            rule(equal("1", "response_8"), "50.00", "Add"),
        ),
        Question(
            "matching",
            "Ghép",
            pairs=(Pair("một", "y"), Pair("hai", "x"), Pair("", "thừa")),
            scoring="partial",
        ),
    ),
    "number with a margin": (
        item(
            "numerical_question",
            "Bao nhiêu?",
            FIB,
            rule(
                f"<or>{equal('4.0')}<and><vargte respident='response1'>3.5</vargte>"
                "<varlte respident='response1'>4.5</varlte></and></or>"
            ),
        ),
        Question("numeric", "Bao nhiêu?", answers=("4",), tolerance="0,5"),
    ),
    "number in a range": (
        item(
            "numerical_question",
            "Bao nhiêu?",
            FIB,
            rule("<vargte respident='response1'>10</vargte><varlte respident='response1'>12</varlte>"),
        ),
        Question("numeric", "Bao nhiêu?", answers=("11",), tolerance="1"),
    ),
    "number with a precision": (
        item(
            "numerical_question",
            "Pi?",
            FIB,
            rule(
                f"<or>{equal('3.14')}<and><vargt respident='response1'>3.135</vargt>"
                "<varlte respident='response1'>3.145</varlte></and></or>"
            ),
        ),
        Question("numeric", "Pi?", answers=("3,14",), tolerance="0,005"),
    ),
    "several exact numbers": (
        item("numerical_question", "?", FIB, rule(equal("1945")), rule(equal("1,5"))),
        Question("numeric", "?", answers=("1945", "1,5")),
    ),
    "essay": (
        item(
            "essay_question",
            "Viết.",
            FIB,
            "<respcondition><conditionvar><other/></conditionvar></respcondition>",
        ),
        Question("essay", "Viết."),
    ),
}


@pytest.mark.parametrize("name", READ_AS)
def test_a_kind_of_canvas_is_read_as_its_counterpart(name: str) -> None:
    data, expected = READ_AS[name]
    reading = read(quiz(data), "quiz.xml")
    assert [each.question for each in reading.questions] == [expected]
    assert reading.problems == ()


def test_matching_with_true_and_false_is_a_group_of_statements() -> None:
    responses = lid("Đúng", "Sai", ident="response_a", name="một") + lid(
        "Đúng", "Sai", ident="response_b", name="hai"
    )
    data = item(
        "matching_question",
        "Xét",
        responses,
        rule(equal("1", "response_a"), "50", "Add"),
        rule(equal("2", "response_b"), "50", "Add"),
    )
    assert only(quiz(data)).statements == (Statement("một", True), Statement("hai", False))


def test_a_file_to_hand_in_is_an_essay_and_its_kinds_are_assumed() -> None:
    reading = read(quiz(item("file_upload_question", "Nộp bài", "")), "quiz.xml")
    assert reading.questions[0].question == Question("essay", "Nộp bài", file_types=("docx", "pdf"))
    assert codes(reading) == {"any_file_type"}


@pytest.mark.parametrize("kind", ["calculated_question", "text_only_question", "new_kind_question"])
def test_other_kinds_are_listed_by_name(kind: str) -> None:
    reading = read(quiz(item(kind, "Hỏi?", FIB)), "quiz.xml")
    assert reading.questions == ()
    assert not reading.unreadable
    assert [(p.code, p.message_params["type"], p.message_params["name"]) for p in reading.problems] == [
        ("type_without_counterpart", kind, "Câu một")
    ]


def test_points_and_feedback_are_kept_and_other_messages_counted() -> None:
    said = "".join(
        f'<itemfeedback ident="{ident}"><flow_mat>{material(text)}</flow_mat></itemfeedback>'
        for ident, text in (
            ("general_fb", "<p>Vì <i>thế</i>.</p>"),
            ("correct_fb", "Giỏi."),
            ("2_fb", "Sai."),
        )
    )
    data = item(
        "multiple_choice_question", "?", lid("a", "b"), rule(equal("1")), after=said, points_possible="2.5"
    )
    reading = read(quiz(data), "quiz.xml")
    assert reading.questions[0].points == Decimal("2.5")
    assert reading.questions[0].question.explanation == "Vì thế.\nGiỏi."
    assert [(p.code, p.message_params["count"]) for p in reading.problems] == [("messages_left_out", 1)]


def test_answers_that_earn_less_are_named() -> None:
    data = item("short_answer_question", "?", FIB, rule(equal("a")), rule(equal("b"), "50"))
    reading = read(quiz(data), "quiz.xml")
    assert reading.questions[0].question.answers == ("a",)
    assert codes(reading) == {"weights_not_kept"}


def test_different_margins_are_named() -> None:
    def around(value: int, margin: int) -> str:
        return (
            f"<or>{equal(str(value))}<and><vargte respident='response1'>{value - margin}</vargte>"
            f"<varlte respident='response1'>{value + margin}</varlte></and></or>"
        )

    data = item("numerical_question", "?", FIB, rule(around(10, 1)), rule(around(20, 2)))
    reading = read(quiz(data), "quiz.xml")
    assert (reading.questions[0].question.answers, reading.questions[0].question.tolerance) == (
        ("10", "20"),
        "1",
    )
    assert codes(reading) == {"tolerances_differ"}


def test_a_gap_without_a_key_and_a_row_without_a_partner_are_said() -> None:
    gap = item("multiple_dropdowns_question", "Năm [n]", lid("1", "2", ident="response_n"))
    row = item(
        "matching_question",
        "Ghép",
        lid("x", "y", ident="response_7", name="một") + lid("x", "y", ident="response_8", name="hai"),
        rule(equal("1", "response_7"), "50", "Add"),
    )
    reading = read(quiz(gap, row), "quiz.xml")
    assert reading.statuses() == {1: "no_key", 2: "no_key"}


# ---------------------------------------------------------------------------------- packages, banks, others


def test_a_quiz_that_is_exported_twice_is_read_once_and_whole() -> None:
    rows = lid("x", "y", ident="response_1", name="l") + lid("x", "y", ident="response_2", name="m")
    partners = [rule(equal(value, f"response_{value}"), "50", "Add") for value in "12"]
    full = quiz(
        item("multiple_choice_question", "Một?", lid("a", "b"), rule(equal("1")), points_possible="3"),
        item("matching_question", "Ghép", rows, *partners),
    )
    short = quiz(
        item("", "Một?", lid("a", "b"), rule(equal("1")), cc_profile="cc.multiple_choice.v0p1"),
        ident="another-ident",
    )
    told = manifest(
        '<resource identifier="g1" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="g1/assessment_qti.xml"/>'
        "</resource>"
    )
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": told,
        "g1/assessment_qti.xml": short,
        "non_cc_assessments/g1.xml.qti": full,
        "non_cc_assessments/bank.xml.qti": quiz(
            item("essay_question", "Viết", FIB), ident="other", title="Khác"
        ),
    }
    reading = read(zipped(members), "course.imscc")
    assert [(each.question.type, each.topic, each.points) for each in reading.questions] == [
        ("single_choice", "Bài kiểm tra", Decimal(3)),
        ("matching", "Bài kiểm tra", None),
        ("essay", "Khác", None),
    ]


def test_groups_are_topics_and_drawing_from_them_is_named() -> None:
    drawn = (
        '<section ident="s" title="Nhóm 1"><selection_ordering><selection><selection_number>1</selection_number>'
        f"</selection></selection_ordering>{item('essay_question', 'Một', FIB)}</section>"
    )
    reading = read(quiz(drawn, item("essay_question", "Hai", FIB)), "quiz.xml")
    assert [each.topic for each in reading.questions] == ["Nhóm 1", ""]
    assert "test_rules_not_kept" in codes(reading)


def test_a_bank_has_its_name_over_its_questions() -> None:
    name = "<fieldlabel>bank_title</fieldlabel><fieldentry>Ngân hàng A</fieldentry>"
    told = f"<qtimetadata><qtimetadatafield>{name}</qtimetadatafield></qtimetadata>"
    data = (
        f'<questestinterop xmlns="{NAMESPACE}"><objectbank ident="b">{told}'
        f"{item('essay_question', 'Viết', FIB)}</objectbank></questestinterop>"
    )
    assert [each.topic for each in read(data, "bank.xml").questions] == ["Ngân hàng A"]


@pytest.mark.parametrize(
    "address",
    [
        "$IMS-CC-FILEBASE$/a/b%20c.png?canvas_download=1",
        "%24IMS-CC-FILEBASE%24/a/b%20c.png",
        "../web_resources/a/b c.png",
    ],
)
def test_pictures_are_found_in_the_files_of_the_package(address: str) -> None:
    data = quiz(item("essay_question", f'<p>Xem <img src="{address}" alt="bản đồ"></p>', FIB))
    told = manifest('<resource identifier="q" type="imsqti_xmlv1p2"><file href="q/q.xml"/></resource>')
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": told,
        "q/q.xml": data,
        "web_resources/a/b c.png": PICTURES[PICTURE],
    }
    reading = read(zipped(members))
    assert reading.questions[0].question.images == (Image(PICTURE, "bản đồ"),)
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"cc_profile": "cc.multiple_choice.v0p1"}, "single_choice"),
        ({"cc_profile": "cc.multiple_response.v0p1"}, "multiple_choice"),
        ({"bbmd_questiontype": "Multiple Choice"}, "single_choice"),
        ({"bbmd_questiontype": "Multiple Answer"}, "multiple_choice"),
        ({}, "single_choice"),
    ],
)
def test_other_systems_name_the_kind_their_own_way_or_not_at_all(
    fields: dict[str, str], expected: str
) -> None:
    data = item("", "Hỏi?", lid("a", "b"), rule(equal("1")), **fields)
    assert only(quiz(data)).type == expected


def test_the_shape_tells_the_kind_when_nothing_else_does() -> None:
    several = lid("a", "b", cardinality="Multiple")
    shapes = {
        "multiple_choice": item("", "1?", several, rule(equal("1"))),
        "short_answer": item("", "2?", FIB, rule(equal("x"))),
        "essay": item("", "3?", FIB),
        "matching": item(
            "", "4?", lid("x", "y", ident="l", name="p") + lid("x", "y", ident="m", name="q"),
            rule(equal("1", "l"), "50", "Add"), rule(equal("2", "m"), "50", "Add"),
        ),
    }  # fmt: skip
    reading = read(quiz(*shapes.values()), "quiz.xml")
    assert [each.question.type for each in reading.questions] == list(shapes)


def test_texts_may_be_plain_escaped_or_elements() -> None:
    plain = "<material><mattext>1 &lt; 2\nhai</mattext></material>"
    inside = '<material><mattext texttype="text/xhtml"><p>đoạn <b>đậm</b></p></mattext></material>'
    picture = '<material><matimage uri="none.png" imagtype="image/png"/></material>'
    data = item("essay_question", "a &amp; b", plain + inside + picture)
    reading = read(quiz(data), "quiz.xml")
    assert reading.questions[0].question.stem == "a & b\n1 < 2\nhai\nđoạn đậm"
    assert codes(reading) == {"image_missing"}


def test_nothing_hidden_in_html_gets_through() -> None:
    evil = '<script>alert(1)</script><style>*{}</style><a href="javascript:x()">chữ</a><img src="x" onerror="y()">'
    question = only(quiz(item("multiple_choice_question", evil, lid("a", "b"), rule(equal("1")))))
    assert question.stem == "chữ"
    assert question.images == ()


def test_a_damaged_quiz_beside_a_whole_one_is_named() -> None:
    told = manifest(
        *(
            f'<resource identifier="{n}" type="imsqti_xmlv1p2"><file href="{n}.xml"/></resource>'
            for n in ("a", "b", "c")
        )
    )
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": told,
        "a.xml": "<!DOCTYPE x><questestinterop/>",
        "b.xml": quiz(item("essay_question", "Viết", FIB)),
    }
    reading = read(zipped(members))
    assert len(reading.questions) == 1
    assert codes(reading) == {"xml_doctype", "member_missing"}


def test_kinds_and_damage_in_any_mixture_are_read_without_failing() -> None:
    for left, right in itertools.product(READ_AS, repeat=2):
        kinds = [data for data, _ in (READ_AS[left], READ_AS[right])]
        mixed = kinds[0].split("<presentation>")[0] + "<presentation>" + kinds[1].split("<presentation>")[1]
        read(quiz(mixed), "quiz.xml")
