"""Canvas (QTI 1.2): what comes back, and the form of the package."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from lxml import etree

from lms.questions.question import Blank, Criterion, Image, Option, Pair, Question, Statement, Stimulus
from lms.questions.reading import ReadQuestion
from tests.questions import strategies
from tests.questions.canvas_files import HEADER, NAMESPACE, PICTURE, options
from tests.questions.qti_files import CANVAS, read, unzipped
from tests.questions.strategies import PICTURES


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
