"""Moodle XML: the whole question bank of a Moodle, with categories, tags and embedded files."""

import re
from collections.abc import Mapping, Sequence

from lms.questions.formats.moodle_xml.reader import read_moodle_xml
from lms.questions.formats.moodle_xml.writer import moodle_xml_losses, write_moodle_xml
from lms.questions.problem import Problem
from lms.questions.reading import BankHeader, Reading, ReadQuestion

_ROOT = re.compile(r"^\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--.*?-->\s*)*<quiz[\s/>]", re.DOTALL)


class MoodleXml:
    name = "moodle_xml"
    title = "Moodle XML"
    suffix = ".xml"
    media_type = "application/xml"

    def recognise(self, name: str, head: bytes) -> bool:
        return bool(_ROOT.match(_start(head)))

    def read(self, data: bytes, name: str) -> Reading:
        return read_moodle_xml(data, name)

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        return moodle_xml_losses(questions)

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        return write_moodle_xml(questions, pictures)


FORMAT = MoodleXml()


def _start(head: bytes) -> str:
    """The beginning of a file in any of the encodings of XML, near enough for its tags."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.replace(b"\x00", b"")[2:].decode("latin-1")
    return head.decode("utf-8-sig", errors="replace")
