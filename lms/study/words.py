"""The sentence of a finding about documents and modules, in the reader's language."""

from __future__ import annotations

from lms.files import package, xml
from lms.files.word import text as word
from lms.kit import bounded
from lms.kit.i18n import _
from lms.questions import problem
from lms.questions.problem import Problem
from lms.study import rules
from lms.study.reading import messages

TABLES = (
    messages.MESSAGES,
    rules.MESSAGES,
    problem.MESSAGES,
    package.MESSAGES,
    xml.MESSAGES,
    word.MESSAGES,
    bounded.MESSAGES,
)


def sentence(found: Problem) -> str:
    """What is wrong, in the language in force."""
    for table in TABLES:
        if found.code in table:
            return _(table[found.code], **found.message_params)
    raise LookupError(f"no message for the problem {found.code!r}")
