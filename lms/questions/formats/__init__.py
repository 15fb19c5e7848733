"""The file formats of questions: one file or folder each, one line each in FORMATS.

Readers never stop at the first finding and never raise for bad content: what could be read comes back with every
problem and its place. The order is the one in which formats are asked whether a file is theirs.
"""

from lms.questions.formats import aiken, excel, gift, moodle_xml, qti, word, yaml_bank
from lms.questions.reading import Format, Reading

FORMATS: tuple[Format, ...] = (
    gift.FORMAT,
    aiken.FORMAT,
    word.FORMAT,
    *excel.FORMATS,
    moodle_xml.FORMAT,
    *qti.FORMATS,
    yaml_bank.FORMAT,
)

_FROM_THE_OFFICE = ("word", "excel", "quizizz", "kahoot", "moodle_xml")
# The same in the order in which people look for them: what they have in the office first.
OFFERED: tuple[Format, ...] = tuple(
    sorted(
        FORMATS,
        key=lambda known: (*_FROM_THE_OFFICE, known.name).index(known.name),
    )
)


def recognised(name: str, head: bytes) -> Format | None:
    """The format of a file by its name and first bytes, or None."""
    return next((known for known in FORMATS if known.recognise(name, head)), None)


def by_name(name: str) -> Format | None:
    """The format called `name` on the command line, or None."""
    return next((known for known in FORMATS if known.name == name), None)


__all__ = ["FORMATS", "OFFERED", "Format", "Reading", "by_name", "recognised"]
