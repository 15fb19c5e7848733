"""The sentences of what readers and writers of files find, by code; translated where they are shown."""

from lms.questions.formats.excel import messages as excel
from lms.questions.formats.qti import messages as qti
from lms.questions.formats.shared import messages as shared
from lms.questions.formats.word import messages as word
from lms.questions.formats.word import write as word_write

TABLES: tuple[dict[str, str], ...] = (
    word.MESSAGES,
    word_write.MESSAGES,
    excel.MESSAGES,
    qti.MESSAGES,
    shared.MESSAGES,
)
