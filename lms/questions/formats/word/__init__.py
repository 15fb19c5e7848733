"""Word files (.docx) of questions, as trainers type them: read whatever the layout, written in one clear layout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lms.questions.problem import Problem
from lms.questions.reading import BankHeader, Reading, ReadQuestion

_SUFFIXES = (".docx", ".docm", ".doc", ".rtf")
_PLAIN = ".txt"
_HEAD = re.compile(r"^\W{0,3}(?:câu|bài|question|phần)\b[^\n]{0,12}\d", re.IGNORECASE | re.MULTILINE)


class WordBank:
    name = "word"
    title = "Word"
    suffix = ".docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def recognise(self, name: str, head: bytes) -> bool:
        """By its name: old and protected Word files too, so that they are refused with what to do.

        Plain text that is laid out as in Word ("Câu 1. … A. … Đáp án: B"), pasted or saved, is read as well.
        """
        if name.lower().endswith(_SUFFIXES) or (head.startswith(b"PK") and b"word/" in head):
            return True
        return name.lower().endswith(_PLAIN) and bool(
            _HEAD.search(head.decode("utf-8-sig", errors="replace"))
        )

    def read(self, data: bytes, name: str) -> Reading:
        from lms.questions.formats.word.reader import read, read_plain

        return read_plain(data, name) if name.lower().endswith(_PLAIN) else read(data, name)

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        from lms.questions.formats.word.write import losses

        return losses(questions, self.read)

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        from lms.questions.formats.word.write import write

        return write(header, questions, pictures)


FORMAT = WordBank()
