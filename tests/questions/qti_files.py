"""Items and packages of QTI made in memory, as other programs write them."""

import io
import zipfile
from collections.abc import Mapping

from lms.files import package, xml
from lms.questions import problem
from lms.questions.formats.qti import FORMATS, MESSAGES
from lms.questions.question import Blank, Criterion, Image, Option, Pair, Question, Statement, Stimulus
from lms.questions.reading import BankHeader, Reading
from lms.questions.types.messages import MESSAGES as OF_TYPES
from tests.questions.strategies import PICTURES

QTI21, QTI22, QTI3, CANVAS = FORMATS
SENTENCES = {**problem.MESSAGES, **OF_TYPES, **package.MESSAGES, **xml.MESSAGES, **MESSAGES}
MATCH = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"
MAP = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/map_response.xml"

PICTURE = sorted(PICTURES)[0]
HEADER = BankHeader("hanoi_xviii", "targets", "Các chỉ tiêu")


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return held.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package_:
        return {name: package_.read(name) for name in package_.namelist()}


def declared(
    *correct: str,
    cardinality: str = "single",
    base_type: str = "identifier",
    identifier: str = "RESPONSE",
    mapping: str = "",
) -> str:
    values = "".join(f"<value>{value}</value>" for value in correct)
    key = f"<correctResponse>{values}</correctResponse>" if correct else ""
    return (
        f'<responseDeclaration identifier="{identifier}" cardinality="{cardinality}" baseType="{base_type}">'
        f"{key}{mapping}</responseDeclaration>"
    )


def mapped(entries: Mapping[str, str], attributes: str = 'defaultValue="0"') -> str:
    lines = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in entries.items())
    return f"<mapping {attributes}>{lines}</mapping>"


def by(template: str) -> str:
    return f'<responseProcessing template="{template}"/>'


def item(
    declarations: str, body: str, after: str = by(MATCH), *, attributes: str = "", before: str = ""
) -> str:
    """An item of QTI 2.2: declarations, what stands in its body, and what comes behind it."""
    return (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="q1" title="Câu một" '
        f'timeDependent="false" {attributes}>{declarations}{before}<itemBody>{body}</itemBody>{after}</assessmentItem>'
    )


def choices(*texts: str, most: int = 1, prompt: str = "Hỏi gì?", attributes: str = "") -> str:
    """A choice interaction with the identifiers A, B, C …"""
    options = "".join(
        f'<simpleChoice identifier="{"ABCDEFGH"[i]}">{text}</simpleChoice>' for i, text in enumerate(texts)
    )
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="{most}" {attributes}>'
        f"<prompt>{prompt}</prompt>{options}</choiceInteraction>"
    )


def manifest(*resources: str) -> str:
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m"><organizations/><resources>'
        f"{''.join(resources)}</resources></manifest>"
    )


def resource(href: str, kind: str = "imsqti_item_xmlv2p2", inside: str = "") -> str:
    return f'<resource identifier="r-{href}" type="{kind}" href="{href}">{inside}<file href="{href}"/></resource>'


def read(data: bytes | str, name: str = "bank.zip") -> Reading:
    """Read by the format that recognises everything of QTI; every finding has a sentence and its file."""
    reading = QTI21.read(data.encode() if isinstance(data, str) else data, name)
    for found in reading.problems:
        assert SENTENCES[found.code].format(**found.message_params)
        assert found.where["file"] == name
    return reading


def only(data: bytes | str, name: str = "q.xml") -> Question:
    """The one question of a file."""
    reading = read(data, name)
    assert len(reading.questions) == 1, reading.problems
    return reading.questions[0].question


def codes(reading: Reading) -> set[str]:
    return {found.code for found in reading.problems}


def entry(identifier: str = "RESPONSE") -> str:
    return f'<textEntryInteraction responseIdentifier="{identifier}" expectedLength="10"/>'


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text) for text in texts)


# one ordinary question of each kind
ORDINARY = (
    Question("single_choice", "Đúng hay sai?", options=options("Đúng", "Sai"), correct=(1,), level="recall"),
    Question("numeric", "Bao nhiêu?", answers=("12.000", "1945"), tolerance="0,5", unit="USD"),
    Question("short_answer", "Ai?", answers=("Hòa Bình", "Hoà-bình 2"), fold=False, unit="m²"),
    Question("cloze", "Năm [[1]] có", blanks=(Blank("number", ("1.945",), unit="năm"),)),
    Question(
        "cloze", "[[1]]\nvà [[2]].", blanks=(Blank("text", ("a", "b")), Blank("choice", (), ("x", "y"), 1))
    ),
    Question("matching", "Ghép", pairs=(Pair("một", "Đúng"), Pair("hai", "Sai")), scoring="partial"),
    Question("matching", "Ghép nữa", pairs=(Pair("một", "x"), Pair("hai", "x"), Pair("", "y"))),
    Question("ordering", "Sắp xếp", options=options("ba", "một", "hai"), scoring="partial"),
    Question("true_false", "Có 550 đại biểu.", correct=(1,), source="Báo cáo, mục 2", expires="2030-12-31"),
    Question("true_false_group", "Xét", statements=(Statement("a", True), Statement("b", False))),
    Question(
        "multiple_choice",
        "Những gì?",
        options=(Option("a", fixed=True), Option("b", image=Image(PICTURE, "hình b")), Option("c")),
        correct=(1,),
        scoring="partial",
        explanation="Vì thế.\nVà thế nữa.",
        stimulus=Stimulus("đoạn 1/2", "Đoạn văn\nhai dòng", (Image(PICTURE, "hình"),)),
    ),
    Question(
        "essay",
        "Viết thu hoạch",
        rubric=(Criterion("Ý một", "0,5"), Criterion("Ý hai\ndòng hai", "2")),
        least_words=200,
        most_words=500,
        file_types=("docx", "pdf"),
        guide="Chấm thoáng.",
    ),
)
