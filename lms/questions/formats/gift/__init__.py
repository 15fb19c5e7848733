"""GIFT, the text format of Moodle: UTF-8, questions divided by blank lines, answers between braces."""

import re
from collections.abc import Mapping, Sequence

from lms.questions.formats.gift.reader import read_gift
from lms.questions.formats.gift.writer import gift_losses, write_gift
from lms.questions.problem import Problem
from lms.questions.reading import BankHeader, Reading, ReadQuestion

_SIGNS = re.compile(r"^\$CATEGORY:|^::[^\n]*?::|\{\s*(?:[=~#]|T\s*[}#]|TRUE|F\s*[}#]|FALSE|\})", re.MULTILINE)


class Gift:
    name = "gift"
    title = "GIFT (Moodle)"
    suffix = ".gift"
    media_type = "text/plain"

    def recognise(self, name: str, head: bytes) -> bool:
        if name.lower().endswith(".gift"):
            return b"\x00" not in head
        named = name.lower().endswith(".txt")
        return named and bool(_SIGNS.search(head.decode("utf-8-sig", errors="replace").replace("\r", "\n")))

    def read(self, data: bytes, name: str) -> Reading:
        return read_gift(data, name)

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        return gift_losses(questions)

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        return write_gift(questions)


FORMAT = Gift()
