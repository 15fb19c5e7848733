"""Items and packages of QTI made in memory, as other programs write them."""

import io
import zipfile
from collections.abc import Mapping

from lms.files import package, xml
from lms.questions import problem
from lms.questions.formats.qti import FORMATS, MESSAGES
from lms.questions.question import Question
from lms.questions.reading import Reading
from lms.questions.types.messages import MESSAGES as OF_TYPES

QTI21, QTI22, QTI3, CANVAS = FORMATS
SENTENCES = {**problem.MESSAGES, **OF_TYPES, **package.MESSAGES, **xml.MESSAGES, **MESSAGES}
MATCH = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/match_correct"
MAP = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/map_response.xml"


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
