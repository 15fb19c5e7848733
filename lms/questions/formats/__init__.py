"""The file formats of questions: one file each, one line each in FORMATS.

Aiken, GIFT, Moodle XML, QTI and Word come here later: a module with `name`, `recognise`, `read` and `write`
like yaml_bank, and its line below. Readers never stop at the first finding and never raise for bad content:
what could be read comes back with every problem and its place.
"""

from lms.questions.formats import yaml_bank
from lms.questions.reading import Format, Reading

FORMATS: tuple[Format, ...] = (yaml_bank.FORMAT,)


def recognised(name: str, head: bytes) -> Format | None:
    """The format of a file by its name and first bytes, or None."""
    return next((known for known in FORMATS if known.recognise(name, head)), None)


def by_name(name: str) -> Format | None:
    """The format called `name` on the command line, or None."""
    return next((known for known in FORMATS if known.name == name), None)


__all__ = ["FORMATS", "Format", "Reading", "by_name", "recognised"]
