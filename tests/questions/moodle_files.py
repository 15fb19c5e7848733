"""Files of Moodle XML, made and read in short."""

import base64
import io
from xml.sax.saxutils import escape

from PIL import Image as Pixels

from lms.files import xml as xml_module
from lms.questions import problem as problems_module
from lms.questions.formats.moodle_xml import FORMAT
from lms.questions.formats.shared.messages import MESSAGES
from lms.questions.problem import Problem
from lms.questions.question import Question
from lms.questions.reading import Reading
from lms.questions.types.messages import MESSAGES as OF_TYPES

SENTENCES = {**problems_module.MESSAGES, **OF_TYPES, **MESSAGES, **xml_module.MESSAGES}


def _png() -> bytes:
    held = io.BytesIO()
    Pixels.new("RGB", (2, 2), (200, 0, 0)).save(held, "PNG")
    return held.getvalue()


PNG = base64.b64encode(_png()).decode()


def quiz(*questions: str) -> bytes:
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(questions) + "\n</quiz>").encode()


def asked(kind: str, inside: str = "", stem: str = "Gì?", form: str = "html", files: str = "") -> str:
    text = f'<questiontext format="{form}"><text>{escape(stem)}</text>{files}</questiontext>'
    name = "" if "<" in stem else escape(stem[:9])
    return f'<question type="{kind}"><name><text>{name}</text></name>{text}{inside}</question>'


def answer(text: str, fraction: object = 0, feedback: str = "", more: str = "", form: str = "html") -> str:
    said = f"<feedback><text>{escape(feedback)}</text></feedback>" if feedback else ""
    return f'<answer fraction="{fraction}" format="{form}"><text>{escape(text)}</text>{said}{more}</answer>'


def read(*questions: str) -> Reading:
    return checked(FORMAT.read(quiz(*questions), "bank.xml"))


def checked(reading: Reading) -> Reading:
    for problem in reading.problems:
        assert SENTENCES[problem.code].format(**problem.message_params)
        assert problem.where["file"] == "bank.xml"
    return reading


def one(question: str) -> Question:
    (only,) = read(question).questions
    return only.question


def codes(*questions: str) -> list[str]:
    return [problem.code for problem in read(*questions).problems]


def problem_of(question: str, code: str) -> Problem:
    (found,) = (problem for problem in read(question).problems if problem.code == code)
    return found


TRUE = answer("true", 100) + answer("false")
