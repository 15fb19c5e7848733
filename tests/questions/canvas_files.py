"""Quizzes of Canvas, made by the tests."""

import html

from lms.questions.question import Option
from lms.questions.reading import BankHeader
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
