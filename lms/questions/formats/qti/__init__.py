"""QTI: packages and items of 2.1, 2.2 and 3.0, and quizzes of QTI 1.2 as Canvas writes them.

One reader knows whatever it gets by its content; each format writes its own version. lxml is imported when a file is
read or written, not before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lms.questions.formats.qti.messages import MESSAGES
from lms.questions.problem import Problem, error
from lms.questions.reading import BankHeader, Format, Reading, ReadQuestion

if TYPE_CHECKING:
    from lms.questions.formats.qti.versions import Version

_ROOT = re.compile(
    rb"<(?:[\w.-]+:)?(?:assessmentItem|assessmentTest|qti-assessment-item|qti-assessment-test|questestinterop)[\s>/]"
)
_OTHER_PACKAGES = (b"[Content_Types].xml", b"mimetypeapplication/", b"META-INF/", b"word/", b"xl/")
_PACKAGE_ENDINGS = (".zip", ".imscc")


@dataclass(frozen=True, slots=True)
class Qti:
    """QTI 2.1, 2.2 or 3.0. `first`: the one of the QTI formats that says it knows a file."""

    name: str
    title: str
    version: str
    first: bool = False
    suffix: str = ".zip"
    media_type: str = "application/zip"

    def recognise(self, name: str, head: bytes) -> bool:
        return self.first and _is_qti(name, head)

    def read(self, data: bytes, name: str) -> Reading:
        from lms.questions.formats.qti.reader import read

        return read(data, name)

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        from lms.questions.formats.qti.losses import losses

        return losses(questions, _refused, 1, self._members)

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        from lms.questions.formats.qti.losses import writable
        from lms.questions.formats.qti.write import write

        return write(header, writable(questions, _refused, 1), pictures, self._version())

    def _members(self, kept: Sequence[ReadQuestion], pictures: Mapping[str, bytes]) -> Mapping[str, bytes]:
        from lms.questions.formats.qti.write import members

        return members(_NO_HEADER, kept, pictures, self._version())

    def _version(self) -> Version:
        from lms.questions.formats.qti.versions import VERSIONS

        return VERSIONS[self.version]


@dataclass(frozen=True, slots=True)
class Canvas:
    """A quiz of Canvas: QTI 1.2 in a package."""

    name: str = "canvas"
    title: str = "Canvas (QTI 1.2)"
    suffix: str = ".zip"
    media_type: str = "application/zip"

    def recognise(self, name: str, head: bytes) -> bool:
        return False  # the first of FORMATS knows whatever is QTI

    def read(self, data: bytes, name: str) -> Reading:
        from lms.questions.formats.qti.reader import read

        return read(data, name)

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        from lms.questions.formats.qti.losses import losses
        from lms.questions.formats.qti.write_quiz import members

        def package(kept: Sequence[ReadQuestion], pictures: Mapping[str, bytes]) -> Mapping[str, bytes]:
            return members(_NO_HEADER, kept, pictures)

        return losses(questions, _refused_by_canvas, 0, package)

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        from lms.questions.formats.qti.losses import writable
        from lms.questions.formats.qti.write_quiz import write

        return write(header, writable(questions, _refused_by_canvas, 0), pictures)


_NO_HEADER = BankHeader("", "", "")


def _refused(read: ReadQuestion) -> list[Problem]:
    from lms.questions.formats.qti.bodies import TYPES_WRITTEN
    from lms.questions.formats.qti.losses import refused

    return refused(read, TYPES_WRITTEN)


def _refused_by_canvas(read: ReadQuestion) -> list[Problem]:
    from lms.questions.formats.qti.losses import refused
    from lms.questions.formats.qti.quiz_bodies import TYPES_WRITTEN

    chosen = {blank.kind == "choice" for blank in read.question.blanks}
    mixed = [error("gaps_mixed", "blanks").at(question=read.number)] if len(chosen) > 1 else []
    return refused(read, TYPES_WRITTEN) or mixed


def _is_qti(name: str, head: bytes) -> bool:
    if head.startswith(b"PK"):
        is_other = any(sign in head for sign in _OTHER_PACKAGES)
        return not is_other and (name.lower().endswith(_PACKAGE_ENDINGS) or b"imsmanifest.xml" in head)
    return _ROOT.search(head) is not None


FORMATS: tuple[Format, ...] = (
    Qti("qti21", "QTI 2.1", "2.1", first=True),
    Qti("qti22", "QTI 2.2", "2.2"),
    Qti("qti3", "QTI 3.0", "3.0"),
    Canvas(),
)

__all__ = ["FORMATS", "MESSAGES"]
