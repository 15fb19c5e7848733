"""Names of questions in Moodle's files. They are made from the question, mostly; what they say besides is not kept."""

import re

from lms.questions.problem import Problem, warning
from lms.questions.reading import ReadQuestion
from lms.vietnamese.text import clean, fold_words

LONGEST = 80
_NUMBER = re.compile(r"(?:cau|cau hoi|bai|question|q|c)?(?: ?\d+)*", re.IGNORECASE)


class Names:
    """Counts the names of one file that say something else than their question."""

    def __init__(self) -> None:
        self.count = 0
        self.example = ""

    def look(self, name: str, read: ReadQuestion) -> None:
        """Note a name that is not the question's id, a number, or the beginning of its text."""
        if name == read.id or read.question.stem.startswith(name):
            return
        said = fold_words(name)
        if _NUMBER.fullmatch(said) or said == fold_words(read.id):
            return
        if not fold_words(read.question.stem).startswith(said):
            self.count += 1
            self.example = self.example or clean(name)[:LONGEST]

    def problems(self) -> list[Problem]:
        """One finding for all."""
        if not self.count:
            return []
        return [warning("titles_left_out", count=self.count, example=self.example)]


def name_of(read: ReadQuestion) -> str:
    """A name for a question: its id, or the beginning of its text."""
    return read.id or clean(read.question.stem)[:LONGEST].strip()
